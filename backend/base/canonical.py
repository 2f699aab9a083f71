"""One exact spelling of a JSON value, so that a hash of it means the same everywhere."""

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys, no spaces and no escapes but the needed ones."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256(value: Any) -> str:
    """The SHA-256 of `canonical(value)`, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
