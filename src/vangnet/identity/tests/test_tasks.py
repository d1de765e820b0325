from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from vangnet.identity.models import Session
from vangnet.identity.session import SessionStore, digest
from vangnet.identity.tasks import forget_sessions

pytestmark = pytest.mark.django_db


def session(key, *, hours):
    data, expires = SessionStore().encode({}), timezone.now() + timedelta(hours=hours)
    return Session.objects.create(token_hash=digest(key), data=data, expires_at=expires)


def test_sessions_that_expired_are_removed_and_others_stay():
    session("of yesterday", hours=-1)
    kept = session("of today", hours=1)

    forget_sessions(0)

    assert list(Session.objects.values_list("token_hash", flat=True)) == [kept.token_hash]


def test_that_happens_every_night():
    planned = app.periodic_registry.periodic_tasks.values()

    assert "23 3 * * *" in [one.cron for one in planned if one.task.name == "identity.forget_sessions"]
