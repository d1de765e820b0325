"""Two agreements in force, and the browsers of the people who work for them; the pages do all the rest."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from vangnet.agreements.factories import make_agreement
from vangnet.agreements.models import Purpose
from vangnet.identity import session
from vangnet.identity.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WORDS = "Zonder deze partner is een aanpak niet mogelijk."
WEIGHED = dict.fromkeys(("necessity", "proportionality", "subsidiarity", "conditions", "informing"), WORDS)
RECORD = {
    "category": "personalia",
    "text": "Staat ingeschreven op drie adressen.",
    "nature": "feit",
    "reliability": "bevestigd",
    "provenance": "register",
    "marking": "amber",
    "about": "geen",
}
UUID_IN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def browser(user: User, *, strong: bool = True, checks: bool = False) -> Client:
    """Return the browser of somebody who signed in, with a second factor unless said otherwise."""
    client = Client(enforce_csrf_checks=checks)
    client.force_login(user, backend=BACKEND)
    if strong:
        session.prove(client.session.session_key)
    return client


def make_office(cast: dict[str, User], code: str = "proef") -> Purpose:
    """Return a purpose with esra and lotte at the RIEC, carla at the police, daan at the prosecution."""
    people = [(cast["esra"], "riec", 3), (cast["lotte"], "riec", 2)]
    people += [(cast["carla"], "politie", 2), (cast["daan"], "om", 2)]
    return make_agreement(
        code, people=people, reviewers=[(cast["nora"], "riec", 3)], coordinator=cast["karel"]
    )


class Office:
    """A purpose, and what people do for it through the pages."""

    def __init__(self, cast: dict[str, User], code: str = "proef") -> None:
        self.cast, self.purpose = cast, make_office(cast, code)
        self.browsers: dict[str, Client] = {}

    def of(self, who: str) -> Client:
        """Return the browser of a member of the cast."""
        if who not in self.browsers:
            self.browsers[who] = browser(self.cast[who])
        return self.browsers[who]

    def address(self, name: str, *ids: Any) -> str:
        return reverse(f"vault:{name}", args=[self.purpose.pk, *ids])

    def get(self, who: str, name: str, *ids: Any) -> Any:
        return self.of(who).get(self.address(name, *ids))

    def post(self, who: str, page: str, /, *ids: Any, **data: Any) -> Any:
        return self.of(who).post(self.address(page, *ids), data)

    def a_dossier(self, who: str = "esra", tier: int = 2) -> str:
        answer = self.post(who, "new", tier=tier)
        assert answer.status_code == 302, answer.content.decode()
        return UUID_IN.findall(answer["Location"])[-1]

    def a_record(self, dossier: str, who: str = "esra", **changed: Any) -> str:
        before = self.records(who, dossier)
        answer = self.post(who, "add_record", dossier, **RECORD | changed)
        assert answer.status_code == 302, answer.content.decode()
        return (self.records(who, dossier) - before).pop()

    def records(self, who: str, dossier: str) -> set[str]:
        text = self.get(who, "dossier", dossier).content.decode()
        return set(re.findall(r'name="records"[^>]*value="([0-9a-f-]{36})"', text))

    def open(self, who: str, dossier: str, *records: str, reason: str = "behandeling", **data: Any) -> Any:
        return self.post(who, "open", dossier, records=records, reason=reason, **data)

    def a_weighing(self, dossier: str, who: str = "esra", **changed: Any) -> str:
        partner = self.organisation("politie")
        told = {"kind": "deelname", "recipient": partner, "article": "WGS 2.20", **WEIGHED} | changed
        answer = self.post(who, "weigh", dossier, **told)
        assert answer.status_code == 302, answer.content.decode()
        return UUID_IN.findall(answer["Location"])[-1]

    def decided(self, dossier: str, weighing: str, who: str = "lotte", decision: str = "toewijzen") -> Any:
        return self.post(who, "weighing", dossier, weighing, decision=decision, motivation=WORDS)

    def joined(self, dossier: str) -> None:
        """Let the police take part in the dossier."""
        from django.utils import timezone

        weighing = self.a_weighing(dossier)
        assert self.decided(dossier, weighing).status_code == 302
        answer = self.post("esra", "join", dossier, weighing, since=timezone.localdate().isoformat())
        assert answer.status_code == 302, answer.content.decode()

    @staticmethod
    def organisation(slug: str) -> str:
        from vangnet.identity.models import Organisation

        return str(Organisation.objects.get(slug=slug).pk)
