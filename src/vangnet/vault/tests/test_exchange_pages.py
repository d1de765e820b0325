"""Pages on which partners weigh, join, supply and recall, and get access in an emergency."""

from __future__ import annotations

import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from tests import databases, personal_data
from tests.attacks.routes import routes
from tests.personal_data import Watch

from vangnet.agreements.factories import make_agreement
from vangnet.vault.tests.offices import RECORD, UUID_IN, WEIGHED, WORDS, Office, browser

PDF = b"%PDF-1.4 proef %%EOF"
OPENING = {"vault:open", "vault:file", "vault:weighing", "vault:supply", "vault:export_file"}


@pytest.fixture
def office(own_database, anna, carla, daan, esra, karel, lotte, nora):
    cast = {"anna": anna, "carla": carla, "daan": daan, "esra": esra}
    return Office(cast | {"karel": karel, "lotte": lotte, "nora": nora})


@pytest.fixture
def dossier(office):
    return office.a_dossier()


def text_of(answer):
    return answer.content.decode()


def test_only_the_views_that_open_commit_before_they_read():
    found = {route.name for route in routes() if getattr(route.view, "_non_atomic_requests", None)}

    assert {name for name in found if name.startswith("vault:")} == OPENING


# --- weighing and joining ---


@pytest.mark.attack("A-07", "A-08")
def test_a_partner_joins_after_another_than_who_asked_decided(office, dossier):
    weighing = office.a_weighing(dossier)

    assert office.decided(dossier, weighing, who="esra").status_code == 404
    assert office.get("carla", "dossier", dossier).status_code == 404
    assert office.post("esra", "join", dossier, weighing, since="2099-01-01").status_code == 409
    office.joined(dossier)
    assert office.get("carla", "dossier", dossier).status_code == 200


def test_a_weighing_asks_for_an_explanation_and_offers_no_text(office, dossier):
    told = {"kind": "deelname", "recipient": office.organisation("politie"), "article": "x", **WEIGHED}

    short = office.post("esra", "weigh", dossier, **told | {"necessity": "nodig"})

    assert short.status_code == 422
    page = text_of(office.get("esra", "weigh", dossier))
    assert page.count("</textarea>") == 5
    assert all(part.rpartition(">")[2].strip() == "" for part in page.split("</textarea>")[:-1])


def test_the_words_of_a_weighing_are_read_with_a_button_and_decided_once(office, dossier):
    weighing = office.a_weighing(dossier)

    assert WORDS not in text_of(office.get("lotte", "weighing", dossier, weighing))
    assert WORDS in text_of(office.post("lotte", "weighing", dossier, weighing))
    assert office.decided(dossier, weighing, decision="afwijzen").status_code == 302
    assert office.decided(dossier, weighing).status_code in {404, 422}
    assert "Afgewezen" in text_of(office.get("esra", "weighing", dossier, weighing))


def test_a_participant_reads_and_adds_but_does_not_close(office, dossier):
    record = office.a_record(dossier)
    office.joined(dossier)

    assert record in office.records("carla", dossier)
    assert office.open("carla", dossier, record).status_code == 200
    assert office.a_record(dossier, who="carla")
    assert office.get("carla", "close", dossier).status_code == 404
    assert office.get("carla", "marking", dossier, record).status_code == 404


def test_a_participation_ends_and_the_dossier_is_gone_for_the_partner(office, dossier):
    office.joined(dossier)

    ended = office.post("esra", "leave", dossier, office.organisation("politie"))

    assert ended.status_code == 302
    assert office.get("carla", "dossier", dossier).status_code == 404


def test_a_notice_is_for_the_organisation_and_is_seen_once(office, dossier):
    office.joined(dossier)
    page = text_of(office.of("carla").get("/dossiers/berichten/"))
    notice = UUID_IN.findall(page)[0]  # the newest; the demonstration has one too
    address = f"/dossiers/berichten/{notice}/gezien/"

    assert "U neemt deel aan een dossier" in page
    assert notice not in text_of(office.of("anna").get("/dossiers/berichten/"))
    assert office.of("anna").post(address).status_code == 404
    assert office.of("carla").post(address).status_code == 302
    assert office.of("carla").post(address).status_code == 404


# --- supplying ---


@pytest.fixture
def other(office):
    """A purpose of the police alone, in another zone."""
    return make_agreement(
        "lokaal",
        zone="lokaal",
        partners=("politie", "om"),
        people=[(office.cast["carla"], "politie", 2)],
        coordinator=office.cast["karel"],
    )


@pytest.mark.attack("A-08")
def test_a08_supplying_before_the_decision_is_a_conflict_and_opens_nothing(office, dossier, other):
    record = office.a_record(dossier)
    asked = {"kind": "verstrekking", "target": str(other.pk), "categories": ["personalia"]}
    weighing = office.a_weighing(dossier, **asked)

    answer = office.post("esra", "supply", dossier, weighing, record)

    assert answer.status_code == 409
    assert "pas als een collega dit weegdocument heeft toegewezen" in text_of(answer)
    assert "Verstrekkingen" not in text_of(office.get("esra", "dossier", dossier))


