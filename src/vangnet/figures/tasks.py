"""Jobs: load, call one verb."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from vangnet.figures.models import Fetch
from vangnet.identity.models import User
from vangnet.identity.operator import service_session


@app.task(name="figures.fetch", queue="figures")
def fetch(fetch_id: str, user_id: str) -> None:
    """Fetch a published table for whoever asked; their rights are checked again now."""
    # The clients take a second to load, and every start of every command loads this module.
    from vangnet.figures import fetches

    user = User.objects.get(pk=user_id, is_active=True)
    with service_session(user):
        fetches.carry_out(Fetch.objects.visible_to(user).get(pk=fetch_id), by=user, at=timezone.now())


def queue(order: Fetch) -> None:
    """Put a fetch in the queue, in the running transaction; a fetch that waits already waits once."""
    identity = str(order.pk)
    try:
        with transaction.atomic():
            fetch.configure(lock=identity, queueing_lock=identity).defer(
                fetch_id=identity, user_id=str(order.by_id)
            )
    except AlreadyEnqueued:
        return
