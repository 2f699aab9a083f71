"""A session of sixty, with every tool in use: joining from one address, a vote until it is on the hall's screen, the
server time of a tool's command against a bare consumer's echo in the same process and the same run, and the page's
weight and time. With `python -m tests.servers python -m bench.session` on PostgreSQL, Redis and two processes."""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from bench import demo
from bench.start import free_port

PEOPLE, ASSISTED = 60, 20
LIMITS = {"refused": 0.0, "joins": 10.0, "vote": 300.0, "ratio": 3.0, "page": 250.0}
# Refusals that come with doing things by chance: a hand that is up already, and the next of nobody.
MEANT = {("speaking", "raise"): "raised", ("speaking", "next"): "empty"}
LOOKS = 15  # at the room's page and at a bare one
VOTES_WITHIN = 12.0  # seconds in which everybody votes
LASTS = 16.0
SYNC_STEP_1 = bytes([0, 0, 1, 0])


def uint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(128 | value & 127)
        value >>= 7
    return bytes([*out, value])


def order(tool: str, what: str, key: str, **args: Any) -> bytes:
    text = json.dumps({"tool": tool, "do": what, "args": args, "id": key}).encode()
    return b"\x09" + uint(len(text)) + text


def said(frame: bytes, keep: frozenset[str]) -> dict[str, Any] | None:
    """What a room frame says, if it is an answer or of a tool to keep; others are not even read, so that sixty
    readers in one process do not measure themselves."""
    if not frame or frame[0] != 9:
        return None
    at = frame.index(b"{")
    head = frame[at : at + 40]
    if b'"id"' in head or any(tool.encode() in head for tool in keep):
        return dict(json.loads(frame[at:]))
    return None


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


class Server:
    """One process as the Procfile runs it, with the bare consumer beside the application."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        web = next(line for line in (demo.HOUSE / "Procfile").read_text().splitlines() if line.startswith("web:"))
        place = {
            "${HOST:-0.0.0.0}": "127.0.0.1",
            "${PORT:-8000}": str(self.port),
            "backend.asgi:application": "bench.bare:application",
        }
        command = [place.get(word, word) for word in web.partition(" -m ")[2].split()]
        environment = {**os.environ, **demo.environment(folder)}
        self.process = subprocess.Popen([sys.executable, "-m", *command], cwd=demo.HOUSE, env=environment)
        for _try in range(300):
            try:
                self.get("/healthz")
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The server did not start.")

    def get(self, path: str, cookie: str = "") -> bytes:
        headers = {"Cookie": cookie} if cookie else {}
        with urllib.request.urlopen(urllib.request.Request(self.url(path), headers=headers), timeout=30) as answer:
            return bytes(answer.read())

    def post(self, path: str, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url(path), data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            cookie = str(answer.headers.get("Set-Cookie") or "").partition(";")[0]
            return json.loads(answer.read()), cookie

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)


class Seat:
    """One person's socket: gives orders, and remembers what the tools said and when."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.waiting: dict[str, asyncio.Future[Any]] = {}
        self.seen: list[tuple[float, str, Any]] = []
        self.keep: frozenset[str] = frozenset()
        self.number = 0
        self.task = asyncio.create_task(self._listen())

    @classmethod
    async def take(cls, server: Server, path: str) -> "Seat":
        line = await connect(f"ws://127.0.0.1:{server.port}{path}", max_size=None, compression=None, open_timeout=30)
        seat = cls(line)
        await line.send(SYNC_STEP_1)
        return seat

    async def _listen(self) -> None:
        async for frame in self.line:
            now = time.perf_counter()
            found = said(frame, self.keep) if isinstance(frame, bytes) else None
            if found is None:
                continue
            if "id" in found and (future := self.waiting.pop(str(found["id"]), None)) and not future.done():
                future.set_result((now, found.get("error")))
            elif found.get("tool") in self.keep:
                self.seen.append((now, found["tool"], found["state"]))

    async def do(self, tool: str, what: str, **args: Any) -> tuple[float, Any]:
        """Milliseconds until the answer, and the refusal, if it was one."""
        self.number += 1
        key = str(self.number)
        future = self.waiting[key] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        await self.line.send(order(tool, what, key, **args))
        at, error = await asyncio.wait_for(future, 30)
        return (at - began) * 1000, error

    async def close(self) -> None:
        await self.line.close()
        await self.task


