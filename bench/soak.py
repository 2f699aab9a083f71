"""The tortures of the room's engine at full length: `python -m bench.soak [name …]`, or `make soak`.

Each prints its seed (SEED=… runs it again), what it did, and a verdict; the exit code tells how many failed.
`python -m bench.soak --short` runs a moment of each.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.servers import postgres, valkey

WANTED = {
    "kills": "50 times kill -9 while 20 write",
    "mutants": "20,000 damaged frames in a room in which three write",
    "hunt": "500,000 damaged updates past the guard, and what Yjs and the server read of those it lets through",
    "sessions": "500 random sessions of three over sockets and bad lines, snapshots in the middle and restarts; a newcomer reads what they read",
    "judged": "500 random sessions told by Yjs, through guard, store and snapshot and out again",
    "forgeries": "1,000 forged client ids",
    "bus": "two processes on PostgreSQL, the bus cut for a minute",
    "flushes": "two processes on PostgreSQL, the bus emptied every five seconds for two minutes, and its line cut now and then",
    "restarts": "two processes on PostgreSQL, the bus killed and started anew every five seconds for two minutes",
    "filling": "a room of 5,000 updates that is cached again and again while ten write for two minutes, on SQLite",
    "filling-postgres": "the same on PostgreSQL",
    "comings": "1,000 rooms opened, written in and left",
    "phone": "a phone in a real browser, without a line for ten minutes and closed meanwhile, while others write",
}
SERVERS = {"bus", "flushes", "restarts", "filling-postgres"}


def say(*words: Any) -> None:
    print("  ", *words, flush=True)


def kills(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.torture.kills import killed

    found = killed(ground, kills=2 if short else 50, writers=20, seed=seed)
    return found, not found.lost and found.promised > 0 and found.slowest < 5


def mutants(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.torture.mutants import mutants

    found = mutants(ground, frames=500 if short else 20_000, seed=seed)
    held = found.slowest < 1 and max(found.heaviest.values()) < 1
    return found, not found.apart and held and _arrived(found.answers, found.frames)


def _arrived(answers: dict[str, int], frames: int) -> bool:
    """Whether attacks were judged at all, and nobody was left without an answer."""
    from tests.realtime.torture.mutants import THROWN_OUT

    return "silence" not in answers and answers.get(THROWN_OUT, 0) > frames / 8


def hunt(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.nodes import node
    from tests.realtime.torture.mutants import hunted

    with node("judge.mjs") as judge:
        found = hunted(judge, tries=10_000 if short else 500_000, seed=seed, say=say)
    return found, not found.apart and found.taken > 0


def sessions(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.torture.sessions import sessions

    found = sessions(ground, count=10 if short else 500, seed=seed)
    return found, not found.apart and found.snapshots > 0


def judged(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.nodes import node
    from tests.realtime.torture.judged import judged

    with node("judge.mjs") as judge:
        found = judged(judge, count=10 if short else 500, seed=seed, say=say)
    return found, not found.apart and found.compacted == found.snapshots > 0


def forgeries(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.torture.forgeries import forgeries

    found = forgeries(ground, tries=100 if short else 1_000, seed=seed)
    return found, not found.apart and not found.stolen and _arrived(found.answers, found.tries)


def bus(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.torture.bus import cut

    found = cut(ground, seconds=5 if short else 60, seed=seed)
    return found, not found.lost and found.healed < 3 and found.presence


def flushes(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.torture.bus import flushed

    found = flushed(ground, seconds=10 if short else 120, every=5, seed=seed)
    return found, not found.lost and found.presence


def restarts(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.torture.bus import restarted

    found = restarted(ground, seconds=10 if short else 120, every=5, seed=seed)
    return found, not found.lost and found.presence


def filling(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.torture.filling import filled

    size = {"rows": 600, "writers": 6, "seconds": 6} if short else {"rows": 5_000, "writers": 10, "seconds": 120}
    found = filled(ground, seed=seed, **size)
    return found, not found.faults and found.snapshots > (0 if short else 3) and found.slowest < 5


def comings(ground: Any, seed: int, short: bool) -> tuple[Any, bool]:
    from tests.realtime.torture.comings import comings

    found = comings(ground, rooms=20 if short else 1_000, at_once=10 if short else 100)
    return found, found.after - found.before < 10 and not found.loaded


RUNS: dict[str, Callable[[Any, int, bool], tuple[Any, bool]]] = {
    "kills": kills,
    "mutants": mutants,
    "hunt": hunt,
    "sessions": sessions,
    "judged": judged,
    "forgeries": forgeries,
    "bus": bus,
    "flushes": flushes,
    "restarts": restarts,
    "filling": filling,
    "filling-postgres": filling,
    "comings": comings,
}


def run(name: str, short: bool) -> int:
    """One torture in this process, on a database of its own."""
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import setup_databases

    setup_databases(verbosity=0, interactive=False)
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        from django.db import connection

        # The tests need no disk; here the promise is that what is saved is on it.
        connection.cursor().execute("PRAGMA synchronous=FULL")
    from tests.realtime.torture.ground import ground

    seed = int(os.environ.get("SEED") or random.randrange(1, 10**6))
    say(f"SEED={seed}")
    folder = Path(tempfile.mkdtemp(prefix="copact-soak-"))
    try:
        with ground(folder, say) as held:
            found, well = RUNS[name](held, seed, short)
    except Exception:
        say(f"The servers' logs are in {folder}")
        raise
    for field, value in found._asdict().items():
        say(f"{field}: {value}")
    say("held" if well else "BROKE", f"(seed {seed})")
    if well:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if well else 1


def main(arguments: list[str]) -> int:
    short = "--short" in arguments
    wanted = [word for word in arguments if not word.startswith("--")]
    if "--here" in arguments:
        return run(wanted[0], short)
    if unknown := set(wanted) - set(WANTED):
        print(f"There is no {', '.join(sorted(unknown))}. Choose from {', '.join(WANTED)}.")
        return 2
    if not shutil.which("node"):
        print("SKIPPED: the tortures need Node, and there is none here.")
        return 1 if os.environ.get("CI") else 0
    failed = []
    for name in wanted or WANTED:
        print(f"\n== {name}: {WANTED[name]}", flush=True)
        began = time.monotonic()
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        with ExitStack() as stack:
            if name in SERVERS:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copact-servers-")))
                environment["TEST_DATABASE_URL"] = stack.enter_context(postgres(folder))
                environment["TEST_REDIS_URL"] = stack.enter_context(valkey(folder))
            command = [sys.executable, "-m", "bench.soak", name, "--here", *(["--short"] if short else [])]
            if name == "phone":
                environment |= {} if short else {"COPACT_OFFLINE_SECONDS": "600"}
                command = [sys.executable, "-m", "pytest", "tests/e2e/test_offline.py", "-q", "-p", "no:cacheprovider"]
            if subprocess.run(command, env=environment, check=False).returncode:
                failed.append(name)
        print(f"   ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"\nDid not hold: {', '.join(failed)}" if failed else "\nAll held.")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
