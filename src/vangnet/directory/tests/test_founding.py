"""Bodies that the driving team founds, and lets end."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.logbook import Event

from vangnet.directory.models import Body, Seat
from vangnet.identity.models import Organisation
from vangnet.identity.operator import operator, service_session
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
NEW = {
    "name": "Expertteam Meldingen & co", "kind": "expertteam", "area": "ON", "above": "aanjaagteam",
    "topic": "ondermijning", "since": "2026-01-01",
}  # fmt: skip
ADDRESS = "/netwerk/overleggen/nieuw/"


def page(client, address):
    return client.get(f"/netwerk/overleggen/{address}").content.decode()


@pytest.fixture
def founded(hugo):
    client = browser(hugo)
    answer = client.post(ADDRESS, NEW)
    assert answer.status_code == 302, answer.content.decode()
    return client


def test_the_driving_team_founds_a_body_that_everybody_sees_and_gives_it_seats(founded, outsider, anna):
    assert "Expertteam Meldingen &amp; co" in page(outsider, "")
    assert "Er zijn nog geen zetels" in page(outsider, "expertteam-meldingen-co/")
    riec = Organisation.objects.get(slug="riec").pk
    seat = {"role": "voorzitter", "organisation": riec, "function": "programmamanager", "since": "2026-02-01"}
    assert founded.post("/netwerk/overleggen/expertteam-meldingen-co/zetel/", seat).status_code == 302
    assert "Expertteam Meldingen &amp; co" in browser(anna).get("/netwerk/klopt-niet/").content.decode()
    assert Event.objects.filter(verb="directory.body.founded", subject="expertteam-meldingen-co").exists()


def test_a_name_that_there_is_already_and_other_mistakes_are_refused_in_words(founded):
    again = founded.post(ADDRESS, {**NEW, "name": "expertteam meldingen & CO"})
    empty = founded.post(ADDRESS, {"name": " "})
    elsewhere = founded.post(ADDRESS, {**NEW, "name": "Ergens", "area": "GM0363"})
    odd = founded.post(ADDRESS, {**NEW, "name": "\u202e\u202e"})

    assert [one.status_code for one in (again, empty, elsewhere, odd)] == [422] * 4
    assert "al een overleg met deze naam" in again.content.decode()
    assert "zonder onzichtbare tekens" in odd.content.decode()


def test_two_names_with_the_same_letters_get_addresses_of_their_own(founded):
    founded.post(ADDRESS, {**NEW, "name": "Expertteam meldingen, co"})
    founded.post(ADDRESS, {**NEW, "name": "Nieuw"})

    made = set(
        Body.objects.filter(name__in=["Expertteam meldingen, co", "Nieuw"]).values_list("pk", flat=True)
    )
    assert made == {"expertteam-meldingen-co-2", "nieuw-2"}


def test_a_body_ends_with_its_seats_and_stays_readable_on_the_days_it_was_there(founded, anna, outsider):
    with service_session(operator()), transaction.atomic():
        Body.objects.filter(pk="hennep-twente").update(period=(date(2019, 1, 1), None))
    answer = founded.post("/netwerk/overleggen/hennep-twente/eindigen/", {"on": str(TODAY())})
    yesterday = TODAY() - timedelta(days=1)

    assert answer.status_code == 302
    assert not Seat.objects.as_of(TODAY()).filter(body="hennep-twente").exists()
    assert "hennep-twente" not in page(outsider, "")
    assert "hennep-twente" in page(outsider, f"?op={yesterday}")
    assert founded.get("/netwerk/overleggen/hennep-twente/eindigen/").status_code == 404
    assert Event.objects.filter(verb="directory.body.ended", subject="hennep-twente").exists()


def test_a_body_with_bodies_below_it_does_not_end(founded):
    answer = founded.post("/netwerk/overleggen/bbg/eindigen/", {"on": str(TODAY())})

    assert answer.status_code == 422
    assert "brengen andere overleggen verslag uit" in answer.content.decode()
    assert Seat.objects.as_of(TODAY()).filter(body="bbg").exists()


@pytest.mark.attack("A-01", "A-07")
def test_nobody_else_founds_or_ends_a_body(frank, anna, outsider, working_as):
    for who in (frank, anna):
        for address in (ADDRESS, "/netwerk/overleggen/dvo-twente/eindigen/"):
            assert browser(who).get(address).status_code in (403, 404)
            assert browser(who).post(address, {**NEW, "on": str(TODAY())}).status_code in (403, 404)
    assert outsider.get(ADDRESS).status_code in (302, 404)
    with pytest.raises(DatabaseError), transaction.atomic(), working_as(frank):
        Body.objects.create(
            slug="eigen", name="Eigen", kind_id="dvo", area="ON", period=(TODAY(), None), order=99
        )
    with working_as(frank):
        assert Body.objects.filter(pk="dvo-twente").update(name="Anders") == 0


def test_the_driving_team_changes_nothing_of_a_body_but_its_end(hugo, working_as):
    with pytest.raises(DatabaseError), transaction.atomic(), working_as(hugo):
        Body.objects.filter(pk="dvo-twente").update(name="Anders")


def test_without_a_second_factor_nothing_is_founded(hugo):
    answer = browser(hugo, strong=False).get(ADDRESS)

    assert answer.status_code == 403
    assert "tweede stap" in answer.content.decode()


def test_the_pack_does_not_bring_back_what_the_driving_team_ended(founded):
    from vangnet.directory import actions

    founded.post("/netwerk/overleggen/hennep-twente/eindigen/", {"on": str(TODAY())})
    entry = {"slug": "hennep-twente", "name": "Hennepwerkgroep Twente", "kind": "hennepwerkgroep"}
    with service_session(operator()), transaction.atomic():
        actions.record_network(actions.Network(bodies=[entry]), by=operator(), at=timezone.now())
        assert Body.objects.get(pk="hennep-twente").period.upper == TODAY()
