"""Youth groups: a code name, seven steps in order, reviews, and counted upward only by choice."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vangnet.registers.tests.keepers import GROUP, Keeper


def open_group(who, **told) -> tuple[Keeper, str]:
    """Return the pages of somebody and the address of a new group, which has the highest number."""
    desk = Keeper(who)
    desk.group(**told)
    found = re.findall(
        r'href="/registers/jeugdgroepen/([0-9a-f-]{36})/">(\w+-\d+)<', desk.get("jeugdgroepen/")
    )
    return desk, f"jeugdgroepen/{max(found, key=lambda pair: int(pair[1].split('-')[1]))[0]}/"


def counted(desk: Keeper, kind: int) -> int:
    """Return how many groups of a kind the region counts."""
    page = desk.get("jeugdgroepen/")
    row = re.search(r"<th scope=\"row\"[^>]*>Oost-Nederland</th>(.*?)</tr>", page, re.DOTALL)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[1]) if row else ["0"] * 4
    return int(cells[kind])


def test_a_group_gets_its_name_from_the_system_and_begins_at_step_one(keeper, anna):
    desk, group = open_group(anna)
    page = desk.get(group)

    assert re.search(r"Groep Zutphen-\d+", page)
    assert "1. Signaleren en melden" in page
    assert "2. Informatie verzamelen" in page  # the next step
    assert 'type="text"' not in desk.get("jeugdgroepen/nieuw/")
    assert "<textarea" not in desk.get("jeugdgroepen/nieuw/")


@pytest.mark.attack("A-08")
def test_a08_steps_go_in_order_and_are_not_taken_back(keeper, anna):
    desk, group = open_group(anna)
    skipped = desk.post(f"{group}stap/", step="3", taken_on="2026-03-01")
    before = desk.post(f"{group}stap/", step="2", taken_on="2026-01-31")
    taken = desk.post(f"{group}stap/", step="2", taken_on="2026-03-01")
    twice = desk.post(f"{group}stap/", step="2", taken_on="2026-03-02")

    assert (skipped.status_code, before.status_code, taken.status_code, twice.status_code) == (
        422,
        422,
        302,
        422,
    )
    assert "nog niet aan de beurt" in skipped.content.decode()
    assert "vóór de vorige stap" in before.content.decode()


def test_a_step_that_is_sent_twice_is_one_step_and_a_late_one_says_so_and_can_go_on(keeper, anna):
    desk, group = open_group(anna)
    told = {"step": "2", "taken_on": "2026-03-01"}
    answers = [desk.post(f"{group}stap/", **told).status_code for _ in range(2)]
    late = desk.post(f"{group}stap/", step="2", taken_on="2026-03-02").content.decode()
    early = desk.post(f"{group}stap/", step="5", taken_on="2026-03-02").content.decode()

    assert answers == [302, 302]
    assert "Deze stap is intussen al gezet" in late
    assert "nog niet aan de beurt" in early
    for page in (late, early):
        assert re.search(r'<input type="hidden" name="step" value="3"', page)


def test_after_the_last_step_there_is_none(keeper, anna):
    desk, group = open_group(anna)
    for step in range(2, 8):
        assert desk.post(f"{group}stap/", step=step, taken_on="2026-03-01").status_code == 302
    page = desk.get(group)

    assert "7. Afronden en evalueren" in page
    assert "Naar alle groepen" in page
    assert desk.post(f"{group}stap/", step="8", taken_on="2026-03-02").status_code == 422


def test_a_review_adds_to_what_was_said_before_and_a_late_one_is_told(keeper, anna):
    desk, group = open_group(anna, next_on="2026-03-01")
    assert "te laat" in desk.get("jeugdgroepen/")
    told = {**GROUP, "reviewed_on": "2026-03-02", "kind": "hinderlijk", "effect": "effect-minder"}
    told |= {"approach": "groepsgericht", "next_on": "2999-01-01"}
    answer = desk.post(f"{group}meting/", **told)
    page = desk.get(group)

    assert answer.status_code == 302
    for text in ("Hinderlijk", "Overlastgevend", "Minder overlast of criminaliteit"):
        assert text in page


def waiting(who) -> int:
    """Return how many groups wait at home for a review."""
    page = Keeper(who).client.get("/").content.decode()
    found = re.search(r"Registers: (\d+) jeugdgroep(?:en)? wacht(?:en)? op een nieuwe meting", page)
    return int(found[1]) if found else 0


def test_a_late_review_waits_for_who_keeps_the_group_until_it_was_reviewed_or_has_ended(
    keeper, anna, otto, greet, bram
):
    everybody = (anna, otto, greet, bram)
    before = [waiting(who) for who in everybody]
    desk, group = open_group(anna, next_on="2026-03-01")
    open_group(anna, next_on="2999-01-01")
    open_group(anna, next_on="")
    late = [waiting(who) for who in everybody]
    desk.post(f"{group}meting/", **{**GROUP, "reviewed_on": "2026-03-02", "next_on": "2999-01-01"})
    after = [waiting(who) for who in everybody]
    desk.post(f"{group}meting/", **{**GROUP, "reviewed_on": "2026-03-03", "next_on": "2026-03-04"})
    again = waiting(anna)
    for step in range(2, 8):
        desk.post(f"{group}stap/", step=str(step), taken_on="2026-03-02")

    assert late == [before[0] + 1, before[1] + 1, 0, before[3]]
    assert after == before
    assert again == before[0] + 1
    assert waiting(anna) == before[0]


def test_a_group_counts_in_the_region_only_when_its_municipality_chose_so(keeper, anna, bram):
    before = counted(Keeper(bram), 2)
    open_group(anna, kind="crimineel")
    silent = counted(Keeper(bram), 2)
    open_group(anna, kind="crimineel", counts_upward="on")

    assert silent == before
    assert counted(Keeper(bram), 2) == before + 1


def test_a_group_is_seen_by_its_municipality_only(keeper, anna, greet, bram, carla, hugo):
    _, group = open_group(anna)

    assert Keeper(greet).client.get(f"/registers/{group}").status_code == 200
    assert "Nieuwe meting" not in Keeper(greet).get(group)
    for other in (bram, carla, hugo):
        for page in ("", "stap/", "meting/"):
            assert Keeper(other).client.get(f"/registers/{group}{page}").status_code == 404
    assert Keeper(greet).client.get(f"/registers/{group}stap/").status_code == 404


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"kind": "gezellig"}, "keuze"),
        ({"opened_on": ""}, "verplicht"),
        ({"opened_on": "2999-01-01"}, "moet nog komen"),
        ({"next_on": "2026-02-02"}, "na deze"),
        ({"approach": "jan-jansen"}, "keuze"),
    ],
)
def test_a_bad_group_is_refused_in_words(keeper, anna, told, complaint):
    answer = keeper(anna).post("jeugdgroepen/nieuw/", **{**GROUP, **told})

    assert answer.status_code == 422
    assert complaint in answer.content.decode()


def test_pages_take_few_queries(keeper, anna, django_assert_max_num_queries):
    desk, group = open_group(anna)
    for address in ("jeugdgroepen/", group):
        with django_assert_max_num_queries(18):
            desk.get(address)


def test_the_page_of_a_group_asks_no_more_for_more_reviews(keeper, anna):
    desk, group = open_group(anna)

    def measured() -> int:
        told = {**GROUP, "approach": "groepsgericht", "effect": "effect-minder"}
        assert desk.post(f"{group}meting/", **told).status_code == 302
        with CaptureQueriesContext(connection) as asked:
            desk.get(group)
        return len(asked)

    measured()
    assert [measured(), measured()] == [measured()] * 2


def test_an_outsider_is_asked_to_sign_in(outsider):
    for address in ("jeugdgroepen/", "jeugdgroepen/nieuw/"):
        assert outsider.get(f"/registers/{address}")["Location"].startswith("/account/login/")
