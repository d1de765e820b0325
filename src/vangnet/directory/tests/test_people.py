"""Whom to call, one's own profile, contact cards, and passing on the seats of somebody who leaves."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.logbook import Event

from vangnet.directory import actions
from vangnet.directory.models import Expertise, Holder, Profile, Topic
from vangnet.directory.vcard import card
from vangnet.identity.models import Membership, Organisation, User
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.vault.tests.offices import browser

TODAY = timezone.localdate


def page(client, address, status=200, **query):
    answer = client.get(f"/netwerk/{address}", query)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def levels(shown):
    """Return the names of each level, best first."""
    cards = re.findall(r'<section class="vn-card".*?</section>', shown, re.DOTALL)
    found = [re.findall(r"/netwerk/mensen/[0-9a-f-]{36}/\">([^<]+)</a>", one) for one in cards]
    return [names for names in found if names]


def told(by):
    return {"by": by, "at": timezone.now()}


# --- whom to call ---


def test_a_subject_and_a_place_give_people_near_in_the_district_and_in_the_region(anna):
    near, district, region = levels(page(browser(anna), "wie/", onderwerp="woninginbraak", plaats="GM0301"))

    assert near[0] == "Otto Kuipers"  # said to know about it, before the adviser who did not
    assert "Anna de Wit" in near
    assert district[0] == "Xandra Meijerink"
    assert region[0] == "Carla Peters"
    assert "Greet Bakker" in region  # holds the theme in the steering group


def test_the_place_is_ones_own_unless_chosen(anna):
    client = browser(anna)
    shown = page(client, "")

    assert '<option value="GM0301" selected>' in shown
    assert "Otto Kuipers" in page(client, "wie/", onderwerp="woninginbraak")


def test_a_subject_of_a_district_working_group_gives_its_chair_in_that_district_only(anna):
    assert "Frank ter Haar" in levels(page(browser(anna), "wie/", onderwerp="hennep", plaats="GM0153"))[1]
    assert "Frank ter Haar" not in levels(page(browser(anna), "wie/", onderwerp="hennep", plaats="GM0301"))[1]


def test_who_does_not_work_in_the_network_any_more_is_not_called(anna, otto):
    Membership.objects.filter(user=otto).update(period=(date(2018, 1, 1), TODAY()))

    assert "Otto Kuipers" not in page(browser(anna), "wie/", onderwerp="woninginbraak", plaats="GM0301")


@pytest.mark.parametrize(
    "asked",
    [
        {"onderwerp": "bestaat-niet", "plaats": "GM0301"},
        {"onderwerp": "hennep", "plaats": "GM9999"},
        {"onderwerp": "<script>", "plaats": "' OR 1=1"},
        {"onderwerp": "", "plaats": ""},
    ],
)
def test_a_question_about_nothing_is_refused_in_words(anna, asked):
    shown = page(browser(anna), "wie/", **asked)

    assert levels(shown) == []
    assert "keuze" in shown or "verplicht" in shown


def test_the_partners_of_the_theme_stand_with_it(anna):
    shown = page(browser(anna), "wie/", onderwerp="hennep", plaats="GM0301")

    assert "RIEC Oost-Nederland" in shown


@pytest.mark.attack("A-01")
def test_who_is_not_signed_in_or_has_no_role_finds_nobody(outsider, petra):
    for address in (
        "wie/",
        "mensen/",
        f"mensen/{petra.pk}/",
        f"mensen/{petra.pk}/kaart.vcf",
        "mijn-profiel/",
    ):
        assert outsider.get(f"/netwerk/{address}").status_code == 302
    Membership.objects.filter(user=petra).update(period=(date(2018, 1, 1), TODAY()))
    client = browser(petra)
    for address in ("wie/", "mensen/", f"mensen/{petra.pk}/", "mijn-profiel/"):
        page(client, address, status=404)
    assert "Wie bel ik" not in page(client, "")


@pytest.mark.parametrize(
    "address", ["wie/?onderwerp=hennep&plaats=GM0301", "mensen/", "deelname/", "organisaties/"]
)
def test_pages_take_few_queries(anna, address, django_assert_max_num_queries):
    client = browser(anna)
    assert client.get(f"/netwerk/{address}").status_code == 200
    with django_assert_max_num_queries(30 if "wie" in address else 14):
        client.get(f"/netwerk/{address}")


# --- people and profiles ---


def test_people_are_found_by_a_part_of_their_name_in_any_spelling(anna):
    client = browser(anna)

    assert "Zoë Hendriks" in page(client, "mensen/", q="zoe")
    assert "Bram Smit" not in page(client, "mensen/", q="zoe")
    assert "Petra Schouten" in page(client, "mensen/", q="zutphen petra")
    assert "Petra Schouten" not in page(client, "mensen/", q="politie petra")
    assert "Niemand gevonden" in page(client, "mensen/", q="' OR ''='")


PROFILE = {"function": "medewerker", "phone": "0575 000 199", "days": ["1", "3"], "topics": ["hennep"]}


def test_somebody_keeps_the_own_profile_and_colleagues_see_it(petra, anna):
    client = browser(petra)
    assert client.post("/netwerk/mijn-profiel/", PROFILE).status_code == 302
    shown = page(browser(anna), f"mensen/{petra.pk}/")

    for words in ("0575 000 199", "maandag, woensdag", "Hennep", "Medewerker"):
        assert words in shown
    assert client.post("/netwerk/mijn-profiel/", {**PROFILE, "topics": []}).status_code == 302
    assert not Expertise.objects.filter(account=petra).exists()
    assert Event.objects.filter(verb="directory.profile.kept", actor=petra.pk).count() == 2


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"phone": "bel mij maar"}, "tien cijfers"),
        ({"phone": "123456782"}, "tien cijfers"),  # a citizen service number is no number at work
        ({"phone": "0575 000 1999"}, "tien cijfers"),
        ({"days": ["7"]}, "keuze"),
        ({"topics": ["ondermijning"]}, "keuze"),
        ({"function": "koning"}, "keuze"),
    ],
)
def test_a_bad_profile_is_refused_in_words(petra, wrong, complaint):
    answer = browser(petra).post("/netwerk/mijn-profiel/", {**PROFILE, **wrong})

    assert answer.status_code == 422
    assert complaint in answer.content.decode()


@pytest.mark.attack("A-07")
def test_nobody_keeps_the_profile_of_another(working_as, hugo, petra):
    topics = [Topic.objects.get(pk="hennep")]
    with working_as(hugo), pytest.raises(NotPermitted):
        actions.keep_profile(petra, function=None, phone="", days=[], topics=topics, **told(hugo))
    with working_as(hugo):
        assert not Profile.objects.exclude(account=hugo).update(phone="0575 000 666")


def test_the_database_refuses_a_number_that_is_none(working_as, petra):
    with working_as(petra), pytest.raises(DatabaseError), transaction.atomic():
        Profile.objects.create(account=petra, phone="thuis", changed_on=TODAY())


def test_without_a_second_factor_a_profile_stays_as_it_is(petra):
    assert "tweede stap" in page(browser(petra, strong=False), "mijn-profiel/", status=403)


def test_a_contact_card_has_what_an_address_book_reads(anna, esra):
    answer = browser(anna).get(f"/netwerk/mensen/{esra.pk}/kaart.vcf")
    lines = answer.content.decode().split("\r\n")

    assert answer["Content-Type"].startswith("text/vcard")
    assert 'filename="esra-yilmaz.vcf"' in answer["Content-Disposition"]
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    for line in ("FN:Esra Yilmaz", "N:Yilmaz;Esra;;;", "ORG:RIEC Oost-Nederland", "TITLE:Accountmanager"):
        assert line in lines
    assert "TEL;VALUE=uri;TYPE=work,voice:tel:0880000106" in lines
    assert lines[-2:] == ["END:VCARD", ""]


@pytest.mark.attack("A-27")
def test_a_name_cannot_add_a_line_to_a_card_and_long_ones_are_folded():
    content = card(
        key="1", name="Bo\r\nTEL:112;x,y", email="b@x.example", organisations=["Ö" * 90], title="", phone="",
        changed_on=None,
    )  # fmt: skip
    lines = content.split(b"\r\n")

    assert b"FN:Bo\\nTEL:112\\;x\\,y" in lines
    assert not [line for line in lines if line.startswith(b"TEL")]
    assert max(map(len, lines)) <= 75
    content.replace(b"\r\n ", b"").decode()  # no sign is cut in two


# --- passing on ---


def held_by(person):
    return {one.seat_id: one for one in Holder.objects.as_of(TODAY()).filter(account=person)}


def test_the_seats_of_who_leaves_are_passed_on_in_one_go_and_vacancies_are_shown(hugo, anna, carla, esra):
    from vangnet.identity.operator import operator, service_session

    client = browser(hugo)
    shown = page(client, f"mensen/{carla.pk}/overdragen/")
    seats = re.findall(r'<select name="([0-9a-f-]{36})"', shown)
    ubbo = re.search(r'<option value="([0-9a-f-]{36})">Ubbo Rademaker', shown)[1]
    answers = dict(zip(seats, [ubbo, "vacant", ubbo], strict=True))
    answer = client.post(f"/netwerk/mensen/{carla.pk}/overdragen/", {"on": str(TODAY()), **answers})

    assert answer.status_code == 302
    with service_session(operator()):
        assert held_by(carla) == {}
        assert Holder.objects.filter(seat__in=seats, account=ubbo, period__startswith=TODAY()).count() == 2
    assert "Vacant" in page(client, "klopt-niet/")
    event = Event.objects.get(verb="directory.account.handed_over", actor=hugo.pk)
    assert event.details["vacant"] == [seats[1]]


def test_nothing_is_passed_on_when_one_choice_is_missing(hugo, carla):
    client = browser(hugo)
    seats = re.findall(r'<select name="([0-9a-f-]{36})"', page(client, f"mensen/{carla.pk}/overdragen/"))
    answers = {"on": str(TODAY()), seats[0]: "vacant"}

    assert client.post(f"/netwerk/mensen/{carla.pk}/overdragen/", answers).status_code == 422


def test_a_seat_that_came_meanwhile_stops_the_whole(working_as, hugo, carla, seat):
    with working_as(hugo):
        known = dict.fromkeys(held_by(carla))
    seat("hennep-gelderland-zuid", "voorzitter", "politie", holder=carla)
    with working_as(hugo), pytest.raises(DoesNotHold, match="andere zetels"):
        actions.hand_over(carla, known, on=TODAY(), **told(hugo))


def test_seats_that_end_before_the_day_or_have_yet_to_begin_stop_nobody(working_as, hugo, carla, anna, seat):
    today, day = TODAY(), timedelta(days=1)
    soon = seat("hennep-gelderland-zuid", "voorzitter", "politie", holder=carla, since=today)
    later = seat("hennep-gelderland-zuid", "lid", "politie", holder=carla, since=today + 20 * day)
    ends = seat("hennep-gelderland-zuid", "lid", "politie", holder=carla, until=today + 5 * day)
    with working_as(hugo):
        ubbo = User.objects.get(name="Ubbo Rademaker")
        known = {one.seat_id: None for one in Holder.objects.filter(account=carla)} | {later.pk: ubbo}
        afterwards = {"by": hugo, "at": timezone.now() + 30 * day}
        with pytest.raises(DoesNotHold, match="Kies een latere dag"):
            actions.hand_over(carla, known, on=today - 400 * day, **afterwards)
        actions.hand_over(carla, known, on=today + 9 * day, **told(hugo))

        assert Holder.objects.get(seat=later).account == ubbo
        assert Holder.objects.get(seat=later).period.lower == today + 20 * day
        assert Holder.objects.get(seat=ends).period.upper == today + 5 * day
        assert Holder.objects.get(seat=soon).period.upper == today + 9 * day
        known = {one.seat_id: None for one in Holder.objects.filter(account=carla)}
        actions.hand_over(carla, known, on=today, **told(hugo))
        assert not Holder.objects.filter(seat=soon).exists()
        with pytest.raises(DoesNotHold, match="andere zetels"):
            actions.hand_over(carla, {uuid4(): None}, on=today, **told(hugo))


@pytest.mark.attack("A-07")
def test_a_day_that_somebody_held_a_seat_is_never_taken_away(working_as, hugo, anna, carla, seat):
    today = TODAY()
    new = seat("hennep-gelderland-zuid", "voorzitter", "politie", holder=carla, since=today)
    with working_as(anna):
        assert Holder.objects.filter(seat=new).delete()[0] == 0
    with working_as(hugo):
        assert Holder.objects.filter(account=carla, period__startswith__lt=today).delete()[0] == 0


def test_a_successor_of_another_organisation_stops_the_whole(working_as, hugo, carla, anna):
    with working_as(hugo):
        before = held_by(carla)
        with pytest.raises(DoesNotHold, match="geen rol bij de organisatie"):
            actions.hand_over(carla, dict.fromkeys(before, anna), on=TODAY(), **told(hugo))
        assert held_by(carla).keys() == before.keys()


@pytest.mark.attack("A-07")
def test_only_the_driving_team_passes_on_seats_of_others(everybody, greet):
    client = browser(everybody)
    may = everybody.name == "Hugo Visser"

    assert client.get(f"/netwerk/mensen/{greet.pk}/overdragen/").status_code == (200 if may else 404)
    assert ("Draag werk over" in page(client, f"mensen/{greet.pk}/")) is may


def test_a_secretary_cannot_pass_on_a_seat_in_another_body(working_as, frank, greet):
    with working_as(frank):
        seats = dict.fromkeys(held_by(greet))
        with pytest.raises((NotPermitted, DoesNotHold)):
            actions.hand_over(greet, seats, on=TODAY(), **told(frank))
        assert held_by(greet).keys() == seats.keys()


# --- partners of themes ---


def joined(client, **more):
    organisation = Organisation.objects.get(slug=more.pop("slug", "gm0301"))
    asked = {
        "organisation": str(organisation.pk),
        "topic": "cybercrime",
        "since": "2026-01-01",
        "reason": "gevraagd",
    }
    return client.post("/netwerk/deelname/nieuw/", {**asked, **more})


def test_a_partner_enters_and_leaves_a_theme_with_a_day_and_a_reason(anna, outsider):
    client = browser(anna)
    assert joined(client).status_code == 302
    form = r'/deelname/([0-9a-f-]{36})/vertrek/"[^>]*>Vertrekt<span[^>]*>: Gemeente Zutphen uit Cyber'
    leave = re.search(form, page(client, "deelname/"))[1]
    answer = client.post(f"/netwerk/deelname/{leave}/vertrek/", {"on": str(TODAY()), "reason": "capaciteit"})

    assert answer.status_code == 302
    now, before = page(client, "deelname/"), page(client, "deelname/", op=str(TODAY() - timedelta(days=1)))
    assert leave not in now
    for shown, moved in ((now, True), (before, False)):
        assert ("Gemeente Zutphen vertrok in Cybercrime" in shown) is moved
    assert "Geen capaciteit meer" in now
    page(client, f"deelname/{leave}/vertrek/", status=404)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"topic": "ondermijning"}, "doet in die periode al mee"),
        ({"topic": "hennep"}, "keuze"),
        ({"reason": ""}, "verplicht"),
        ({"since": "later"}, "datum"),
        ({"slug": "gm0200"}, "keuze"),
    ],
)
def test_a_bad_entry_is_refused_in_words(anna, more, complaint):
    answer = joined(browser(anna), **more)

    assert answer.status_code == 422
    assert complaint in answer.content.decode()


@pytest.mark.attack("A-07")
def test_who_decides_for_no_partner_enters_nobody(petra, ineke, hugo):
    for who in (petra, ineke):
        assert joined(browser(who)).status_code == 404
    assert joined(browser(hugo), slug="gm0200").status_code == 302


def test_the_public_sees_organisations_with_what_became_of_them_and_who_takes_part(outsider):
    now, then = page(outsider, "organisaties/"), page(outsider, "organisaties/", op="2018-06-01")

    assert "Gemeente Neerijnen <span" in now
    assert "nu West Betuwe" in now
    assert '<th scope="row">Gemeente Neerijnen</th>' in then
    assert "Zorg- en Veiligheidshuis" in page(outsider, "deelname/")
    assert "Gemeente Deventer" in page(outsider, "deelname/", op="2020-01-01")
