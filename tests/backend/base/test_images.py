"""Pictures are taken in only re-encoded, without metadata, in several widths; whatever is no picture leaves nothing behind."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from backend.base import images
from tests.backend.base import pictures


def stored() -> list[str]:
    folder = Path(settings.MEDIA_ROOT) / "public" / images.FOLDER
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def opened(name: str) -> Image.Image:
    with default_storage.open(name) as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
        return image


def raw(name: str) -> bytes:
    with default_storage.open(name) as file:
        return file.read()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_as_webp_and_jpeg_in_three_widths(kind):
    kept = images.store(io.BytesIO(pictures.picture(kind, (2000, 1500))))
    assert kept.widths == (400, 800, 1600)
    assert (kept.width, kept.height) == (1600, 1200)
    for name in kept.names:
        image = opened(name)
        width = int(Path(name).stem)
        assert image.size == (width, width * 3 // 4)
        assert image.format == ("WEBP" if name.endswith("webp") else "JPEG")
    assert kept.bytes == default_storage.size(f"{kept.path}/1600.webp")


def test_a_picture_of_an_iphone_is_read():
    kept = images.store(io.BytesIO(pictures.HEIC))
    assert (kept.width, kept.height) == (64, 48)
    red, green, blue = opened(f"{kept.path}/64.jpg").getpixel((30, 20))
    assert green > red + 50
    assert green > blue + 50


def test_a_small_picture_is_not_blown_up():
    kept = images.store(io.BytesIO(pictures.picture(size=(500, 300))))
    assert kept.widths == (400, 500)
    tiny = images.store(io.BytesIO(pictures.picture(size=(20, 10))))
    assert tiny.widths == (20,)


def test_a_page_asks_for_the_smallest_file_that_is_wide_enough():
    kept = images.Picture("pictures/x", (400, 800, 1600), 1600, 1200, 1)
    assert kept.url(300).endswith("/media/pictures/x/400.webp")
    assert kept.url(401, "jpg").endswith("/800.jpg")
    assert kept.url(9000).endswith("/1600.webp")
    assert kept.srcset().endswith("/media/pictures/x/1600.webp 1600w")


def test_the_place_where_it_was_taken_and_all_else_is_gone():
    kept = images.store(io.BytesIO(pictures.with_position()))
    for name in kept.names:
        image = opened(name)
        assert not image.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile", "photoshop"} & set(image.info)
        assert b"SecretPhone" not in raw(name)
        assert b"taken at home" not in raw(name)


def test_a_picture_taken_sideways_stands_upright():
    kept = images.store(io.BytesIO(pictures.with_position(size=(640, 480), turned=6)))
    assert (kept.width, kept.height) == (480, 640)


def test_what_is_see_through_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    kept = images.store(io.BytesIO(out.getvalue()))
    assert opened(f"{kept.path}/50.jpg").getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "RGBA", "LA"])
def test_every_kind_of_colours_is_read(mode):
    out = io.BytesIO()
    Image.new(mode, (50, 50)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert images.store(io.BytesIO(out.getvalue())).widths == (50,)


JPEG = pictures.picture()
BAD = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "drawing"),
    "svg with a head": (b'<?xml version="1.0"?>\n<!-- hi --><svg xmlns="http://www.w3.org/2000/svg"/>', "drawing"),
    "svg after a mark": (b"\xef\xbb\xbf  <svg/>", "drawing"),
    "html": (b"<!doctype html><script>alert(1)</script>", "kind"),
    "text": (b"hello", "kind"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "kind"),
    "gif": (pictures.picture("GIF"), "kind"),
    "bmp": (pictures.picture("BMP"), "kind"),
    "tiff": (pictures.picture("TIFF"), "kind"),
    "gif with a script": (b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)", "kind"),
    "cut off jpeg": (JPEG[: len(JPEG) // 2], "broken"),
    "cut off png": (pictures.picture("PNG", (300, 300))[:400], "broken"),
    "cut off webp": (pictures.picture("WEBP", (300, 300))[:120], "broken"),
    "head of a jpeg": (JPEG[:20], "broken"),
    "forty megapixels": (pictures.png_header(8000, 5000), "large"),
    "a bomb": (pictures.png_header(13_000, 13_000), "large"),
    "a bomb of bombs": (pictures.png_header(65_535, 65_535), "large"),
    "one long line": (pictures.png_header(60_000, 1), "large"),
    "moving png": (pictures.moving("PNG"), "frames"),
    "moving webp": (pictures.moving("WEBP"), "frames"),
    "empty": (b"", "empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_refused_in_words_and_leaves_nothing(name):
    data, code = BAD[name]
    before = stored()
    with pytest.raises(images.BadImage) as refused:
        images.store(io.BytesIO(data))
    accepted = {code, "kind", "broken"} if code in ("kind", "broken") else {code}
    assert refused.value.code in accepted
    assert refused.value.sentence().endswith(".")
    assert stored() == before


def test_a_picture_of_forty_megapixels_that_is_real_is_refused_from_its_head():
    data = pictures.picture("JPEG", (8000, 5000), quality=5)
    with pytest.raises(images.BadImage, match="large"):
        images.store(io.BytesIO(data))


def test_a_picture_just_below_the_limit_is_kept():
    kept = images.store(io.BytesIO(pictures.picture("JPEG", (5000, 4900), quality=5)))
    assert kept.widths == (400, 800, 1600)


def test_a_file_above_ten_megabytes_is_refused_before_it_is_read():
    class Heavy(io.BytesIO):
        size = images.MOST_BYTES + 1

        def read(self, *_args):  # pragma: no cover - the test is that this is not called
            raise AssertionError

    with pytest.raises(images.BadImage, match="heavy"):
        images.store(Heavy())
    with pytest.raises(images.BadImage, match="heavy"):
        images.store(io.BytesIO(b"x" * (images.MOST_BYTES + 1)))


def test_a_picture_that_is_also_an_archive_is_kept_as_a_picture_only():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("run.html", "<script>alert(1)</script>")
    for base in (JPEG, pictures.picture("PNG")):
        kept = images.store(io.BytesIO(base + archive.getvalue() + b"<script>alert(1)</script>"))
        for name in kept.names:
            assert b"<script>" not in raw(name)
            assert not zipfile.is_zipfile(io.BytesIO(raw(name)))


def test_the_name_of_a_file_counts_for_nothing():
    sent = SimpleUploadedFile("../../etc/passwd.svg", pictures.picture("PNG"), content_type="image/svg+xml")
    kept = images.store(sent)
    assert kept.path.startswith("pictures/")
    assert "passwd" not in "".join(kept.names)
    with pytest.raises(images.BadImage):
        images.store(SimpleUploadedFile("bench.jpg", b"<svg/>", content_type="image/jpeg"))


def test_a_storage_that_fails_half_way_keeps_nothing(monkeypatch):
    before, calls, save = stored(), [], default_storage.save

    def fail_at_the_third(name, content):
        calls.append(name)
        if len(calls) == 3:
            raise OSError("disk full")
        return save(name, content)

    monkeypatch.setattr(default_storage, "save", fail_at_the_third)
    with pytest.raises(OSError, match="disk full"):
        images.store(io.BytesIO(JPEG))
    assert stored() == before


def test_removing_a_picture_removes_all_its_files_and_may_be_done_twice():
    before = stored()
    kept = images.store(io.BytesIO(JPEG))
    assert len(stored()) == len(before) + len(kept.names)
    images.remove(kept)
    images.remove(kept)
    assert stored() == before


def test_a_reader_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(images, "SECONDS", 0.001)
    with pytest.raises(images.BadImage, match="busy"):
        images.store(io.BytesIO(JPEG))


def test_every_reason_has_a_sentence_of_its_own():
    codes = ["empty", "heavy", "kind", "drawing", "broken", "large", "frames", "busy"]
    assert len({images.BadImage(code).sentence() for code in codes}) == len(codes)
