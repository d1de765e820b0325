"""How a goal reads: term, years, place in the note, proposals, tree."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vangnet.strategy import reading
from vangnet.strategy.models import Goal, Strategy

PERIOD = Strategy(first_year=2019, last_year=2022)


def _goal(code="A-1", **fields):
    return Goal(
        code=code, **{"term": "2019-2022", "pages": "5", "first_page": 5, "section": "De visie", **fields}
    )


@pytest.mark.parametrize(
    ("term", "years"),
    [
        ("2019-2022", {2019, 2020, 2021, 2022}),
        ("2018-2019", {2018, 2019}),
        ("2020", {2020}),
        ("2020-01-01 (uiterlijk)", {2020}),
        ("2020 (met het barrièremodel)", {2020}),
        ("jaarlijks", {2019, 2020, 2021, 2022}),
        ("vanaf 2020, jaarlijks", {2020, 2021, 2022}),
        ("geen jaar in de nota", set()),
        ("waar nodig", set()),
    ],
)
def test_a_term_names_its_years(term, years):
    assert reading.years(_goal(term=term), PERIOD) == years


def test_a_day_in_a_term_is_written_out():
    assert reading.term(_goal(term="2020-01-01 (uiterlijk)")) == "1 januari 2020 (uiterlijk)"


@pytest.mark.parametrize(
    ("pages", "first", "section", "written"),
    [
        ("5", 5, "De visie", "blz. 5; paragraaf De visie"),
        ("9-10", 9, "1. A > Doelen b", "blz. 9-10, begint op blz. 9; paragraaf 1. A, Doelen b"),
        ("4 en 9-10", 4, "A; B", "blz. 4 en 9-10, begint op blz. 4; paragraaf A; B"),
    ],
)
def test_the_place_in_the_note_is_given_with_its_first_page(pages, first, section, written):
    assert reading.place_in_note(_goal(pages=pages, first_page=first, section=section)) == written


def test_only_what_the_note_names_is_not_a_proposal():
    texts = ["geen norm in de nota", "eigen idee", "voorstel, niet in de nota", "stijging 29 % (uit de nota)"]

    found = reading.measures(_goal(measures=texts))

    assert found == [reading.Measure("eigen idee", False), reading.Measure("stijging 29 %", True)]


def test_a_passed_date_says_nothing_about_the_outcome():
    day = date(2020, 1, 1)

    assert reading.standing(_goal(due_on=day), date(2020, 1, 2)) == (
        "termijn verstreken; uitkomst nog niet vastgesteld"
    )
    assert reading.standing(_goal(due_on=day), day) == "termijn loopt"
    assert "of aan de voorwaarde is voldaan" in reading.standing(
        _goal(due_on=day, condition="alleen bij geld"), date(2021, 1, 1)
    )
    assert reading.standing(_goal(due_on=None), day) == ""


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_the_tree_holds_every_goal_once(parents):
    """Goal n has a parent among the goals before it, or none."""
    goals = [
        _goal(code=f"G{n}", parent_id=f"G{parent}" if parent < n else None)
        for n, parent in enumerate(parents)
    ]

    def codes(branches):
        for branch in branches:
            yield branch.goal.code
            yield from codes(branch.branches)

    assert sorted(codes(reading.tree(goals))) == sorted(goal.code for goal in goals)


def test_a_date_under_a_condition_counts_as_passed_once_the_condition_was_met():
    day = date(2020, 1, 1)
    dated = {"due_on": day, "is_listed": True}
    goals = [_goal(**dated), _goal("A-2", condition="mits geld", **dated)]

    assert [reading.counts(goals, date(2020, 1, 2), met, ()).passed for met in ([], ["A-2"])] == [1, 2]
    assert reading.counts(goals, date(2020, 1, 2), ["A-2"], ["A-2", "A-3"]).settled == 1


def test_a_goal_whose_parent_belongs_to_another_theme_stands_at_the_top():
    branches = reading.tree([_goal(code="A-2", parent_id="B-1")])

    assert [branch.goal.code for branch in branches] == ["A-2"]


def test_goals_of_a_loop_stand_at_the_top_and_are_not_lost():
    loop = [_goal(code="A-1", parent_id="A-2"), _goal(code="A-2", parent_id="A-1"), _goal(code="A-3")]
    branches = reading.tree(loop)

    assert [branch.goal.code for branch in branches] == ["A-3", "A-1"]
    assert [branch.goal.code for branch in branches[1].branches] == ["A-2"]
