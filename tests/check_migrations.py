"""Fails when a model has changed without a migration; run by `make check`, needs no database."""

import sys

import django
from django.apps import apps
from django.core.management import call_command


def main() -> int:
    """Exit with 1 (from the command itself) when a migration is missing."""
    django.setup()
    ours = [config.label for config in apps.get_app_configs() if config.name.startswith("vangnet.")]
    call_command("makemigrations", *ours, check=True, dry_run=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
