"""vangnet migrate, backup, restore and database: what an administrator does with the data as a whole."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

EXAMPLES = """examples:
  vangnet migrate                              create or change the tables, load the region pack
  vangnet backup /backups/vangnet-2026-11-23.dump
  vangnet restore /backups/vangnet-2026-11-23.dump --yes
  vangnet database prepare                     print the SQL for the DBA of an external server
  vangnet database stop                        stop the embedded server, should it still run
"""


def register(nouns: Any) -> None:
    """Add the commands."""
    options: dict[str, Any] = {
        "epilog": EXAMPLES,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
    }
    command = nouns.add_parser(
        "migrate", help="create or change the tables and load the region pack", **options
    )
    command.set_defaults(run=migrate, needs_session=False)

    command = nouns.add_parser("backup", help="write the whole database to one file", **options)
    command.add_argument("file", type=Path, help="file to write; it must not exist yet")
    command.set_defaults(run=backup, needs_session=False)

    command = nouns.add_parser("restore", help="replace the database by a backup", **options)
    command.add_argument("file", type=Path, help="file that 'vangnet backup' wrote")
    command.add_argument("--yes", action="store_true", help="do not ask whether to replace what is there")
    command.set_defaults(run=restore, needs_session=False)

    command = nouns.add_parser(
        "database", help="print the SQL for a DBA, or stop the embedded server", **options
    )
    command.add_argument(
        "what", choices=["prepare", "stop"], help="prepare: SQL to run once; stop: embedded server"
    )
    command.set_defaults(run=prepare_or_stop, needs_session=False, needs_house=False)


def migrate(args: argparse.Namespace) -> int:
    """Bring tables and region pack to this version."""
    from vangnet.config import migration

    migration.migrate()
    loaded = load_pack()
    print(
        "tables are of this version; " + ("region pack loaded" if loaded else "region pack was loaded before")
    )
    return 0


def load_pack(*, demo: bool = False) -> bool:
    """Load the region pack in a session of the command line; False when this very pack is loaded."""
    from django.conf import settings
    from django.utils import timezone

    from vangnet.cli.house import as_operator
    from vangnet.config import pack
    from vangnet.identity.operator import operator
    from vangnet.vault.start import keep_keys

    keep_keys()
    with as_operator():
        return pack.load(settings.REGION_FOLDER, by=operator(), at=timezone.now(), demo=demo)


def load_crowd() -> tuple[int, int]:
    """Load the invented signals and cases of all municipalities, once; return how many."""
    from django.conf import settings
    from django.utils import timezone

    from vangnet.cli.house import as_operator
    from vangnet.config import pack, pack_crowd
    from vangnet.identity.operator import operator

    with as_operator():
        return pack_crowd.load(pack.Pack(settings.REGION_FOLDER), by=operator(), at=timezone.now())


def backup(args: argparse.Namespace) -> int:
    """Write a backup and say how long it took."""
    from vangnet.config import backup as safe

    started = time.monotonic()
    written = safe.backup(_owner(), args.file)
    print(f"{written}: {written.stat().st_size / 1e6:.1f} MB in {time.monotonic() - started:.1f} s")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Replace the database by a backup, after a question."""
    from django.db import connections

    from vangnet.config import backup as safe

    safe.verify(args.file)
    if not args.yes and input("Replace the whole database by this backup? Type yes: ") != "yes":
        print("nothing was changed")
        return 1
    for connection in connections.all():
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
    safe.restore(_owner(), args.file)
    print(f"restored {args.file}")
    return 0


def _owner() -> str:
    from django.conf import settings

    from vangnet.config import environment

    if not settings.OWNER_URL:
        environment.refuse("set DATABASE_OWNER_URL: a backup is made and restored by the owner")
    return str(settings.OWNER_URL)


def prepare_or_stop(args: argparse.Namespace) -> int:
    """Print the SQL for an external server, or stop the embedded one."""
    from vangnet.config import environment
    from vangnet.config.database import embedded_cluster, is_embedded
    from vangnet.config.embedded import prepare_sql

    if args.what == "prepare":
        print(prepare_sql())
        return 0
    if not is_embedded():
        environment.refuse("DATABASE_URL names an external server; Vangnet does not stop that one")
    embedded_cluster(environment.data_folder(), durable=environment.mode() != "test").stop()
    return 0
