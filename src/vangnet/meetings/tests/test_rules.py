"""What holds of meetings whatever page or verb asks: the database decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from vangnet.directory import actions as directory
from vangnet.directory.models import Holder
from vangnet.identity import refusals
from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.meetings import actions
from vangnet.meetings.models import Matter, Ruling, Sitting, Stop
from vangnet.meetings.tests.conftest import Secretary
from vangnet.strategy.tests.round import person as account
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db


def test_a_matter_travels_from_district_to_region_and_back_with_its_history(twente, bbg, rvo):
    first = twente.raise_matter()
    twente.held(first)
    twente.rule(first, "doorgestuurd", to=bbg.body, reservations="Mits er capaciteit is.")
    (second,) = bbg.waiting()
    bbg.held(second)
    bbg.rule(second, "doorgestuurd", to=rvo.body)
    (third,) = rvo.waiting()
    rvo.held(third)
    rvo.rule(third, "doorgestuurd", to=bbg.body, words="Akkoord; werk het uit.")
    (fourth,) = bbg.waiting()

    came_from = [one.came_from_id for one in (second, third, fourth)]
    assert came_from == [first.pk, second.pk, third.pk]
    assert fourth.occasion == first.occasion


@pytest.mark.attack("A-08")
def test_no_body_is_skipped_and_nothing_is_decided_before_the_meeting(twente, rvo):
    stop = twente.raise_matter()
    with pytest.raises(DoesNotHold, match="Leg eerst vast dat de vergadering is gehouden"):
        twente.rule(stop)
    twente.held(stop)
    with pytest.raises(DoesNotHold, match="niet overgeslagen"):
        twente.rule(stop, "doorgestuurd", to=rvo.body)
    with twente.session(), pytest.raises(NotPermitted):
        actions.raise_matter(
            Matter(title="Buiten de BBG om", body=rvo.body),
            Stop(aim="informatie", occasion="Proef."),
            **twente.acting(),
        )
    with twente.session():
        stop.refresh_from_db()
        stop.body, stop.revision = rvo.body, stop.revision + 1
        with pytest.raises(DoesNotHold, match="door een besluit, niet anders"), refusals.rules():
            stop.save()


@pytest.mark.attack("A-07", "A-08")
def test_who_does_not_speak_for_a_body_decides_nothing_for_it(twente, hugo, anna, greet):
    stop = twente.raise_matter()
    twente.held(stop)
    for person in (hugo, anna, greet):  # the driving team keeps every agenda, and decides for no other body
        with service_session(person), pytest.raises(NotPermitted):
            actions.rule(
                Ruling(stop=stop, outcome="besloten", words="Wij vinden van wel."),
                by=person,
                at=timezone.now(),
            )
    twente.rule(stop)


def test_of_two_secretaries_the_second_is_told_and_overwrites_nothing(twente):
    stop = twente.raise_matter()
    sitting = twente.held(stop)
    twente.rule(stop)
    with pytest.raises(DoesNotHold, match="intussen gewijzigd"):
        twente.rule(stop, "afgewezen")
    with twente.session(), pytest.raises(DoesNotHold, match="intussen gewijzigd"):
        actions.change(sitting, seen=1, place="Elders", **twente.acting())
    with twente.session(), pytest.raises(DoesNotHold, match="staat daarmee vast"):
        actions.write_note(
            stop, seen=Stop.objects.get(pk=stop.pk).revision, asked="Anders", **twente.acting()
        )
    with twente.session():
        assert [one.outcome for one in Ruling.objects.filter(stop=stop)] == ["besloten"]


@pytest.mark.attack("A-07", "A-08")
def test_a_note_is_rewritten_by_who_sits_in_the_body_now_and_carries_that_name(twente, bbg, frank, hugo):
    first = twente.raise_matter()
    twente.held(first)
    twente.rule(first, "doorgestuurd", to=bbg.body)
    (waits,) = bbg.waiting()
    assert waits.written_by == frank  # recorded it in the district, and has no seat here
    with twente.session(), pytest.raises(NotPermitted):
        actions.write_note(waits, seen=waits.revision, asked="Iets anders.", **twente.acting())
    assert browser(frank).get(f"/vergaderingen/punten/{waits.pk}/notitie/").status_code == 404

    roos = account("burgemeester-zwolle")
    member = Secretary(roos, "bbg")
    own = member.raise_matter()
    with member.session():
        own = actions.write_note(own, seen=1, asked="Stem in.", **member.acting())
    with bbg.session():
        for holder in Holder.objects.as_of(timezone.localdate()).filter(account=roos, seat__body="bbg"):
            directory.step_down(holder, on=timezone.localdate(), **bbg.acting())
    with member.session(), pytest.raises(NotPermitted):
        actions.write_note(own, seen=2, asked="Stem tegen.", **member.acting())
    assert browser(roos).get(f"/vergaderingen/punten/{own.pk}/notitie/").status_code == 404
    with bbg.session():
        with pytest.raises(NotPermitted), refusals.rules(), transaction.atomic():
            Stop.objects.filter(pk=own.pk).update(asked="In haar naam.", revision=3)
        assert actions.write_note(own, seen=2, asked="Stem in, mits.", **bbg.acting()).written_by == hugo


def test_a_meeting_stays_on_its_day_once_is_told_who_was_there_or_what_was_decided(twente):
    def move(sitting, hours):
        with twente.session():
            sitting.refresh_from_db()
            to = {"starts_at": sitting.starts_at + hours, "ends_at": sitting.ends_at + hours}
            return actions.change(sitting, seen=sitting.revision, **to, **twente.acting())

    stop, hour = twente.raise_matter(), timedelta(hours=1)
    decided, attended = twente.held(stop), twente.held(days=-2)
    for sitting in (decided, attended):
        move(sitting, -hour)  # written down wrongly
    twente.rule(stop)
    twente.attend(attended)
    for sitting in (decided, attended):
        with pytest.raises(DoesNotHold, match="Dag, tijd en plaats staan daarmee vast"):
            move(sitting, hour)


def test_an_adopted_list_is_mended_by_a_next_version_with_a_reason(twente):
    stop = twente.raise_matter()
    sitting = twente.held(stop)
    with pytest.raises(DoesNotHold, match="wie aanwezig waren"):
        twente.adopt(sitting)
    twente.attend(sitting)
    with pytest.raises(DoesNotHold, match="Niet elk punt heeft een besluit"):
        twente.adopt(sitting)
    twente.rule(stop)
    twente.adopt(sitting)
    with pytest.raises(DoesNotHold, match="waarom dit besluit wordt hersteld"):
        twente.rule(stop, number=2, words="Anders bedoeld.")
    twente.rule(stop, number=2, words="Anders bedoeld.", reason="Verkeerd opgeschreven.")
    with twente.session():
        assert [one.words for one in Ruling.objects.filter(stop=stop)] == ["Zo besloten.", "Anders bedoeld."]
    with pytest.raises(DoesNotHold, match="afgesloten"):
        twente.attend(sitting, "afwezig")


def test_what_is_held_over_waits_for_the_same_body_and_travels_once(twente, bbg):
    stop = twente.raise_matter()
    twente.held(stop)
    twente.rule(stop, "aangehouden")
    (again,) = twente.waiting()
    assert again.came_from_id == stop.pk
    with pytest.raises(DoesNotHold, match="al doorgestuurd of aangehouden"):
        twente.rule(stop, "doorgestuurd", to=bbg.body, number=2)
    twente.rule(stop, "aangehouden", number=2, words="Aangehouden tot het najaar.")
    assert twente.waiting() == [again]


def test_a_meeting_that_is_off_lets_its_items_wait(twente):
    stop, sitting = twente.raise_matter(), twente.plan()
    with twente.session():
        sitting = actions.put_in_order(sitting, [stop], seen=1, **twente.acting())
        assert list(sitting.stops.all()) == [stop]
        actions.change(sitting, seen=2, state="vervallen", remark="Te weinig punten.", **twente.acting())
    assert twente.waiting() == [stop]


def test_a_meeting_is_planned_in_the_future_or_recorded_as_held(twente, bbg):
    with pytest.raises(DoesNotHold, match="in het verleden"):
        twente.plan(days=-3)
    with pytest.raises(DoesNotHold, match="moet nog komen"):
        twente.plan(days=3, state="gehouden")
    with pytest.raises(DoesNotHold, match="van 1900 tot en met 2100"):
        twente.plan(days=-365 * 130, state="gehouden")
    other = bbg.plan()
    with twente.session(), pytest.raises(NotPermitted):
        actions.change(other, seen=1, place="Elders", **twente.acting())


def test_who_has_no_role_or_no_second_factor_reads_and_writes_nothing(twente, frank):
    sitting, stop = twente.plan(), twente.raise_matter()
    with service_session(frank, strong=False):
        assert Sitting.objects.filter(pk=sitting.pk).exists()
        with pytest.raises(NotPermitted):
            actions.change(sitting, seen=1, place="Elders", by=frank, at=timezone.now())
    assert not Sitting.objects.filter(pk=sitting.pk).exists()  # no session
    assert not Stop.objects.filter(pk=stop.pk).exists()
