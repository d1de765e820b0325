"""Jobs: draw ahead what people ask for first."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from vangnet.identity.operator import operator, service_session

LOCK = "picture.ahead"


@app.periodic(cron="*/10 * * * *")
@app.task(name="picture.ahead", queue="picture", lock=LOCK, queueing_lock=LOCK)
def draw_ahead(timestamp: int) -> None:
    """Draw the first pictures every ten minutes; nearly always they are kept already."""
    # The charts take a second to load, and every start of every command loads this module.
    from vangnet.picture import ahead

    with service_session(operator()):
        today = timezone.localdate()
        ahead.draw(ahead.seen_lately(on=today), on=today)


def queue() -> None:
    """Let the worker begin with it: after an update nothing is kept."""
    try:
        with transaction.atomic():
            draw_ahead.configure(queueing_lock=LOCK, lock=LOCK).defer(timestamp=0)
    except AlreadyEnqueued:
        return