def prepare(server: Server) -> tuple[Any, Any, str, list[str]]:
    """A room with a leader, twenty people without a device and a poll that everybody may answer."""
    from backend.cities.models import City
    from backend.people.models import Person
    from realtime import permissions, tools
    from realtime.actions import open_room
    from realtime.models import Participant, Poll

    city = City.objects.get(slug="torino")
    lead = Person.objects.get(email="facilitator@torino.example")
    room = open_room(by=lead, city=city, title="A session of sixty", access="public", agenda="ideas")
    for number in range(ASSISTED):
        tools.do(room=room, tool="door", command="add", by=lead, args={"name": f"Person {number}"})
    options = {
        "kind": "single",
        "question": "Where do we begin?",
        "options": ["Benches", "Shade", "Water"],
        "live": True,
    }
    tools.do(room=room, tool="polls", command="draft", by=lead, args=options)
    poll = Poll.objects.in_city(city).get(room=room)
    tools.do(room=room, tool="polls", command="open", by=lead, args={"poll": str(poll.pk)})
    rows = Participant.objects.in_city(city).filter(room=room)
    leader = rows.get(person=lead)
    assisted = [str(key) for key in rows.filter(person__kind="assisted").values_list("pk", flat=True)]
    screen = permissions.websocket_path(leader, permissions.ticket_for(leader, view=True))
    leads = permissions.websocket_path(leader, permissions.ticket_for(leader))
    return room, (screen, leads), str(poll.pk), assisted


def join_all(server: Server, code: str) -> tuple[float, list[dict[str, Any]], str]:
    """Everybody with a device, at the same moment, from one address."""

    def join(number: int) -> tuple[dict[str, Any], str]:
        return server.post("/api/v1/rooms/join/", {"code": code, "name": f"Guest {number}", "place": "hall"})

    with ThreadPoolExecutor(PEOPLE) as pool:
        began = time.perf_counter()
        answers = list(pool.map(join, range(PEOPLE)))
        return time.perf_counter() - began, [answer for answer, _cookie in answers], answers[0][1]


async def every(seconds: float, until: float, act: Callable[[], Awaitable[Any]]) -> None:
    """Again and again with a little chance in between, as people do."""
    while time.perf_counter() < until:
        await asyncio.sleep(random.uniform(0.5, 1.5) * seconds)
        await act()


class Session:
    """Sixty people, the hall's screen and a bare consumer, for some seconds."""

    def __init__(self, server: Server, poll: str, assisted: list[str]) -> None:
        self.server, self.poll, self.assisted = server, poll, assisted
        self.commands: list[float] = []
        self.refused: list[Any] = []
        self.votes: list[float] = []
        self.echoes: list[float] = []
        self.kept: list[float] = []

    async def run(self, joined: list[dict[str, Any]], screen: str, leads: str, other: Server) -> list[float]:
        """Every second one by way of the `other` process, where there are two."""
        paths, self.joined = [each["websocket"] for each in joined], [each["participant"] for each in joined]
        self.screen = await Seat.take(self.server, screen)
        self.screen.keep = frozenset({"polls"})
        self.lead = await Seat.take(self.server, leads)
        self.seats = list(
            await asyncio.gather(
                *(Seat.take((self.server, other)[number % 2], path) for number, path in enumerate(paths))
            )
        )
        bare, keeps = [
            await connect(f"ws://127.0.0.1:{self.server.port}/ws/{name}/", compression=None)
            for name in ("bare", "kept")
        ]
        await asyncio.sleep(2)
        until = time.perf_counter() + LASTS
        await asyncio.gather(
            self._votes(),
            self._others(until),
            self._echo(bare, until, self.echoes),
            self._echo(keeps, until, self.kept),
        )
        await asyncio.sleep(1)
        shown = self._on_screen()
        for seat in (self.screen, self.lead, *self.seats):
            await seat.close()
        await bare.close()
        await keeps.close()
        return shown

    async def _give(self, seat: Seat, tool: str, what: str, **args: Any) -> None:
        took, error = await seat.do(tool, what, **args)
        self.commands.append(took)
        if error and error["code"] != MEANT.get((tool, what)):
            self.refused.append((tool, what, error))

    async def _votes(self) -> None:
        """Each once, within some seconds; who leads enters those without a device, one after the other."""

        async def vote(seat: Seat, wait: float, **more: Any) -> None:
            await asyncio.sleep(wait)
            self.votes.append(time.perf_counter())
            await self._give(seat, "polls", "vote", poll=self.poll, choice="1", value=self.choice, **more)

        self.choice = await self._first_choice()
        chance = random.Random(7)
        own = [vote(seat, chance.uniform(0, VOTES_WITHIN)) for seat in self.seats]
        step = VOTES_WITHIN / len(self.assisted)
        helped = [vote(self.lead, place * step, **{"for": key}) for place, key in enumerate(self.assisted)]
        await asyncio.gather(*own, *helped)

    async def _first_choice(self) -> Any:
        for _try in range(100):
            states = [state for _at, tool, state in self.screen.seen if tool == "polls"]
            if states and states[-1]["polls"]:
                return states[-1]["polls"][0]["options"][0]["id"]
            await asyncio.sleep(0.05)
        raise SystemExit("The poll did not come to the screen.")

    def _on_screen(self) -> list[float]:
        """For each vote, the milliseconds until the screen counted as many."""
        counts = [
            (at, state["polls"][0]["turnout"]["voted"]) for at, _tool, state in self.screen.seen if state["polls"]
        ]
        took = []
        for place, began in enumerate(sorted(self.votes), 1):
            arrived = next((at for at, voted in counts if voted >= place), None)
            if arrived is None:
                raise SystemExit(f"Vote {place} never came to the screen.")
            took.append((arrived - began) * 1000)
        return took

    async def _others(self, until: float) -> None:
        """Hands, messages, ideas, the agenda, captions: everything goes on meanwhile."""
        seats = iter(self.seats)
        talker, asker, hand, thinker, writer = (next(seats) for _ in range(5))
        rows = self.lead
        await self._give(rows, "agenda", "next")
        await self._give(rows, "captions", "name", id=self.joined[4])
        await asyncio.gather(
            every(0.6, until, lambda: self._give(talker, "chat", "post", text="I agree with that.")),
            every(0.9, until, lambda: self._give(asker, "chat", "post", text="What about the trees?")),
            every(1.2, until, lambda: self._give(hand, "speaking", "raise")),
            every(1.4, until, lambda: self._give(rows, "speaking", "next")),
            every(
                1.1, until, lambda: self._give(thinker, "board", "add_note", column="c1", text="A bench in the shade")
            ),
            every(3.0, until, lambda: self._give(rows, "agenda", "extend", minutes=1)),
            every(1.5, until, lambda: self._give(writer, "captions", "write", text="And now about the benches.")),
        )

    async def _echo(self, bare: ClientConnection, until: float, times: list[float]) -> None:
        frame = json.dumps({"tool": "polls", "do": "vote", "args": {"poll": self.poll, "value": "x"}, "id": "1"})
        while time.perf_counter() < until:
            began = time.perf_counter()
            await bare.send(frame)
            await bare.recv()
            times.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.07)


