"""Fails when a model has changed without a migration; run by `make check`, needs no database."""

import sys

import django
from django.core.management import call_command

OURS = ("audit", "places", "identity", "strategy", "figures", "portal")


def main() -> int:
    """Exit with 1 (from the command itself) when a migration is missing."""
    django.setup()
    call_command("makemigrations", *OURS, check=True, dry_run=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
