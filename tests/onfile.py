"""What stands on the disk of a SQLite database."""

import subprocess
import sys
from pathlib import Path

from django.db import connection

READ = "import pathlib, sys; [sys.stdout.buffer.write(pathlib.Path(name).read_bytes()) for name in sys.argv[1:]]"


def database() -> bytes:
    """The database's file and its log; nothing elsewhere, where the files are the server's own.

    Another process reads: to close a file gives up every lock that its process holds on it, SQLite's too, and then another
    process may cut the shared memory of its log under the connections that are open here ("disk I/O error").
    """
    if connection.vendor != "sqlite":
        return b""
    place = Path(str(connection.settings_dict["NAME"]))
    files = [str(path) for path in sorted(place.parent.glob(f"{place.name}*")) if path.is_file()]
    return subprocess.run([sys.executable, "-c", READ, *files], capture_output=True, check=True).stdout
