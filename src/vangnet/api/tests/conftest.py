"""Systems of municipalities, and how they ask."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from vangnet.agreements import designation
from vangnet.agreements.models import Authorisation, Partner
from vangnet.casework.tests.desks import purpose
from vangnet.identity import systems
from vangnet.identity.models import Organisation
from vangnet.identity.operator import operator, service_session

SEEN = "Bij de loods aan de Industrieweg brandt elke nacht licht."


class System:
    """A system of an organisation, with a token, and with an authorisation for a task when one is named."""

    def __init__(self, slug: str = "gm0301", *, task: str = "", days: int = 30) -> None:
        by, now = operator(), timezone.now()
        today = timezone.localdate()
        self.organisation = Organisation.objects.get(slug=slug)
        with service_session(by):
            self.account = systems.register(
                organisation=self.organisation, name=f"Zaaksysteem {slug}", by=by, at=now
            )
            self.secret = systems.issue(
                self.account.pk,
                organisation=self.organisation.pk,
                until=today + timedelta(days=days),
                by=by,
                at=now,
            )
            if task:
                self.authorise(task)
        self.client = Client()

    def authorise(self, task: str, code: str = "signalen") -> Authorisation:
        by, now, today = operator(), timezone.now(), timezone.localdate()
        wanted = purpose(code)
        with service_session(by), transaction.atomic():
            return designation.authorise(
                self.account,
                purpose=wanted,
                partner=Partner.objects.get(agreement=wanted.agreement_id, organisation=self.organisation),
                task=task,
                max_tier=1,
                since=today,
                until=today + timedelta(days=20),
                document="Aanwijzingsbesluit koppelingen",
                by=by,
                at=now,
            )

    @property
    def token(self) -> UUID:
        """The id of its newest token."""
        with service_session(operator()):
            (one,) = (x for x in systems.of(self.organisation.pk) if x.account == self.account.pk)
        return one.tokens[0].id

    def get(self, path: str, /, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def send(self, told: Any = None, *, key: str = "", **headers: str) -> Any:
        body = told if isinstance(told, str | bytes) else json.dumps(told or {"omschrijving": SEEN})
        sent = {"Idempotency-Key": key or str(uuid4()), **headers}
        return self.client.post(
            "/api/v1/signalen", body, content_type="application/json", headers=self.headers | sent
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


@pytest.fixture
def system(db):
    """The case system of Zutphen, which delivers reports and sees the list."""
    return System(task="koppeling")
