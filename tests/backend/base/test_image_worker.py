"""The child process that reads pictures: its answers, and its limits."""

import io
import json
import subprocess
import sys

import pytest
from PIL import Image

from backend.base import image_worker
from backend.base.images import WORKER
from tests.backend.base import pictures


def run(data: bytes, folder) -> dict:
    done = subprocess.run([sys.executable, "-I", str(WORKER), str(folder)], input=data, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_it_answers_with_the_widths_and_writes_the_files(tmp_path):
    told = run(pictures.picture(size=(1000, 500)), tmp_path)
    assert told["widths"] == [400, 800, 1000]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{width}.{kind}" for width in told["widths"] for kind in ("jpg", "webp")
    )


def test_it_answers_with_a_reason(tmp_path):
    assert run(b"nothing", tmp_path) == {"error": "kind"}
    assert list(tmp_path.iterdir()) == []


def test_it_has_bounds_of_memory_and_time():
    code = (
        "import resource, sys; sys.path.insert(0, sys.argv[1]); import image_worker; image_worker.limit();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(WORKER.parent)], capture_output=True, check=True, text=True)
    memory, seconds = map(int, done.stdout.split())
    assert memory <= image_worker.MEMORY
    assert seconds <= image_worker.CPU_SECONDS


@pytest.mark.parametrize("profile", [b"", b"nonsense"])
def test_a_profile_of_colours_that_can_not_be_read_is_passed_over(profile):
    out = io.BytesIO()
    Image.new("RGB", (10, 10), "red").save(out, "PNG", icc_profile=profile or None)
    picture = image_worker.upright(image_worker.look(out.getvalue()))
    assert picture.getpixel((5, 5)) == (255, 0, 0)
