"""Pages about agreements, as the cast sees them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from vangnet.agreements.models import Agreement, Authorisation, Version
from vangnet.identity.operator import operator, service_session

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGES = (
    "/convenanten/",
    "/convenanten/riec/",
    "/convenanten/deelbaar/",
    "/convenanten/wat-mag-ik/",
    "/convenanten/verloopt/",
    "/convenanten/nieuw/",
)
pytestmark = pytest.mark.django_db


def found(model, **which):
    with service_session(operator()):
        return model.objects.get(**which)


@pytest.mark.parametrize("address", PAGES)
def test_who_is_not_signed_in_is_asked_to(outsider, address):
    answer = outsider.get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize("address", PAGES[:5])
def test_everybody_reads_what_is_agreed(sign_in, everybody, address):
    assert sign_in(everybody).get(address).status_code == 200


@pytest.mark.parametrize(
    "address", ["/convenanten/bestaat-niet/", f"/convenanten/riec/doel/{'0' * 8}-0000-4000-8000-{'0' * 12}/"]
)
def test_what_does_not_exist_is_not_found(sign_in, jan, address):
    assert sign_in(jan).get(address).status_code == 404


@pytest.mark.requirement("I1")
def test_i1_the_list_says_where_each_agreement_stands(sign_in, anna, django_assert_max_num_queries):
    client = sign_in(anna)
    with django_assert_max_num_queries(13):
        page = client.get("/convenanten/").content.decode()

    assert "RIEC-convenant" in page
    assert "verloopt binnenkort" in page
    assert "concept" in page
    assert "Nieuw convenant" not in page


def test_the_chain_is_read_in_few_questions(sign_in, nora, django_assert_max_num_queries):
    client = sign_in(nora)
    with django_assert_max_num_queries(26):
        page = client.get("/convenanten/riec/").content.decode()

    for link in ("Versies", "Doelen", "Gegevenscategorieën", "Partners", "Autorisaties", "Deelgroepen"):
        assert link in page
    assert "Volgende versie" in page
    assert "Intrekken" in page


def test_a_draft_shows_what_is_missing_and_how_to_mend_it(sign_in, jan):
    page = sign_in(jan).get("/convenanten/gemeente-gm0200/").content.decode()

    assert "Dit is nog nodig" in page
    assert "De DPIA is nog niet vastgesteld" in page
    assert "/convenanten/gemeente-gm0200/adviseren/" in page


def test_a_reader_sees_the_chain_without_buttons(sign_in, anna):
    page = sign_in(anna).get("/convenanten/riec/").content.decode()

    for button in ("Volgende versie", "Intrekken", "Autoriseer iemand", "Deelgroep openen", "Vertrekt"):
        assert button not in page


def test_the_members_of_a_circle_are_hidden_from_who_is_not_in_it(sign_in, bram, nora):
    assert "Deelgroep autohandel" not in sign_in(bram).get("/convenanten/riec/").content.decode()
    assert "Deelgroep autohandel" in sign_in(nora).get("/convenanten/riec/").content.decode()


@pytest.mark.parametrize("kind", ["wijzigen", "adviseren", "ondertekenen", "activeren", "doel", "partner"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_administer_gets_the_reason(sign_in, anna, kind, method):
    version = found(Version, agreement__code="gemeente-gm0200")

    answer = getattr(sign_in(anna), method)(f"/convenanten/gemeente-gm0200/{kind}/{version.pk}/")

    assert answer.status_code == 403
    assert "beheerder" in answer.content.decode()


def test_a_session_without_a_second_factor_reads_and_does_not_change(client, jan):
    version = found(Version, agreement__code="gemeente-gm0200")
    client.force_login(jan, backend=BACKEND)

    assert client.get("/convenanten/gemeente-gm0200/").status_code in {200, 302}
    answer = client.post(
        f"/convenanten/gemeente-gm0200/ondertekenen/{version.pk}/", {"signed_on": str(timezone.localdate())}
    )

    assert answer.status_code in {302, 403}
    assert found(Version, pk=version.pk).signed_on is None


def test_an_administrator_drafts_an_agreement_and_reads_what_is_wrong(sign_in, jan):
    client = sign_in(jan)
    lead = found(Agreement, code="riec").lead_id
    today = timezone.localdate()
    told = {
        "name": "Nieuw",
        "code": "nieuw-convenant",
        "zone": "riec",
        "lead": str(lead),
        "since": str(today),
        "until": str(today - dt.timedelta(days=1)),
        "max_retention": "60",
    }
    wrong = client.post("/convenanten/nieuw/", told)
    right = client.post("/convenanten/nieuw/", told | {"until": str(today + dt.timedelta(days=99))})
    twice = client.post("/convenanten/nieuw/", told | {"until": str(today + dt.timedelta(days=99))})

    assert wrong.status_code == 422
    assert "voor de begindag" in wrong.content.decode()
    assert right["Location"] == "/convenanten/nieuw-convenant/"
    assert twice.status_code == 422
    assert "al in gebruik" in twice.content.decode()


@pytest.mark.requirement("WGS-03")
def test_a_privacy_officer_revokes_an_authorisation_of_her_organisation_at_once(sign_in, nora, esra):
    given = found(Authorisation, user=esra, purpose__code="scan")
    client = sign_in(nora)
    address = f"/convenanten/riec/intrekken/{given.pk}/"

    assert "vanaf dit moment niets meer" in client.get(address).content.decode()
    assert client.post(address)["Location"] == "/convenanten/riec/"
    assert found(Authorisation, pk=given.pk).revoked_at <= timezone.now()
    assert "al ingetrokken" in client.post(address).content.decode()


def test_a_privacy_officer_does_not_revoke_in_another_organisation(sign_in, ineke, esra):
    given = found(Authorisation, user=esra, purpose__code="scan")

    assert sign_in(ineke).post(f"/convenanten/riec/intrekken/{given.pk}/").status_code == 403
    assert found(Authorisation, pk=given.pk).revoked_at is None


def test_one_sees_what_one_may_do_and_until_when(sign_in, anna, django_assert_max_num_queries):
    client = sign_in(anna)
    with django_assert_max_num_queries(16):
        page = client.get("/convenanten/wat-mag-ik/").content.decode()

    purpose = found(Authorisation, user=anna, agreement__code="riec").purpose_id
    assert f"/dossiers/{purpose}/" in page
    assert "Personalia en contactgegevens" in page
    assert "Politiegegevens onderzoek (Wpg 9)" not in page  # tier 3, she may go to 2
    assert "Politie Oost-Nederland" in page


def test_who_is_authorised_for_nothing_reads_whom_to_ask(sign_in, frank):
    page = sign_in(frank).get("/convenanten/wat-mag-ik/").content.decode()

    assert "nog voor geen enkel doel geautoriseerd" in page


def ask(client, code, purpose, category, recipient):
    from vangnet.agreements.models import Purpose
    from vangnet.identity.models import Organisation

    doel = found(Purpose, agreement__code=code, code=purpose).pk
    to = Organisation.objects.get(slug=recipient).pk
    return client.get(
        f"/convenanten/deelbaar/?doel={doel}&categorie={category}&ontvanger={to}"
    ).content.decode()


def test_everything_agreed_is_said_to_be_agreed(sign_in, anna):
    page = ask(sign_in(anna), "riec", "casusoverleg", "politie8", "politie")

    assert "Alle afspraken zijn er" in page


@pytest.mark.parametrize(
    ("code", "purpose", "category", "recipient", "words"),
    [
        ("riec", "casusoverleg", "gezondheid", "politie", "mag de wet hier niet laten delen"),
        ("riec", "scan", "politie8", "politie", "hoort niet bij dit doel"),
        ("riec", "casusoverleg", "personalia", "gm0150", "is geen partner"),
        ("riec", "casusoverleg", "politie9", "gm0301", "niemand geautoriseerd tot en met trede 3"),
        ("gemeente-gm0200", "openbare-orde", "signaal", "gm0200", "is niet in werking"),
        ("gemeente-gm0200", "openbare-orde", "signaal", "gm0200", "De DPIA is nog niet vastgesteld"),
    ],
)
def test_what_is_still_needed_is_said_in_words(sign_in, anna, code, purpose, category, recipient, words):
    page = ask(sign_in(anna), code, purpose, category, recipient)

    assert "Dit mag nog niet worden gedeeld" in page
    assert words in page


def test_what_ends_within_its_reminder_days_is_listed(sign_in, ineke, django_assert_max_num_queries):
    client = sign_in(ineke)
    with django_assert_max_num_queries(14):
        page = client.get("/convenanten/verloopt/").content.decode()

    assert "Lokale aanpak autohandel, versie 1" in page
    assert "RIEC-convenant, versie" not in page
    assert "Anna de Wit voor" in page
