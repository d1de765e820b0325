"""Meetings of a district, the steering group and the region, in the sessions of their secretaries."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from vangnet.directory.models import Body, Holder
from vangnet.identity.operator import service_session
from vangnet.meetings import actions
from vangnet.meetings.models import Matter, Ruling, Sitting, Stop
from vangnet.strategy import actions as strategy
from vangnet.strategy.models import Version


class Secretary:
    """Somebody who works in a session of their own with a body."""

    def __init__(self, person, slug: str) -> None:
        self.person, self.body = person, Body.objects.get(pk=slug)

    def acting(self):
        return {"by": self.person, "at": timezone.now()}

    @contextmanager
    def session(self):
        with service_session(self.person):
            yield

    def plan(self, days: int = 14, **more) -> Sitting:
        starts = timezone.now() + timedelta(days=days)
        told = {
            "body": self.body,
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=2),
            "place": "Raadzaal",
        }
        with self.session():
            return actions.plan(Sitting(**told | more), **self.acting())

    def held(self, *stops: Stop, days: int = -1) -> Sitting:
        sitting = self.plan(days, state="gehouden")
        with self.session():
            return actions.put_in_order(sitting, stops, seen=1, **self.acting())

    def raise_matter(self, title: str = "Vakantieparken", **more) -> Stop:
        note = {"aim": "besluit", "occasion": "Een vraag uit de regio.", "asked": "Stem in met de aanpak."}
        with self.session():
            return actions.raise_matter(
                Matter(title=title, body=self.body), Stop(**note | more), **self.acting()
            )

    def rule(self, stop: Stop, outcome: str = "besloten", **more) -> Ruling:
        told = {"stop": stop, "outcome": outcome, "words": "Zo besloten."}
        with self.session():
            return actions.rule(Ruling(**told | more), **self.acting())

    def attend(self, sitting: Sitting, kind: str = "aanwezig") -> Sitting:
        with self.session():
            sitting.refresh_from_db()
            held = (
                Holder.objects.as_of(timezone.localdate())
                .filter(seat__body=self.body)
                .select_related("account", "seat")
            )
            came = [actions.Came(one.seat, one.account, kind) for one in held]
            return actions.attend(sitting, came, seen=sitting.revision, **self.acting())

    def adopt(self, sitting: Sitting) -> Sitting:
        with self.session():
            sitting.refresh_from_db()
            told = {"state": "vastgesteld", "adopted_on": timezone.localdate()}
            return actions.change(sitting, seen=sitting.revision, **told, **self.acting())

    def waiting(self) -> list[Stop]:
        with self.session():
            return list(Stop.objects.filter(body=self.body, sitting=None))


@pytest.fixture
def twente(frank):
    return Secretary(frank, "dvo-twente")


@pytest.fixture
def bbg(hugo):
    return Secretary(hugo, "bbg")


@pytest.fixture
def rvo(carla):
    return Secretary(carla, "rvo")


@pytest.fixture
def proposal(anna) -> Version:
    """A change of a theme that waits for the districts."""
    with service_session(anna):
        today, at = timezone.localdate(), timezone.now()
        former = Version.objects.as_of(today).get(kind="thema", item="ondermijning")
        work = anna.memberships_on(today).first()
        words = {**former.content, "summary": "Meer aandacht voor vastgoed."}
        told = {"kind": "thema", "item": "ondermijning", "replaces": former, "content": words}
        made = Version(**told, organisation=work.organisation, reason="Meer panden.")
        version = strategy.propose(made, by=anna, at=at)
        strategy.submit(version.pk, by=anna, at=at)
    return version
