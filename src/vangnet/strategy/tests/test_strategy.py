"""The pages of the strategy."""

import re

import pytest
from django.utils import timezone

from vangnet.strategy import actions
from vangnet.strategy.models import Claim, Goal, Strategy, Theme, Version

PAGES = [
    "/strategie/",
    "/strategie/doelen/",
    "/strategie/termijnen/",
    "/strategie/kwetsbare-personen/",
    "/strategie/doelen/KWP-15/",
]


def _text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("address", PAGES)
def test_an_outsider_is_asked_to_sign_in(outsider, address):
    assert outsider.get(address)["location"].startswith("/account/login/")


@pytest.mark.parametrize("address", PAGES)
def test_each_page_has_its_place_in_the_flow_and_few_queries(
    sign_in, anna, address, django_assert_max_num_queries
):
    client = sign_in(anna)

    with django_assert_max_num_queries(12):
        answer = client.get(address)

    assert answer.status_code == 200
    assert 'aria-current="step"' in _text(answer)
    assert 'aria-label="Kruimelpad"' in _text(answer)


def test_the_overview_names_period_status_and_themes(sign_in, anna):
    text = _text(sign_in(anna).get("/strategie/"))

    for words in ("Veiligheidsstrategie 2019-2022", "conceptversie", "van 2019 tot en met 2022"):
        assert words in text
    for theme in Theme.objects.all():
        assert theme.name in text
    assert "dient de andere thema" in text


def test_all_goals_of_the_note_are_there(sign_in, anna):
    page = sign_in(anna).get("/strategie/doelen/")

    assert len(page.context["rows"]) == 85
    assert "85 van 85 doelen" in _text(page)


def test_a_theme_shows_the_tree_and_says_what_is_a_proposal(sign_in, anna):
    page = sign_in(anna).get("/strategie/kwetsbare-personen/")
    top = [branch.goal.code for branch in page.context["branches"]]
    below = {branch.goal.code for branch in page.context["branches"][0].branches}

    assert top == ["KWP-01", "KWP-25"]
    assert {"KWP-10", "KWP-20"} <= below
    assert "zijn een voorstel van Vangnet en staan niet in de nota" in _text(page)
    assert "onder voorwaarde" in _text(page)
    assert "uitgangswaarde +29 % 2015-2018 (uit de nota)" in _text(page)
    assert "opgeleverde handelingsperspectieven per groep (voorstel)" in _text(page)


def test_no_error_of_the_scan_reaches_the_screen(sign_in, anna):
    client = sign_in(anna)
    pages = ["/strategie/", "/strategie/doelen/", "/strategie/termijnen/"]
    pages += [f"/strategie/{theme.slug}/" for theme in Theme.objects.all()]
    pages += [f"/strategie/doelen/{goal.code}/" for goal in Goal.objects.all()]

    for page in pages:
        text = _text(client.get(page))
        for wrong in ("Ondernijn", "ondernijn", "voedingsbodemp", "2b.", "Vooralsong", "1a.", "None"):
            assert wrong not in text, page


def test_one_goal_shows_note_and_proposal_apart(sign_in, anna):
    text = _text(sign_in(anna).get("/strategie/doelen/KWP-15/"))

    assert "1 januari 2020 (uiterlijk)" in text
    assert "blz. 9-10, begint op blz. 9; paragraaf 1. Kwetsbare personen, Doelen mensen" in text
    assert "Alleen bij extra middelen" in text
    assert "oorstel van Vangnet, staat niet in de nota" in text
    assert "geen norm in de nota" in text
    assert "Passend vervoer" in text


@pytest.mark.parametrize(("code", "quoted"), [("KWP-10", "+29 %"), ("OND-08", "50/30/20")])
def test_what_the_note_itself_measures_is_marked_so(sign_in, anna, code, quoted):
    text = _text(sign_in(anna).get(f"/strategie/doelen/{code}/"))

    assert re.search(re.escape(quoted) + r'[^<]*<span class="vn-tag vn-tag--info">uit de nota', text)


def test_a_goal_or_theme_that_is_not_there_does_not_exist(sign_in, anna):
    client = sign_in(anna)

    for page in ("/strategie/doelen/ONB-99/", "/strategie/geen-thema/", "/strategie/doelen/%00/"):
        assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"thema": "cybercrime"}, 10),
        ({"soort": "visie"}, 3),
        ({"jaar": "2018"}, 1),
        ({"wie": "BBG"}, 5),
        ({"opgesomd": "on", "thema": "informatiegestuurd-werken"}, 6),
        ({"soort": "visie", "jaar": "2018"}, 0),
    ],
)
def test_goals_are_kept_by_each_choice(sign_in, anna, query, count):
    page = sign_in(anna).get("/strategie/doelen/", query)

    assert len(page.context["rows"]) == count
    assert ("Geen doel past bij deze keuzes" in _text(page)) == (count == 0)


def test_a_choice_that_does_not_exist_is_named_and_hides_nothing(sign_in, anna):
    page = sign_in(anna).get("/strategie/doelen/", {"jaar": "1066", "soort": "<script>"})

    assert len(page.context["rows"]) == 85
    assert "Deze keuze bestaat niet" in _text(page)
    assert "<script>alert" not in _text(page)


def test_dated_goals_stand_in_order_and_neutral(sign_in, anna):
    page = sign_in(anna).get("/strategie/termijnen/")
    days = [goal.due_on for goal, _ in page.context["rows"]]

    assert days == sorted(days)
    assert len(days) == 22
    assert "termijn verstreken</span>" in _text(page)
    assert "uitkomst nog niet vastgesteld" in _text(page)
    assert "te laat" not in _text(page)


def test_without_a_strategy_the_pages_say_so(sign_in, anna, monkeypatch):
    for rows in (Strategy, Theme, Goal):
        nothing = type(rows.objects.all()).none
        monkeypatch.setattr(type(rows.objects), "visible_to", lambda self, user, of=nothing: of(self.all()))
    client = sign_in(anna)

    assert "Er is nog geen strategie ingelezen" in _text(client.get("/strategie/"))
    assert "Er zijn geen afspraken met een datum" in _text(client.get("/strategie/termijnen/"))
    assert client.get("/strategie/doelen/").status_code == 200


def test_recording_a_strategy_again_replaces_it(as_administrator):
    strategy = Strategy.objects.get()
    themes, goals, claims = (list(m.objects.order_by("position")) for m in (Theme, Goal, Claim))
    kept = [goal for goal in goals if goal.theme_id == "cybercrime"]

    actions.record(strategy, themes=themes, goals=kept, claims=claims, by=as_administrator, at=timezone.now())

    decided = set(Version.objects.exclude(organisation=None).values_list("item", flat=True))
    left = Goal.objects.exclude(code__in=[*decided, *(goal.code for goal in kept)])
    assert all(goal.children.exists() for goal in left)  # what was decided still hangs below these
    assert {goal.code for goal in kept} - decided <= set(Goal.objects.values_list("code", flat=True))
    assert Theme.objects.count() == len(themes)
