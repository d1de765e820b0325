"""Seats: one chair, one holder at a time, nobody appoints themselves, and who speaks for a body."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.logbook import Event

from vangnet.directory import actions
from vangnet.directory.models import Body, Function, Holder, Seat
from vangnet.identity.models import Membership, Organisation
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted

TODAY = timezone.localdate
BEFORE = date(2019, 6, 1)


def speaks(cursor, slug):
    cursor.execute("SELECT directory_speaks_for(%s)", [slug])
    return cursor.fetchone()[0]


def told(by):
    return {"by": by, "at": timezone.now()}


# --- who speaks for a body ---


def test_secretary_and_chair_speak_for_their_body_and_for_no_other(working_as, frank, greet):
    for who, own, other in ((frank, "dvo-twente", "bbg"), (greet, "bbg", "dvo-twente")):
        with working_as(who) as cursor:
            assert speaks(cursor, own)
            assert not speaks(cursor, other)


def test_python_and_the_database_say_the_same_of_everybody(working_as, everybody):
    with working_as(everybody) as cursor:
        named = set(Body.objects.spoken_for_by(everybody).values_list("pk", flat=True))
        assert named == {one.pk for one in Body.objects.all() if speaks(cursor, one.pk)}


def test_a_member_does_not_speak_and_a_deputy_of_the_chair_does(working_as, seat, seat_of, anna, bram, otto):
    chair = seat_of("dvo-noord-en-oost-gelderland", "voorzitter")
    seat(chair.body_id, "lid", "gm0301", holder=anna)
    seat(chair.body_id, "plaatsvervanger", "gm0301", holder=otto, deputy_of=chair)
    member = seat(chair.body_id, "lid", "gm0200")
    seat(chair.body_id, "plaatsvervanger", "gm0200", holder=bram, deputy_of=member)

    for who, says in ((anna, False), (otto, True), (bram, False)):
        with working_as(who) as cursor:
            assert speaks(cursor, chair.body_id) is says
            assert Body.objects.spoken_for_by(who).filter(pk=chair.body_id).exists() is says


def test_without_a_second_factor_nobody_speaks(working_as, frank):
    with working_as(frank, strong=False) as cursor:
        assert not speaks(cursor, "dvo-twente")


def test_who_left_the_organisation_of_the_seat_speaks_no_more(working_as, as_administrator, frank):
    Membership.objects.filter(user=frank).update(period=(date(2018, 1, 1), TODAY()))
    with working_as(frank) as cursor:
        assert not speaks(cursor, "dvo-twente")
        assert not Body.objects.spoken_for_by(frank).exists()


def test_who_steps_down_speaks_until_that_day(working_as, as_administrator, frank):
    holder = Holder.objects.get(seat__body="dvo-twente", account=frank)
    actions.step_down(holder, on=TODAY(), **told(as_administrator))
    yesterday = TODAY() - timedelta(days=1)
    with working_as(frank) as cursor:
        assert not speaks(cursor, "dvo-twente")
        named = Body.objects.spoken_for_by(frank, on=yesterday).values_list("pk", flat=True)
        assert "dvo-twente" in named


def test_nobody_speaks_for_a_body_that_is_no_more(working_as, as_administrator, frank):
    Body.objects.filter(pk="dvo-twente").update(period=(None, TODAY()))
    with working_as(frank) as cursor:
        assert not speaks(cursor, "dvo-twente")
        assert not Body.objects.spoken_for_by(frank).filter(pk="dvo-twente").exists()


def test_who_is_not_signed_in_reads_bodies_and_seats_and_nobody_in_them(db):
    assert Seat.objects.filter(body="bbg").exists()
    assert not Holder.objects.exists()


# --- what cannot be ---


def test_a_body_has_one_chair_at_a_time(seat):
    seat("hennep-gelderland-zuid", "voorzitter", "politie", until=BEFORE)
    seat("hennep-gelderland-zuid", "voorzitter", "politie", since=BEFORE)
    with pytest.raises(DoesNotHold, match="al een voorzitter"), transaction.atomic():
        seat("hennep-gelderland-zuid", "voorzitter", "politie", since=date(2030, 1, 1))


def test_a_seat_is_held_by_one_at_a_time(seat, as_administrator, carla, anna, otto):
    opened = seat("rvo", "lid", "gm0301", holder=anna)
    with pytest.raises(DoesNotHold, match="al bezet"):
        actions.appoint(opened, account=otto, since=BEFORE, **told(as_administrator))
    with pytest.raises(DoesNotHold, match="geen rol bij de organisatie"):
        actions.appoint(seat("rvo", "lid", "gm0301"), account=carla, since=BEFORE, **told(as_administrator))


@pytest.mark.parametrize("to", ["another body", "a deputy", "nobody"])
def test_a_deputy_is_of_a_seat_of_the_same_body(seat, to):
    chosen = {
        "another body": lambda: seat("bbg", "lid", "politie"),
        "a deputy": lambda: seat(
            "rvo", "plaatsvervanger", "politie", deputy_of=seat("rvo", "lid", "politie")
        ),
        "nobody": lambda: None,
    }[to]()
    with pytest.raises(DoesNotHold, match="laatsvervanger"), transaction.atomic():
        seat("rvo", "plaatsvervanger", "politie", deputy_of=chosen)


def test_a_seat_and_its_holder_only_end(working_as, hugo):
    with working_as(hugo):
        for change in (
            lambda: Seat.objects.filter(body="bbg", role="lid").update(role="secretaris"),
            lambda: Seat.objects.filter(body="bbg", role="lid").update(period=(date(2000, 1, 1), None)),
            lambda: Holder.objects.filter(seat__body="bbg").update(account=hugo),
            lambda: Holder.objects.filter(seat__body="bbg").update(period=(date(2000, 1, 1), None)),
            lambda: Seat.objects.filter(body="bbg", role="voorzitter").update(
                period=(date(2018, 1, 1), TODAY())
            ),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


# --- who may change them ---


@pytest.mark.attack("A-08")
def test_nobody_appoints_themselves(working_as, seat, frank, hugo):
    for who, slug, organisation in (
        (frank, "dvo-twente", "dvo-twente"),
        (hugo, "bbg", "veiligheidsnetwerk"),
    ):
        opened = seat(slug, "lid", organisation)
        with working_as(who), pytest.raises(NotPermitted):
            actions.appoint(opened, account=who, since=TODAY(), **told(who))


@pytest.mark.attack("A-07")
def test_only_who_speaks_for_a_body_and_the_driving_team_change_its_seats(
    working_as, seat, everybody, otto, petra
):
    other = petra if everybody == otto else otto
    opened = seat("dvo-twente", "lid", "gm0301")
    may = everybody.name.split()[0] in {"Frank", "Hugo"}
    with working_as(everybody):
        for change in (
            lambda: actions.appoint(opened, account=other, since=TODAY(), **told(everybody)),
            lambda: actions.open_seat(
                Body.objects.get(pk="dvo-twente"),
                role="lid",
                organisation=Organisation.objects.get(slug="politie"),
                function=Function.objects.get(pk="medewerker"),
                since=TODAY(),
                **told(everybody),
            ),
        ):
            if may:
                change()
            else:
                with pytest.raises(NotPermitted):
                    change()


def test_a_closed_seat_ends_with_its_deputies_and_everybody_in_them_on_record(
    working_as, seat, hugo, anna, otto
):
    opened = seat("rvo", "lid", "gm0301", holder=anna)
    deputy = seat("rvo", "plaatsvervanger", "gm0301", holder=otto, deputy_of=opened)
    with working_as(hugo):
        actions.close_seat(opened, on=TODAY(), **told(hugo))
        open_ones = Seat.objects.as_of(TODAY()).filter(pk__in=[opened.pk, deputy.pk])
        assert not open_ones.exists()
        assert not Holder.objects.as_of(TODAY()).filter(seat__in=[opened, deputy]).exists()
    assert Event.objects.filter(verb="directory.seat.closed", actor=hugo.pk).count() == 1


def test_who_speaks_for_a_body_closes_the_own_seat_and_speaks_until_then(working_as, seat, frank, anna, otto):
    own = Seat.objects.get(body="dvo-twente", role="secretaris")
    deputy = seat("dvo-twente", "plaatsvervanger", "gm0301", holder=otto, deputy_of=own)
    with working_as(frank) as cursor:
        closed = actions.close_seat(own, on=TODAY(), **told(frank))
        assert closed.period.upper == TODAY()
        assert not Seat.objects.as_of(TODAY()).filter(pk__in=[own.pk, deputy.pk]).exists()
        assert not Holder.objects.filter(seat__in=[own, deputy], period__contains=TODAY()).exists()
        assert not speaks(cursor, "dvo-twente")


@pytest.mark.attack("A-07")
def test_nobody_ends_a_seat_past_the_verb(working_as, frank, greet, anna):
    own = Seat.objects.get(body="dvo-twente", role="secretaris")
    for who, strong in ((anna, True), (greet, True), (frank, False)):
        with working_as(who, strong=strong) as cursor, pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("SELECT directory_end_seat(%s, %s)", [own.pk, TODAY()])
    assert Seat.objects.as_of(TODAY()).filter(pk=own.pk).exists()


@pytest.mark.parametrize("days", [0, 1])
def test_nobody_stops_before_they_began(working_as, as_administrator, frank, days):
    holder = Holder.objects.get(seat__body="dvo-twente", account=frank)
    on = holder.period.lower - timedelta(days=days)
    with pytest.raises(DoesNotHold, match="na het begin"):
        actions.step_down(holder, on=on, **told(as_administrator))
