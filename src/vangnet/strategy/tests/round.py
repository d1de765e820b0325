"""Browsers of the people between whom a proposal travels."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.utils import timezone

from vangnet.config.pack import cast_email
from vangnet.identity.models import User
from vangnet.strategy.models import Version
from vangnet.vault.tests.offices import browser

# Who speaks for each body in the demonstration.
DISTRICTS = {
    "dvo-twente": "dvo-twente",
    "dvo-ijsselland": "dvo-ijsselland",
    "dvo-noord-en-oost-gelderland": "dvo-noord-en-oost-gelderland",
    "dvo-gelderland-midden": "dvo-gelderland-midden",
    "dvo-gelderland-zuid": "dvo-gelderland-zuid",
}
GOAL = {
    "title": "Elke gemeente heeft een vast meldpunt",
    "theme": "ondermijning",
    "parent": "",
    "kind": "toezegging",
    "term": "2020",
    "due_on": "2020-01-01",
    "condition": "",
    "restriction": "",
    "actors": "gemeenten\nRIEC",
    "network_role": "trekt",
    "measures": "",
    "reason": "De districten vragen erom.",
}
THEME = {
    "name": "Weerbare samenleving",
    "kind": "inhoudelijk",
    "summary": "Inwoners en ondernemers kunnen tegen een stootje.",
    "reason": "Drie districten noemen dit.",
}


def person(key: str) -> User:
    """Return somebody of the demonstration."""
    found: User = User.objects.get(email=cast_email(key))
    return found


class Desk:
    """The pages of the strategy, as somebody uses them."""

    def __init__(self, who: User | str) -> None:
        self.client: Client = browser(person(who) if isinstance(who, str) else who)

    def get(self, path: str, **query: Any) -> str:
        """Return a page as text, spaces made one."""
        answer = self.client.get(f"/strategie/{path}", query)
        assert answer.status_code == 200, (path, answer.status_code)
        return re.sub(r"\s+", " ", answer.content.decode())

    def post(self, path: str, **told: Any) -> Any:
        return self.client.post(f"/strategie/{path}", told)

    def propose(self, path: str, *, submit: bool = True, **told: Any) -> Version:
        """Fill in a form of a proposal, and send it on its way."""
        answer = self.post(path, **told)
        assert answer.status_code == 302, answer.context["form"].errors
        if submit:
            assert self.client.post(f"{answer['location']}indienen/").status_code == 302
        version: Version = self.client.get(answer["location"]).context["version"]
        return version

    def change_goal(self, code: str, *, submit: bool = True, **told: Any) -> Version:
        """Propose other words for a goal; every field not named stays as it is."""
        page = self.client.get(f"/strategie/doel/{code}/wijzigen/")
        form = page.context["form"]
        values = {name: form[name].value() for name in form.fields}
        kept = {name: "" if value is None else value for name, value in values.items()}
        return self.propose(
            f"doel/{code}/wijzigen/", submit=submit, **{**kept, "reason": "Beter zo.", **told}
        )

    def judge(self, version: Version, decider: str, body: str, **told: Any) -> Any:
        told = {"outcome": "akkoord", "decided_on": timezone.localdate().isoformat(), **told}
        return self.post(f"wijzigingen/{version.pk}/oordeel/{decider}/{body}/", **told)
