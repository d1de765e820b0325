"""What is corrected in a case, with a reason: a contribution that is wrong, and a needless task."""

from __future__ import annotations

import pytest
from tests.logbook import Event

from vangnet.casework.tests.casedesk import CaseDesk, in_days

WHY = "De uren van de tweede controleur stonden er dubbel in."


@pytest.fixture
def desk(db, esra):
    return CaseDesk(esra)


@pytest.fixture
def shared(desk, lotte):
    """A case of the RIEC in which Zutphen takes part."""
    case = desk.a_case()
    desk.let_join(case, lotte, "gm0301")
    return case


def corrected(**told: str) -> dict[str, str]:
    return {"kind": "bijdrage/controle", "on": in_days(0), "hours": "6", "reasons": WHY, **told}


def test_a_contribution_is_corrected_with_a_reason_and_the_former_line_stays_readable(desk, shared, anna):
    hers = CaseDesk(anna)
    wrong = hers.a_contribution(shared, hours="12")
    hers.done("correct", shared, wrong, **corrected())
    page = hers.text("case", shared)

    assert "Uw eigen organisatie: 6 uur." in page
    assert "12" in page
    assert "verbeterd, telt niet mee" in page
    assert WHY not in page
    assert Event.objects.filter(verb="casework.contribution.corrected", subject=shared).exists()


def test_what_was_corrected_is_corrected_again_only_in_its_last_line(desk, shared, anna, otto):
    hers = CaseDesk(anna)
    wrong = hers.a_contribution(shared)
    hers.done("correct", shared, wrong, **corrected())
    second = CaseDesk(otto).post("correct", shared, wrong, **corrected(hours="3"))

    assert second.status_code == 422
    assert "Een collega verbeterde deze bijdrage net" in second.content.decode()
    assert "Uw eigen organisatie: 6 uur." in hers.text("case", shared)


def test_no_hours_takes_a_contribution_back(desk, shared, anna):
    hers = CaseDesk(anna)
    hers.done("correct", shared, hers.a_contribution(shared), **corrected(hours="0"))

    assert "Uw eigen organisatie: 0 uur." in hers.text("case", shared)


@pytest.mark.parametrize("told", [{"hours": "-1"}, {"on": in_days(1)}, {"reasons": "Kort."}, {"hours": "12"}])
def test_a_bad_correction_is_refused(desk, shared, anna, told):
    hers = CaseDesk(anna)
    wrong = hers.a_contribution(shared, hours="12")

    assert hers.post("correct", shared, wrong, **corrected(**told)).status_code == 422
    assert "Uw eigen organisatie: 12 uur." in hers.text("case", shared)


def test_the_contribution_of_another_organisation_is_not_ones_own_to_correct(desk, shared, anna, carla):
    wrong = CaseDesk(anna).a_contribution(shared)

    assert desk.post("correct", shared, wrong, **corrected()).status_code == 404
    assert CaseDesk(carla).get("correct", shared, wrong).status_code == 404
    assert f"/bijdrage/{wrong}/" not in desk.get("case", shared).content.decode()


def test_a_needless_task_lapses_with_a_reason_waits_for_nobody_and_can_be_opened_again(desk, shared, anna):
    task = desk.a_task(shared, anna, "gm0301")
    said = "De zaak is al dicht, dus een controle levert niets meer op."
    short = desk.post("lapse", shared, task, reasons="Kort.")
    desk.done("lapse", shared, task, reasons=said)
    again = desk.post("lapse", shared, task, reasons=said)
    page = desk.text("case", shared)

    assert short.status_code == 422
    assert "Taak vervallen: Controle ter plaatse" in page
    assert said not in page
    assert "al klaar of vervallen" in again.content.decode()
    assert Event.objects.filter(verb="casework.task.lapsed", subject=shared).exists()
    assert desk.closed(shared).status_code == 302  # nothing is open any more


def test_the_reasons_of_corrections_are_read_with_the_words_of_the_case(own_database, esra):
    desk = CaseDesk(esra)
    case = desk.a_case()
    desk.done("correct", case, desk.a_contribution(case), **corrected())
    desk.done("lapse", case, desk.a_task(case, esra, "riec"), reasons=f"Niet nodig. {WHY}")
    page = desk.post("open", case).content.decode()

    assert "Verbeterde bijdrage: Controle of toezicht" in page
    assert "Vervallen taak: Controle ter plaatse" in page
    assert page.count(WHY) == 2


def test_a_lapsed_task_that_is_opened_again_is_open(desk, shared, anna):
    task = desk.a_task(shared, anna, "gm0301")
    desk.done("lapse", shared, task, reasons=WHY)
    desk.done("reopen", shared, task)
    page = desk.text("case", shared)

    assert "Taak vervallen" not in page
    assert desk.closed(shared).status_code == 422


def test_an_outsider_lets_no_task_lapse(desk, shared, anna, carla):
    task = desk.a_task(shared, anna, "gm0301")

    assert CaseDesk(carla).post("lapse", shared, task, reasons=WHY).status_code == 404
