"""A session with two browsers and a crowd: who is there, where, and how its server dies and comes back."""

import asyncio
import base64
import hashlib
import hmac
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from playwright.sync_api import Page

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.crowd import Crowd, Lead
from tests.e2e.people import Faults, until, wait_until_saved
from tests.e2e.site import Site

Look = Callable[[Page], None]

GUESTS, ASSISTED = 40, 20
LATE = 4  # of the guests, when the server dies
EVERYBODY = GUESTS + ASSISTED + 2  # and the one on the phone, and who leads


@dataclass
class Session:
    """The two browsers, the crowd, and what they know of their room."""

    site: Site
    urls: list[str]  # one for each web process
    eyes: Look
    desk: Page  # who leads
    phone: Page  # Zsófi, in Hungarian
    crowd: Crowd
    faults: list[Faults]
    address: str = ""
    room: str = ""
    code: str = ""
    short: str = ""
    lead: Lead = field(init=False)
    assisted: list[str] = field(default_factory=list)
    dead: threading.Event = field(default_factory=threading.Event)

    def look(self, page: Page) -> None:
        self.eyes(page)
        self.fits(page)

    def fits(self, page: Page) -> None:
        """Nothing scrolls sideways; on the phone also at 320 px."""
        sizes = [{"width": 320, "height": 640}, PHONE["viewport"]] if page is self.phone else [DESK["viewport"]]
        for size in sizes:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wider <= 0, f"{page.url} scrolls sideways by {wider} px at {size}"

    @property
    def ports(self) -> list[int]:
        return [int(url.rpartition(":")[2]) for url in self.urls]

    def token(self, ago: float = 0) -> str:
        """What the room's QR code says, or said some seconds ago: a camera would read it from the wall."""
        secret = self._sealed(f"copact.room.way-in\n{UUID(self.room)}\n{self.short}", 16)
        stamp = f"{int(time.time() - ago) // 600:06x}"
        return secret + stamp + self._sealed(f"copact.room.qr\n{secret}\n{stamp}", 8)

    def _sealed(self, words: str, length: int) -> str:
        mac = hmac.new(self.site.environment["SECRET_KEY"].encode(), words.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac[:length]).decode().rstrip("=")

    def die_and_return(self) -> None:
        """Every web process at once, as when the power goes."""
        for port in self.ports:
            self.site.kill(port)
        self.dead.set()
        for port in self.ports:
            self.site.start(port, wait=False)
        for port in self.ports:
            self.site.wait(port)

    def wait(self, done: Callable[[], bool], what: str) -> None:
        until(self.desk, done, what)

    async def think(self, number: int) -> None:
        """Each answers at a moment of their own; the last ones not before the server died, however slow the others were."""
        await asyncio.sleep(random.uniform(0, 4))
        while number >= GUESTS - LATE and not self.dead.is_set():
            await asyncio.sleep(0.05)

    def die_in_the_middle(self, of: list[Any], enough: int, counted: Callable[[], int]) -> None:
        """Kill when some have answered and others have not, and see that nothing was forgotten."""
        self.wait(lambda: len(of) >= enough, "some have answered")
        before = len(of)
        self.die_and_return()
        assert enough <= before < GUESTS, "the server died in the middle"
        assert counted() >= before, "what was answered is counted"
        for page in (self.desk, self.phone):
            wait_until_saved(page)  # the line is back
