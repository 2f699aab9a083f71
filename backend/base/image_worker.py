"""The child process that reads one picture within limits: `python image_worker.py FOLDER < picture`.

It knows nothing of this project. It writes `<width>.webp` and `<width>.jpg` into FOLDER and one line
of JSON: {"widths", "width", "height", "bytes"}, or {"error": code}.
"""

import io
import json
import sys
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

WIDTHS = (400, 800, 1600)
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_PIXELS = 25_000_000
MOST_SIDE = 12_000
MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 10


class Refused(Exception):
    """The picture is not taken; the argument is the code of the reason."""


def limit() -> None:
    """No more memory, time, files or children than a picture needs, where the system can hold that."""
    try:
        import resource  # noqa: PLC0415  Unix only
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 32 * 1024 * 1024,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # a lower limit holds already, or the system knows none
            continue


def look(data: bytes) -> Image.Image:
    """Open by the header alone and refuse what is no single picture of a bearable size."""
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<svg") or (head.startswith((b"<?xml", b"<!doctype")) and b"svg" in head):
        raise Refused("drawing")
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("large") from None
    except UnidentifiedImageError:
        raise Refused("kind") from None
    width, height = picture.size
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise Refused("large")
    if picture.format != "HEIF" and getattr(picture, "n_frames", 1) > 1:
        raise Refused("frames")
    return picture


def upright(picture: Image.Image) -> Image.Image:
    """Decoded, turned as the camera was held, in sRGB, on white where it was see-through."""
    picture.draft("RGB", (max(WIDTHS), max(WIDTHS)))  # JPEG only: decode at a half, a quarter …
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((max(WIDTHS), MOST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    picture = _srgb(picture, profile)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        see_through = picture.convert("RGBA")
        picture = Image.new("RGB", see_through.size, "white")
        picture.paste(see_through, mask=see_through.getchannel("A"))
    bare = Image.new("RGB", picture.size)
    bare.paste(picture.convert("RGB"))  # a new picture has no metadata, whatever a format keeps
    return bare


def _srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or picture.mode not in ("RGB", "CMYK", "L"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):  # a broken profile says nothing: take the colours as they are
        return picture
    return turned or picture


def write(picture: Image.Image, folder: Path) -> dict[str, Any]:
    """All widths that the picture can fill, at least the smallest one."""
    widths = sorted({min(width, picture.width) for width in WIDTHS})
    for width in widths:
        height = max(1, round(picture.height * width / picture.width))
        sized = picture if width == picture.width else picture.resize((width, height), Image.Resampling.LANCZOS)
        sized.save(folder / f"{width}.webp", quality=78, method=4)
        sized.save(folder / f"{width}.jpg", quality=82, optimize=True, progressive=True)
    size = (folder / f"{widths[-1]}.webp").stat().st_size
    return {"widths": widths, "width": picture.width, "height": picture.height, "bytes": size}


def read(data: bytes, folder: Path) -> dict[str, Any]:
    """The answer for one picture."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        return write(upright(look(data)), folder)
    except Refused as refused:
        return {"error": str(refused)}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"error": "large"}
    except MemoryError:
        return {"error": "busy"}
    except Exception:  # decoders raise whatever they like on a damaged file
        return {"error": "broken"}


def main() -> None:
    limit()
    import pi_heif  # noqa: PLC0415  after the limits: it loads a decoder

    pi_heif.register_heif_opener()
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read(), Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
