"""The pages of the vault, asked by everybody who works for a purpose and by who does not."""

from __future__ import annotations

import re

import pytest

from vangnet.agreements.factories import make_agreement
from vangnet.vault.tests.offices import RECORD, Office, browser

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def office(own_database, anna, carla, daan, esra, karel, lotte, nora):
    cast = {"anna": anna, "carla": carla, "daan": daan, "esra": esra}
    return Office(cast | {"karel": karel, "lotte": lotte, "nora": nora})


@pytest.fixture
def dossier(office):
    return office.a_dossier()


def text_of(answer):
    return answer.content.decode()


def mark_of(answer):
    return re.search(r'name="mark" value="(\w+)"', text_of(answer)).group(1)


# --- which purposes, which dossiers ---


def test_somebody_sees_the_purposes_that_they_may_work_for(office):
    text = text_of(office.of("esra").get("/dossiers/"))

    assert "Casusoverleg proef" in text
    assert "Trede 3" in text
    assert f"/dossiers/{office.purpose.pk}/" in text


def test_who_has_no_authorisation_is_told_where_to_read_why(office, frank):
    text = text_of(browser(frank).get("/dossiers/"))

    assert "Casusoverleg proef" not in text
    assert "/convenanten/wat-mag-ik/" in text


def test_without_a_second_factor_nothing_is_shown_and_the_page_says_why(office, dossier, esra):
    weak = browser(esra, strong=False)
    for address in ("/dossiers/", office.address("dossiers"), office.address("dossier", dossier)):
        answer = weak.get(address)

        assert answer.status_code == 403
        assert "/account/beveiliging/" in text_of(answer)
        assert "RIEC-20" not in text_of(answer)


def test_a_list_shows_only_dossiers_that_the_organisation_takes_part_in(office, dossier):
    assert dossier in text_of(office.get("esra", "dossiers"))
    assert dossier in text_of(office.get("lotte", "dossiers"))
    assert dossier not in text_of(office.get("carla", "dossiers"))
    assert office.get("anna", "dossiers").status_code == 404


def test_a_list_is_filtered_by_status(office, dossier):
    address = office.address("dossiers")

    assert dossier in text_of(office.of("esra").get(address, {"status": "open"}))
    assert dossier not in text_of(office.of("esra").get(address, {"status": "gesloten"}))


def test_a_list_costs_few_queries_however_long_it_is(office, django_assert_max_num_queries):
    for _ in range(4):
        office.a_dossier()
    address, client = office.address("dossiers"), office.of("esra")
    client.get(address)
    with django_assert_max_num_queries(10):  # session, account and roles included
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("who", ["anna", "carla", "daan"])
def test_a_dossier_of_others_does_not_exist(office, dossier, who):
    record = office.a_record(dossier)
    for name, ids in (
        ("dossier", [dossier]),
        ("add_record", [dossier]),
        ("add_subject", [dossier]),
        ("weigh", [dossier]),
        ("close", [dossier]),
        ("tier", [dossier]),
        ("who", [dossier, record]),
        ("why", [dossier, record]),
        ("marking", [dossier, record]),
        ("add_file", [dossier, record]),
    ):
        assert office.get(who, name, *ids).status_code == 404, name
    assert office.open(who, dossier, record).status_code == 404


def test_a_dossier_is_closed_by_its_owner_and_takes_nothing_more(office, dossier):
    assert office.post("esra", "close", dossier).status_code == 302

    assert "Gesloten" in text_of(office.get("esra", "dossier", dossier))
    assert office.get("esra", "add_record", dossier).status_code == 404


def test_the_tier_of_a_dossier_goes_up_only(office, dossier):
    assert office.post("esra", "tier", dossier, tier=3).status_code == 302

    again = office.post("esra", "tier", dossier, tier=2)
    assert again.status_code == 422
    assert "kan alleen omhoog" in text_of(again)
    assert office.post("lotte", "tier", dossier, tier=3).status_code == 422  # her tier is 2


# --- sent twice ---


@pytest.mark.parametrize("form", ["new", "add_subject", "add_record"])
def test_what_is_sent_twice_is_kept_once(office, dossier, form):
    ids = () if form == "new" else (dossier,)
    told = {
        "new": {"tier": 2},
        "add_subject": {"name": "Piet Proef", "capacity": "getuige"},
        "add_record": RECORD | {"about": "nieuw", "name": "Piet Proef", "capacity": "getuige"},
    }[form]
    told |= {"mark": mark_of(office.get("esra", form, *ids))}

    first, again = (office.post("esra", form, *ids, **told) for _ in range(2))

    assert (first.status_code, again.status_code) == (302, 302)
    assert again["Location"] == first["Location"]  # which has the id of the dossier, or of the data subject
    numbers = set(re.findall(r"RIEC-\d{4}-\d{6}", text_of(office.get("esra", "dossiers"))))
    assert len(numbers) == 1 + (form == "new")
    assert len(office.records("esra", dossier)) == (form == "add_record")


@pytest.mark.parametrize("changed", [{"text": "Verhuisde daarna."}, {"marking": "amber+strict"}])
def test_a_form_sent_again_with_something_else_in_it_is_not_lost(office, dossier, changed):
    told = RECORD | {"mark": mark_of(office.get("esra", "add_record", dossier))}

    office.post("esra", "add_record", dossier, **told)
    office.post("esra", "add_record", dossier, **told | changed)

    assert len(office.records("esra", dossier)) == 2


