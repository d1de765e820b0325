"""Jobs: load, call one verb."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import operator, service_session


@app.periodic(cron="*/5 * * * *")
@app.task(name="vault.expire_exports", queue="vault", lock="vault.expire_exports")
def expire_exports(timestamp: int) -> None:
    """Wipe the exports that nobody fetched in time, every five minutes."""
    from vangnet.vault import exports

    person = operator()
    with service_session(person):
        exports.expire(by=person, at=timezone.now())


@app.task(name="vault.export", queue="vault")
def make_export(export_id: str, user_id: str, organisation_id: str, purpose_id: str) -> None:
    """Make an export for whoever asked; their rights are asked again now."""
    from vangnet.vault import exports

    person = User.objects.filter(pk=user_id, is_active=True).first()
    if person is not None:
        organisation = Organisation.objects.get(pk=organisation_id)
        exports.carry_out(UUID(export_id), person=person, organisation=organisation, purpose=UUID(purpose_id))
