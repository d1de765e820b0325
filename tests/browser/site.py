"""A real web server in demo mode on a clone of the filled template, for Chromium to visit."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests import databases
from vangnet.config import supervisor

CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _share_pictures(folder: Path) -> None:
    """Let the site use the drawings of this run: they are known by what they show and by the code."""
    drawn = settings.DATA / "cache"
    drawn.mkdir(parents=True, exist_ok=True)
    (folder / "cache").symlink_to(drawn)


@contextmanager
def running_site(label: str = "site") -> Iterator[tuple[str, str]]:
    """Serve the product and yield its address and the name of its database."""
    port = free_port()
    with databases.clone(label) as name, tempfile.TemporaryDirectory(prefix="vangnet-site-") as folder:
        surroundings = dict(os.environ) | {
            "VANGNET_MODE": "demo",
            "VANGNET_DATA": folder,
            "VANGNET_KEY_FILE": str(settings.KEY_FILE),  # what is in the database was sealed with these
            "DATABASE_URL": databases.on_database(settings.URLS.app, name),
            "DATABASE_OWNER_URL": databases.on_database(settings.OWNER_URL, name),
            "DJANGO_SETTINGS_MODULE": "vangnet.config.settings",
        }
        _share_pictures(Path(folder))
        web = [sys.executable, "-W", "ignore", "-m", "gunicorn", "vangnet.config.wsgi:application"]
        web += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8"]
        web += ["--no-control-socket", "--log-level", "warning"]
        log = Path(folder) / "web.log"
        with log.open("wb") as output:
            server = subprocess.Popen(web, env=surroundings, stdout=output, stderr=output)
        try:
            assert supervisor.wait_for_port("127.0.0.1", port, 30), log.read_text()
            yield f"http://127.0.0.1:{port}", name
        finally:
            server.terminate()
            server.wait(timeout=15)
