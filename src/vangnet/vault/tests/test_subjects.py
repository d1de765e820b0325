"""Whom a record is about: chosen from those that the writer may know of, a new one, or nobody."""

from __future__ import annotations

import re

import pytest

from vangnet.vault.tests.offices import RECORD, Office

NEW = {"about": "nieuw", "name": "Piet Proef", "born": "1980-01-01", "capacity": "getuige"}
MARK = re.compile(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}\b")


@pytest.fixture
def office(own_database, anna, carla, daan, esra, karel, lotte, nora):
    cast = {"anna": anna, "carla": carla, "daan": daan, "esra": esra}
    return Office(cast | {"karel": karel, "lotte": lotte, "nora": nora})


@pytest.fixture
def dossier(office):
    return office.a_dossier()


def text_of(answer):
    return answer.content.decode()


def offered(office, who, dossier):
    """Return the data subjects that the form offers: id and words."""
    page = text_of(office.get(who, "add_record", dossier))
    return dict(re.findall(r'name="subjects" value="([0-9a-f-]{36})"[^>]*>\s*(?:<span>)?([^<]+)', page))


def test_a_new_data_subject_is_added_together_with_the_record(office, dossier):
    record = office.a_record(dossier, **NEW)

    text = text_of(office.open("esra", dossier, record))

    assert "Piet Proef" in text
    assert "Getuige" in text


def test_who_is_in_a_record_that_one_may_read_is_offered_by_a_mark_and_not_by_name(office, dossier):
    record = office.a_record(dossier, **NEW)
    opened = text_of(office.open("lotte", dossier, record))

    ((subject, words),) = offered(office, "lotte", dossier).items()
    second = office.a_record(dossier, who="lotte", about="bestaand", subjects=[subject])

    assert MARK.search(words).group() in opened
    assert "Personalia" in words
    assert "Piet" not in text_of(office.get("lotte", "add_record", dossier))
    assert "Piet Proef" in text_of(office.open("esra", dossier, second))


def test_who_is_only_in_records_that_one_may_not_read_is_not_offered_and_cannot_be_named(
    office, dossier, esra
):
    office.joined(dossier)
    office.a_record(dossier, **NEW, marking="red", people=[str(esra.pk)])
    (subject,) = offered(office, "esra", dossier)

    assert offered(office, "lotte", dossier) == {}
    assert offered(office, "carla", dossier) == {}
    answer = office.post(
        "carla", "add_record", dossier, **RECORD | {"about": "bestaand", "subjects": [subject]}
    )
    assert answer.status_code == 422


def test_who_was_added_without_a_record_is_known_to_who_added_them(office, dossier):
    answer = office.post("esra", "add_subject", dossier, **NEW)

    subject = answer["Location"].partition("betrokkene=")[2]
    page = text_of(office.of("esra").get(answer["Location"]))
    assert subject in offered(office, "esra", dossier)
    assert re.search(rf'value="{subject}"[^>]* checked', page)
    assert offered(office, "lotte", dossier) == {}


def test_it_is_asked_whom_a_record_is_about(office, dossier):
    told = {key: value for key, value in RECORD.items() if key != "about"}
    office.a_record(dossier, **NEW)

    for wrong, words in (
        ({}, "Dit veld is verplicht."),
        ({"about": "bestaand"}, "Kruis aan over welke betrokkene dit gaat."),
        ({"about": "nieuw"}, "Dit veld is verplicht."),
        ({**NEW, "name": "---"}, "Een naam heeft minstens één letter."),
    ):
        answer = office.post("esra", "add_record", dossier, **told | wrong)

        assert answer.status_code == 422, wrong
        assert words in text_of(answer)
    assert len(office.records("esra", dossier)) == 1


def test_a_record_that_is_refused_leaves_no_data_subject_behind(office):
    dossier = office.a_dossier(tier=1)

    refused = office.post("esra", "add_record", dossier, **RECORD | NEW | {"category": "politie8"})

    assert refused.status_code == 404
    assert offered(office, "esra", dossier) == {}
