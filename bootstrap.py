"""From a bare Python 3.11+ to a running Copact: `bootstrap.py install app|dev`, `bootstrap.py run`, `bootstrap.py stack`.

Uses the standard library only, since it runs before anything is installed.
"""

import contextlib
import ctypes
import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HOUSE = Path(__file__).resolve().parent
VENV = HOUSE / ".venv"
PYTHON = VENV / "bin" / "python"
PREPARED_FROM = ("*/migrations/*.py", "backend/*/migrations/*.py", "backend/cities/data/**/*")
PREPARED_FROM += (
    "backend/demo/**/*",
    "backend/locale/**/*.po",
    "frontend_templates/static/**/*",
    "requirements/app.txt",
)
DEMO_PEOPLE = ("citizen", "maker", "facilitator", "officer", "researcher", "admin")
DEMO_CITIES = ("torino", "gdansk", "budapest", "cluj-napoca")


def say(text: str) -> None:
    print(text, flush=True)


# --- what has to be there ---------------------------------------------------------------------


def install(kind: str) -> None:
    """Make .venv and install the locked packages, unless just these are in it already."""
    stamp = VENV / f"installed-{kind}"
    wanted = fingerprint([HOUSE / "requirements" / f"{kind}.txt"], content=True)
    if not works(PYTHON):
        make_venv()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    began = time.monotonic()
    say(f"Installing the packages of requirements/{kind}.txt: once, in about a minute.")
    if not pip_install(HOUSE / "requirements" / f"{kind}.txt"):
        sys.exit("\nNot all packages could be installed. Start again when that is mended.")
    stamp.write_text(wanted)
    if kind == "dev":  # the packages of a developer hold those of the app
        (VENV / "installed-app").write_text(fingerprint([HOUSE / "requirements" / "app.txt"], content=True))
    say(f"Installed in {time.monotonic() - began:.0f} s.")


def pip_install(requirements: Path) -> bool:
    """Install exactly what the file names, with a line of progress; say all that pip said when it fails."""
    total = sum(1 for line in requirements.read_text().splitlines() if line[:1].isalnum())
    if not works(PYTHON, "import pip"):
        subprocess.run([str(PYTHON), "-m", "ensurepip"], check=True, capture_output=True)
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", str(requirements)]
    said: list[str] = []
    done = 0
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            said.append(line)
            word, _, rest = line.partition(" ")
            if word in ("Collecting", "Processing"):
                done += 1
                show_progress(f"{done:3} of at most {total}  {re.split(r'==|-[0-9]', Path(rest).name)[0]}")
            elif word == "Installing":
                show_progress("unpacking them")
    say("")
    if pip.returncode:
        say("".join(said[-25:]))
    return pip.returncode == 0


