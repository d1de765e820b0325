"""Read by pytest before Django's settings are: test mode, and a test server of our own when none is named."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]


def scratch_folder() -> Path:
    """Return the data folder of test runs of this checkout by this user; it is kept between runs."""
    name = hashlib.sha256(f"{CHECKOUT}:{os.getuid()}".encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"vangnet-tests-{name}"


os.environ["VANGNET_MODE"] = "test"
os.environ.setdefault("VANGNET_DATA", str(scratch_folder()))
os.environ.setdefault("VANGNET_REGION", str(CHECKOUT / "regions" / "oost-nederland"))
