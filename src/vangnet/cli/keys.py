"""vangnet keys: the master keys of the vault, one per zone."""

from __future__ import annotations

import argparse
from typing import Any

from vangnet.cli.house import CommandError

EXAMPLES = """examples:
  vangnet keys create        write the key file of a new site; then copy it to a safe place
  vangnet keys check         show zones, keys and fingerprints
  vangnet keys rotate        give each zone a new key; the former ones stay to read with
"""


def register(nouns: Any) -> None:
    """Add the commands."""
    options: dict[str, Any] = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    noun = nouns.add_parser(
        "keys", help="make, check and renew the keys of the vault", epilog=EXAMPLES, **options
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for run, text in (
        (create, "write a key file; refuses when there is one"),
        (check, "show the keys of each zone, without secrets"),
        (rotate, "add a new key to each zone, with which is sealed from now on"),
    ):
        command = verbs.add_parser(run.__name__, help=text)
        command.set_defaults(run=run, needs_session=False)


def create(args: argparse.Namespace) -> int:
    """Write a new key file."""
    from django.conf import settings

    from vangnet.vault.keys import create_key_file

    _require_file(settings.KMS_URL)
    create_key_file(settings.KEY_FILE)
    print(f"{settings.KEY_FILE} holds a new key for each zone")
    print("copy it now to a place apart from the database and its backups: without it nothing can be read")
    return 0


def check(args: argparse.Namespace) -> int:
    """Print what the ring holds."""
    from vangnet.vault.keys import ZONES, KeyFile, key_ring
    from vangnet.vault.keys import check as require_keys

    ring = key_ring()
    require_keys(ring, {})
    print(ring.place)
    for zone in ZONES:
        mark = ring.fingerprint(zone)[:4].hex()
        if isinstance(ring, KeyFile):
            for key in ring.keys(zone):
                state = "seals" if key.id == ring.key_id(zone) else "opens only"
                print(f"{zone}\t{key.id}\t{key.made}\t{mark}\t{state}")
        else:
            print(f"{zone}\t{ring.key_id(zone)}\t-\t{mark}\tseals")
    return 0


def rotate(args: argparse.Namespace) -> int:
    """Add a key to each zone."""
    from django.conf import settings

    from vangnet.vault.keys import rotate_key_file

    _require_file(settings.KMS_URL)
    for zone, name in rotate_key_file(settings.KEY_FILE).items():
        print(f"{zone}\t{name}")
    print(f"copy {settings.KEY_FILE} again: an older copy cannot open what is sealed from now on")
    return 0


def _require_file(service: str) -> None:
    if service:
        raise CommandError(f"the keys are in the key service {service}; make and renew them there")
