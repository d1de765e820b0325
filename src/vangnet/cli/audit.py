"""vangnet audit: check the log, hand it to an auditor, anchor it outside."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from vangnet.cli import house

EXAMPLES = """examples:
  vangnet audit verify                                  check the log in the database
  vangnet audit verify log.jsonl --checkpoints kept/ --key vangnet.pem
  vangnet audit export log.jsonl                        write the log for an auditor
  vangnet audit processing processing.jsonl             write the logboek dataverwerkingen
  vangnet audit checkpoint                              sign the end of the log now and send it
  vangnet audit key > vangnet.pem                       public key, for whoever keeps checkpoints
"""


def register(nouns: Any) -> None:
    """Add the commands."""
    options: dict[str, Any] = {
        "epilog": EXAMPLES,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
    }
    noun = nouns.add_parser("audit", help="check the log, export it, anchor it outside", **options)
    verbs = noun.add_subparsers(title="verbs", metavar="VERB", required=True)
    command = verbs.add_parser("verify", help="check the chain of the log against checkpoints", **options)
    command.add_argument(
        "export", nargs="?", type=Path, metavar="EXPORT", help="an export (default: the database)"
    )
    command.add_argument(
        "--checkpoints", type=Path, metavar="FOLDER", help="checkpoints that were kept elsewhere"
    )
    command.add_argument("--key", type=Path, metavar="FILE", help="public key of those checkpoints")
    command.set_defaults(run=verify, needs_house=False)
    for name, run, text in (
        ("export", export, "write the log for an auditor, a JSON object per line"),
        ("processing", processing, "write the logboek dataverwerkingen, a JSON object per line"),
    ):
        command = verbs.add_parser(name, help=text, **options)
        command.add_argument("file", type=Path, metavar="FILE", help="file to write; it must not exist yet")
        command.set_defaults(run=run)
    command = verbs.add_parser("checkpoint", help="sign the end of the log now and send it", **options)
    command.set_defaults(run=checkpoint, needs_session=False)
    command = verbs.add_parser("key", help="print the public key of the checkpoints", **options)
    command.set_defaults(run=key, needs_session=False)


def verify(args: argparse.Namespace) -> int:
    """Check an export or the database, and print what was found."""
    from vangnet.audit import verifier

    try:
        if args.export:
            result = verifier.check_export(args.export, args.checkpoints, args.key)
        else:
            with house.open_house():
                result = _verify_database(args)
    except verifier.Unusable as error:
        print(f"vangnet: {error}", file=sys.stderr)
        return 2
    for line in result.lines():
        print(line)
    return int(not result.is_sound)


def _verify_database(args: argparse.Namespace) -> Any:
    from vangnet.audit import checkpoints, reading, verifier

    result = verifier.Result()
    if args.checkpoints or args.key:
        if not (args.checkpoints and args.key):
            raise verifier.Unusable("give both --checkpoints and --key, or neither")
        found = verifier.read_folder(args.checkpoints, verifier.read_key(args.key), result)
    else:
        try:
            found = reading.own_checkpoints(result)
        except checkpoints.KeyProblem as problem:
            raise house.CommandError(str(problem)) from problem
    return reading.check_database(owner_address(), found, result)


def export(args: argparse.Namespace) -> int:
    """Write the log; that this was done is on record, in the export itself too."""
    from vangnet.audit import reading

    _refuse_existing(args.file)
    put_on_record("audit.log.exported")
    print(f"{args.file}: {reading.write_export(args.file, owner_address())} rows")
    return 0


def processing(args: argparse.Namespace) -> int:
    """Write the lines about data subjects; that this was done is on record."""
    from vangnet.audit import reading

    _refuse_existing(args.file)
    put_on_record("audit.processing.exported")
    print(f"{args.file}: {reading.write_processing(args.file, owner_address())} lines")
    return 0


def checkpoint(args: argparse.Namespace) -> int:
    """Sign and send; exit code 1 when a target did not take it."""
    from vangnet.audit import checkpoints, delivery

    try:
        one, deliveries = delivery.checkpoint_now()
    except checkpoints.KeyProblem as problem:
        raise house.CommandError(str(problem)) from problem
    print(f"{one} signed" if one else "nothing changed since the last checkpoint")
    for attempt in deliveries:
        print(f"{attempt.target}: {attempt.checkpoint} {attempt.error or 'delivered'}")
    return int(any(attempt.error for attempt in deliveries))


def key(args: argparse.Namespace) -> int:
    """Print the public key."""
    from vangnet.audit import checkpoints

    try:
        print(checkpoints.public_pem(), end="")
    except checkpoints.KeyProblem as problem:
        raise house.CommandError(str(problem)) from problem
    return 0


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise house.CommandError(f"{path} exists; name a new file")


def put_on_record(verb: str, subject: str = "audit") -> None:
    """Write a line in the log in the name of the command line."""
    from django.db import transaction
    from django.utils import timezone

    from vangnet.audit import log
    from vangnet.identity.operator import operator

    with transaction.atomic():
        log.record(verb, subject, by=operator(), at=timezone.now())


def owner_address() -> str:
    """Return the address of the database as its owner."""
    from django.conf import settings

    from vangnet.config import environment

    if not settings.OWNER_URL:
        environment.refuse("set DATABASE_OWNER_URL: only the owner of the database reads the whole log")
    return str(settings.OWNER_URL)
