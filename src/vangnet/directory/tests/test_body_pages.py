"""Pages of bodies: public without people, with people for the network, kept by who speaks for them."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.logbook import Event

from vangnet.directory.models import Holder, Seat
from vangnet.directory.occupation import DEPUTY
from vangnet.identity.models import Membership
from vangnet.identity.operator import operator, service_session
from vangnet.ui.formats import day as nl_day
from vangnet.vault.tests.offices import browser

TODAY = timezone.localdate


def page(client, address, status=200, **query):
    answer = client.get(f"/netwerk/{address}", query)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


# --- reading ---


@pytest.mark.attack("A-01")
def test_the_public_sees_bodies_and_organisations_and_nobody_in_them(outsider):
    shown = page(outsider, "overleggen/bbg/")
    people = ("Greet Bakker", "Quinten Hofstra", "Hugo Visser")

    assert "Bestuurlijke Begeleidingsgroep" in shown
    assert "Gemeente Zutphen" in shown
    assert not [name for name in people if name in shown + page(outsider, "overleggen/")]
    assert "Vacant" not in shown + page(outsider, "overleggen/")
    assert outsider.get("/netwerk/klopt-niet/").status_code == 302


def test_the_network_sees_who_holds_a_seat_and_what_does_not_hold(everybody):
    client = browser(everybody, strong=False)

    assert "Greet Bakker" in page(client, "overleggen/bbg/")
    assert "Alles klopt op deze dag" in page(client, "overleggen/bbg/")
    shown = page(client, "klopt-niet/")
    assert "Gemeente Neerijnen bestaat op deze dag niet meer." in shown
    assert "West Betuwe" in shown


def test_a_page_of_a_body_shows_another_day(anna):
    client = browser(anna)
    shown = page(client, "overleggen/dvo-gelderland-zuid/", op="2018-06-01")

    assert "1 juni 2018" in shown
    assert "Neerijnen" in shown
    assert "bestaat op deze dag niet meer" not in shown


@pytest.mark.parametrize("day", ["gisteren", "2019-02-30", "1066-01-01", ""])
def test_a_day_that_is_none_is_refused_in_words(anna, day):
    shown = page(browser(anna), "overleggen/bbg/", op=day)

    assert "Zetels" not in re.findall(r"<caption[^>]*>([^<]*)", shown)
    assert "atum" in shown or "betrouwbaar" in shown


def test_the_organogram_is_a_drawing_with_the_same_as_a_table(outsider):
    shown = page(outsider, "overleggen/")
    drawing = re.search(r"<svg[^>]*organogram.*?</svg>", shown, re.DOTALL)[0]
    table = re.search(r"<table.*?</table>", shown, re.DOTALL)[0]
    drawn = re.findall(r"<text[^>]*>([^<]+)</text>", drawing)
    listed = re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a>', table)

    assert len(drawn) == 18
    assert drawn == listed
    assert drawn.index("Regionaal veiligheidsoverleg") < drawn.index("Bestuurlijke Begeleidingsgroep")


def test_a_body_that_is_not_there_is_not_found(outsider):
    page(outsider, "overleggen/bestaat-niet/", status=404)


@pytest.mark.parametrize("address", ["", "overleggen/", "overleggen/bbg/", "klopt-niet/"])
def test_pages_take_few_queries(anna, address, django_assert_max_num_queries):
    client = browser(anna)
    page(client, address)
    with django_assert_max_num_queries(18):
        page(client, address)


# --- keeping ---


NEW = {"role": "lid", "function": "burgemeester", "since": "2026-01-01"}


def a_seat(client, slug="dvo-twente", organisation="gm0301", **more):
    from vangnet.identity.models import Organisation

    told = {**NEW, "organisation": str(Organisation.objects.get(slug=organisation).pk), **more}
    before = set(Seat.objects.values_list("pk", flat=True))
    answer = client.post(f"/netwerk/overleggen/{slug}/zetel/", told)
    assert answer.status_code == 302, answer.content.decode()
    return (set(Seat.objects.values_list("pk", flat=True)) - before).pop()


def test_a_secretary_opens_a_seat_gives_it_to_somebody_and_lets_it_end(frank, greet, anna):
    client = browser(frank)
    seat = a_seat(client)
    assert "Vacant" in page(client, "overleggen/dvo-twente/")

    answer = client.post(
        f"/netwerk/zetels/{seat}/benoemen/", {"account": str(greet.pk), "since": "2026-02-01"}
    )
    assert answer.status_code == 302
    assert "Greet Bakker" in page(browser(anna), "overleggen/dvo-twente/")

    answer = client.post(f"/netwerk/zetels/{seat}/vrijgeven/", {"on": str(TODAY())})
    assert answer.status_code == 302
    assert "Greet Bakker" not in page(client, "overleggen/dvo-twente/")

    assert client.post(f"/netwerk/zetels/{seat}/eindigen/", {"on": str(TODAY())}).status_code == 302
    assert str(seat) not in page(client, "overleggen/dvo-twente/")
    verbs = Event.objects.filter(subject=str(seat)).values_list("verb", flat=True)
    assert {"directory.seat.opened", "directory.holder.appointed", "directory.seat.closed"} <= set(verbs)


def test_somebody_is_appointed_in_a_seat_before_it_begins(frank, greet):
    client, soon = browser(frank), TODAY() + timedelta(days=40)
    seat = a_seat(client, since=str(soon))
    shown = page(client, "overleggen/dvo-twente/", op=str(soon))
    assert f"/netwerk/zetels/{seat}/benoemen/" in shown
    assert f"/netwerk/zetels/{seat}/vrijgeven/" not in shown

    address = f"zetels/{seat}/benoemen/"
    assert f'value="{soon}"' in page(client, address)
    answer = client.post(f"/netwerk/{address}", {"account": str(greet.pk), "since": str(soon)})
    assert answer["Location"] == f"/netwerk/overleggen/dvo-twente/?op={soon}"
    assert "Greet Bakker" in page(client, "overleggen/dvo-twente/", op=str(soon))
    assert str(seat) not in page(client, "overleggen/dvo-twente/")


def test_a_term_has_a_last_day_that_is_said_beforehand(frank, greet, anna, outsider):
    client, last = browser(frank), TODAY() + timedelta(days=30)
    seat = a_seat(client, until=str(last))
    address = f"/netwerk/zetels/{seat}/benoemen/"
    told = {"account": str(greet.pk), "since": str(TODAY())}
    backwards = client.post(address, {**told, "until": str(TODAY() - timedelta(days=1))})
    beyond = client.post(address, {**told, "until": str(last + timedelta(days=1))})
    assert client.post(address, {**told, "until": str(last)}).status_code == 302
    shown = page(browser(anna), "overleggen/dvo-twente/")

    assert (backwards.status_code, beyond.status_code) == (422, 422)
    assert "De laatste dag ligt voor de eerste" in backwards.content.decode()
    assert "Binnen drie maanden loopt een termijn af" in shown
    assert f"Greet Bakker: tot en met {nl_day(last)}" in shown
    assert "loopt een termijn af" not in page(outsider, "overleggen/dvo-twente/")
    assert "Greet Bakker" in page(client, "overleggen/dvo-twente/", op=str(last))
    assert "Greet Bakker" not in page(client, "overleggen/dvo-twente/", op=str(last + timedelta(days=1)))


def test_who_left_the_organisation_of_a_seat_is_marked(frank, greet):
    client = browser(frank)
    seat = a_seat(client)
    client.post(f"/netwerk/zetels/{seat}/benoemen/", {"account": str(greet.pk), "since": "2026-02-01"})
    assert "Werkt hier niet meer" not in page(client, "overleggen/dvo-twente/")
    with service_session(operator()):
        Membership.objects.filter(user=greet).update(period=(date(2020, 1, 1), TODAY()))
    assert "Werkt hier niet meer" in page(client, "overleggen/dvo-twente/")


def test_the_driving_team_keeps_every_body(hugo):
    assert a_seat(browser(hugo), "hennep-gelderland-zuid")


@pytest.mark.attack("A-07")
def test_who_keeps_another_body_finds_no_form(frank, anna):
    for who in (frank, anna):
        page(browser(who), "overleggen/bbg/zetel/", status=404)
        assert "Nieuwe zetel" not in page(browser(who), "overleggen/bbg/")
    assert "Nieuwe zetel" in page(browser(frank), "overleggen/dvo-twente/")


def test_without_a_second_factor_one_reads_and_changes_nothing(frank):
    client = browser(frank, strong=False)

    assert "tweede stap" in page(client, "overleggen/dvo-twente/zetel/", status=403)
    assert "Nieuwe zetel" not in page(client, "overleggen/dvo-twente/")


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"role": "koning"}, "keuze"),
        ({"role": "voorzitter"}, "al een voorzitter"),
        ({"role": DEPUTY}, "Kies welke zetel"),
        ({"since": "2026-02-31"}, "datum"),
        ({"organisation": "anders"}, "keuze"),
        ({"function": ""}, "verplicht"),
    ],
)
def test_a_bad_seat_is_refused_in_words(frank, told, complaint):
    from vangnet.identity.models import Organisation

    whole = {**NEW, "organisation": str(Organisation.objects.get(slug="gm0301").pk), **told}
    answer = browser(frank).post("/netwerk/overleggen/dvo-twente/zetel/", whole)

    assert answer.status_code == 422
    assert complaint in answer.content.decode()


@pytest.mark.attack("A-08")
def test_the_form_offers_everybody_of_the_organisation_but_oneself(frank, hugo):
    client = browser(hugo)
    seat = a_seat(client, "hennep-gelderland-zuid", "veiligheidsnetwerk")
    shown = page(client, f"zetels/{seat}/benoemen/")
    told = {"account": str(hugo.pk), "since": "2026-02-01"}

    assert "Jan Vos" in shown
    assert "Hugo Visser" not in re.search(r"<select.*?</select>", shown, re.DOTALL)[0]
    assert client.post(f"/netwerk/zetels/{seat}/benoemen/", told).status_code == 422


def test_somebody_of_another_organisation_cannot_be_chosen(frank, carla):
    client = browser(frank)
    seat = a_seat(client)
    told = {"account": str(carla.pk), "since": "2026-02-01"}

    assert client.post(f"/netwerk/zetels/{seat}/benoemen/", told).status_code == 422
    with service_session(operator()):
        assert not Holder.objects.filter(seat=seat).exists()


def test_a_vacant_seat_has_nobody_to_release(frank):
    client = browser(frank)
    page(client, f"zetels/{a_seat(client)}/vrijgeven/", status=404)
