"""Settings of the test runs: the real settings, with a throw-away data folder and cheap passwords.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` name a real PostgreSQL and a real Redis or Valkey (`make test` sets them for its
second run); without them the suite runs on SQLite and in-process.
"""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="copact-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for _name in (
    "DATABASE_URL REDIS_URL EMAIL_URL MEDIA_ROOT STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET STRIPE_API_BASE "
    "MAP_TILES_URL MAP_ATTRIBUTION TRUSTED_PROXIES BASE_URL DEMO WEB_PROCESSES"
).split():
    os.environ.pop(_name, None)
for _name, _target in (("TEST_DATABASE_URL", "DATABASE_URL"), ("TEST_REDIS_URL", "REDIS_URL")):
    if os.environ.get(_name):
        os.environ[_target] = os.environ[_name]
if os.environ.get("REDIS_URL"):  # each test process has a database of its own, since tests empty the cache
    _worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].removesuffix("/0") + f"/{_worker % 16}"
os.environ.update(
    SECRET_KEY="a-secret-for-the-tests-only-0123456789-0123456789-0123456789",
    DEBUG="0",
    DATA_DIR=_folder,
    MEDIA_ROOT=os.path.join(_folder, "media"),
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    BASE_URL="http://testserver",
)

from backend.settings import *  # noqa: E402, F403 - the environment has to be set first

SERVERS = bool(os.environ.get("TEST_DATABASE_URL"))

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SECURE_SSL_REDIRECT = False
STORAGES["staticfiles"] = {  # noqa: F405 - from the star import above
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_AUTOREFRESH = True  # no walk over all static files at each start
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - same

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405 - from the star import above
    # A file, as in real life: sockets and tasks write from other threads, and a database in memory locks differently.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_folder, "test.sqlite3")}  # noqa: F405 - same
    _options = DATABASES["default"].setdefault("OPTIONS", {})  # noqa: F405 - same
    _options["init_command"] = _options.get("init_command", "") + ";PRAGMA synchronous=OFF;"
    SILENCED_SYSTEM_CHECKS = ["copact.E003"]  # which is about just that
else:
    # A pool keeps connections open, and a test database with open connections can not be dropped.
    DATABASES["default"].get("OPTIONS", {}).pop("pool", None)  # noqa: F405 - same

if REDIS_URL:  # noqa: F405 - same
    # Publishing knows no databases: processes are told apart by the prefix.
    CHANNEL_LAYERS["default"]["CONFIG"] = {"hosts": [REDIS_URL], "prefix": f"test-{os.getpid()}"}  # noqa: F405 - same
