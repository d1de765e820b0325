"""What is sent to the vault: fields it did not ask for, markings that get looser, text that is code."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.attacks.site import text_of
from vangnet.agreements.factories import make_agreement, make_circle
from vangnet.vault.tests.offices import RECORD, UUID_IN, WEIGHED, WORDS

ELSE = "00000000-0000-4000-8000-000000000001"
PDF = b"%PDF-1.4 proef %%EOF"


def row(owner, table, pk):
    found = owner.execute(f"SELECT to_jsonb(t) FROM {table} t WHERE id = %s", [pk]).fetchone()
    assert found is not None
    return found[0]


# --- fields that were not asked for ---

NEVER_SENT = {
    "id": ELSE, "zone": "zvh", "purpose": ELSE, "purpose_id": ELSE, "agreement": ELSE, "dossier": ELSE,
    "source": ELSE, "source_id": ELSE, "bron_organisatie_id": ELSE, "owner": ELSE, "owner_id": ELSE,
    "organisation": ELSE, "organisation_id": ELSE, "entered_by": ELSE, "opened_by_id": ELSE,
    "first_processed": "2001-01-01", "delete_by": "2099-01-01", "verwijder_uiterlijk": "2099-01-01",
    "until": "2099-01-01", "expires_on": "2099-01-01", "restricted_at": "2001-01-01", "status": "toegewezen",
    "number": "RIEC-1-1", "key_id": "x", "wrapped_key": "x", "sealed": "x", "tlp": "clear", "asked_by": ELSE,
    "decided_by": ELSE, "decided_at": "2001-01-01", "approved_by": ELSE, "approved_at": "2001-01-01",
}  # fmt: skip
OWN = {
    "id",
    "sealed",
    "sealed_reason",
    "wrapped_key",
    "number",
    "entered_at",
    "asked_at",
    "opened_on",
    "dossier_id",
}


def unlike(one, other):
    return {name for name in one if name not in OWN and one[name] != other[name]}


@pytest.mark.attack("A-02")
def test_a02_a_record_does_not_take_a_field_that_is_not_in_its_form(office, owner, dossier):
    plain = office.a_record(dossier)
    assert office.post("esra", "add_record", dossier, **NEVER_SENT | RECORD).status_code == 302
    (stuffed,) = office.records("esra", dossier) - {plain}

    assert unlike(row(owner, "vault_record", plain), row(owner, "vault_record", stuffed)) == set()
    assert row(owner, "vault_record", stuffed)["dossier_id"] == dossier


@pytest.mark.attack("A-02")
def test_a02_a_dossier_a_weighing_and_an_emergency_do_not_either(office, owner, dossier):
    made = UUID_IN.findall(office.post("esra", "new", tier=2, **NEVER_SENT)["Location"])[-1]
    assert unlike(row(owner, "vault_dossier", dossier), row(owner, "vault_dossier", made)) == set()
    plain, told = (
        office.a_weighing(dossier),
        {"recipient": office.organisation("politie"), "article": "WGS 2.20"},
    )
    asked = office.post("esra", "weigh", dossier, **NEVER_SENT | WEIGHED | told | {"kind": "deelname"})
    stuffed = UUID_IN.findall(asked["Location"])[-1]
    assert unlike(row(owner, "vault_weighing", plain), row(owner, "vault_weighing", stuffed)) == set()
    number = row(owner, "vault_dossier", dossier)["number"]
    office.post("carla", "emergencies", **NEVER_SENT | {"number": number, "reason": WORDS})
    found = owner.execute(
        "SELECT approved_at, approved_by_id, until FROM vault_emergency WHERE dossier_id = %s", [dossier]
    )
    assert found.fetchall() == [(None, None, None)]


@pytest.mark.attack("A-02", "A-06")
@pytest.mark.requirement("AVG-05a", "I2")
@pytest.mark.parametrize("changed", [
    {"category": "gezondheid"}, {"category": "fiscaal"}, {"category": "politie9"}, {"category": ""},
    {"marking": "white"}, {"nature": "gerucht"}, {"provenance": "x"}, {"reliability": "x"},
    {"organisations": [ELSE], "marking": "amber+strict"}, {"people": [ELSE], "marking": "red"},
    {"subjects": [ELSE]},
])  # fmt: skip
def test_a02_a_value_that_the_purpose_does_not_have_is_refused_and_nothing_is_kept(office, dossier, changed):
    answer = office.post("esra", "add_record", dossier, **RECORD | changed)

    assert answer.status_code == 422
    assert office.records("esra", dossier) == set()


@pytest.mark.attack("A-02")
def test_a02_a_page_gives_no_field_that_its_reader_has_no_use_for(office, owner, dossier):
    """Keys, sealed bytes, accounts and the other dossiers of a record stay in the database."""
    record = office.a_record(dossier)
    office.joined(dossier)
    stored, case = row(owner, "vault_record", record), row(owner, "vault_dossier", dossier)
    pages = [office.get("carla", "dossier", dossier), office.open("carla", dossier, record)]
    pages += [office.get("carla", name, dossier, record) for name in ("who", "why")]
    for text in map(text_of, pages):
        for secret in (stored["sealed"], case["wrapped_key"], case["key_id"], stored["entered_by_id"]):
            assert str(secret).removeprefix("\\x") not in text


# --- the last step first ---


@pytest.mark.attack("A-08")
@pytest.mark.requirement("I1")
def test_a08_an_agreement_is_not_put_into_force_by_its_last_step_alone(office, owner):
    jan = office.of("jan")
    draft = owner.execute(
        "SELECT v.id FROM agreements_version v JOIN agreements_agreement a ON a.id = v.agreement_id"
        " WHERE a.code = 'gemeente-gm0200'"
    ).fetchone()[0]
    answers = [
        jan.post(f"/convenanten/gemeente-gm0200/{step}/{draft}/") for step in ("ondertekenen", "activeren")
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert row(owner, "agreements_version", draft)["status"] == "concept"


# --- looser than the source ---


@pytest.mark.attack("A-21")
@pytest.mark.requirement("I7")
def test_a21_a_copy_that_was_supplied_is_as_strict_as_its_source_and_stays_so(office, owner, dossier):
    local = make_agreement(
        "a21-lokaal", zone="lokaal", partners=("politie", "om"), coordinator=office.cast["karel"],
        people=[(office.cast["carla"], "politie", 2)],
    )  # fmt: skip
    record = office.a_record(dossier, marking="amber+strict", organisations=[office.organisation("om")])
    weighing = office.a_weighing(
        dossier, kind="verstrekking", target=str(local.pk), categories=["personalia"]
    )
    office.decided(dossier, weighing)
    assert office.post("esra", "supply", dossier, weighing, record).status_code == 302
    copy, there, marking = owner.execute(
        "SELECT r.id, r.dossier_id, r.marking FROM vault_supply s JOIN vault_record r ON r.id = s.copy_id"
        " WHERE s.weighing_id = %s", [weighing],
    ).fetchone()  # fmt: skip

    assert marking == "amber+strict"
    address = f"/dossiers/{local.pk}/{there}/gegeven/{copy}/markering/"
    for looser in ("amber", "green", "clear"):
        assert office.of("carla").post(address, {"marking": looser}).status_code in {403, 404, 422}
    assert row(owner, "vault_record", copy)["marking"] == "amber+strict"


# --- text that is code ---

CODE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}{% debug %}'; DROP TABLE x; --"
RAW = ("<script>alert(1)", "<img src=x", ">14<")


def seen(answer):
    text = text_of(answer)
    assert answer.status_code < 500
    for raw in RAW:
        assert raw not in text
    return text


@pytest.mark.attack("A-27")
def test_a27_code_in_a_text_of_the_vault_is_shown_as_text_and_runs_nowhere(office, dossier):
    named = office.post("esra", "add_subject", dossier, name=CODE, born="", capacity="derde")
    about = named["Location"].partition("betrokkene=")[2]
    record = office.a_record(dossier, text=CODE, subjects=[about])
    file = SimpleUploadedFile(f"{CODE[:40].replace('/', '')}.pdf", PDF)
    assert office.post("esra", "add_file", dossier, record, file=file).status_code == 302
    weighing = office.a_weighing(dossier, article=CODE[:99], **dict.fromkeys(WEIGHED, CODE))

    opened = office.open("esra", dossier, record, reason="anders", motivation=CODE)
    assert "&lt;script&gt;" in seen(opened)
    assert "script-src" in opened["Content-Security-Policy"]
    assert "unsafe-inline" not in re.search(r"script-src[^;]*", opened["Content-Security-Policy"])[0]
    assert "&lt;script&gt;" in seen(office.post("lotte", "weighing", dossier, weighing))
    refused = office.post("esra", "add_record", dossier, **RECORD | {"text": CODE, "category": CODE})
    assert "&lt;script&gt;" in seen(refused)
    for name, ids in (("dossier", [dossier]), ("weighing", [dossier, weighing]), ("who", [dossier, record])):
        seen(office.get("esra", name, *ids))


@pytest.mark.attack("A-27")
@pytest.mark.parametrize("address", [
    "/dossiers/{purpose}/", "/dossiers/berichten/", "/inzagen/", "/convenanten/deelbaar/", "/convenanten/",
    "/dossiers/{purpose}/{dossier}/gegeven/",
])  # fmt: skip
def test_a27_code_in_a_filter_or_a_page_number_is_a_value_that_nothing_has(office, dossier, address):
    asked = (
        "plaats",
        "status",
        "pagina",
        "van",
        "tot",
        "doel",
        "categorie",
        "ontvanger",
        "betrokkene",
        "reden",
    )
    place = address.format(purpose=office.purpose.pk, dossier=dossier)
    for code in (CODE, "1' OR '1'='1", "\x00", "-1", "9" * 40, "$.a ? (@ == 1)", "a.b.c|*{1,9}", "&!("):
        seen(office.of("esra").get(place, dict.fromkeys(asked, code)))


@pytest.mark.attack("A-27")
def test_a27_code_in_the_words_of_an_agreement_is_shown_as_text(office):
    purpose = make_agreement(
        "a27", people=[(office.cast["esra"], "riec", 3)], coordinator=office.cast["karel"]
    )
    make_circle(purpose, CODE[:60], ["riec", "politie"])
    assert "&lt;script&gt;" in seen(office.of("esra").get("/convenanten/a27/"))
