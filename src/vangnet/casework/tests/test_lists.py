"""Lists of signals: few questions to the database, counted up to a limit, and what a search puts first."""

import re

import pytest

from vangnet.casework import search, views
from vangnet.casework.tests.desks import SEEN, UUID_IN, SignalDesk, without_demonstration
from vangnet.ui import paging


@pytest.fixture
def desk(own_database, anna):
    without_demonstration(own_database)
    return SignalDesk(anna)


def test_the_list_takes_few_queries(desk, django_assert_max_num_queries):
    for _ in range(3):
        desk.report()
    for name, query in (
        ("signals", {}),
        ("signals", {"status": "nieuw", "jaar": "2026"}),
        ("signals", {"zoek": "drugs zutphen"}),
        ("agenda", {}),
        ("routes", {}),
    ):
        with django_assert_max_num_queries(15):
            assert desk.get(name, **query).status_code == 200


def _listed(page):
    """Return the ids of the signals on a page, in order."""
    found = re.findall(rf'<th scope="row"><a[^>]*/signalen/{UUID_IN}/({UUID_IN})/', page.content.decode())
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("drugs", 2),
        ("DRUGS zutphen", 2),
        ("drugs apeldoorn", 0),
        ("auto", 3),
        ("gemeente-", 3),
        ("nieuw drugs", 2),
        ("-", 3),
        ("'; DROP TABLE", 0),
        ("%", 0),
    ],
)
def test_a_search_finds_what_fits_every_word_in_what_is_known_without_opening(desk, text, found):
    desk.report()
    desk.report()
    desk.report(phenomenon="")

    assert len(_listed(desk.get("signals", zoek=text))) == found
    assert _listed(desk.get("signals", zoek=SEEN.split()[-1])) == []  # no word of what was reported


def test_a_search_puts_the_end_of_a_number_first(desk):
    oldest, *_ = [desk.report() for _ in range(3)]
    number = re.search(r"GEMEENTE-\d{4}-\d{6}", desk.get("signal", oldest).content.decode())[0]

    assert _listed(desk.get("signals"))[-1] == oldest
    assert _listed(desk.get("signals", zoek=number[-1]))[0] == oldest
    assert _listed(desk.get("signals", zoek=number.lower())) == [oldest]


def test_a_search_says_that_it_ranked_the_newest_when_there_are_more(desk, monkeypatch):
    oldest, *newer = [desk.report() for _ in range(3)]
    assert "Er zijn meer treffers" not in desk.get("signals", zoek="drugs").content.decode()
    monkeypatch.setattr(search, "CANDIDATES", 2)
    page = desk.get("signals", zoek="drugs")

    assert "Meer dan 2 signalen passen bij ‘drugs’. De nieuwste 2 staan hieronder" in page.content.decode()
    assert _listed(page) == newer[::-1]
    assert oldest not in page.content.decode()


def test_a_long_list_is_counted_up_to_a_limit_and_says_so(desk, monkeypatch):
    _, *newer = [desk.report() for _ in range(3)]
    assert "Er zijn meer signalen" not in desk.get("signals").content.decode()
    monkeypatch.setattr(paging, "MOST", 2)
    monkeypatch.setattr(views, "PER_PAGE", 1)
    first, last = desk.get("signals"), desk.get("signals", pagina="99")

    assert "1–1 van meer dan 2" in first.content.decode()
    assert "2–2 van meer dan 2" in last.content.decode()
    assert [*_listed(first), *_listed(last)] == newer[::-1]
    assert "Er zijn meer signalen" not in first.content.decode()
    assert "De lijst toont de nieuwste 2. Kies een jaar" in last.content.decode()
