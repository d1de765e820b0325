"""vangnet serve: database, web and job worker under one roof."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any

from vangnet.cli.house import CommandError

LET_WEB_LOAD = 4.0  # seconds: nobody waits for a job in the first moments
EXAMPLES = """examples:
  vangnet serve
  vangnet serve --bind 0.0.0.0:8000
"""


def register(nouns: Any) -> None:
    """Add the command."""
    command = nouns.add_parser(
        "serve",
        help="run database, web and job worker until stopped",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--bind", default="127.0.0.1:8000", help="address and port (default: %(default)s)")
    command.set_defaults(run=run, needs_session=False)


def run(args: argparse.Namespace) -> int:
    """Check that the house is in order, then serve."""
    from vangnet.config import migration

    if not migration.is_current():
        raise CommandError("the tables are not of this version; run: vangnet migrate")
    return serve(args.bind)


def serve(bind: str, *, announce: Callable[[], str] | None = None) -> int:
    """Start web, worker and the watch over the embedded database, and stay until told to stop."""
    from django.conf import settings

    from vangnet.config import supervisor
    from vangnet.picture.tasks import queue
    from vangnet.portal import start
    from vangnet.vault.start import keep_keys

    host, port = _split(bind)
    start.refuse_wrong_mode()
    if settings.DEMO and host not in ("127.0.0.1", "localhost", "::1"):
        raise CommandError("a demonstration is only served on this machine; use --bind 127.0.0.1:PORT")
    keep_keys()
    _static_files()
    queue()
    text = announce or (lambda: f"Vangnet is ready on http://{bind}/  (stop with Ctrl-C)")
    return supervisor.run(_programs(bind, host, port), on_ready=lambda: print(text(), flush=True))


def _split(bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise CommandError(f"--bind {bind!r} is not an address and a port, such as 127.0.0.1:8000")
    return host.strip("[]"), int(port)


def _programs(bind: str, host: str, port: int) -> list[Any]:
    from vangnet.config import environment
    from vangnet.config.database import is_embedded
    from vangnet.config.supervisor import Command

    python = [sys.executable, "-W", "ignore"]
    surroundings = dict(os.environ) | {"DJANGO_SETTINGS_MODULE": "vangnet.config.settings"}
    web = [
        *(*python, "-m", "gunicorn", "vangnet.config.wsgi:application", "--bind", bind),
        *("--worker-class", "gthread", "--no-control-socket", "--log-level", "warning"),
        *("--workers", str(environment.integer("VANGNET_WEB_WORKERS", 1))),
        *("--threads", str(environment.integer("VANGNET_WEB_THREADS", 8))),
    ]
    jobs = [*python, "-m", "django", "procrastinate", "worker", "--concurrency", "2"]
    programs = [
        Command("web", web, surroundings, listens_on=(host, port)),
        Command("jobs", jobs, surroundings, delay=LET_WEB_LOAD),
    ]
    if is_embedded():
        watch = [*python, "-m", "vangnet.config.watch"]
        programs.append(Command("database", watch, surroundings, delay=LET_WEB_LOAD))
    return programs


def _static_files() -> None:
    from django.conf import settings
    from django.core.management import call_command

    from vangnet.ui import vendor

    if not vendor.is_current():
        raise CommandError("the front-end packages are not installed; run: make setup")
    if settings.MODE == "production":
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
