"""vangnet tokens: systems of an organisation and the tokens with which they come in."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from vangnet.cli.areas import day
from vangnet.cli.house import CommandError

EXAMPLES = """examples (a token is printed once; only its hash is kept):
  vangnet tokens register ORGANISATION --name Zaaksysteem
  vangnet tokens list ORGANISATION
  vangnet tokens issue ORGANISATION --name Zaaksysteem --until 2027-06-30
  vangnet tokens revoke ORGANISATION 8d1f6c1e-0a55-4c7e-9a53-0f3c7a4f3b11
"""


def register(nouns: Any) -> None:
    """Add the commands."""
    options: dict[str, Any] = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    noun = nouns.add_parser(
        "tokens", help="make systems, give them tokens and take those back", epilog=EXAMPLES, **options
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, text, run in (
        ("register", "make a system of an organisation", register_system),
        ("list", "list the systems of an organisation with their tokens", list_systems),
        ("issue", "give a system a token and print it, once", issue),
        ("revoke", "take a token back, at once", revoke),
    ):
        command = verbs.add_parser(name, help=text)
        command.add_argument("organisation", help="as 'vangnet people organisations' prints it")
        if name in ("register", "issue"):
            command.add_argument("--name", required=True, help="name of the system, such as Zaaksysteem")
        if name == "issue":
            command.add_argument(
                "--until", type=day, metavar="DATE", help="last day of the token (default: half a year)"
            )
        if name == "revoke":
            command.add_argument("token", help="the id of the token, as 'vangnet tokens list' prints it")
        command.set_defaults(run=run)


def register_system(args: argparse.Namespace) -> int:
    """Make a system."""
    from django.utils import timezone

    from vangnet.identity import systems
    from vangnet.identity.operator import operator

    organisation = _organisation(args)
    if any(one.name == args.name for one in systems.of(organisation.pk)):
        raise CommandError(f"{organisation.slug} has a system called {args.name!r} already")
    systems.register(organisation=organisation, name=args.name, by=operator(), at=timezone.now())
    print(f"{args.name} is a system of {organisation.name}; it does nothing before it has an authorisation")
    return 0


def list_systems(args: argparse.Namespace) -> int:
    """Print a line per token; a system without one has a line too."""
    from vangnet.identity import systems

    for one in systems.of(_organisation(args).pk):
        for token in one.tokens:
            state = "revoked" if token.revoked_at else "works" if token.is_live else "ended"
            print(f"{one.name}\t{token.id}\t{state}\t{token.last_day}\t{token.used_at or 'never used'}")
        if not one.tokens:
            print(f"{one.name}\tno token")
    return 0


def issue(args: argparse.Namespace) -> int:
    """Print a new token."""
    from django.utils import timezone

    from vangnet.identity import systems
    from vangnet.identity.operator import operator

    organisation = _organisation(args)
    found = next((one for one in systems.of(organisation.pk) if one.name == args.name), None)
    if found is None:
        raise CommandError(f"{organisation.slug} has no system called {args.name!r}; register it first")
    today = timezone.localdate()
    last = args.until or today + timedelta(days=182)
    if not today <= last <= today + timedelta(days=365):
        raise CommandError(f"a token ends within a year; {last} is not between today and a year from now")
    print(
        systems.issue(
            found.account,
            organisation=organisation.pk,
            until=last + timedelta(days=1),
            by=operator(),
            at=timezone.now(),
        )
    )
    return 0


def revoke(args: argparse.Namespace) -> int:
    """Take a token back."""
    from uuid import UUID

    from django.utils import timezone

    from vangnet.identity import systems
    from vangnet.identity.operator import operator

    of = [token for one in systems.of(_organisation(args).pk) for token in one.tokens if token.is_live]
    if args.token not in {str(token.id) for token in of}:
        raise CommandError(f"{args.organisation} has no token {args.token} that works")
    systems.revoke(UUID(args.token), by=operator(), at=timezone.now())
    print(f"token {args.token} is taken back; the next request with it is refused")
    return 0


def _organisation(args: argparse.Namespace) -> Any:
    from vangnet.identity.models import Organisation

    found = Organisation.objects.filter(slug=args.organisation.lower()).first()
    if found is None:
        raise CommandError(
            f"unknown organisation {args.organisation!r}; 'vangnet people organisations' shows all"
        )
    return found
