"""A hub for each test that needs one, ended with it."""

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from realtime import hub as hubs
from realtime.hub import Hub


@pytest.fixture
async def hub(transactional_db: None) -> AsyncIterator[Hub]:
    running = hubs.here()
    yield running
    await running.close()
    # The thread that ran this test's own questions keeps its connection otherwise.
    await sync_to_async(connections.close_all)()
