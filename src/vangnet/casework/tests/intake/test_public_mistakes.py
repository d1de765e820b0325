"""What somebody mistyped or improved in a public report, without an account to put it right afterwards."""

from __future__ import annotations

import pytest

from vangnet.casework.tests.intake.test_public_reports import NUMBER, SEEN, Visitor
from vangnet.vault.tests.offices import browser


@pytest.fixture
def visitor(own_database, anna):
    """Somebody at home in Zutphen, where the form is on."""
    assert browser(anna).post("/signalen/meldformulier/", {"stand": "aan"}).status_code == 302
    return Visitor()


def test_what_was_improved_after_a_slow_answer_is_a_report_of_its_own(visitor):
    mark = visitor.mark()
    numbers = {
        NUMBER.search(visitor.send(mark, text=text).content.decode())[0] for text in (SEEN, f"{SEEN} !")
    }

    assert len(numbers) == 2


def test_a_day_of_another_age_is_refused(visitor):
    answer = visitor.send(observed_on="0001-01-03")

    assert answer.status_code == 422
    assert "Deze dag ligt voor 1990" in answer.content.decode()