def show_progress(text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K  {text}", end="", flush=True)
    else:
        print(f"  {text}", flush=True)


def make_venv() -> None:
    try:
        __import__("ensurepip")
    except ImportError:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        mend = f"sudo apt-get install -y {version}-venv" if shutil.which("apt-get") else f"{version} -m ensurepip"
        sys.exit(f"This Python comes without the part that makes virtual environments. Mend it with:\n\n    {mend}\n")
    say(f"Making a home for the packages in .venv (Python {sys.version.split()[0]}).")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def works(python: Path, code: str = "") -> bool:
    if not python.exists():
        return False
    return subprocess.run([str(python), "-c", code], check=False, capture_output=True).returncode == 0


def fingerprint(files: list[Path], *, content: bool = False) -> str:
    """One line that changes when one of the files does: by content, or by size and time where there are many."""
    seen = hashlib.sha256(sys.version.encode())
    for file in sorted(files):
        stat = file.stat()
        seen.update(str(file.relative_to(HOUSE)).encode())
        seen.update(file.read_bytes() if content else f"{stat.st_size} {stat.st_mtime_ns}".encode())
    return seen.hexdigest()


# --- the demo on this machine -----------------------------------------------------------------


def environment() -> dict[str, str]:
    """The environment of the children: what the caller set, and kind defaults for one machine."""
    env = dict(os.environ)
    host, port = env.setdefault("HOST", "127.0.0.1"), env.setdefault("PORT", "8000")
    data = Path(env.get("DATA_DIR") or HOUSE / "var").expanduser().resolve()
    data.mkdir(parents=True, exist_ok=True)
    env["DATA_DIR"] = str(data)
    if not env.get("MEDIA_S3_BUCKET"):
        env.setdefault("MEDIA_ROOT", str(data / "media"))
    open_to_all = host in ("0.0.0.0", "::")
    env.setdefault("DEMO", "1")
    env.setdefault("BASE_URL", f"http://{'127.0.0.1' if open_to_all else host}:{port}")
    env.setdefault("ALLOWED_HOSTS", "*" if open_to_all else f"{host},localhost,127.0.0.1")
    if not env.get("SECRET_KEY"):
        env["SECRET_KEY"] = kept_secret(data / "secret_key")
    env["PYTHONUNBUFFERED"] = "1"
    return env


def kept_secret(file: Path) -> str:
    """The instance's own secret: made once, readable by its owner only, kept with the data it protects."""
    if not file.exists():
        with open(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as secret:
            secret.write(secrets.token_urlsafe(64))
    return file.read_text().strip()


def prepare(env: dict[str, str]) -> None:
    """Tables, cities, demo, translations: skipped when nothing they are made from has changed since."""
    stamp = Path(env["DATA_DIR"]) / "prepared"
    now = fingerprint([file for pattern in PREPARED_FROM for file in HOUSE.glob(pattern) if file.is_file()])
    now += env["DEMO"]
    sources = [*HOUSE.glob("backend/locale/*/LC_MESSAGES/django.po")]
    compiled = all(file.with_suffix(".mo").exists() for file in sources)
    if compiled and not env.get("DATABASE_URL") and stamp.exists() and stamp.read_text() == now:
        return
    if subprocess.run([str(PYTHON), "manage.py", "prepare"], cwd=HOUSE, env=env, check=False).returncode:
        sys.exit("The data could not be prepared; the lines above tell why.")
    stamp.write_text(now)


def is_taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


class Household:
    """The web server and the task worker as children of this process: they start, and end, together."""

    PATIENCE = 10  # seconds between "please end" and the end

    def __init__(self, commands: dict[str, list[str]], env: dict[str, str]) -> None:
        self.commands, self.env = commands, env
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}
        self.ending = False

    def start(self, name: str) -> None:
        # A session of its own: Ctrl-C in the terminal reaches only this process, which ends them in order.
        self.children[name] = subprocess.Popen(
            self.commands[name], cwd=HOUSE, env=self.env, start_new_session=True, preexec_fn=die_with_parent
        )
        self.started[name] = time.monotonic()

    def end(self, *_signal: object) -> None:
        self.ending = True

    def watch(self, address: str) -> int:
        """Until someone says stop; a child that is killed comes back, one that cannot start ends the house."""
        greeted = False
        while not self.ending:
            for name, child in self.children.items():
                if child.poll() is None:
                    continue
                if time.monotonic() - self.started[name] < 5:
                    say(f"The {name} process could not start; the lines above tell why.")
                    return 1
                say(f"The {name} process ended ({child.returncode}). It is started again.")
                self.start(name)
            if not greeted and answers(address):
                greeted = True
                greet(address)
            time.sleep(0.1 if not greeted else 0.3)
        return 0

    def stop(self) -> None:
        for child in self.children.values():
            child.terminate()
        until = time.monotonic() + self.PATIENCE
        for child in self.children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def die_with_parent() -> None:
    """On Linux a child ends with its parent, also when that is killed without a word."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def greet(address: str) -> None:
    say(f"\n  Copact is open:  {address}\n")
    if os.environ.get("DEMO", "1") != "0":
        say(f"  Demo people:     {' '.join(f'{role}@torino.example' for role in DEMO_PEOPLE[:3])}")
        say(f"                   {' '.join(f'{role}@torino.example' for role in DEMO_PEOPLE[3:])}")
        say(f"                   and the same at {', '.join(f'{city}.example' for city in DEMO_CITIES[1:])}")
        say("  Password:        copact-demo\n")
    say("  Stop:            Ctrl-C (your data stays)\n")


def run() -> int:
    install("app")
    env = environment()
    env.setdefault("LOG_LEVEL", "WARNING")
    host, port = env["HOST"], int(env["PORT"])
    if is_taken(host, port):
        say(f"Port {port} is in use by another program. Choose another one:\n\n    PORT={port + 1} make run\n")
        return 1
    prepare(env)
    web = [str(PYTHON), "-m", "daphne", "-v", "0", "-b", host, "-p", str(port), "backend.asgi:application"]
    worker = [str(PYTHON), "manage.py", "db_worker", "--no-startup-delay", "-v", "0"]
    house = Household({"web": web, "worker": worker}, env)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, house.end)
    for name in house.commands:
        house.start(name)
    try:
        return house.watch(f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}")
    finally:
        say("\nClosing …")
        house.stop()
        say("Closed. Your data stays in " + env["DATA_DIR"])


def proxies(folder: Path, port: int, count: int) -> list[str]:
    """The samples of proxies with the processes that there are; tells where they were written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in ("nginx.conf", "haproxy.cfg"):
        lines: list[str] = []
        for line in (HOUSE / "deploy" / f"{name}.sample").read_text(encoding="utf-8").splitlines():
            if ":8000" in line and "server " in line:
                for number in range(count):
                    lines.append(line.replace(":8000", f":{port + number}").replace("web1", f"web{number + 1}"))
            elif not (":8001" in line and "server " in line):
                lines.append(line.replace("(WEB_PROCESSES=2, PORT=8000)", f"(WEB_PROCESSES={count}, PORT={port})"))
        text = "\n".join(lines).replace("two web processes", "the web processes")
        (folder / name).write_text(f"{text}\n", encoding="utf-8")
        written.append(str(folder / name))
    return written


def stack() -> int:
    """The processes of the Procfile on one machine: WEB_PROCESSES web servers from PORT upwards, and a worker."""
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if missing:
        say(f"The production shape needs {' and '.join(missing)} in the environment, for example:\n")
        say("    DATABASE_URL=postgres://copact:…@127.0.0.1/copact REDIS_URL=redis://127.0.0.1:6379/0 make stack\n")
        say("For a trial without a server of your own:  make stack-local")
        return 1
    install("app")
    # Without an address of its own it is a trial on this machine, and a trial shows the demo.
    os.environ.setdefault("DEMO", "0" if os.environ.get("BASE_URL") else "1")
    env = environment()
    env["PATH"] = f"{PYTHON.parent}{os.pathsep}{env['PATH']}"
    if subprocess.run([str(PYTHON), "manage.py", "prepare"], cwd=HOUSE, env=env, check=False).returncode:
        return 1
    count, port = int(env.setdefault("WEB_PROCESSES", "2")), int(env["PORT"])
    for number in range(count):
        say(f"  web {number + 1}:  http://{env['HOST']}:{port + number}")
    if count > 1:
        names = proxies(Path(env["DATA_DIR"]) / "proxy", port, count)
        say("  In front: a proxy that sends the sockets of a room to one process, written for just these processes:")
        say(f"            {' or '.join(names)}. Without one all works, at three times the work for a room.")
    say("  Stop:   Ctrl-C\n")
    command = [str(PYTHON), "-m", "honcho", "start", "-c", f"web={count}", "-p", str(port), "web", "worker"]
    with subprocess.Popen(command, cwd=HOUSE, env=env) as honcho:
        # Ctrl-C reaches honcho as well, which ends its children; this process only waits for it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: honcho.terminate())
        return honcho.wait() % 130  # 130: ended by Ctrl-C, as it should be


def main(arguments: list[str]) -> int:
    if arguments in (["run"], ["stack"]):
        return {"run": run, "stack": stack}[arguments[0]]()
    if len(arguments) == 2 and arguments[0] == "install" and arguments[1] in ("app", "dev"):
        install(arguments[1])
        return 0
    say(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
