"""The whole log, for tests: the weak role itself sees only what row-level security shows it."""

from __future__ import annotations

import copy

from django.db import models

from vangnet.audit.models import Event as RealEvent
from vangnet.audit.models import EventQuerySet


class LoggedEvent(models.Model):
    """A row of the view that test databases have over the log, with the fields and reads of an event."""

    objects = EventQuerySet.as_manager()

    class Meta:
        app_label = "audit"
        managed = False
        db_table = '"logbook"."event"'
        default_permissions = ()

    def __str__(self):
        return self.verb


for field in RealEvent._meta.local_fields:
    if field.name not in {f.name for f in LoggedEvent._meta.local_fields}:
        LoggedEvent.add_to_class(field.name, copy.deepcopy(field))

Event = LoggedEvent
