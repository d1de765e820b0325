"""Search over places, indicators, goals and manual."""

import re
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vangnet.identity.models import Membership, User
from vangnet.identity.operator import operator, service_session
from vangnet.portal import search as searching
from vangnet.portal.search import LONGEST, clean, fold, rank

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


def search(text, today=TODAY):
    """Search without a session: what is of the network only is not found."""
    return searching.search(text, user=User(), today=today)


def _find(text):
    return {group.label: [hit.title for hit in group.hits] for group in search(text, today=TODAY).groups}


@pytest.mark.parametrize("asked", ["inbraak", "INBRAAK", "  inbraak ", "ínbráák", "nbraa"])
def test_a_part_of_a_word_finds_the_compound(asked):
    assert {"Woninginbraak", "Bedrijfsinbraak"} <= set(_find(asked)["Indicatoren"])


def test_the_best_answer_comes_first():
    assert _find("twente")["Gebieden"][0] == "Twente"
    assert _find("woninginbraak")["Indicatoren"][0] == "Woninginbraak"
    assert _find("cybercrime")["Indicatoren"][0] == "Cybercrime"


def test_a_word_of_a_definition_finds_the_indicator():
    assert "Horizontale fraude" in _find("slachtoffer internet")["Indicatoren"]


@pytest.mark.parametrize("asked", ["KWP-15", "kwp-15", "trajecten afronden"])
def test_a_goal_is_found_by_code_and_title(asked):
    assert "Lopende trajecten afronden" in _find(asked)["Doelen van de strategie"]


def test_an_old_municipality_says_what_became_of_it():
    (hit,) = [h for g in search("millingen", today=TODAY).groups for h in g.hits if g.label == "Gebieden"]

    assert hit.text == "Gemeente, code GM0265, bestond tot 1 januari 2015; nu Berg en Dal"
    assert hit.url == "/gebieden/GM0265/"


def test_an_area_of_today_leads_to_its_picture_and_any_other_to_its_story():
    results = [search(name, today=TODAY) for name in ("zutphen", "twente", "gelderland")]
    found = {hit.title: hit.url for result in results for group in result.groups for hit in group.hits}

    assert found["Zutphen"] == "/beelden/GM0301/"
    assert found["Twente"] == "/beelden/twente/"
    assert found["Gelderland"] == "/gebieden/PV25/"


def test_a_place_is_found_by_code():
    assert _find("gm0301")["Gebieden"] == ["Zutphen"]


def test_the_manual_is_searched_too():
    assert "Vergelijken en gemeentegrenzen" in _find("herindeling")["Handleiding"]


def test_every_word_must_be_there():
    assert "Gebieden" not in _find("zutphen apeldoorn")


def test_a_typing_error_gets_a_suggestion():
    assert "Zutphen" in search("zutpen", today=TODAY).suggestions
    assert "Woninginbraak" in search("woninginbrak", today=TODAY).suggestions


def test_a_subject_gives_whom_to_call_and_a_body_its_page(db):
    found = {group.label: group.hits[0] for group in search("hennep", today=TODAY).groups}

    assert found["Wie bel ik"].url == "/netwerk/wie/?onderwerp=hennep"
    assert found["Overleggen"].url == "/netwerk/overleggen/hennep-ijsselland/"
    assert (
        "dvo-twente"
        in {g.label: g for g in search("dvo twente", today=TODAY).groups}["Overleggen"].hits[0].url
    )


