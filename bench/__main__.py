"""Run the benchmarks one after the other: `python -m bench`, or only some: `python -m bench pages memory`.

Every scenario of the rooms' engine is short here; with `--full` each has the length of the README's figures and three rounds.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE / "realtime" / "peers"
BENCHES = {
    "pages": "server time, queries and weight of each page of the thread",
    "memory": "memory of the web process with ten rooms open",
    "session": "a session of sixty people with every tool in use",
    "realtime": "the room's engine against its peers and a bare relay",
    "start": "fresh clone to first page, and the second start",
}


def commands(name: str, full: bool = False) -> list[list[str]]:
    if name != "realtime":
        return [[sys.executable, "-m", f"bench.{name}"]]
    install = [["npm", "ci", "--prefix", str(PEERS), "--no-audit", "--no-fund", "--silent"]]
    peer = PEERS / ".venv"
    if not peer.exists():
        packages = ["-r", str(PEERS / "requirements.txt")]
        install += [[sys.executable, "-m", "venv", str(peer)], [str(peer / "bin" / "pip"), "install", "-q", *packages]]
    return [*install, ["node", str(HERE / "realtime" / "run.mjs"), *(["--full"] if full else [])]]


def runs_through(name: str, full: bool) -> bool:
    if name == "realtime" and not shutil.which("node"):
        print("   SKIPPED: the peers need Node, and there is none here.")
        return True
    return all(subprocess.run(command, check=False).returncode == 0 for command in commands(name, full))


def main(wanted: list[str]) -> int:
    full = "--full" in wanted
    wanted = [name for name in wanted if name != "--full"]
    unknown = set(wanted) - set(BENCHES)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}. Choose from {', '.join(BENCHES)}.")
        return 2
    failed = []
    for name in wanted or BENCHES:
        print(f"\n== {name}: {BENCHES[name]}", flush=True)
        began = time.monotonic()
        if not runs_through(name, full):
            failed.append(name)
        print(f"   ({time.monotonic() - began:.0f} s)", flush=True)
    if failed:
        print(f"\nDid not run through: {', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
