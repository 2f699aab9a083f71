"""Pictures good and bad for the tests, each made in a line or two."""

import base64
import io
import struct
import zlib
from typing import Any

from PIL import Image

TORINO = {1: "N", 2: (45.0, 5.0, 51.0), 3: "E", 4: (7.0, 42.0, 14.4)}


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), colour: Any = "#b5523b", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def with_position(size: tuple[int, int] = (640, 480), turned: int = 1) -> bytes:
    """A photo as a telephone takes it: with the place it was taken at, a maker, and the way it was held."""
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = turned
    exif[0x8825] = TORINO
    return picture(size=size, exif=exif, comment=b"taken at home")


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is as large as it likes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


# 64 by 48 green dots, as iPhones write them; there is no writer of this kind among the dependencies.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9j"
    "AAAAAERAAAEAAQAAAAABoQABAAAAAAAAABkAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/Wlw"
    "cnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AA"
    "AAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAA"
    "QAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWB"
    "AgMFhAAAACFtZGF0AAAAFSgBrwtg9eWDr//0X/fxhI/ZtU/1Dg=="
)
