"""Pictures of an output: added re-encoded, described, and taken away again."""

from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backend.activities import permissions
from backend.activities.models import Output, Photo
from backend.base import images, words
from backend.people.models import Person

MOST = 12


def add_photo(output: Output, *, by: Person, file: IO[bytes] | Any, alt: str) -> Photo:
    """Keep a picture with the words that tell it to who can not see it.

    Raises ValidationError at `file` or `alt`; then nothing of the picture is stored.
    """
    if not permissions.can_edit_output(by, output):
        raise PermissionDenied(_("Only its owners can add pictures."))
    described = words.line(alt, field="alt", limit=240)
    try:
        picture = images.store(file)
    except images.BadImage as bad:
        raise ValidationError({"file": ValidationError(bad.sentence(), code=bad.code)}) from bad
    try:
        with transaction.atomic():
            Output.objects.across_cities().select_for_update().get(pk=output.pk)
            there = output.photos.count()
            if there >= MOST:
                raise ValidationError(
                    {"file": ValidationError(_("There are %(most)s pictures already."), "many", {"most": MOST})}
                )
            return Photo.objects.create(
                city=output.city,
                output=output,
                alt=described,
                path=picture.path,
                widths=list(picture.widths),
                width=picture.width,
                height=picture.height,
                bytes=picture.bytes,
                order=there,
                by=by,
            )
    except BaseException:
        images.remove(picture)
        raise


@transaction.atomic
def remove_photo(photo: Photo, *, by: Person) -> None:
    """Take a picture away, with all its files."""
    if not permissions.can_edit_output(by, photo.output):
        raise PermissionDenied(_("Only its owners can take pictures away."))
    picture = photo.picture
    photo.delete()
    transaction.on_commit(lambda: images.remove(picture))
