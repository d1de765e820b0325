"""Jobs: tell people what waits for them."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from vangnet.portal import mail


@app.periodic(cron="*/10 * * * *")
@app.task(name="portal.mail", queue="portal", lock="portal.mail")
def mail_what_waits(timestamp: int) -> None:
    """Send the mail whose moment it is, every ten minutes."""
    mail.send_round(at=timezone.now())
