"""Measures in a case, through the pages: who is competent, what for, from when, until when, and the end."""

import re

import pytest
from django.urls import reverse

from vangnet.casework.tests.casedesk import CARE, SAID, CaseDesk, in_days, organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(esra):
    return CaseDesk(esra)


@pytest.fixture
def shared(desk, lotte):
    """A case of the RIEC in which Zutphen takes part."""
    case = desk.a_case()
    desk.let_join(case, lotte, "gm0301")
    return case


def test_a_measure_says_who_is_competent_what_for_and_against_which_baseline(desk, shared):
    told = {"no_baseline": "", "indicator": "drugshandel", "period": "2024", "until": in_days(90)}
    desk.a_measure(shared, kind="bibob", organisation=organisation("gm0301"), **told)
    page = desk.text("case", shared)

    for words in ("Wet Bibob art. 3", "College van burgemeester", "De activiteit stopt", "Drugshandel, 2024"):
        assert words in page
    assert SAID not in page


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"until": in_days(-1)}, "eindigt na de dag"),
        ({"no_baseline": ""}, "Kies een indicator als nulmeting"),
        ({"indicator": "drugshandel", "period": "2024"}, "niet allebei"),
        ({"indicator": "drugshandel", "period": "vorig jaar", "no_baseline": ""}, "jaar of een maand"),
        ({"kind": "bestaat-niet"}, "keuze"),
        ({"kind": "behandeling"}, "keuze"),
        ({"effect": "taak/controle"}, "keuze"),
        ({"place": "GM9999"}, "keuze"),
        ({"reasons": ""}, "verplicht"),
    ],
)
def test_a_bad_measure_is_refused_in_words(desk, shared, told, complaint):
    answer = desk.measure(shared, **told)

    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert "Er zijn nog geen maatregelen" in desk.text("case", shared)


def test_a_measure_of_an_organisation_that_does_not_take_part_is_refused(desk, shared):
    assert desk.measure(shared, organisation=organisation("politie")).status_code == 422


@pytest.mark.attack("A-06")
def test_a06_a_measure_about_health_is_offered_in_the_care_and_safety_house_only(desk, shared, mo):
    care = CaseDesk(mo, CARE)
    case = care.a_case(tier="2")
    told = {"kind": "behandeling", "organisation": organisation("veiligheidshuis")}

    assert "Behandeling" in care.text("measure", case)
    assert care.measure(case, **told).status_code == 302
    assert "Behandeling" not in desk.text("measure", shared)


def test_with_a_minor_the_interest_of_the_child_comes_before_any_measure(mo):
    care = CaseDesk(mo, CARE)
    case = care.a_case(has_minor="on")
    told = {"kind": "behandeling", "organisation": organisation("veiligheidshuis")}
    refused = care.measure(case, **told)
    care.done("child", case, words="Het kind is gehoord en blijft op de eigen school.")

    assert refused.status_code == 422
    assert "Weeg eerst het belang van het kind af" in refused.content.decode()
    assert care.measure(case, **told).status_code == 302


def test_a_minor_that_is_added_to_the_dossier_asks_for_it_too(desk, shared):
    told = {"name": "Jonge Verzonnen", "born": "", "capacity": "derde", "is_minor": "on"}
    answer = desk.client.post(reverse("vault:add_subject", args=[desk.purpose.pk, shared]), told)

    assert answer.status_code == 302
    assert "Er is een minderjarige bij betrokken" in desk.text("case", shared)
    assert desk.measure(shared).status_code == 422
    assert desk.get("measure", shared)["Location"] == desk.address("child", shared)


def test_a_measure_that_begins_later_does_not_run_yet(desk, shared):
    desk.a_measure(shared, since=in_days(200))

    assert "begint nog" in desk.text("case", shared)
    assert re.search(r"Maatregel begint nog \([1-9]", desk.text("board"))


def test_the_outcome_of_a_measure_is_written_down_once(desk, shared):
    measure = desk.a_measure(shared)
    told = {"until": in_days(1), "outcome": "afloop/deels"}
    early = desk.post("end_measure", shared, measure, until=in_days(0), outcome="afloop/deels")
    late = desk.post("end_measure", shared, measure, until=in_days(900), outcome="afloop/deels")
    desk.done("end_measure", shared, measure, **told)
    again = desk.post("end_measure", shared, measure, **told)

    assert early.status_code == 422
    assert late.status_code == 422
    assert "Deze dag moet nog komen" in late.content.decode()
    assert again.status_code == 422
    assert "al vastgelegd" in again.content.decode()
    assert "Uitgevoerd, effect deels bereikt" in desk.text("case", shared)
