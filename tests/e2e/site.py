"""A real Copact on this machine for the browser journeys: its own data folder, port and processes."""

import atexit
import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_RUN = 3 * 3600  # seconds


_ALONE = uuid4().hex  # names a run in one process
_GIVEN: set[int] = set()


def free_port() -> int:
    """One that stays free until somebody listens there: below those that systems lend to whoever calls out, in a range
    of this test process alone, and given once."""
    first = 12_000 + 2_000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 9)
    for port in random.sample(range(first, first + 2_000), 2_000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _GIVEN:
                _GIVEN.add(port)
                return port
    raise AssertionError("no port is free")


class Site:
    """Starts, kills and restarts the processes of one installation; its data outlive them."""

    def __init__(self, folder: Path, *, server: str = "daphne", environment: dict[str, str] | None = None):
        self.folder = folder
        self.server = server
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "backend.settings",
            "SECRET_KEY": "a-key-for-the-journeys-only-0123456789-0123456789-0123456789",
            "DATA_DIR": str(folder),
            "MEDIA_ROOT": str(folder / "media"),
            "BASE_URL": self.url,
            "LOG_LEVEL": "WARNING",
            **(environment or {}),
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.web: dict[int, subprocess.Popen[bytes]] = {}  # by port

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout

    def prepare(self) -> None:
        """The database with the demo in it."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("load_cities")
        self.manage("load_demo")

    def start(self, port: int | None = None, *, wait: bool = True) -> None:
        """One web server (and, the first time, a task worker)."""
        port = port or self.port
        commands = {
            "daphne": ["-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "backend.asgi:application"],
            "uvicorn": [
                "-m",
                "uvicorn",
                "--port",
                str(port),
                "--ws",
                "realtime.server:RoomProtocol",
                "--log-level",
                "warning",
            ]
            + ["backend.asgi:application"],
        }
        self.web[port] = self._spawn(f"web-{port}.log", commands[self.server])
        if wait:
            self.wait(port)

    def start_worker(self) -> None:
        self._spawn("worker.log", ["manage.py", "db_worker"])

    def _spawn(self, log: str, command: list[str]) -> "subprocess.Popen[bytes]":
        with (self.folder / log).open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def wait(self, port: int | None = None, seconds: float = 120) -> None:
        address = f"http://127.0.0.1:{port or self.port}/healthz"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(address, timeout=2).close()
                return
            time.sleep(0.1)
        raise AssertionError(f"{address} did not answer: {self.logs()}")

    def kill(self, port: int | None = None) -> None:
        """As a power cut would: the web server dies with no chance to say a word."""
        process = self.web.pop(port or self.port)
        self.processes.remove(process)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def logs(self) -> str:
        return "\n".join(path.read_text()[-3000:] for path in self.folder.glob("*.log"))

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return json.load(answer)

    def get_text(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def demo_room(self, city: str = "torino") -> dict[str, Any]:
        rooms = self.get(f"/api/v1/rooms/?city={city}")["results"]
        return next(room for room in rooms if room["slug"] == "demo")


@contextlib.contextmanager
def demo_site(**options: Any) -> Iterator[Site]:
    """A site with the demo loaded, and one web server and a worker running."""
    folder = Path(tempfile.mkdtemp(prefix="copact-e2e-"))
    site = Site(folder, **options)
    try:
        _prepare_once(site)
        site.start()
        site.start_worker()
        yield site
    finally:
        site.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _prepare_once(site: Site) -> None:
    """What a site on SQLite starts from is made once in a run: half a minute that each of its journeys would take."""
    if site.environment.get("DATABASE_URL"):
        site.prepare()
        return
    home = Path(tempfile.gettempdir())
    mine = f"copact-demo-{os.getuid()}"
    kept = home / f"{mine}-{os.environ.get('PYTEST_XDIST_TESTRUNUID') or _ALONE}"
    with (home / f"{mine}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in home.glob(f"{mine}-*"):
                if time.time() - old.stat().st_mtime > LONGEST_RUN:
                    shutil.rmtree(old, ignore_errors=True)
            site.prepare()
            fresh = Path(tempfile.mkdtemp(prefix="copact-fresh-"))
            shutil.copytree(site.folder, fresh, dirs_exist_ok=True)
            fresh.replace(kept)
            if kept.name.endswith(_ALONE):
                atexit.register(shutil.rmtree, kept, ignore_errors=True)
            return
    shutil.copytree(kept, site.folder, dirs_exist_ok=True)


def standing_site(url: str) -> Site:
    """A site that someone else started; COPACT_DATA is where its data stand, for who gives it commands."""
    site = Site(Path(os.environ.get("COPACT_DATA") or tempfile.gettempdir()))
    site.url = url
    return site
