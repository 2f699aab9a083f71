"""How long from a fresh clone to the first page, with an empty package cache, and how long a second start takes."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
PATIENCE = 600
LIMITS = {"fresh clone to first page": 180.0, "second start to first page": 6.0}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def seconds_to_first_page(house: Path, env: dict[str, str]) -> tuple[float, float]:
    """From `make run` to the first answered page; then Ctrl-C, and how long the goodbye took."""
    began = time.monotonic()
    with (house / "start.log").open("w") as log:
        make = subprocess.Popen(["make", "run"], cwd=house, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        while not answers(f"http://127.0.0.1:{env['PORT']}/"):
            if make.poll() is not None or time.monotonic() - began > PATIENCE:
                sys.exit("It did not start:\n" + (house / "start.log").read_text()[-3000:])
            time.sleep(0.05)
        first = time.monotonic() - began
    finally:
        asked = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(make.pid, signal.SIGINT)  # as Ctrl-C in a terminal does: to make and all it started
        make.wait(30)
    return first, time.monotonic() - asked


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="copact-bench-"))
    try:
        house = folder / "copact"
        env = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
        }
        env |= {"PORT": str(free_port()), "DATA_DIR": str(folder / "data"), "PIP_NO_CACHE_DIR": "1"}
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(HOUSE), str(house)], check=True)
        cloning = time.monotonic() - began
        first, _goodbye = seconds_to_first_page(house, env)
        second, goodbye = seconds_to_first_page(house, env)
        for name, value in (("fresh clone to first page", cloning + first), ("second start to first page", second)):
            print(f"   {name:30} {value:6.1f} s   (limit {LIMITS[name]:.0f} s)")
        print(f"   {'Ctrl-C to the end':30} {goodbye:6.1f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
