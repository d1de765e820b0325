"""Jobs: do the links of the strategy still work?"""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from vangnet.identity.operator import operator, service_session
from vangnet.strategy import links


@app.periodic(cron="17 4 * * 1")
@app.task(name="strategy.check_links", queue="strategy", lock="strategy.check_links")
def check_links(timestamp: int) -> None:
    """Ask the addresses on the hosts of the settings, every Monday; nothing when there are none."""
    if settings.LINK_HOSTS:
        with service_session(operator()):
            links.check_round(settings.LINK_HOSTS, by=operator(), at=timezone.now())