@pytest.mark.parametrize("asked", ["", "   ", "\x00", "\n\t"])
def test_nothing_asked_finds_nothing(asked, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert search(asked, today=TODAY).count == 0


@pytest.mark.attack("A-27")
@pytest.mark.parametrize("asked", ["%", "_", "%%%", "\\", "'", "'; DROP TABLE identity_user; --", "\\%"])
def test_signs_with_a_meaning_in_sql_mean_only_themselves(asked):
    for hits in _find(asked).values():
        for title in hits:
            assert title
    assert search(asked, today=TODAY).count < 20  # an apostrophe stands in some texts; all is hundreds


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(db, text):
    assert search(text, today=TODAY).count >= 0


@given(st.text(max_size=20_000))
@settings(max_examples=50, deadline=None)
def test_a_question_is_one_short_printable_line(text):
    asked = clean(text)

    assert len(asked) <= LONGEST
    assert asked == "".join(sign for sign in asked if sign.isprintable())
    assert clean(asked) == asked


def test_ranking_puts_the_name_before_the_beginning_before_the_inside():
    names = ["Bedrijfsinbraak", "Inbraak box", "Inbraak", "Diefstal"]

    assert sorted(names, key=lambda name: rank(["inbraak"], name)) == [
        "Inbraak",
        "Inbraak box",
        "Bedrijfsinbraak",
        "Diefstal",
    ]
    assert fold("Érmelo ÏJ") == "ermelo ij"


class TestPage:
    def test_results_are_grouped_and_counted(self, sign_in, anna, django_assert_max_num_queries):
        client = sign_in(anna)
        with django_assert_max_num_queries(24):
            page = client.get("/zoeken/", {"q": "twente"})

        text = re.sub(r"\s+", " ", page.content.decode())
        assert re.search(r"\d+ resulta(at|ten) voor “twente”", text)
        assert '<h2 class="utrecht-heading-2">Gebieden</h2>' in text

    def test_the_worst_case_asks_few_queries(self, sign_in, anna, django_assert_max_num_queries):
        client = sign_in(anna)
        with django_assert_max_num_queries(24):
            client.get("/zoeken/", {"q": "e"})
        with django_assert_max_num_queries(24):
            client.get("/zoeken/", {"q": "qqqqqq xxxxx"})

    def test_nothing_found_offers_a_way_on(self, sign_in, anna):
        text = sign_in(anna).get("/zoeken/", {"q": "qqqqqq"}).content.decode()

        assert "Niets gevonden voor “qqqqqq”" in text
        assert "Probeer een ander woord" in text

    def test_a_page_without_a_question_invites_to_ask(self, sign_in, anna):
        assert "Typ een woord" in sign_in(anna).get("/zoeken/").content.decode()

    @pytest.mark.attack("A-27", "A-32")
    @pytest.mark.parametrize("asked", ["a" * 10_000, "\x00\x00", "<script>alert(1)</script>", "'\"><b>"])
    def test_odd_questions_are_answered_and_written_safely(self, sign_in, anna, asked):
        page = sign_in(anna).get("/zoeken/", {"q": asked})

        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert "<b>" not in page.content.decode()

    @pytest.mark.parametrize(
        ("asked", "label", "title"),
        [
            ("anna de wit", "Mensen", "Anna de Wit"),
            ("zutphen anna", "Mensen", "Anna de Wit"),
            ("ondermijning", "Thema’s", "Ondermijning"),
            (
                "leeg bedrijfspand",
                "Kennis uit adviesvragen",
                "Controle van een leeg bedrijfspand zonder toegang",
            ),
        ],
    )
    def test_what_the_network_knows_is_found(self, sign_in, anna, asked, label, title):
        found = {
            g.label: g.hits for g in sign_in(anna).get("/zoeken/", {"q": asked}).context["result"].groups
        }

        assert title in [hit.title for hit in found[label]]

    def test_who_works_for_nobody_finds_nobody(self, sign_in, otto):
        with service_session(operator()), transaction.atomic():
            Membership.objects.filter(user=otto).update(period=(date(2019, 1, 1), date(2020, 1, 1)))
        groups = sign_in(otto).get("/zoeken/", {"q": "a"}).context["result"].groups

        assert {g.label for g in groups}.isdisjoint(
            {"Mensen", "Projectplannen", "Bespreekpunten", "Kennis uit adviesvragen"}
        )

    def test_every_hit_leads_to_a_page(self, sign_in, anna):
        client = sign_in(anna)
        for asked in (
            "inbraak",
            "twente",
            "hennep",
            "gemeentegrenzen",
            "anna",
            "plan",
            "leeg",
            "vakantieparken",
        ):
            for group in client.get("/zoeken/", {"q": asked}).context["result"].groups:
                assert client.get(group.hits[0].url).status_code == 200, group.hits[0].url

    def test_an_outsider_is_asked_to_sign_in(self, outsider):
        assert outsider.get("/zoeken/?q=inbraak")["location"].startswith("/account/login/")
