"""Browsers of the people who keep registers."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.test import Client

from vangnet.identity.models import User
from vangnet.vault.tests.offices import browser

UUID_IN = r"([0-9a-f]{8}-[0-9a-f-]{27})"
GAIN = {
    "kind": "bestuurlijk",
    "stage": "geind",
    "amount": "12345",
    "happened_on": "2026-03-02",
    "place": "GM0301",
    "source": "eigen",
    "status": "definitief",
}
FIND = {
    "kind": "hennep",
    "happened_on": "2026-03-02",
    "place": "GM0301",
    "size": "middel",
    "building": "woning",
    "fire_hazard": "ja",
    "illegal_power": "onbekend",
    "facilitators": ["verhuurder"],
    "source": "eigen",
    "status": "definitief",
}
GROUP = {
    "opened_on": "2026-02-01",
    "reviewed_on": "2026-02-02",
    "kind": "overlastgevend",
    "size": "6-10",
    "approach": "",
    "effect": "",
    "next_on": "2026-08-01",
}


class Keeper:
    """The pages of registers, as somebody uses them."""

    def __init__(self, who: User) -> None:
        self.client: Client = browser(who)

    def get(self, path: str, **query: Any) -> str:
        """Return a page as text."""
        answer = self.client.get(f"/registers/{path}", query)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def post(self, path: str, **told: Any) -> Any:
        return self.client.post(f"/registers/{path}", told)

    def gain(self, **told: Any) -> Any:
        return self._entered(self.post("afpakken/regels/nieuw/", **{**GAIN, **told}))

    def find(self, **told: Any) -> Any:
        return self._entered(self.post("vondsten/hennep/regels/nieuw/", **{**FIND, **told}))

    def group(self, **told: Any) -> Any:
        return self._entered(self.post("jeugdgroepen/nieuw/", **{**GROUP, **told}))

    def id_in(self, address: str, form: str) -> UUID:
        """Return the first id in a page that stands in an address of this form."""
        page = self.client.get(address).content.decode()
        found = re.search(form.format(UUID_IN), page)
        assert found, f"{form} is not on {address}"
        return UUID(found[1])

    def _entered(self, answer: Any) -> Any:
        assert answer.status_code == 302, answer.content.decode()
        return answer
