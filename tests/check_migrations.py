"""Fails when a model has changed without a migration; run by `make check`."""

import sys

import django
from django.core.management import call_command

django.setup()
from django.conf import settings  # noqa: E402

from vangnet.config.database import embedded_cluster, is_embedded  # noqa: E402

try:
    call_command(
        "makemigrations",
        "audit",
        "places",
        "identity",
        "strategy",
        "figures",
        "portal",
        check=True,
        dry_run=True,
    )
finally:
    if is_embedded():
        embedded_cluster(settings.DATA, durable=False).stop()
sys.exit(0)