# --- records ---


def test_a_record_is_opened_with_a_reason_and_shown_once(office, dossier):
    subject = office.post(
        "esra", "add_subject", dossier, name="Piet Proef", born="1980-01-01", capacity="getuige"
    )
    about = subject["Location"].partition("betrokkene=")[2]
    record = office.a_record(dossier, about="bestaand", subjects=[about])
    page = text_of(office.get("esra", "dossier", dossier))

    answer = office.open("esra", dossier, record)

    assert "Piet Proef" not in page
    assert "drie adressen" not in page
    text = text_of(answer)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    for words in ("Piet Proef", "drie adressen", "Getuige", "TLP:AMBER", "Bevestigd", "Overheidsregister"):
        assert words in text
    assert office.get("esra", "open", dossier).status_code == 405


def test_nothing_is_ticked_beforehand_and_a_reading_without_reason_is_refused(office, dossier):
    record = office.a_record(dossier)

    assert " checked" not in text_of(office.get("esra", "dossier", dossier))
    assert office.post("esra", "open", dossier, reason="overleg").status_code == 422
    assert office.post("esra", "open", dossier, records=[record]).status_code == 422
    other = office.open("esra", dossier, record, reason="anders")
    assert other.status_code == 422
    assert "drie adressen" not in text_of(other)
    assert office.open("esra", dossier, record, reason="anders", motivation="omdat").status_code == 200


def test_a_record_that_does_not_exist_is_not_opened(office, dossier):
    assert office.open("esra", dossier, "00000000-0000-4000-8000-000000000000").status_code == 404


def test_a_record_of_another_dossier_is_not_shown_in_this_one(office, dossier):
    other = office.a_dossier()

    assert office.open("esra", dossier, office.a_record(other)).status_code == 404


def test_what_looks_like_a_citizen_service_number_is_asked_about_and_hidden_in_one_click(office, dossier):
    told = {**RECORD, "text": "Hij heeft nummer 123456782 genoemd."}

    asked = office.post("esra", "add_record", dossier, **told)
    office.post("esra", "add_record", dossier, **told, bsn="verbergen")

    assert asked.status_code == 422
    assert "Hij heeft nummer [BSN] genoemd." in text_of(asked)
    (record,) = office.records("esra", dossier)
    assert "nummer [BSN] genoemd" in text_of(office.open("esra", dossier, record))


def test_a_category_above_ones_tier_is_no_choice(office):
    dossier = office.a_dossier(tier=1)

    answer = office.post("esra", "add_record", dossier, **RECORD | {"category": "politie8"})

    assert answer.status_code in {404, 422}
    assert office.records("esra", dossier) == set()


@pytest.mark.attack("A-02")
def test_a02_fields_that_the_form_does_not_have_change_nothing(office, dossier):
    told = {"source": office.organisation("politie"), "first_processed": "2001-01-01", "restricted_at": "x"}
    record = office.a_record(dossier, **told, delete_by="2099-01-01", zone="zvh", entered_by="x")

    text = text_of(office.get("esra", "dossier", dossier))

    assert record in text
    assert "2099" not in text
    assert "2001" not in text
    assert "RIEC" in text_of(office.open("esra", dossier, record))


def test_red_is_for_named_people(office, dossier, esra):
    nobody = office.post("esra", "add_record", dossier, **RECORD | {"marking": "red"})
    record = office.a_record(dossier, marking="red", people=[str(esra.pk)])

    assert nobody.status_code == 422
    assert record in office.records("esra", dossier)
    assert record not in office.records("lotte", dossier)
    assert office.open("lotte", dossier, record).status_code == 404


def test_the_source_changes_a_marking_after_a_fresh_proof(office, dossier, esra):
    record = office.a_record(dossier)

    answer = office.post("esra", "marking", dossier, record, marking="red", people=[str(esra.pk)])

    assert answer.status_code == 302
    assert record not in office.records("lotte", dossier)


def test_one_reads_who_may_see_a_record_and_by_which_rule_others_may_not(office, dossier):
    record = office.a_record(dossier)

    text = text_of(office.get("esra", "who", dossier, record))

    assert "Lotte" in text
    assert "De organisatie neemt niet deel aan het dossier" in text
    why = office.get("lotte", "why", dossier, record)
    assert why.status_code == 200
    assert "✗" not in text_of(why)


@pytest.mark.attack("A-05")
def test_a05_who_keeps_asking_across_zones_alarms_their_privacy_officer_and_nobody_else(office, ineke, jan):
    elsewhere = make_agreement("elders", zone="zvh", coordinator=office.cast["karel"]).pk
    told = "10 keer geweigerd bij afgeschermde gegevens"
    for _ in range(9):
        assert office.of("esra").get(f"/dossiers/{elsewhere}/").status_code == 404
    before = text_of(office.of("nora").get("/"))
    office.of("esra").get(f"/dossiers/{elsewhere}/")

    assert "keer geweigerd" not in before
    assert told in text_of(office.of("nora").get("/"))
    for client in (office.of("karel"), office.of("esra"), browser(jan), browser(ineke)):
        assert "keer geweigerd" not in text_of(client.get("/"))
