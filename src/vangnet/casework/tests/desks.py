"""Browsers of the people who take in and weigh signals in Zutphen, under agreements of the demonstration."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests import databases

from vangnet.agreements.models import Purpose
from vangnet.identity.models import User
from vangnet.identity.operator import operator, service_session
from vangnet.vault.tests.offices import browser

SEEN = "Bij de garage aan de Vispoort stonden 's nachts drie busjes te lossen."
WHY = "Drie keer gezien door twee mensen."
UUID_IN = r"[0-9a-f]{8}-[0-9a-f-]{27}"
REPORT = {
    "text": SEEN,
    "place": "GM0301",
    "source": "balie",
    "branch": "autobranche",
    "phenomenon": "drugs",
    "name": "",
    "contact": "",
}
REPORTER = {"source": "inwoner", "name": "Wilhelmina Oud", "contact": "0575-000000", "wants_feedback": "on"}
REASONS = {
    "ondermijning": ("ja", ("waarom",)),
    "taak": ("ja", ("waarom",)),
    "gebied": ("ja", ("waarom",)),
    "gewicht": ("middel", ("soort", "omvang", "interventies", "partners")),
}


def purpose(code: str = "signalen") -> Purpose:
    """Return a purpose of Zutphen, as the operator sees it."""
    with service_session(operator()), transaction.atomic():
        return Purpose.objects.get(agreement__code="gemeente-gm0301", code=code)


def without_demonstration(database: str) -> None:
    """Take the signals of the demonstration out of the lists of a database."""
    with databases.as_owner(database) as owner:
        owner.execute("DELETE FROM casework_partnerreport")
        for table in ("item", "attendee", "meeting", "step"):
            owner.execute(f"ALTER TABLE casework_{table} DISABLE TRIGGER USER")
            owner.execute(f"DELETE FROM casework_{table}")
            owner.execute(f"ALTER TABLE casework_{table} ENABLE TRIGGER USER")
        owner.execute("DELETE FROM casework_signal")


class SignalDesk:
    """The pages of signals, as somebody uses them."""

    def __init__(self, who: User) -> None:
        self.client: Client = browser(who)
        self.purpose = purpose()

    def address(self, name: str, *ids: Any) -> str:
        return reverse(f"casework:{name}", args=[self.purpose.pk, *ids])

    def get(self, name: str, /, *ids: Any, **query: Any) -> Any:
        return self.client.get(self.address(name, *ids), query)

    def post(self, name: str, /, *ids: Any, **told: Any) -> Any:
        return self.client.post(self.address(name, *ids), told)

    def report(self, **told: Any) -> str:
        """Take in a report and return the id of the signal."""
        answer = self.post("receive", **{**REPORT, **told})
        assert answer.status_code == 302, answer.content.decode()
        return re.findall(UUID_IN, answer["Location"])[-1]

    def step(self, signal: str, code: str, answer: str = "", /, **told: Any) -> Any:
        """Take a step, with a reason for each criterion."""
        chosen, criteria = REASONS[code]
        reasons = {f"reden-{key}": WHY for key in criteria}
        return self.post("weigh", signal, **{"stap": code, "answer": answer or chosen, **reasons, **told})

    def weighed(self, **last: str) -> str:
        """Return a signal of which all steps are taken."""
        signal = self.report()
        self.post("weigh", signal, begin="1")
        for code in REASONS:
            assert self.step(signal, code, last.get(code, "")).status_code == 302
        return signal
