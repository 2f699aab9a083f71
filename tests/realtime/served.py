"""Real servers on the tests' own database, as `make stack` runs them, for tests that kill them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 120.0  # three seconds of work, on a machine that may have much else to do


def database_url() -> str:
    """The address of the test database that this process uses."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    return urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{held['NAME']}").geturl()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One ASGI process; `kill` is as sudden as a power cut for it."""

    def __init__(self, folder: Path, *, daphne: bool = False, bus: str | None = None, **settings_: str) -> None:
        self.folder = folder
        self.bus = settings.REDIS_URL if bus is None else bus
        self.settings = settings_
        self.port = free_port()
        self.daphne = daphne
        self.start()

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "backend.settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.bus,
            "SECRET_KEY": settings.SECRET_KEY,
            "DATA_DIR": str(self.folder),
            "DEMO": "1",
            "LOG_LEVEL": "WARNING",
            **self.settings,
        }

    def start(self) -> None:
        log = (self.folder / f"server-{self.port}.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", *self._command()],
            cwd=ROOT,
            env=self.environment(),
            stdout=log,
            stderr=log,
        )
        log.close()
        try:
            wait_for(self._answers, START_WITHIN)
        except BaseException:
            self.kill()
            raise

    def _command(self) -> list[str]:
        application = "backend.asgi:application"
        if self.daphne:
            return ["daphne", "-b", "127.0.0.1", "-p", str(self.port), application]
        web = next(line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("web:"))
        place = {"${HOST:-0.0.0.0}": "127.0.0.1", "${PORT:-8000}": str(self.port)}
        return [place.get(word, word) for word in web.partition(" -m ")[2].split()]

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / f"server-{self.port}.log").read_text()[-3000:]
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def url(self, participant: Any, ticket: str) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/rooms/{participant.room_id}/?ticket={ticket}"

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=40) as answer:
            return str(answer.read().decode())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @contextmanager
    def worker(self) -> Iterator[None]:
        """The process for work that can wait, on the same database."""
        command = [sys.executable, "-W", "ignore", "manage.py", "db_worker", "--queue-name", "*"]
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment(), stdout=log, stderr=log)
        try:
            yield
        finally:
            process.kill()
            process.wait()

    def stop(self) -> float:
        """End it as an operator does; tells how long that took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        return time.monotonic() - begun


def wait_for(true: Callable[[], Any], patience: float = 40.0) -> float:
    """Wait until `true()` is; tells how long it took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < patience, "it did not come true"
        time.sleep(0.03)
    return time.monotonic() - begun
