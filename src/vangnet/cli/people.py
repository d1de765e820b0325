"""vangnet people: accounts and roles, made by whoever manages the server."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import date
from typing import Any

from vangnet.cli.areas import day
from vangnet.cli.house import CommandError

EXAMPLES = """examples (the password is asked for, or read from standard input):
  vangnet people organisations
  vangnet people add a.jansen@gemeente.example --name "A. Jansen" --organisation ORGANISATION --role beheerder
  vangnet people password a.jansen@gemeente.example
  vangnet people end a.jansen@gemeente.example --role beheerder --on 2027-01-01
  vangnet people close a.jansen@gemeente.example
  vangnet people list
"""


def register(nouns: Any) -> None:
    """Add the commands."""
    options: dict[str, Any] = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    noun = nouns.add_parser(
        "people", help="make accounts, give and end roles, set passwords", epilog=EXAMPLES, **options
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verbs.add_parser("organisations", help="list the organisations of today").set_defaults(run=organisations)
    verbs.add_parser("list", help="list who has which role today").set_defaults(run=list_people)

    command = verbs.add_parser("add", help="make an account, or give an existing account a role")
    command.add_argument("email", help="e-mail address, the name to sign in with")
    command.add_argument("--name", help="name of the person; needed for a new account")
    command.add_argument("--organisation", required=True, help="as 'vangnet people organisations' prints it")
    command.add_argument("--role", required=True, help="such as adviseur, analist or beheerder")
    command.add_argument("--since", type=day, metavar="DATE", help="first day of the role (default: today)")
    command.set_defaults(run=add)

    command = verbs.add_parser("password", help="set the password of an account")
    command.add_argument("email", help="e-mail address of the account")
    command.set_defaults(run=password)

    command = verbs.add_parser("end", help="end a role")
    command.add_argument("email", help="e-mail address of the account")
    command.add_argument("--role", required=True, help="the role that ends")
    command.add_argument("--on", type=day, metavar="DATE", help="first day without it (default: today)")
    command.set_defaults(run=end)

    command = verbs.add_parser("close", help="close an account; it is signed out everywhere at once")
    command.add_argument("email", help="e-mail address of the account")
    command.set_defaults(run=close)


def organisations(args: argparse.Namespace) -> int:
    """Print slug and name of every organisation that exists today."""
    from vangnet.identity.models import Organisation

    for slug, name in Organisation.objects.filter(kinds__period__contains=_today()).values_list(
        "slug", "name"
    ):
        print(f"{slug}\t{name}")
    return 0


def list_people(args: argparse.Namespace) -> int:
    """Print every role that somebody has today."""
    from vangnet.identity.models import Membership

    rows = Membership.objects.filter(period__contains=_today()).select_related("user", "organisation")
    for row in rows.order_by("organisation__name", "user__name", "role"):
        print(f"{row.user.email}\t{row.user.name}\t{row.role}\t{row.organisation.slug}")
    return 0


def add(args: argparse.Namespace) -> int:
    """Make the account when it is new, and give it the role."""
    from django.db import transaction
    from django.utils import timezone

    from vangnet.identity import actions
    from vangnet.identity.models import User
    from vangnet.identity.operator import operator

    organisation, role, now = _organisation(args.organisation), _role(args.role), timezone.now()
    user = User.objects.filter(email__iexact=args.email).first()
    secret = None if user else _new_account(args)
    with transaction.atomic():
        if user is None:
            user = actions.register_user(
                email=args.email, name=args.name, password=secret, by=operator(), at=now
            )
        since = args.since or _today()
        actions.give_role(user, organisation=organisation, role=role, since=since, by=operator(), at=now)
    print(f"{user.email} is {role} at {organisation.name} from {since}")
    return 0


def _new_account(args: argparse.Namespace) -> str:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from vangnet.identity.models import User

    try:
        validate_email(args.email)
    except ValidationError as error:
        raise CommandError(f"{args.email!r} is not an e-mail address") from error
    if not args.name:
        raise CommandError(f"{args.email} is new here; give --name too")
    return _ask_password(User(email=args.email, name=args.name))


def password(args: argparse.Namespace) -> int:
    """Set a password; every session of the account ends."""
    from django.utils import timezone

    from vangnet.identity import actions
    from vangnet.identity.operator import operator

    user = _user(args.email)
    actions.set_password(user, password=_ask_password(user), by=operator(), at=timezone.now())
    print(f"password of {user.email} is set; who was signed in with the former one no longer is")
    return 0


def end(args: argparse.Namespace) -> int:
    """End a role, wherever the person has it."""
    from django.utils import timezone

    from vangnet.identity import actions
    from vangnet.identity.operator import operator

    user, on = _user(args.email), args.on or _today()
    found = list(user.memberships.filter(role=_role(args.role), period__contains=on))
    if not found:
        raise CommandError(f"{user.email} is not {args.role} on {on}")
    for membership in found:
        actions.end_role(membership, on=on, by=operator(), at=timezone.now())
    print(f"{user.email} is {args.role} until {on}")
    return 0


def close(args: argparse.Namespace) -> int:
    """Close an account."""
    from django.utils import timezone

    from vangnet.identity import actions
    from vangnet.identity.operator import operator

    user = actions.close_account(_user(args.email), by=operator(), at=timezone.now())
    print(f"{user.email} is closed; whoever was signed in with it no longer is")
    return 0


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def _user(email: str) -> Any:
    from vangnet.identity.models import User

    user = User.objects.filter(email__iexact=email, kind=User.Kind.PERSON).first()
    if user is None:
        raise CommandError(f"nobody here signs in as {email}; 'vangnet people list' shows who does")
    return user


def _organisation(slug: str) -> Any:
    from vangnet.identity.models import Organisation

    found = Organisation.objects.filter(slug=slug.lower()).first()
    if found is None:
        raise CommandError(f"unknown organisation {slug!r}; 'vangnet people organisations' shows all")
    return found


def _role(text: str) -> str:
    from vangnet.identity.models import Role

    known = [role for role in Role.values if role != Role.SYSTEM]  # of systems; see 'vangnet tokens'
    if text not in known:
        raise CommandError(f"unknown role {text!r}; choose one of {', '.join(known)}")
    return text


def _ask_password(user: Any) -> str:
    """Ask twice on a terminal, else read one line; the rules of the site hold here too."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    if sys.stdin.isatty():
        secret = getpass.getpass("Password: ")
        if secret != getpass.getpass("Again: "):
            raise CommandError("the two are not the same; nothing was changed")
    else:
        secret = sys.stdin.readline().rstrip("\r\n")
    try:
        validate_password(secret, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return secret
