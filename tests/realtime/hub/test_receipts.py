"""What is stored already is answered with a receipt, and is no other row."""

import pytest
from asgiref.sync import sync_to_async

from realtime.hub import Hub
from realtime.models import Participant, Update
from realtime.protocol import Sync
from tests.realtime.scripted import enter, until

pytestmark = pytest.mark.usefixtures("each_way")


async def test_what_a_socket_was_not_granted_is_not_sent_twice(hub: Hub, amal: Participant) -> None:
    """An update frame that only repeats what is stored is a receipt, not another row."""
    one = await enter(amal)
    one.paragraph("once")
    await until(lambda: one.saved == one.sent)
    before = await sync_to_async(Update.objects.filter(room=amal.room_id).count)()
    one.update(one.doc.get_update(), Sync.STEP2)
    await until(lambda: one.saved == one.sent)
    assert await sync_to_async(Update.objects.filter(room=amal.room_id).count)() == before
