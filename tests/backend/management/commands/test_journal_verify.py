"""An operator asks whether anything in the journal was changed."""

import pytest
from django.core.management import CommandError, call_command

from backend.base.journal import link
from tests.backend.base.journals import tamper, write

pytestmark = pytest.mark.django_db


def test_the_command_tells_the_head_or_the_first_line_that_does_not_fit(capsys: pytest.CaptureFixture[str]) -> None:
    entries = write(3)
    link("torino")
    call_command("journal_verify")
    assert "torino: holds; 3 lines" in capsys.readouterr().out
    tamper(entries[1], reason="other")
    with pytest.raises(CommandError, match="torino at line 2"):
        call_command("journal_verify")
