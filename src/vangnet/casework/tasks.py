"""Jobs: what is over its time is not kept."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from vangnet.identity.operator import operator, service_session


@app.periodic(cron="11 * * * *")
@app.task(name="casework.forget", queue="casework")
def forget(timestamp: int) -> None:
    """Throw away old drafts and the key with which visitors were counted, every hour."""
    from vangnet.vault import doors

    with service_session(operator()), transaction.atomic():
        doors.one("casework_forget")