def test_a_record_is_supplied_and_recalled(office, dossier, other):
    record = office.a_record(dossier)
    asked = {"kind": "verstrekking", "target": str(other.pk), "categories": ["personalia"]}
    weighing = office.a_weighing(dossier, **asked)
    office.decided(dossier, weighing)

    assert office.post("esra", "supply", dossier, weighing, record).status_code == 302
    assert office.post("esra", "supply", dossier, weighing, record).status_code == 409  # once
    listed = text_of(office.of("carla").get(f"/dossiers/{other.pk}/"))
    copy = next(pk for pk in UUID_IN.findall(listed) if pk != str(other.pk))
    assert 'name="records"' in text_of(office.of("carla").get(f"/dossiers/{other.pk}/{copy}/"))

    page = text_of(office.get("esra", "dossier", dossier))
    supply = page.partition("/verstrekking/")[2][:36]
    assert office.post("daan", "recall", dossier, supply).status_code == 404
    assert office.post("esra", "recall", dossier, supply).status_code == 302
    assert 'name="records"' not in text_of(office.of("carla").get(f"/dossiers/{other.pk}/{copy}/"))


def test_a_supply_is_recalled_from_a_page_that_needs_no_agreement_in_force(office, dossier, other):
    record = office.a_record(dossier)
    asked = {"kind": "verstrekking", "target": str(other.pk), "categories": ["personalia"]}
    weighing = office.a_weighing(dossier, **asked)
    office.decided(dossier, weighing)
    office.post("esra", "supply", dossier, weighing, record)
    with databases.as_owner(connection.settings_dict["NAME"]) as owner:
        owner.execute(
            "UPDATE agreements_version SET status = 'beeindigd', end_reason = 'x' WHERE agreement_id = %s",
            [office.purpose.agreement_id],
        )
    assert office.get("esra", "dossier", dossier).status_code == 404

    page = text_of(office.of("esra").get("/dossiers/verstrekkingen/"))
    supply = page.partition("/dossiers/verstrekkingen/")[2][:36]
    address = f"/dossiers/verstrekkingen/{supply}/terugroepen/"
    assert office.of("carla").post(address).status_code == 404
    assert supply not in text_of(office.of("carla").get("/dossiers/verstrekkingen/"))
    assert "zijn gesloten" in text_of(office.of("esra").post(address, follow=True))
    assert "Teruggeroepen op" in text_of(office.of("nora").get("/dossiers/verstrekkingen/"))


# --- files ---


@pytest.mark.attack("A-29")
def test_a_file_is_added_in_memory_and_downloaded_with_a_reason(office, dossier, monkeypatch):
    record = office.a_record(dossier)

    def refuse(*args, **kwargs):
        raise AssertionError("an upload for the vault touched the disk")

    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", refuse)
    large = PDF + b" " * (3 * 1024 * 1024)
    file = SimpleUploadedFile("Piet Proef.pdf", large, content_type="application/pdf")
    added = office.post("esra", "add_file", dossier, record, file=file)
    page = text_of(office.open("esra", dossier, record))
    address = next(part for part in page.split('"') if f"/bestand/{record}/" in part)
    answer = office.of("esra").post(address, {"reason": "overleg"})

    assert added.status_code == 302
    assert answer.content == large
    assert answer["Content-Disposition"].startswith("attachment")
    assert "Piet" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert office.of("esra").post(address, {}).status_code == 404
    assert office.of("carla").post(address, {"reason": "overleg"}).status_code == 404


def test_a_file_that_is_too_large_or_of_another_kind_is_refused_with_a_reason(office, dossier, settings):
    record = office.a_record(dossier)
    settings.VAULT_MAX_FILE = 1024 * 1024
    for name, content, words in (
        ("groot.pdf", PDF + b" " * (1024 * 1024), "te groot"),
        ("kwaad.exe", b"MZ", "niet toegestaan"),
    ):
        answer = office.post("esra", "add_file", dossier, record, file=SimpleUploadedFile(name, content))

        assert answer.status_code == 422, name
        assert words in text_of(answer)


@pytest.mark.attack("A-33")
def test_a33_a_file_from_another_site_is_refused(office, dossier, esra):
    record = office.a_record(dossier)
    client = browser(esra, checks=True)

    answer = client.post(
        office.address("add_file", dossier, record), {"file": SimpleUploadedFile("a.pdf", PDF)}
    )

    assert answer.status_code == 403


# --- emergencies ---


def test_emergency_access_is_approved_by_another_and_ends(office, dossier):
    record = office.a_record(dossier, marking="amber+strict")
    number = text_of(office.get("esra", "dossier", dossier)).partition("Dossier RIEC")[2][:12]
    asked = office.post("carla", "emergencies", number=f"RIEC{number}", reason=WORDS)
    nothing = office.post("carla", "emergencies", number="RIEC-2000-000000", reason=WORDS)
    assert (asked.status_code, asked["Location"]) == (nothing.status_code, nothing["Location"])
    assert office.get("carla", "dossier", dossier).status_code == 404

    page = text_of(office.get("karel", "emergencies"))
    emergency = page.partition("/goedkeuren/")[0][-36:]
    assert WORDS in page
    assert office.post("carla", "approve", emergency, hours=2).status_code == 404
    assert office.post("karel", "approve", emergency, hours=2).status_code == 302

    assert record in office.records("carla", dossier)
    assert "drie adressen" in text_of(office.open("carla", dossier, record))
    assert office.post("carla", "end_emergency", emergency).status_code == 302
    assert office.open("carla", dossier, record).status_code == 404


