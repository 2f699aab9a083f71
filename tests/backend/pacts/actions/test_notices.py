"""Each notification has its words."""

import re
from pathlib import Path

import pytest

from backend.conversations.choices import PostKind
from backend.pacts.actions.support import KINDS
from backend.pacts.choices import NEWS as PACT_NEWS
from backend.people.choices import NEWS

pytestmark = pytest.mark.django_db


def test_every_notification_has_its_words():
    texts = "".join(path.read_text() for path in Path("backend/pacts/actions").glob("*.py"))
    kinds = set(re.findall(r'notices\.tell\([^"]*"([a-z_]+)"', texts))
    said = {f"proposal_{kind}" for kind in (*KINDS, PostKind.ANSWER)} | {"proposal_rejected", "proposal_reformulate"}
    assert kinds
    assert kinds | said <= set(NEWS)
    assert set(PACT_NEWS) <= set(NEWS)
