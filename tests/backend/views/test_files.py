"""Uploaded pictures that anyone may see."""

import pytest

pytestmark = pytest.mark.django_db


def test_only_pictures_of_the_public_folder_are_served(client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    folder = tmp_path / "public" / "photos"
    folder.mkdir(parents=True)
    (folder / "640.webp").write_bytes(b"RIFF")
    (folder / "page.html").write_text("<script>")
    (tmp_path / "secret.webp").write_bytes(b"no")
    for path in ("photos/page.html", "photos/1.webp", "../secret.webp", "photos"):
        assert client.get(f"/media/{path}").status_code == 404
    answer = client.get("/media/photos/640.webp")
    assert b"".join(answer) == b"RIFF"
    assert "immutable" in answer["Cache-Control"]
