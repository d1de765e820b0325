"""A signal of Zutphen that goes to the RIEC: weighed, decided by a colleague and supplied, on the pages."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse

from vangnet.casework.tests.casedesk import RIEC, organisation, purpose
from vangnet.casework.tests.desks import UUID_IN, SignalDesk
from vangnet.identity.models import User
from vangnet.vault.tests.offices import WEIGHED, WORDS, browser


class Supplier(SignalDesk):
    """The pages of signals of somebody who supplies what was reported to the RIEC."""

    def __init__(self, who: User, colleague: User) -> None:
        super().__init__(who)
        self.colleague = browser(colleague)

    def vault(self, name: str, *ids: Any) -> str:
        return reverse(f"vault:{name}", args=[self.purpose.pk, *ids])

    def passed_on(self) -> str:
        """Return a signal of which the RIEC has the lead."""
        signal = self.weighed(gewicht="zwaar")
        assert self.post("conclude", signal, outcome="riec", route="riec", partners="2").status_code == 302
        return signal

    def allowed(self, signal: str) -> str:
        """Weigh the supply of a signal, have a colleague grant it, and return the weighing."""
        asked = {
            "kind": "verstrekking", "recipient": organisation("riec"), "target": str(purpose(RIEC).pk),
            "article": "WGS 2.20", "categories": ["signaal"], **WEIGHED,
        }  # fmt: skip
        answer = self.client.post(self.vault("weigh", signal), asked)
        assert answer.status_code == 302, answer.content.decode()
        weighing = re.findall(UUID_IN, answer["Location"])[-1]
        told = {"decision": "toewijzen", "motivation": WORDS}
        assert self.colleague.post(self.vault("weighing", signal, weighing), told).status_code == 302
        return weighing

    def to_supply(self, signal: str, weighing: str) -> list[str]:
        """Return which records the page of a weighing offers to supply."""
        page = self.client.get(self.vault("weighing", signal, weighing)).content.decode()
        return re.findall(rf"/verstrekken/({UUID_IN})/", page)

    def supply(self, signal: str, weighing: str, record: str) -> Any:
        return self.client.post(self.vault("supply", signal, weighing, record))

    def supplied(self, *, all_of_it: bool = False) -> str:
        """Return a signal that was supplied: what was reported, or the reasons of its weighing as well."""
        signal = self.passed_on()
        weighing = self.allowed(signal)
        records = self.to_supply(signal, weighing)
        for record in records if all_of_it else records[:1]:
            assert self.supply(signal, weighing, record).status_code == 302
        return signal

    def recall(self, signal: str) -> None:
        """Take back all that was supplied of a signal."""
        page = self.client.get(self.vault("dossier", signal)).content.decode()
        for address in re.findall(r'action="([^"]*/terugroepen/)"', page):
            assert self.client.post(address).status_code == 302
