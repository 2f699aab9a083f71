"""What stands on the disk of a database."""

import subprocess
import sys
from pathlib import Path

from django.db import connection

READ = "import pathlib, sys; [sys.stdout.buffer.write(pathlib.Path(name).read_bytes()) for name in sys.argv[1:]]"
TABLES = """
    SELECT pg_read_binary_file(pg_relation_filepath(oid), true) FROM pg_class
    WHERE relkind IN ('r', 'i', 't') AND relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace)
"""


def readable() -> bool:
    """Whether we can see the files: on PostgreSQL, the one that the tests start, not one of somebody else."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def database() -> bytes:
    """SQLite's file and its log, or the files of PostgreSQL's tables; nothing where these cannot be seen.

    Another process reads SQLite's: to close a file gives up every lock that its process holds on it, SQLite's too, and
    then another process may cut the shared memory of its log under the connections that are open here ("disk I/O error").
    """
    if not readable():
        return b""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute(TABLES)
            return b"".join(bytes(held) for (held,) in cursor.fetchall() if held is not None)
    place = Path(str(connection.settings_dict["NAME"]))
    files = [str(path) for path in sorted(place.parent.glob(f"{place.name}*")) if path.is_file()]
    return subprocess.run([sys.executable, "-c", READ, *files], capture_output=True, check=True).stdout
