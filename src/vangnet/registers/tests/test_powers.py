"""Powers of municipalities: the matrix of a district, gaps, and who says how one stands."""

import re

import pytest

from vangnet.registers.models import REFERENCE
from vangnet.registers.tests.keepers import Keeper

SEEN = re.compile(r'name="seen"(?: value="([^"]*)")?')
STAND = {"adopted": "ja", "rule": "APV art. 2:41", "since": "2020-01-01", "checked_on": "2026-03-02"}


def test_the_matrix_shows_every_municipality_of_a_district_with_its_gaps(keeper, anna):
    page = keeper(anna).get("bevoegdheden/")

    assert "Bevoegdheden in Noord- en Oost-Gelderland" in page  # one's own district
    for name in ("Zutphen", "Apeldoorn", "Bibob-beleid", "Damoclesbeleid"):
        assert name in page
    assert "Bevoegdheden in Twente" in keeper(anna).get("bevoegdheden/", district="ON-TWE")


def test_an_adviser_says_how_a_power_stands_and_the_gap_closes(keeper, anna):
    desk = keeper(anna)
    desk.post("bevoegdheden/GM0301/bibob/", adopted="nee", rule="", since="", checked_on="2026-03-01")
    before = desk.get("bevoegdheden/GM0301/")
    answer = desk.post("bevoegdheden/GM0301/bibob/", **STAND)
    after = desk.get("bevoegdheden/GM0301/")

    assert answer.status_code == 302
    assert "Bibob-beleid</strong>: niet vastgesteld" in before
    assert "Bibob-beleid</strong>" not in after
    assert "APV art. 2:41" in after


def test_of_what_was_never_looked_at_nothing_is_known(keeper, anna, as_administrator):
    from vangnet.registers.models import Choice

    Choice.objects.create(code="nieuw", list="instrument", name="Nieuwe bevoegdheid", order=99)

    assert "Nieuwe bevoegdheid</strong>: niet bekend" in Keeper(anna).get("bevoegdheden/GM0301/")


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"rule": "Jan Jansen, Dorpsstraat 1"}, "Noem alleen de regeling"),
        ({"rule": "APV art. 2:41; zie Jan"}, "Noem alleen de regeling"),
        ({"rule": "=1+1"}, "Noem alleen de regeling"),
        ({"rule": "x" * 50_000}, "80"),
        ({"adopted": "nee"}, "alleen in als de bevoegdheid is vastgesteld"),
        ({"since": "2026-03-03"}, "vóór"),
        ({"checked_on": ""}, "verplicht"),
    ],
)
def test_a_bad_stand_is_refused_in_words(keeper, anna, told, complaint):
    answer = keeper(anna).post("bevoegdheden/GM0301/bibob/", **{**STAND, **told})

    assert answer.status_code == 422
    assert complaint in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "is_reference"),
    [
        ("APV art. 2:41", True),
        ("APV 2021, art. 2:41a lid 3", True),
        ("Beleidsregel Damocles 2021", True),
        ("Wet Bibob", True),
        ("Gemeentewet art. 174a", True),
        ("Jan Jansen", False),
        ("APV art. 2:41 van Jan", False),
        ("APV art. 2:41\nJan", False),
    ],
)
def test_a_reference_is_a_rule_with_year_and_article_and_nothing_else(text, is_reference):
    import re

    assert bool(re.fullmatch(REFERENCE[1:-1], text)) == is_reference


@pytest.mark.parametrize("who", ["bram", "greet", "carla", "hugo"])
def test_nobody_else_says_how_a_power_of_a_municipality_stands(keeper, request, who):
    desk = keeper(request.getfixturevalue(who))

    assert desk.client.get("/registers/bevoegdheden/GM0301/bibob/").status_code == 404
    assert desk.post("bevoegdheden/GM0301/bibob/", **STAND).status_code == 404
    assert "Werk bij" not in desk.get("bevoegdheden/GM0301/")


def test_who_says_how_a_power_stands_second_sees_what_was_said_first(keeper, anna, otto):
    """Nothing is replaced by who did not see it; both lines stay."""
    address, told = "bevoegdheden/GM0301/damocles/", {"adopted": "ja", "checked_on": "2026-03-02"}
    seen = SEEN.search(keeper(anna).get(address))[1] or ""
    first = keeper(anna).post(address, **told, rule="APV art. 2:41", since="2024-01-01", seen=seen)
    late = keeper(otto).post(address, **told | {"adopted": "nee"}, seen=seen)
    page = late.content.decode()

    assert (first.status_code, late.status_code) == (302, 422)
    assert "Een collega legde intussen iets anders vast" in page
    assert "APV art. 2:41" in page
    now = SEEN.search(page)[1]
    assert keeper(otto).post(address, **told | {"adopted": "nee"}, seen=now).status_code == 302


def test_pages_take_few_queries(keeper, anna, django_assert_max_num_queries):
    desk = keeper(anna)
    for address in ("bevoegdheden/", "bevoegdheden/GM0301/"):
        with django_assert_max_num_queries(14):
            desk.get(address)


def test_the_download_has_a_row_per_municipality_and_power(keeper, anna):
    text = keeper(anna).client.get("/registers/bevoegdheden/bevoegdheden.csv").content.decode("utf-8-sig")

    assert "GM0301;Zutphen;Bibob-beleid;" in text
    assert len(text.splitlines()) > 76 * 10


def test_an_outsider_is_asked_to_sign_in(outsider):
    for address in ("bevoegdheden/", "bevoegdheden/GM0301/", "bevoegdheden/GM0301/bibob/"):
        assert outsider.get(f"/registers/{address}")["Location"].startswith("/account/login/")
