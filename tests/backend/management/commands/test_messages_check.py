"""The check finds what is missing, left over or broken."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def test_the_check_fails_while_a_language_is_incomplete(house: Path):
    call_command("messages_make", verbosity=0)
    with pytest.raises(CommandError):
        call_command("messages_check")
