"""Memory of one web process with ten rooms open, four people writing in each, after the pages of a city were visited."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import pycrdt
from websockets.sync.client import ClientConnection, connect

from bench import demo

ROOMS, PEOPLE, LIMIT = 10, 4, 220
SERVERS = {
    "daphne": ["-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p"],
    "uvicorn": ["-m", "uvicorn", "--log-level", "warning", "--ws", "websockets-sansio", "--port"],
}
APP = "backend.asgi:application"
PAGES = ("", "torino/", "torino/commons/", "torino/proposals/", "torino/pacts/", "torino/market/", "torino/impact/")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{url} does not answer")


def megabytes(process: subprocess.Popen[bytes]) -> float:
    return psutil.Process(process.pid).memory_info().rss / 1024 / 1024


def seed(env: dict[str, str]) -> list[list[str]]:
    """Per room the socket paths of its people."""
    command = [sys.executable, "-m", "bench.realtime.seed", str(ROOMS), str(PEOPLE)]
    said = subprocess.run(command, cwd=demo.HOUSE, env=env, check=True, capture_output=True, text=True).stdout
    rooms: list[list[str]] = json.loads(said.strip().splitlines()[-1])
    return rooms


def write(person: ClientConnection, text: str) -> None:
    """One person's paragraph, as the editor of a browser would send it."""
    document = pycrdt.Doc()
    body = document.get("document", type=pycrdt.XmlFragment)
    paragraph = pycrdt.XmlElement("paragraph", contents=[pycrdt.XmlText(text)])
    body.children.append(paragraph)
    person.send(pycrdt.create_update_message(document.get_update()))


def measure(server: str, env: dict[str, str], rooms: list[list[str]]) -> tuple[float, float, float]:
    port = free_port()
    command = [sys.executable, *SERVERS[server], str(port), APP]
    process = subprocess.Popen(command, cwd=demo.HOUSE, env=env)
    address = f"127.0.0.1:{port}"
    try:
        wait_for(f"http://{address}/healthz")
        started = megabytes(process)
        for page in PAGES:
            urllib.request.urlopen(f"http://{address}/{page}", timeout=30).read()
        visited = megabytes(process)
        with ExitStack() as open_sockets:
            for number, paths in enumerate(rooms):
                for place, path in enumerate(paths[:PEOPLE]):
                    person = open_sockets.enter_context(connect(f"ws://{address}{path}", max_size=None))
                    write(person, f"Room {number}, person {place}. " + "The bench by the river is for all. " * 40)
            time.sleep(3)
            return started, visited, megabytes(process)
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    folder = demo.set_up()
    env = {**os.environ, **demo.environment(Path(folder))}
    rooms = seed(env)
    for server in SERVERS:
        started, visited, live = measure(server, env, rooms)
        print(
            f"   {server:8} started {started:4.0f} MB, pages visited {visited:4.0f} MB, "
            f"{ROOMS} rooms with {PEOPLE} people each {live:4.0f} MB   (limit {LIMIT} MB)"
        )


if __name__ == "__main__":
    main()
