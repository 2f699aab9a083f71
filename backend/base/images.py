"""Pictures that people send: checked, decoded in a child process, re-encoded without metadata, stored."""

import contextlib
import io
import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.utils.translation import gettext as _

from backend.base.ids import uuid7

MOST_BYTES = 10 * 1024 * 1024
SECONDS = 20  # of the clock; the child's own limit is on its time of calculation
FOLDER = "pictures"
WORKER = Path(__file__).with_name("image_worker.py")  # run, never imported: this process needs no decoder

# A picture of 25 megapixels takes a few hundred megabytes while it is decoded: one at a time in each process.
_turn = threading.BoundedSemaphore(1)


class BadImage(Exception):
    """The file is no picture that can be kept. `code` is stable and for machines."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code

    def sentence(self) -> str:
        """What is wrong and what to do, for the person who sent it."""
        sentences = {
            "empty": _("This file is empty. Choose the picture again."),
            "heavy": _("This picture is larger than 10 MB. Send a smaller one."),
            "kind": _("This is not a picture we can show. Send a JPEG, PNG, WebP or HEIC file."),
            "drawing": _("Drawings in SVG can carry programs. Send the picture as PNG or JPEG."),
            "broken": _("This picture is cut off or damaged. Send it again, or take it anew."),
            "large": _("This picture has more than 25 million dots. Make it smaller and send it again."),
            "frames": _("This picture moves. Send one that stands still."),
            "busy": _("This picture takes too long to read. Send a smaller one."),
        }
        return sentences.get(self.code, sentences["broken"])


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture: `path` is a folder of the storage that holds `<width>.webp` and `<width>.jpg`."""

    path: str
    widths: tuple[int, ...]
    width: int  # of the largest
    height: int
    bytes: int  # of the largest WebP: what a page says before it loads the picture

    def url(self, width: int, kind: str = "webp") -> str:
        """Where the smallest file at least `width` wide is, or the largest there is."""
        chosen = next((each for each in self.widths if each >= width), self.widths[-1])
        return default_storage.url(f"{self.path}/{chosen}.{kind}")

    def srcset(self, kind: str = "webp") -> str:
        return ", ".join(f"{default_storage.url(f'{self.path}/{each}.{kind}')} {each}w" for each in self.widths)

    @property
    def names(self) -> list[str]:
        return [f"{self.path}/{width}.{kind}" for width in self.widths for kind in ("webp", "jpg")]


def store(file: IO[bytes] | Any, *, storage: Storage | None = None) -> Picture:
    """Keep a picture in all its widths, for everyone to see or in `storage`. Raises BadImage; nothing is kept then."""
    data = _bytes_of(file)
    with tempfile.TemporaryDirectory(prefix="copact-picture-") as folder, _turn:
        told = _decode(data, Path(folder))
        return _keep(told, Path(folder), storage or default_storage)


def remove(picture: Picture, *, storage: Storage | None = None) -> None:
    """Delete all files of a picture; what is gone already is fine."""
    place = storage or default_storage
    for name in picture.names:
        place.delete(name)
    with contextlib.suppress(OSError):
        place.delete(picture.path)  # the empty folder, where the storage has folders


def _bytes_of(file: IO[bytes] | Any) -> bytes:
    size = getattr(file, "size", None)
    if size is not None and size > MOST_BYTES:
        raise BadImage("heavy")
    data = bytes(file.read(MOST_BYTES + 1))
    if len(data) > MOST_BYTES:
        raise BadImage("heavy")
    if not data:
        raise BadImage("empty")
    return data


def _decode(data: bytes, folder: Path) -> dict[str, Any]:
    """What the child says of the picture whose files it wrote into `folder`.

    The child is a fresh interpreter without this process's environment, so that a fault in a
    decoder finds neither secrets nor the database, and its limits end it alone.
    """
    command = [sys.executable, "-I", str(WORKER), str(folder)]
    try:
        child = subprocess.run(  # noqa: S603  fixed command, data on its standard input
            command, input=data, capture_output=True, timeout=SECONDS, check=False, env={}, cwd=folder
        )
    except subprocess.TimeoutExpired:
        raise BadImage("busy") from None
    try:
        told: dict[str, Any] = json.load(io.BytesIO(child.stdout))
    except ValueError:  # ended by a limit before it could say anything
        raise BadImage("busy" if child.returncode < 0 else "broken") from None
    if "error" in told:
        raise BadImage(told["error"])
    return told


def _keep(told: dict[str, Any], folder: Path, storage: Storage) -> Picture:
    picture = Picture(
        path=f"{FOLDER}/{uuid7().hex}",
        widths=tuple(told["widths"]),
        width=told["width"],
        height=told["height"],
        bytes=told["bytes"],
    )
    try:
        for name in picture.names:
            storage.save(name, ContentFile((folder / Path(name).name).read_bytes()))
    except BaseException:
        remove(picture, storage=storage)
        raise
    return picture
