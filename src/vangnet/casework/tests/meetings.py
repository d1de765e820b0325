"""A weekly meeting of the desk of Zutphen, held through its pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from vangnet.casework.tests.desks import UUID_IN, SignalDesk
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import operator, service_session


def in_days(days: int) -> str:
    """Return a day from today on, as a form takes it."""
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def seat(person: User, slug: str = "gm0301") -> str:
    """Return somebody as the form of a meeting names them."""
    with service_session(operator()), transaction.atomic():
        return f"{person.pk}/{Organisation.objects.get(slug=slug).pk}"


class Meetings:
    """The pages of meetings, as somebody uses them."""

    def __init__(self, desk: SignalDesk) -> None:
        self.desk = desk
        self.get, self.post = desk.get, desk.post

    def prepare(self, **told: Any) -> str:
        """Prepare a meeting and return its id."""
        answer = self.post("meeting_new", **{"held_on": in_days(0), "present": [], **told})
        assert answer.status_code == 302, answer.content.decode()
        return re.findall(UUID_IN, answer["Location"])[-1]

    def page(self, meeting: str) -> str:
        """Return the page of a meeting."""
        return str(self.get("meeting", meeting).content.decode())

    def item(self, meeting: str, signal: str, **told: Any) -> Any:
        """Do something with a signal on the agenda."""
        return self.post("meeting_item", meeting, signal, **told)

    def version(self, meeting: str) -> str:
        """Return the version of the agenda that somebody looks at."""
        page = self.get("meeting_arrange", meeting).content.decode()
        return re.search(r'name="version" value="(\d+)"', page)[1]  # type: ignore[index]

    def decide(self, meeting: str, signal: str, outcome: str = "geen") -> Any:
        """Weigh a signal to its end inside the meeting."""
        carry = f"?overleg={meeting}"
        client, address = self.desk.client, self.desk.address
        client.post(address("weigh", signal) + carry, {"begin": "1"})
        told = {"stap": "ondermijning", "answer": "nee", "reden-waarom": "Drie keer gezien door twee."}
        client.post(address("weigh", signal) + carry, told)
        ends = {"outcome": outcome, "partners": "1", "route": ""}
        return client.post(address("conclude", signal) + carry, ends)
