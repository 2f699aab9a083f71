"""Run the benchmarks one after the other: `python -m bench`, or only some: `python -m bench pages memory`."""

import subprocess
import sys
import time

BENCHES = {
    "pages": "server time, queries and weight of each page of the thread",
    "memory": "memory of the web process with ten rooms open",
    "start": "fresh clone to first page, and the second start",
}


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(BENCHES)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}. Choose from {', '.join(BENCHES)}.")
        return 2
    failed = []
    for name in wanted or BENCHES:
        print(f"\n== {name}: {BENCHES[name]}", flush=True)
        began = time.monotonic()
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
        print(f"   ({time.monotonic() - began:.0f} s)", flush=True)
    if failed:
        print(f"\nDid not run through: {', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
