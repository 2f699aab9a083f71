"""A hub for each test that needs one, ended with it."""

from collections.abc import AsyncIterator

import pytest

from realtime import hub as hubs
from realtime.hub import Hub


@pytest.fixture
async def hub(transactional_db: None) -> AsyncIterator[Hub]:
    running = hubs.here()
    yield running
    await running.close()