def times_of_pages(server: Server, path: str, cookie: str) -> tuple[float, float]:
    """Milliseconds until a guest has the room's page, and a page that one bare view of Django says; both medians."""
    looks: dict[str, list[float]] = {path: [], "/bare/": []}
    for _look in range(LOOKS):
        for place, times in looks.items():
            began = time.perf_counter()
            server.get(place, cookie)
            times.append((time.perf_counter() - began) * 1000)
    room, bare = (statistics.median(times) for times in looks.values())
    return room, bare


def weight_of_room(server: Server, path: str, cookie: str) -> float:
    """Kilobytes of the room's page and all its scripts and styles, compressed, every tool among them."""
    import gzip

    page = server.get(path, cookie)
    build = demo.HOUSE / "frontend_templates" / "static" / "build"
    names = {"site.css", "room.css", "page.js", "room.js", *(part.name for part in build.glob("part-*.js"))}
    files = [(build / name).read_bytes() for name in sorted(names)]
    return sum(len(gzip.compress(content, 9)) for content in (page, *files)) / 1024


def tell(name: str, value: float, unit: str, limit: float) -> bool:
    print(f"   {name:52} {value:8.1f} {unit:3} (limit {limit:g}){'' if value <= limit else '   TOO MUCH'}")
    return value <= limit


def main() -> int:
    folder = demo.set_up()
    server = Server(folder)
    other = Server(folder) if demo.servers() else server
    try:
        room, (screen, leads), poll, assisted = prepare(server)
        joining, joined, cookie = join_all(server, room.code)
        session = Session(server, poll, assisted)
        shown = asyncio.run(session.run(joined, screen, leads, other))
        address = f"/torino/rooms/{room.slug}/"
        page = weight_of_room(server, address, cookie)
        first, bare = times_of_pages(server, address, cookie)
        times = {"command": session.commands, "echo": session.echoes, "echo that stores a row": session.kept}
        print(
            "   "
            + "; ".join(
                f"{name}: median {statistics.median(each):.1f}, p95 {p95(each):.1f} ms" for name, each in times.items()
            )
        )
        print(
            f"   {len(joined)} joined, {len(session.commands)} commands, refused: {len(session.refused)} {session.refused[:3]}"
        )
        print(f"   the room's page with sixty people: {first:.0f} ms; a page of one bare view: {bare:.0f} ms")
        half = statistics.median
        for name, most, said in (("p95", p95, session.kept), ("median", half, session.kept)):
            line = f"a command, {name}, over an echo that stores a row"
            print(f"   {line:52} {most(session.commands) / most(said):8.1f} x")
        print(f"   {'a command, median, over a bare echo':52} {half(session.commands) / half(session.echoes):8.1f} x")
        well = [
            tell("commands that were refused and should not be", len(session.refused), "", LIMITS["refused"]),
            tell("60 people join from one address", joining, "s", LIMITS["joins"]),
            tell("a vote until it is on the hall's screen, p95", p95(shown), "ms", LIMITS["vote"]),
            tell(
                "a command, p95, over a bare consumer's echo, p95",
                p95(session.commands) / p95(session.echoes),
                "x",
                LIMITS["ratio"],
            ),
            tell("the room's page with every tool, compressed", page, "KB", LIMITS["page"]),
        ]
        return 0 if all(well) else 1
    finally:
        server.stop()
        if other is not server:
            other.stop()


if __name__ == "__main__":
    sys.exit(main())
