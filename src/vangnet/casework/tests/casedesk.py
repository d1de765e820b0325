"""Browsers of the people who work in cases, under agreements of the demonstration."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from vangnet.agreements.models import Purpose
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import operator, service_session
from vangnet.vault.tests.offices import WEIGHED, WORDS, browser

UUID_IN = r"[0-9a-f]{8}-[0-9a-f-]{27}"
SAID = "De partners kozen voor een controle op dinsdag."
RIEC, LOCAL, OWN, CARE = (
    "riec/casusoverleg",
    "lokaal-gm0301/gezamenlijke-casus",
    "gemeente-gm0301/openbare-orde",
    "zvh/casusoverleg",
)
NO_BASELINE = {"no_baseline": "geen-nulmeting/geen-cijfer", "indicator": "", "period": ""}


def purpose(name: str = RIEC) -> Purpose:
    """Return a purpose of the demonstration, as the operator sees it."""
    agreement, code = name.split("/")
    with service_session(operator()), transaction.atomic():
        return Purpose.objects.get(agreement__code=agreement, code=code)


def in_days(days: int) -> str:
    """Return a day from today on, as a form sends it."""
    return (timezone.localdate() + timedelta(days)).isoformat()


def organisation(slug: str) -> str:
    """Return the id of an organisation."""
    return str(Organisation.objects.get(slug=slug).pk)


class CaseDesk:
    """The pages of cases under one purpose, as somebody uses them."""

    def __init__(self, who: User, name: str = RIEC) -> None:
        self.who, self.client, self.purpose = who, browser(who), purpose(name)

    def address(self, name: str, *ids: Any) -> str:
        return reverse(f"cases:{name}", args=[self.purpose.pk, *ids])

    def get(self, name: str, /, *ids: Any, **query: Any) -> Any:
        return self.client.get(self.address(name, *ids), query)

    def post(self, name: str, /, *ids: Any, **told: Any) -> Any:
        return self.client.post(self.address(name, *ids), told)

    def text(self, name: str, /, *ids: Any, **query: Any) -> str:
        """Return the words of a page."""
        answer = self.get(name, *ids, **query)
        assert answer.status_code == 200, answer.status_code
        return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())

    def done(self, name: str, /, *ids: Any, **told: Any) -> Any:
        """Send a form that has to be accepted."""
        answer = self.post(name, *ids, **told)
        assert answer.status_code == 302, answer.content.decode()
        return answer

    def a_case(self, **told: Any) -> str:
        """Open a case and return its id."""
        asked = {"tier": "1", "place": "GM0301", "phenomenon": "witwassen", **told}
        return re.findall(UUID_IN, self.done("new", **asked)["Location"])[-1]

    def a_task(self, case: str, who: User, slug: str, **told: Any) -> str:
        """Give a task and return its id."""
        before = set(self._tasks(case))
        asked = {"kind": "taak/controle", "due_on": in_days(7), "details": SAID}
        self.done("task", case, **{**asked, "who": f"{organisation(slug)}/{who.pk}", **told})
        (made,) = set(self._tasks(case)) - before
        return made

    def _tasks(self, case: str) -> list[str]:
        return re.findall(rf"/taak/({UUID_IN})/", self.get("case", case).content.decode())

    def measure(self, case: str, **told: Any) -> Any:
        """Send the form of a measure."""
        asked = {
            "kind": "huur", "organisation": organisation("riec"), "since": in_days(0), "until": "",
            "place": "GM0301", "effect": "effect/stoppen", "reasons": SAID, **NO_BASELINE,
        }  # fmt: skip
        return self.post("measure", case, **{**asked, **told})

    def a_measure(self, case: str, **told: Any) -> str:
        """Impose a measure and return its id."""
        answer = self.measure(case, **told)
        assert answer.status_code == 302, answer.content.decode()
        return re.findall(rf"/maatregel/({UUID_IN})/", self.get("case", case).content.decode())[-1]

    def a_contribution(self, case: str, **told: Any) -> str:
        """Write down a contribution of one's own organisation and return its id."""
        asked = {"kind": "bijdrage/controle", "on": in_days(0), "hours": "12", **told}
        self.done("contribution", case, **asked)
        return re.findall(rf"/bijdrage/({UUID_IN})/", self.get("case", case).content.decode())[-1]

    def closed(self, case: str, **told: Any) -> Any:
        """Send the form that closes a case."""
        return self.post("close", case, **{"result": "resultaat/gestopt", "lesson": SAID, **told})

    def an_offer(self, case: str, slug: str = "politie") -> str:
        """Offer a case and return the id of the offer."""
        told = {"receiver": organisation(slug), "reasons": SAID}
        return re.findall(UUID_IN, self.done("offer", case, **told)["Location"])[-1]

    def let_join(self, case: str, decider: User, slug: str) -> None:
        """Let a partner take part through the pages of the vault."""
        here = [self.purpose.pk, case]
        told = {"kind": "deelname", "recipient": organisation(slug), "article": "WGS 2.20", **WEIGHED}
        answer = self.client.post(reverse("vault:weigh", args=here), told)
        weighing = re.findall(UUID_IN, answer["Location"])[-1]
        decision = {"decision": "toewijzen", "motivation": WORDS}
        colleague: Client = browser(decider)
        colleague.post(reverse("vault:weighing", args=[*here, weighing]), decision)
        answer = self.client.post(reverse("vault:join", args=[*here, weighing]), {"since": in_days(0)})
        assert answer.status_code == 302, answer.content.decode()
