"""Read by pytest before Django's settings are: test mode, and a test server of our own when none is named."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
MEMORY_FOR_TESTS = 4 * 2**30


def scratch_folder() -> Path:
    """Return the data folder of test runs of this checkout by this user; it is kept between runs."""
    name = hashlib.sha256(f"{CHECKOUT}:{os.getuid()}".encode()).hexdigest()[:10]
    return _memory_or_disk() / f"vangnet-tests-{name}"


def _memory_or_disk() -> Path:
    """Copying a database makes and removes a thousand files: four times cheaper in memory than on a disk.

    Containers often give a memory file system of 64 MB, or one that programs may not run from.
    """
    memory = Path("/dev/shm")  # noqa: S108
    if not (memory.is_dir() and os.access(memory, os.W_OK)):
        return Path(tempfile.gettempdir())
    about = os.statvfs(memory)
    fits = about.f_bavail * about.f_frsize > MEMORY_FOR_TESTS and not about.f_flag & os.ST_NOEXEC
    return memory if fits else Path(tempfile.gettempdir())


class ServerUse:
    """A shared lock that every test run holds, so that only the last one stops the test server."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / "in-use").open("w")
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def is_last(self) -> bool:
        """Give up our share and say whether nobody else has one; then the whole lock is ours until we end."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


# A run starts some hundred Python processes; each would compile the whole product again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["VANGNET_MODE"] = "test"
os.environ.setdefault("VANGNET_DATA", str(scratch_folder()))
os.environ.pop("VANGNET_REGION", None)  # the cast of the tests lives in the default region
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
server_use = None if IS_WORKER else ServerUse(Path(os.environ["VANGNET_DATA"]))


def pytest_configure() -> None:
    """Look for no rubbish in what is being loaded: it stays, and looking takes a fifth of the time."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave modules and the list of tests to themselves, and tidy only what tests make."""
    gc.enable()
    gc.freeze()
