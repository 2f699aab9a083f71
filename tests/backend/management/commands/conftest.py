"""A room with a text, a note, a version and a snapshot."""

import pytest

from realtime import store
from realtime.actions import freeze_version, write_notes, write_turns
from realtime.models import Room
from tests.realtime.factories import join, make_room


@pytest.fixture
def room() -> Room:
    made = make_room()
    amal = join(made)
    write_turns(
        room=made, turns=[(amal.person, "heading", "The <bench> 😀"), (amal.person, "paragraph", "One for all")]
    )
    write_notes(room=made, notes=[(amal.person, "c1", "Shade", 1)])
    freeze_version(room=made, by=made.made_by, title="First", reason="To see")
    store.snapshot(made.pk)
    return Room.objects.across_cities().get(pk=made.pk)
