"""Every page of agreements, dossiers and readings through the eyes of those who are not at work in a case.

`nora` reviews at the RIEC, `karel` is privacy officer of the police, `jan` is administrator, `frank` has no
part in anything, and one is not signed in.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.attacks.site import text_of
from vangnet.agreements.factories import make_agreement, make_circle
from vangnet.vault.tests.offices import RECORD, Office

TEXT = RECORD["text"]


@pytest.fixture(scope="module")
def furnished(office):
    """A dossier that only the RIEC takes part in, with a record and a weighing."""
    dossier = office.a_dossier()
    record, weighing = office.a_record(dossier), office.a_weighing(dossier)
    office.open("esra", dossier, record, reason="anders", motivation="omdat het moet")
    return {"dossier": dossier, "record": record, "weighing": weighing}


def address(office, kind, name, furnished):
    ids = [furnished[part] for part in name.split(":")[1:]]
    if kind == "vault":
        return office.address(name.split(":")[0], *ids)
    return name


# What each of them gets: per page in the order nora, karel, jan, frank.
VAULT = {
    "dossiers": (200, 404, 404, 404),
    "new": (404, 404, 404, 404),
    "emergencies": (200, 404, 404, 404),
    "dossier:dossier": (200, 404, 404, 404),
    "add_subject:dossier": (404, 404, 404, 404),
    "add_record:dossier": (404, 404, 404, 404),
    "weigh:dossier": (404, 404, 404, 404),
    "close:dossier": (404, 404, 404, 404),
    "tier:dossier": (404, 404, 404, 404),
    "export:dossier": (200, 404, 404, 404),
    "who:dossier:record": (200, 404, 404, 404),
    "why:dossier:record": (200, 404, 404, 404),
    "marking:dossier:record": (404, 404, 404, 404),
    "add_file:dossier:record": (404, 404, 404, 404),
    "weighing:dossier:weighing": (200, 404, 404, 404),
}
ELSEWHERE = {
    "/dossiers/": (200, 200, 200, 200),
    "/dossiers/berichten/": (200, 200, 200, 200),
    "/inzagen/": (200, 200, 200, 200),
    "/inzagen/organisatie/": (200, 200, 404, 404),
    "/convenanten/": (200, 200, 200, 200),
    "/convenanten/proef/": (200, 200, 200, 200),
    "/convenanten/nieuw/": (200, 200, 200, 403),
    "/convenanten/deelbaar/": (200, 200, 200, 200),
    "/convenanten/wat-mag-ik/": (200, 200, 200, 200),
    "/convenanten/verloopt/": (200, 200, 200, 200),
}
EYES = ("nora", "karel", "jan", "frank")


@pytest.mark.attack("A-04")
@pytest.mark.requirement("WGS-03")
@pytest.mark.parametrize("who", EYES)
def test_a04_each_page_of_the_vault_is_for_who_works_or_reviews_there(office, furnished, who):
    found = {name: office.of(who).get(address(office, "vault", name, furnished)) for name in VAULT}

    assert {name: answer.status_code for name, answer in found.items()} == {
        name: wanted[EYES.index(who)] for name, wanted in VAULT.items()
    }
    assert all(TEXT not in text_of(answer) for answer in found.values())


@pytest.mark.parametrize("who", EYES)
def test_pages_of_agreements_and_readings_are_for(office, furnished, who):
    found = {name: office.of(who).get(name) for name in ELSEWHERE}

    assert {name: answer.status_code for name, answer in found.items()} == {
        name: wanted[EYES.index(who)] for name, wanted in ELSEWHERE.items()
    }
    for name, answer in found.items():
        assert TEXT not in text_of(answer), name
        decides = (who, name) == ("nora", "/dossiers/")  # the weighing waits for the reviewer
        assert (furnished["dossier"] in text_of(answer)) == decides, name


def test_who_is_not_signed_in_is_asked_to_everywhere(office, furnished):
    for name in VAULT:
        answer = Client().get(address(office, "vault", name, furnished))
        assert answer["Location"].startswith("/account/login/"), name
    for name in ELSEWHERE:
        assert Client().get(name)["Location"].startswith("/account/login/"), name


@pytest.mark.requirement("WGS-09")
def test_a_reviewer_opens_for_control_and_writes_nothing(office, owner, furnished):
    dossier, record = furnished["dossier"], furnished["record"]

    assert TEXT in text_of(office.open("nora", dossier, record, reason="controle"))
    for name, told in (("add_record", RECORD), ("close", {}), ("tier", {"tier": 3}), ("weigh", {})):
        assert office.post("nora", name, dossier, **told).status_code == 404, name
    assert office.post("nora", "new", tier=1).status_code == 404
    assert office.records("esra", dossier) == {record}


@pytest.mark.requirement("WGS-09")
def test_a_privacy_officer_sees_the_readings_of_her_own_organisation_only(office, furnished):
    for who, expected in (("nora", True), ("karel", False)):
        client = office.of(who)
        assert client.post("/inzagen/organisatie/doel/", {"doel": "interne_controle"}).status_code == 302
        text = text_of(client.get("/inzagen/organisatie/"))
        assert ("Esra" in text) is expected


# --- circles ---


@pytest.fixture(scope="module")
def ringed(office):
    """A blind circle of RIEC, police and Zutphen, and an open one of RIEC and police, in one agreement."""
    cast = office.cast
    purpose = make_agreement(
        "kring", partners=("riec", "politie", "om", "gm0301"), coordinator=cast["karel"],
        people=[(cast["esra"], "riec", 3), (cast["carla"], "politie", 2), (cast["daan"], "om", 2),
                (cast["anna"], "gm0301", 2)],
    )  # fmt: skip
    blind = make_circle(purpose, "Kring Blind", ["riec", "politie", "gm0301"])
    seen = make_circle(purpose, "Kring Open", ["riec", "politie"], blind=False)
    return purpose, {"blind": str(blind.pk), "open": str(seen.pk)}


@pytest.fixture(scope="module")
def inside(office, ringed):
    """An office at that purpose, and a dossier in the blind circle with a record of each member."""
    purpose, circles = ringed
    there = Office.__new__(Office)
    there.cast, there.purpose, there.browsers = office.cast, purpose, dict(office.browsers)
    dossiers = {}
    for name, circle in circles.items():
        answer = there.post("esra", "new", tier=2, circles=[circle])
        assert answer.status_code == 302, text_of(answer)
        dossiers[name] = re.findall(r"[0-9a-f-]{36}", answer["Location"])[-1]
    return there, dossiers


@pytest.mark.attack("A-04")
@pytest.mark.parametrize("name", ["blind", "open"])
def test_a04_a_dossier_of_a_circle_does_not_exist_outside_it(inside, name):
    there, dossiers = inside
    outside = "daan" if name == "blind" else "anna"

    assert there.get("carla", "dossier", dossiers[name]).status_code == 200
    for page in ("dossier", "add_record", "weigh", "export"):
        assert there.get(outside, page, dossiers[name]).status_code == 404, page
    assert dossiers[name] not in text_of(there.get(outside, "dossiers"))


def main_of(answer):
    """Return the page without its frame, which names the organisation of the reader."""
    return text_of(answer).partition("<main")[2].partition("</main>")[0]


@pytest.mark.attack("A-01")
def test_a01_members_of_a_blind_circle_are_not_named_to_each_other_on_any_page(inside):
    """Nor by what they do: the source of a record is a participant, without a name."""
    there, dossiers = inside
    blind = dossiers["blind"]
    record = there.a_record(blind, who="carla")
    assert record in there.records("anna", blind)
    pages = [there.get("anna", "dossier", blind), there.open("anna", blind, record)]
    pages += [there.get("anna", name, blind, record) for name in ("who", "why")]
    pages += [there.of("anna").get(place) for place in ("/convenanten/kring/", "/inzagen/", "/dossiers/")]
    for answer in pages:
        assert answer.status_code == 200
    shown = [main_of(answer) for answer in pages[:4]]
    assert "Een deelnemer" in shown[0]
    assert "Een deelnemer" in shown[1]
    for text in shown:
        assert "Politie Oost-Nederland" not in text
        assert "Carla" not in text
    assert "Kring Blind" in text_of(pages[4])
    assert "Kring Open" not in text_of(pages[4])


def test_members_of_an_open_circle_see_each_other(inside):
    there, dossiers = inside
    record = there.a_record(dossiers["open"], who="carla")

    assert "Politie Oost-Nederland" in main_of(there.get("esra", "dossier", dossiers["open"]))
    assert "Politie Oost-Nederland" in main_of(there.open("esra", dossiers["open"], record))


# --- content that was changed outside the product ---


@pytest.mark.attack("A-34")
@pytest.mark.parametrize("part", ["record", "subject", "key"])
def test_a34_a_record_that_was_tampered_with_says_so_is_logged_and_breaks_nothing_else(office, owner, part):
    dossier, other = office.a_dossier(), office.a_dossier()
    named = office.post("esra", "add_subject", dossier, name="Iemand Anders", born="", capacity="derde")
    record = office.a_record(
        dossier, about="bestaand", subjects=[named["Location"].partition("betrokkene=")[2]]
    )
    beside = office.a_record(other)
    table, column, key = {
        "record": ("vault_record", "sealed", "id"),
        "subject": ("vault_subject", "sealed", "dossier_id"),
        "key": ("vault_dossier", "wrapped_key", "id"),
    }[part]
    wanted = record if part == "record" else dossier
    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    flipped = f"set_byte({column}, length({column}) - 1, get_byte({column}, length({column}) - 1) # 1)"
    owner.execute(f"UPDATE {table} SET {column} = {flipped} WHERE {key} = %s", [wanted])
    owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    answer = office.open("esra", dossier, record)

    assert answer.status_code == 500
    assert "vastgelegd in het logboek" in text_of(answer)
    assert TEXT not in text_of(answer)
    told = owner.execute(
        "SELECT actor FROM audit_event WHERE verb = 'vault.tampered' AND subject = ANY (%s)",
        [[record, dossier]],
    ).fetchall()
    assert told == [(office.cast["esra"].pk,)]
    assert office.get("esra", "dossier", dossier).status_code == 200
    assert TEXT in text_of(office.open("esra", other, beside))
    assert office.of("esra").get("/inzagen/").status_code == 200
    assert office.of("esra").get("/").status_code == 200
