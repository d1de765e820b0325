"""Verbs of the portal: what somebody wants to hear by mail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.portal.models import MailWish


@transaction.atomic
def choose_rhythm(rhythm: MailWish.Rhythm, *, by: User, at: datetime) -> MailWish:
    """Keep how often somebody wants mail; a new choice also ends a pause after mail that was refused."""
    kept: MailWish = MailWish.objects.select_for_update().get_or_create(user=by)[0]
    kept.rhythm, kept.failures, kept.retry_at = rhythm, 0, None
    kept.save(update_fields=["rhythm", "failures", "retry_at"])
    log.record("portal.mail.rhythm_chosen", by.pk, by=by, at=at, rhythm=str(rhythm))
    return kept
