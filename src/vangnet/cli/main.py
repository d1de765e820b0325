"""The command line: a noun or verb per file, help in English, one line per error."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from vangnet import __doc__ as tagline
from vangnet.cli import (
    analyse,
    areas,
    audit,
    change,
    database,
    demo,
    figures,
    house,
    keys,
    people,
    routes,
    serve,
    tokens,
)

MODULES = (serve, demo, database, keys, people, audit, areas, change, figures, routes, tokens, analyse)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="vangnet", description=tagline, epilog="Settings: docs/reference/settings.md"
    )
    nouns = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in MODULES:
        module.register(nouns)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 well, 1 refused or failed, 2 wrong use."""
    args = parser().parse_args(arguments)
    if getattr(args, "is_demo", False):
        house.choose_demo_mode()
    try:
        return _run(args)
    except KeyboardInterrupt:
        return _fail("stopped", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as error:
        if isinstance(error.code, str):
            return _fail(error.code.removeprefix("vangnet: "))
        raise
    except Exception as error:
        if not _is_expected(error):
            raise
        return _fail(" ".join(str(error).split()))


def _run(args: argparse.Namespace) -> int:
    if not getattr(args, "needs_house", True):
        return int(args.run(args))
    with house.open_house():
        if getattr(args, "needs_session", True):
            with house.as_operator():
                return int(args.run(args))
        return int(args.run(args))


def _fail(message: str, code: int = 1) -> int:
    print(f"vangnet: {message}", file=sys.stderr)
    return code


def _is_expected(error: Exception) -> bool:
    """Say whether the message of an error is meant for the person who typed the command."""
    if isinstance(error, house.CommandError | FileNotFoundError | PermissionError):
        return True
    from django.apps import apps

    if not apps.ready:  # an analysis runs without Django
        return False
    from django.db import OperationalError, ProgrammingError

    from vangnet.casework.protocol import BadProtocol
    from vangnet.config.backup import BackupFailed
    from vangnet.config.embedded import NoDatabase
    from vangnet.config.pack import PackFault
    from vangnet.config.supervisor import PortTaken
    from vangnet.identity.actions import Overlap
    from vangnet.identity.rules import SharedAccount
    from vangnet.places.actions import GeographyFault
    from vangnet.places.history import CannotBeDetermined, UnknownArea
    from vangnet.ui.geometry import BoundaryError
    from vangnet.ui.vendor import VendorError
    from vangnet.vault.keys import NoKeys

    expected = (
        *(BackupFailed, NoDatabase, PackFault, PortTaken, Overlap, GeographyFault, CannotBeDetermined),
        *(UnknownArea, BoundaryError, VendorError, NoKeys, OperationalError, ProgrammingError),
        *(BadProtocol, SharedAccount),
    )
    return isinstance(error, expected)


if __name__ == "__main__":
    sys.exit(main())
