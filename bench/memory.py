"""Memory of one web process with ten rooms open, four people writing in each, after the pages of a city were visited."""

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
SAVED = b"\x08"  # the first byte of the frame that says so
SERVERS = {
    "daphne": ["-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p"],
    "uvicorn": ["-m", "uvicorn", "--log-level", "warning", "--ws", "realtime.server:RoomProtocol", "--port"],
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


def seed() -> list[list[str]]:
    """Ten rooms in a city of the demo; for each the paths of the sockets of its people."""
    from backend.cities.models import City
    from backend.people.models import Person
    from realtime import permissions
    from realtime.actions import join_room, open_room

    city = City.objects.get(slug="torino")
    facilitator = Person.objects.get(email="facilitator@torino.example")
    rooms = []
    for number in range(ROOMS):
        room = open_room(by=facilitator, city=city, title=f"Room {number}")
        people = [join_room(code=room.code, name=f"Guest {place}") for place in range(PEOPLE)]
        rooms.append([permissions.websocket_path(one, permissions.ticket_for(one)) for one in people])
    return rooms


def write(person: ClientConnection, text: str) -> None:
    """One person's paragraph, as the editor of a browser would send it, until the server says that it is saved."""
    document = pycrdt.Doc()
    body = document.get("document", type=pycrdt.XmlFragment)
    paragraph = pycrdt.XmlElement("paragraph", contents=[pycrdt.XmlText(text)])
    body.children.append(paragraph)
    person.send(pycrdt.create_update_message(document.get_update()))
    while person.recv(timeout=20)[:1] != SAVED:
        pass


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
    rooms = seed()
    for server in SERVERS:
        started, visited, live = measure(server, env, rooms)
        print(
            f"   {server:8} started {started:4.0f} MB, pages visited {visited:4.0f} MB, "
            f"{ROOMS} rooms with {PEOPLE} people each {live:4.0f} MB   (limit {LIMIT} MB)"
        )


if __name__ == "__main__":
    main()
