"""The way from a bare Python to a running house."""

import os
import re
import signal
import socket
import stat
import sys
import threading
import time
from pathlib import Path

import pytest

import bootstrap

HOUSE = Path(bootstrap.__file__).parent
SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    for name in ("SECRET_KEY", "HOST", "PORT", "BASE_URL", "ALLOWED_HOSTS", "DEMO", "MEDIA_ROOT", "MEDIA_S3_BUCKET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return bootstrap.environment()


def test_everything_that_persists_stands_in_the_data_folder(env: dict[str, str], tmp_path: Path):
    assert env["DATA_DIR"] == str(tmp_path / "data")
    assert env["MEDIA_ROOT"].startswith(env["DATA_DIR"])
    assert Path(env["DATA_DIR"], "secret_key").read_text() == env["SECRET_KEY"]


def test_the_secret_is_long_made_once_and_only_for_its_owner(env: dict[str, str]):
    file = Path(env["DATA_DIR"], "secret_key")
    assert len(env["SECRET_KEY"]) >= 64
    assert bootstrap.kept_secret(file) == env["SECRET_KEY"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_on_this_machine_it_shows_the_demo_and_answers_to_this_machine_only(env: dict[str, str]):
    assert env["DEMO"] == "1"
    assert env["BASE_URL"] == "http://127.0.0.1:8000"
    assert "*" not in env["ALLOWED_HOSTS"]


def test_a_host_open_to_all_lets_the_phones_in_the_hall_in(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]):
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "9000")
    opened = bootstrap.environment()
    assert opened["ALLOWED_HOSTS"] == "*"
    assert opened["BASE_URL"] == "http://127.0.0.1:9000"


def test_what_the_caller_set_is_kept(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]):
    monkeypatch.setenv("SECRET_KEY", "mine")
    monkeypatch.setenv("DEMO", "0")
    kept = bootstrap.environment()
    assert (kept["SECRET_KEY"], kept["DEMO"]) == ("mine", "0")


def test_a_port_in_use_is_noticed_before_anything_starts():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert bootstrap.is_taken("127.0.0.1", other.getsockname()[1])
    assert not bootstrap.is_taken("127.0.0.1", other_port())


def other_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_fingerprint_by_content_does_not_care_for_the_clock():
    file = bootstrap.HOUSE / "requirements" / "app.txt"
    before = bootstrap.fingerprint([file], content=True)
    os.utime(file)
    assert bootstrap.fingerprint([file], content=True) == before


def test_a_missing_ensurepip_names_the_one_command_that_mends_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match=r"-venv|ensurepip") as ended:
        bootstrap.make_venv()
    assert "python3" in str(ended.value)


def test_children_end_with_the_house():
    house = bootstrap.Household({"web": SLEEPER, "worker": SLEEPER}, dict(os.environ))
    for name in house.commands:
        house.start(name)
    house.stop()
    assert [child.returncode for child in house.children.values()] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_child_that_was_killed_comes_back():
    house = bootstrap.Household({"web": SLEEPER}, dict(os.environ))
    house.start("web")
    first = house.children["web"]
    house.started["web"] -= 60
    watching = threading.Thread(target=house.watch, args=("http://127.0.0.1:9",))
    watching.start()
    first.kill()
    until = time.monotonic() + 40
    while house.children["web"] is first and time.monotonic() < until:
        time.sleep(0.05)
    second = house.children["web"]
    house.end()
    watching.join()
    house.stop()
    assert second is not first
    assert second.returncode == -signal.SIGTERM


def test_a_child_that_can_not_start_ends_the_house(capsys: pytest.CaptureFixture[str]):
    house = bootstrap.Household({"web": [sys.executable, "-c", "raise SystemExit(3)"]}, dict(os.environ))
    house.start("web")
    assert house.watch("http://127.0.0.1:9") == 1
    assert "web" in capsys.readouterr().out


ROOM = "0198c2c4-6b5e-7a51-9d4c-3f4f1f0b2a77"


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_proxy_is_written_for_the_processes_that_there_are(tmp_path: Path, count: int):
    nginx, haproxy = (Path(name).read_text() for name in bootstrap.proxies(tmp_path / "proxy", 9000, count))
    for text in (nginx, haproxy):
        assert re.findall(r"^ +server .*:(\d+)\b", text, re.M) == [str(9000 + number) for number in range(count)] * 2
        assert "800" not in text
    assert len(set(re.findall(r"server (web\d+)", haproxy))) == count


def test_the_room_in_the_address_chooses_the_process():
    nginx, haproxy = ((HOUSE / "deploy" / f"{name}.sample").read_text() for name in ("nginx.conf", "haproxy.cfg"))
    address = f"/ws/rooms/{ROOM}/"
    [pattern] = re.findall(r"~(\^/ws/rooms/\S+)", nginx)
    found = re.match(pattern.replace("(?<", "(?P<"), address)
    assert found is not None
    assert found["room"] == ROOM
    assert "hash $copact_room consistent;" in nginx
    [field] = re.findall(r"balance hash path,field\((\d+),/\)", haproxy)
    assert address.split("/")[int(field) - 1] == ROOM
    assert "hash-type consistent" in haproxy


def test_no_log_keeps_the_credential_that_stands_in_the_address_of_a_socket():
    nginx, haproxy = ((HOUSE / "deploy" / f"{name}.sample").read_text() for name in ("nginx.conf", "haproxy.cfg"))
    [sockets] = re.findall(r"location /ws/ \{(.*?)\n    \}", nginx, re.S)
    assert "access_log off;" in sockets
    assert "error_log /dev/null crit;" in sockets
    silent = haproxy.index("http-request set-log-level silent if { path_beg /ws/ }")
    assert silent < haproxy.index("use_backend copact_rooms")
    [web] = re.findall(r"^web: (.*)$", (HOUSE / "Procfile").read_text(), re.M)
    assert "--no-access-log" in web
    assert "--log-level warning" in web
