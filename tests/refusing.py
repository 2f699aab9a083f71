"""What the database itself refuses, whoever asks it."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction


def refused(*attempts: Callable[[], object]) -> None:
    """Each of `attempts` breaks a constraint, and leaves the transaction of the test as it was."""
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
