"""Jobs: anchor the chain outside the database, and check it every night."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from vangnet.audit import delivery, reading


@app.periodic(cron="*/5 * * * *")
@app.task(name="audit.checkpoint", queue="audit", lock="audit.checkpoint")
def checkpoint(timestamp: int) -> None:
    """Sign the end of the chain every five minutes and bring it outside."""
    delivery.checkpoint_now()


@app.periodic(cron="41 2 * * *")
@app.task(name="audit.verify", queue="audit", lock="audit.verify")
def verify(timestamp: int) -> None:
    """Check the whole chain every night; what is found becomes an alarm."""
    reading.verify_here(at=timezone.now())
