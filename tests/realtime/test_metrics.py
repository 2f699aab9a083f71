"""What an operator reads of the rooms under /metrics."""

import pytest
from django.test import Client

from realtime import hub

NAMES = (
    "copact_room_sockets",
    "copact_rooms_loaded",
    "copact_rooms_crowded_total",
    "copact_room_queue_bytes",
    'copact_room_refused_updates_total{reason="broken"}',
    'copact_room_refused_updates_total{reason="forged"}',
    'copact_room_refused_updates_total{reason="full"}',
    'copact_room_refused_updates_total{reason="gap"}',
    'copact_room_refused_updates_total{reason="rights"}',
    'copact_room_refused_updates_total{reason="unsure"}',
    "copact_room_commit_seconds_count",
    "copact_room_stored_updates_total",
    "copact_room_damaged_rows_total",
    "copact_room_merged_snapshots_total",
)


@pytest.mark.django_db
def test_every_figure_of_the_rooms_is_there_from_the_start(client: Client) -> None:
    assert hub.LOADED is not None
    said = client.get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()
    assert [name for name in NAMES if f"\n{name} " not in said] == []
