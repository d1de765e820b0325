"""vangnet demo: everything prepared, signed in with one click per role, on this machine only."""

from __future__ import annotations

import argparse
import time
from typing import Any
from urllib.request import urlopen

from vangnet.cli import database, serve

EXAMPLES = """examples:
  vangnet demo                      prepare and serve on http://localhost:8000/demo/
  vangnet demo --bind 127.0.0.1:8080
  vangnet demo --prepare            prepare the database and stop
  vangnet demo --small              without the invented signals of all municipalities
  vangnet demo --check              prepare, ask every main page as every role, report, and stop
"""


def register(nouns: Any) -> None:
    """Add the command."""
    command = nouns.add_parser(
        "demo",
        help="prepare a demonstration and serve it",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--bind", default="127.0.0.1:8000", help="address and port (default: %(default)s)")
    command.add_argument("--prepare", action="store_true", help="prepare the database and stop")
    command.add_argument(
        "--small", action="store_true", help="leave out the thousands of invented signals; ready sooner"
    )
    command.add_argument(
        "--check", action="store_true", help="ask every page as every role instead of serving"
    )
    command.set_defaults(run=run, needs_session=False, is_demo=True)


def run(args: argparse.Namespace) -> int:
    """Prepare the database, then check or serve."""
    _prepare(small=args.small)
    if args.prepare:
        return 0
    if args.check:
        from vangnet.cli import walk

        return walk.walk()
    _draw_ahead()
    return serve.serve(args.bind, announce=lambda: _welcome(args.bind))


def _prepare(*, small: bool) -> None:
    from django.db import connection

    from vangnet.cli.house import as_operator
    from vangnet.config import migration
    from vangnet.portal import start

    started = time.monotonic()
    if "portal_installation" in connection.introspection.table_names():
        start.refuse_wrong_mode()  # before anything is changed: a real database stays untouched
    if not migration.is_current():
        migration.migrate()
    if database.load_pack(demo=True):
        from vangnet.config import boundaries

        with as_operator():
            print(boundaries.offer_at_first_start(), flush=True)
        print(f"demonstration prepared in {time.monotonic() - started:.1f} s", flush=True)
    if not small:
        begun = time.monotonic()
        signals, cases = database.load_crowd()
        if signals:
            took = time.monotonic() - begun
            print(f"{signals} invented signals and {cases} cases loaded in {took:.1f} s", flush=True)


def _draw_ahead() -> None:
    """Draw what the people of the cast see first, so that nobody who is shown Vangnet waits for it."""
    from django.utils import timezone

    from vangnet.cli.house import as_operator
    from vangnet.identity.models import User
    from vangnet.picture import ahead
    from vangnet.portal import demo

    today = timezone.localdate()
    with as_operator():
        ahead.draw(User.objects.filter(pk__in=[one.user_id for one in demo.cast(on=today)]), on=today)


def _first_page(address: str) -> None:
    """Wait until the web server has loaded and answers, so that what we print is true at once."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=30):  # noqa: S310  our own address
                return
        except OSError:
            time.sleep(0.1)


def _welcome(bind: str) -> str:
    from vangnet.portal.demo import demo_links

    host, _, port = bind.rpartition(":")
    _first_page(f"http://{host}:{port}/gezondheid/")
    base = f"http://{'localhost' if host in ('127.0.0.1', '::1') else host}:{port}"
    lines = [f"Vangnet is ready on {base}/demo/  (stop with Ctrl-C)", ""]
    for role, name, organisation, url in demo_links(base):
        lines.append(f"  {role} ({name}, {organisation})\n    {url}")
    return "\n".join(lines)