def test_a_request_for_emergency_access_of_yesterday_waits_for_nobody(office, dossier, own_database):
    number = text_of(office.get("esra", "dossier", dossier)).partition("<title>Dossier ")[2].split()[0]
    office.post("carla", "emergencies", number=number, reason=WORDS)
    home = office.of("karel")
    before = text_of(home.get("/"))
    with databases.as_owner(own_database) as owner:
        owner.execute("UPDATE vault_emergency SET asked_at = asked_at - interval '25 hours'")
    after = text_of(home.get("/"))

    assert "om noodtoegang wacht" in before
    assert "om noodtoegang wacht" not in after
    assert "Voorbij" in text_of(office.get("karel", "emergencies"))


def an_emergency(office, dossier, who):
    """Ask for access to a dossier and have it approved."""
    number = text_of(office.get("esra", "dossier", dossier)).partition("<title>Dossier ")[2].split()[0]
    office.post(who, "emergencies", number=number, reason=WORDS)
    helper = "karel" if who == "carla" else "esra"
    emergency = text_of(office.get(helper, "emergencies")).partition("/goedkeuren/")[0][-36:]
    assert office.post(helper, "approve", emergency, hours=2).status_code == 302
    return emergency


def test_emergency_access_to_a_dossier_without_readable_records_shows_the_dossier_until_its_end(
    office, dossier
):
    emergency = an_emergency(office, dossier, "carla")

    page = text_of(office.get("carla", "dossier", dossier))
    assert "U hebt noodtoegang tot dit dossier" in page
    assert "Niets om te openen" in page
    assert "Beëindig de noodtoegang" in page
    assert office.post("carla", "end_emergency", emergency).status_code == 302
    assert office.get("carla", "dossier", dossier).status_code == 404


def test_emergency_access_opens_what_the_list_of_a_participant_does_not_hold(office, dossier, esra):
    record = office.a_record(dossier, marking="red", people=[str(esra.pk)])
    assert office.records("lotte", dossier) == set()

    an_emergency(office, dossier, "lotte")

    assert office.records("lotte", dossier) == {record}
    assert "drie adressen" in text_of(office.open("lotte", dossier, record))


def test_a_dossier_says_what_can_be_done_next(office, dossier):
    assert "Leg het eerste gegeven vast" in text_of(office.get("esra", "dossier", dossier))
    office.a_record(dossier)
    assert "Weeg af of een partner dit nodig heeft" in text_of(office.get("esra", "dossier", dossier))
    office.a_weighing(dossier)
    assert "Besluit over de afweging" in text_of(office.get("lotte", "dossier", dossier))
    office.post("esra", "close", dossier)
    assert "Naar de dossiers van dit doel" in text_of(office.get("esra", "dossier", dossier))


# --- when something is wrong ---


def test_without_keys_the_page_says_that_nothing_is_lost(office, dossier, settings, tmp_path):
    settings.KEY_FILE = tmp_path / "weg.json"

    answer = office.post("esra", "add_record", dossier, **RECORD)

    assert answer.status_code == 503
    assert "Er is niets verloren gegaan" in text_of(answer)


def refusals(answer):
    """Say of which bodies nothing may be found: a form with a fault in it shows what its writer typed."""
    return answer.status_code >= 400 and not personal_data.shows_again(answer)


@pytest.mark.attack("A-18")
def test_a18_what_is_typed_into_the_vault_is_found_nowhere_else(office, own_database, caplog):
    caplog.set_level(logging.DEBUG)
    with (
        personal_data.planted() as person,
        Watch(refusals) as watch,
        databases.as_owner(own_database) as owner,
    ):
        for who in ("esra", "lotte"):
            office.browsers[who] = watch.browser(office.cast[who])
        dossier = office.a_dossier()
        told = {"name": person.name, "born": "1980-01-01", "capacity": "verdachte"}
        office.post("esra", "add_subject", dossier, **told)
        office.post("esra", "add_subject", dossier, **told | {"capacity": person.name})
        text = f"{person.name}, {person.street}, {person.bsn}"
        office.post("esra", "add_record", dossier, **RECORD | {"text": text})
        record = office.a_record(dossier, text=text, bsn="laten")
        office.open("esra", dossier, record, reason="anders", motivation=text, bsn="laten")
        file = SimpleUploadedFile(f"{person.name}.pdf", PDF)
        office.post("esra", "add_file", dossier, record, file=file)
        office.a_weighing(dossier, necessity=text, bsn="laten")
        office.post("esra", "emergencies", number=person.name, reason=text, bsn="laten")

        assert watch.findings(owner) == []
