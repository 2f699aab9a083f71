"""The others in the hall: many scripted people, each with a cookie and a socket of their own, and who leads, by API.

They hold on as the page does: a line that breaks is taken up again with a new ticket, and an order that got no
answer is given once more.
"""

import asyncio
import contextlib
import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from realtime import protocol

GONE = (OSError, http.client.HTTPException, ConnectionClosed, InvalidHandshake, TimeoutError)
PATIENCE = 60.0


def ask(url: str, body: Any = None, headers: dict[str, str] | None = None, *, again: bool = True) -> tuple[Any, str]:
    """A request of JSON: what came, and the cookie. Raises AssertionError with what a refusal says."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})})
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                cookie = str(answer.headers.get("Set-Cookie") or "").partition(";")[0]
                return json.loads(answer.read() or b"null"), cookie
        except GONE as problem:
            if isinstance(problem, urllib.error.HTTPError) and problem.code < 500:
                raise AssertionError(f"{url}: {problem.code} {problem.read().decode()[:400]}") from problem
            if not again or time.monotonic() > end:
                raise
            time.sleep(0.2)


def post(url: str, fields: dict[str, str], headers: dict[str, str]) -> None:
    """A plain form, as a page sends it."""
    urllib.request.urlopen(urllib.request.Request(url, urlencode(fields).encode(), headers), timeout=30).close()


class Lead:
    """Who leads, by the API with the cookies of a browser; says again what a dying server did not answer."""

    def __init__(self, url: str, room: str, cookies: list[Any]) -> None:
        self.address = f"{url}/api/v1/rooms/{room}/"
        held = {each["name"]: each["value"] for each in cookies}
        self.headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in held.items()),
            "X-CSRFToken": held["csrftoken"],
        }

    def do(self, tool: str, command: str, **args: Any) -> Any:
        """Give an order; the tool's state after it."""
        return ask(f"{self.address}tools/{tool}/{command}/", args, self.headers)[0][tool]

    def get(self, path: str) -> Any:
        return ask(self.address + path, None, self.headers)[0]

    def see(self, tool: str) -> Any:
        return self.get("tools/")[tool]


class Guest:
    """One person with a phone."""

    def __init__(self, url: str, joined: dict[str, Any], cookie: str) -> None:
        self.url, self.cookie = url, cookie
        self.room, self.id, self.path = joined["room"], joined["participant"], joined["websocket"]
        self.waits = joined["status"] == "waiting"
        self.line: ClientConnection | None = None
        self.asked: dict[str, tuple[bytes, asyncio.Future[Any]]] = {}
        self.number = 0
        self.breaks = 0

    async def hold(self) -> None:
        """Be in the room, whatever happens to the line."""
        while True:
            with contextlib.suppress(*GONE):
                await self._stay()
            self.line = None
            self.breaks += 1
            await asyncio.sleep(0.3)
            with contextlib.suppress(*GONE):
                self.path = await asyncio.to_thread(self._ticket)

    def _ticket(self) -> str:
        address = f"{self.url}/api/v1/rooms/{self.room}/ticket/"
        return str(ask(address, {}, {"Cookie": self.cookie}, again=False)[0]["websocket"])

    async def _stay(self) -> None:
        address = self.url.replace("http", "ws", 1) + self.path
        async with connect(address, max_size=None, compression=None, open_timeout=20, ping_interval=None) as line:
            await line.send(protocol.sync(protocol.Sync.STEP1, b"\0"))
            self.line = line
            for frame, _answer in list(self.asked.values()):
                await line.send(frame)
            async for said in line:
                self._hear(said)

    def _hear(self, said: str | bytes) -> None:
        # States of tools are for those who read them: forty readers in one process would measure themselves.
        if isinstance(said, bytes) and said[:1] == b"\x09" and b'{"id"' in said[:16]:
            answer = json.loads(said[said.index(b"{") :])
            _frame, future = self.asked.pop(str(answer["id"]), (b"", None))
            if future is not None and not future.done():
                future.set_result(answer.get("error"))

    async def do(self, tool: str, command: str, **args: Any) -> Any:
        """Give an order; the refusal, where it was one."""
        self.number += 1
        key = str(self.number)
        frame = protocol.room({"tool": tool, "do": command, "args": args, "id": key})
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.asked[key] = (frame, answer)
        if self.line is not None:
            with contextlib.suppress(*GONE):
                await self.line.send(frame)
        return await asyncio.wait_for(answer, PATIENCE)


class Crowd:
    """Many guests at once, in a thread of their own."""

    def __init__(self, urls: list[str]) -> None:
        self.urls = urls
        self.guests: list[Guest] = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.held: list[Future[None]] = []

    def come(self, doors: list[dict[str, str]]) -> float:
        """All at the same moment, from one address; the seconds it took."""

        def join(number: int) -> Guest:
            url = self.urls[number % len(self.urls)]
            body = {"name": f"Guest {number + 1}", "place": "hall", **doors[number]}
            return Guest(url, *ask(f"{url}/api/v1/rooms/join/", body))

        began = time.monotonic()
        with ThreadPoolExecutor(len(doors)) as pool:
            self.guests += pool.map(join, range(len(doors)))
        return time.monotonic() - began

    def sit(self) -> None:
        """Take up the sockets."""
        self.held = [asyncio.run_coroutine_threadsafe(guest.hold(), self.loop) for guest in self.guests]
        end = time.monotonic() + PATIENCE
        while not all(guest.line for guest in self.guests):
            assert time.monotonic() < end, "not everybody came to their seat"
            time.sleep(0.05)

    def begin(self, act: Callable[[int, Guest], Coroutine[Any, Any, Any]], guests: list[Guest]) -> "Future[list[Any]]":
        """Let everybody do something at their own pace; what each was refused is the answer."""

        async def together() -> list[Any]:
            return await asyncio.gather(*(act(number, guest) for number, guest in enumerate(guests)))

        return asyncio.run_coroutine_threadsafe(together(), self.loop)

    def each(self, tool: str, command: str, guests: list[Guest], **args: Any) -> None:
        """All of them the same, and nobody is refused."""
        said = self.begin(lambda _number, guest: guest.do(tool, command, **args), guests).result(PATIENCE)
        assert said == [None] * len(guests), said

    def leave(self) -> None:
        """Everybody closes their line, and waits until it is closed: what stays open is found in a later test."""
        if not self.loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._part(), self.loop).result(PATIENCE)
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join()
            self.loop.close()

    async def _part(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.loop.shutdown_default_executor()
