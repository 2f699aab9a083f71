"""A demo of its own in a folder that goes away, for the benchmarks that look at it from inside."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent


def servers() -> dict[str, str]:
    """The PostgreSQL and the Redis of `python -m tests.servers`, where it runs the benchmark; else SQLite is used."""
    names = {"DATABASE_URL": "TEST_DATABASE_URL", "REDIS_URL": "TEST_REDIS_URL"}
    return {name: os.environ[given] for name, given in names.items() if os.environ.get(given)}


def environment(folder: Path) -> dict[str, str]:
    """What the server and this process share."""
    return {
        **servers(),
        "DEMO": "1",
        "DEBUG": "0",
        "SECRET_KEY": "a-key-for-the-benchmarks-only-0123456789-0123456789-0123456789",
        "DATA_DIR": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
        "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "backend.settings",
    }


def set_up() -> Path:
    """Django with the demo in it, in this process."""
    folder = Path(tempfile.mkdtemp(prefix="copact-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "BASE_URL", "STRIPE_SECRET_KEY"):
        os.environ.pop(name, None)
    os.environ.update(environment(folder))
    if str(HOUSE) not in sys.path:
        sys.path.insert(0, str(HOUSE))

    import django
    from django.core.management import call_command

    django.setup()
    with open(os.devnull, "w") as nowhere:
        call_command("prepare", stdout=nowhere)
    return folder
