"""What does not hold for a body on a day: rules of the pack, vacancies, leavers, merged municipalities."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from vangnet.directory import actions, reading
from vangnet.directory.models import Holder, Seat, SeatRule
from vangnet.directory.occupation import violations
from vangnet.identity.models import Membership

TODAY = timezone.localdate


@pytest.fixture
def found(as_administrator):
    """Return how it is, for each thing that does not hold in a body."""

    def found(body, day=None):
        now = reading.occupation(as_administrator, day or TODAY())
        return [one.found for one in violations(now, reading.seat_rules(as_administrator), body=body)]

    return found


@pytest.fixture
def end(as_administrator):
    """Let the seats of a body that are as wanted end today."""

    def end(body, **wanted):
        for seat in Seat.objects.as_of(TODAY()).filter(body=body, **wanted):
            actions.close_seat(seat, on=TODAY(), by=as_administrator, at=timezone.now())

    return end


def test_the_steering_group_of_the_demonstration_is_as_the_note_wants_it(found):
    assert found("bbg") == []
    assert found("rvo") == []


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"role": "voorzitter"}, "Voorzitter: niemand op deze dag."),
        ({"organisation__slug": "politie"}, "Politie: 0 van 1 bezet."),
        ({"organisation__slug": "om"}, "Openbaar Ministerie: 0 van 1 bezet."),
        ({"organisation__slug": "gm0153"}, "Twente: 0 in plaats van 1."),
        (
            {"portfolio": "cybercrime"},
            "Cybercrime en gedigitaliseerde criminaliteit: door niemand in portefeuille.",
        ),
        ({"organisation__slug": "gm0202"}, "4 portefeuillehouders in plaats van 5."),
    ],
)
def test_a_seat_that_ends_breaks_its_rule_and_the_day_before_it_did_not(found, end, wanted, told):
    end("bbg", **wanted)

    assert told in found("bbg")
    assert found("bbg", TODAY() - timedelta(days=1)) == []


def test_a_second_mayor_of_a_district_and_a_theme_held_twice_are_too_many(found, seat, bram):
    theme = reading.Topic.objects.get(pk="ondermijning")
    opened = seat("bbg", "lid", "gm0200", holder=bram, portfolio=theme)
    Seat.objects.filter(
        pk=opened.pk
    )  # of another function: it counts for the portfolio, not for the district
    told = found("bbg")

    assert "Ondermijning: bij 2 mensen tegelijk." in told
    assert "Een portefeuille ligt bij iemand in een andere functie." in told
    assert "6 portefeuillehouders in plaats van 5." in told


def test_the_first_theme_may_be_divided(found, as_administrator):
    holders = Seat.objects.filter(body="bbg", portfolio="kwetsbare-personen").count()

    assert holders == 2
    assert found("bbg") == []


def test_the_chair_of_the_steering_group_sits_in_the_regional_body(found, end):
    end("rvo", organisation__slug="gm0301")

    assert "De voorzitter heeft daar op deze dag geen zetel." in found("bbg")


def test_a_vacant_seat_does_not_count_as_taken_and_is_named(found, as_administrator, greet):
    holder = Holder.objects.get(seat__body="bbg", account=greet)
    actions.step_down(holder, on=TODAY(), by=as_administrator, at=timezone.now())
    told = found("bbg")

    assert "Vacant: Voorzitter namens Gemeente Zutphen." in told
    assert "Noord- en Oost-Gelderland: 0 in plaats van 1." in told


def test_who_left_the_organisation_of_a_seat_is_named(found, greet):
    Membership.objects.filter(user=greet).update(period=(date(2018, 1, 1), TODAY()))

    assert "Greet Bakker werkt niet meer bij Gemeente Zutphen." in found("bbg")


def test_a_municipality_that_merged_and_holds_a_seat_is_named_with_its_heir(as_administrator, found):
    now = reading.occupation(as_administrator, TODAY())
    told = violations(now, [], body="dvo-gelderland-zuid")

    assert [one.found for one in told] == ["Gemeente Neerijnen bestaat op deze dag niet meer."]
    assert "West Betuwe" in told[0].mend
    assert found("dvo-gelderland-zuid", date(2018, 12, 31)) == ["Vacant: Lid namens Gemeente Neerijnen."]


def test_a_body_without_a_chair_is_named(found):
    assert "Voorzitter: niemand op deze dag." in found("expertteam-cybercrime")
    assert found("expertteam-ondermijning") == []


def test_a_deputy_does_not_make_a_seat_taken(found, end, seat, seat_of, otto):
    chair = seat_of("driehoek-gm0301", "voorzitter")
    seat("driehoek-gm0301", "plaatsvervanger", "gm0301", holder=otto, deputy_of=chair)
    holder = Holder.objects.get(seat=chair)
    from vangnet.identity.operator import operator

    actions.step_down(holder, on=TODAY(), by=operator(), at=timezone.now())

    assert "Vacant: Voorzitter namens Gemeente Zutphen." in found("driehoek-gm0301")


def test_every_rule_of_the_pack_says_what_to_do(db):
    assert SeatRule.objects.count() >= 14
    assert all(rule.says and rule.mend for rule in SeatRule.objects.all())
