"""Questions for advice, asked and answered in the sessions of the cast."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from vangnet.config.pack import cast_email
from vangnet.cooperation import actions
from vangnet.cooperation.models import AdviceRequest, AdviceTurn
from vangnet.identity.models import Membership, Organisation, User
from vangnet.identity.operator import operator, service_session


class Colleague:
    """Somebody who asks and says things in a session of their own."""

    def __init__(self, person) -> None:
        self.person = person

    @contextmanager
    def session(self):
        with service_session(self.person):
            yield

    def acting(self, days: int = 0):
        return {"by": self.person, "at": timezone.now() + timedelta(days=days)}

    def ask(self, *, days: int = 0, term: int = 10, **more) -> AdviceRequest:
        """Ask a question, of the driving team unless said otherwise."""
        work = self.person.memberships_on(timezone.localdate())[0].organisation
        told = {"subject": "Leeg pand", "topic_id": "vastgoed", "organisation": work}
        told["due_on"] = timezone.localdate() + timedelta(days=days + term)
        with self.session():
            made = AdviceRequest(**told | more)
            return actions.ask(made, "Wat doen wij eerst?", **self.acting(days))

    def say(self, request: AdviceRequest, kind: str, *, days: int = 0, number: int = 0, **more) -> AdviceTurn:
        """Take the next turn, or the one with this number."""
        with self.session():
            last = AdviceRequest.objects.filter(pk=request.pk).values_list("revision", flat=True).first()
            told = {"words": "Zo gezegd.", "number": number or (last or 0) + 1}
            turn = AdviceTurn(request_id=request.pk, kind=kind, **told | more)
            return actions.say(turn, **self.acting(days))

    def sees(self, request: AdviceRequest) -> tuple[bool, int]:
        """Say whether this person sees a question, and how many turns of it."""
        with self.session():
            turns = AdviceTurn.objects.filter(request=request.pk).count()
            return AdviceRequest.objects.filter(pk=request.pk).exists(), turns

    def look(self, request: AdviceRequest) -> AdviceRequest:
        with self.session():
            return AdviceRequest.objects.get(pk=request.pk)


def moves(person, organisation: str = "") -> None:
    """Let somebody leave the network today, or go on at another organisation."""
    today = timezone.localdate()
    with service_session(operator()):
        Membership.objects.filter(user=person).update(period=(today - timedelta(days=900), today))
        if organisation:
            work = Organisation.objects.get(slug=organisation)
            Membership.objects.create(user=person, organisation=work, role="adviseur", period=(today, None))


@pytest.fixture
def team(hugo) -> Colleague:
    """The driving team."""
    return Colleague(hugo)


@pytest.fixture
def asker(anna) -> Colleague:
    return Colleague(anna)


@pytest.fixture
def expert(esra) -> Colleague:
    return Colleague(esra)


@pytest.fixture
def chief():
    """The chief of police: no role that decides, but a seat for the police where goals are decided."""
    return User.objects.get(email=cast_email("politiechef"))
