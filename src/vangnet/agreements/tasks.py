"""Jobs: say in time that an agreement is going to end."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from vangnet.agreements import reminders
from vangnet.identity.operator import operator, service_session


@app.periodic(cron="17 7 * * *")
@app.task(name="agreements.remind", queue="agreements", lock="agreements.remind")
def remind(timestamp: int) -> None:
    """Mail the reminders that are due, every morning."""
    person = operator()
    with service_session(person):
        reminders.remind(by=person, at=timezone.now())
