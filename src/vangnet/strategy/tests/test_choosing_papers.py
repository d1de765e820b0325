"""What a choice rests on: how many papers, equals at the cut, and scores that are withdrawn."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from vangnet.identity.models import Organisation
from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.strategy import choosing_actions
from vangnet.strategy.choosing import Candidate, ChoosingRound, Criterion, Score
from vangnet.strategy.tests.test_choosing import ChoosingDesk, locked, sent  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


def fill(hugo: Any, papers: int, *, scores: dict[str, int]) -> None:
    """Score every criterion of the trial round alike, from the papers of this many municipalities."""
    with service_session(hugo):
        known = Organisation.objects.filter(
            kinds__kind="gemeente", kinds__period__contains=timezone.localdate()
        ).order_by("slug")[:papers]
        told = [
            Score(candidate=one, criterion=criterion, organisation=paper, value=scores[one.name])
            for paper in known
            for criterion in Criterion.objects.filter(round__name="Proefronde")
            for one in Candidate.objects.filter(round__name="Proefronde", name__in=scores)
        ]
        choosing_actions.score(told, by=hugo, at=timezone.now())


def test_equals_at_the_cut_are_named_and_the_board_chooses(hugo, anna, locked):  # noqa: F811
    fill(hugo, 2, scores={"Water": 4, "Vuur": 4})
    page = ChoosingDesk(anna).get(locked)

    assert "Gelijk: het bestuur kiest" in page
    assert "Water, Vuur hebben evenveel punten" in page
    assert page.count(">gelijk: het bestuur kiest<") == 2
    assert ">gekozen<" not in page
    assert "Hoe vast staat deze keuze?" not in page
    ChoosingDesk(hugo).post(f"{locked}sluiten/", why="Meer komt er niet.")
    assert "naam=Vuur" in ChoosingDesk(anna).get(locked)  # either may be proposed


def test_from_how_many_papers_a_score_comes_stands_beside_it(hugo, anna, locked):  # noqa: F811
    fill(hugo, 1, scores={"Water": 4, "Vuur": 3})
    fill(hugo, 60, scores={"Vuur": 3})
    page = ChoosingDesk(anna).get(locked)

    assert "1 van 76, weinig" in page
    assert "60 van 76<" in page
    assert "Niet elk onderwerp heeft evenveel stukken" in page
    assert "minder dan de helft van de stukken" in page
    assert "1 van 76 <" in page  # one paper has all
    assert "Deels gescoord: " in page
    assert "16 stukken ontbreken" in page


def test_a_round_with_half_of_the_papers_closes_without_a_reason(hugo, locked):  # noqa: F811
    desk = ChoosingDesk(hugo)
    fill(hugo, 38, scores={"Water": 4, "Vuur": 3})
    assert "weinig" not in desk.get(locked)
    assert desk.post(f"{locked}sluiten/").status_code == 302
    assert "gesloten op" in desk.get(locked)
    assert "Gesloten met weinig stukken" not in desk.get(locked)


def test_a_round_with_few_papers_closes_with_a_reason_that_everybody_reads(hugo, anna, locked):  # noqa: F811
    desk = ChoosingDesk(hugo)
    fill(hugo, 37, scores={"Water": 4, "Vuur": 3})
    assert "Waarom sluit de ronde met zo weinig stukken?" in desk.get(f"{locked}sluiten/")
    refused = desk.post(f"{locked}sluiten/")
    assert refused.status_code == 422
    with service_session(hugo):
        found = ChoosingRound.objects.get(name="Proefronde")
        with pytest.raises(DoesNotHold, match="minder dan de helft"):
            choosing_actions.close(found, by=hugo, at=timezone.now())
        with (
            pytest.raises(Exception, match="few papers"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE strategy_choosinground SET closed_at = now() WHERE id = %s", [found.pk])
    assert desk.post(f"{locked}sluiten/", why="De fusiegemeenten hebben nog geen plan.").status_code == 302
    assert "omdat: De fusiegemeenten hebben nog geen plan." in ChoosingDesk(anna).get(locked)


def test_a_score_is_withdrawn_and_stays_in_the_history(anna, locked):  # noqa: F811
    desk = ChoosingDesk(anna)
    desk.score(locked, [4, 1, 1, 3])
    first = desk.names(locked)[0]
    told = sent(desk, locked)
    assert "Niet gescoord: trek de score in" in desk.get(f"{locked}scores/", organisatie="gm0301")
    assert desk.post(f"{locked}scores/?organisatie=gm0301", **{**told, first: ""}).status_code == 302

    page = desk.get(locked)
    assert "ingetrokken: 1 score, die telt niet meer mee" in page
    assert "0 van 76, weinig" in page
    assert "tellen nog niet mee" in page
    assert sent(desk, locked)[first] == ""
    with service_session(anna):
        assert list(
            Score.objects.filter(candidate__name="Water", criterion__name="Urgentie").order_by("scored_at")
            .values_list("value", flat=True)
        ) == [4, None]  # fmt: skip
    desk.post(
        f"{locked}scores/?organisatie=gm0301", **{**told, first: ""}
    )  # once more: nothing is left to withdraw
    with service_session(anna):
        assert Score.objects.filter(candidate__round__name="Proefronde").count() == 5
    assert (
        desk.post(f"{locked}scores/?organisatie=gm0301", **{**sent(desk, locked), first: 2}).status_code
        == 302
    )
    assert sent(desk, locked)[first] == 2


def test_a_form_with_fewer_criteria_withdraws_nothing(anna, locked):  # noqa: F811
    desk = ChoosingDesk(anna)
    desk.score(locked, [4, 1, 1, 3])
    told, names = sent(desk, locked), desk.names(locked)
    part = {names[0]: 2, "shown": told["shown"], "found_at": ""}
    assert desk.post(f"{locked}scores/?organisatie=gm0301", **part).status_code == 302

    now = sent(desk, locked)
    assert [now[name] for name in names] == [2, 1, 1, 3]


def test_who_scores_a_text_adds_words_that_it_uses_and_sees_by_which_it_was_found(anna, locked):  # noqa: F811
    desk = ChoosingDesk(anna)
    with service_session(anna):
        criterion = Criterion.objects.get(name="Urgentie").pk
        water = Candidate.objects.get(name="Water", round__name="Proefronde").pk
    told = {"organisatie": "gm0301", "criterion": criterion, "text": "Niet alleen rivieren zijn prioriteit."}
    assert "Vangnet zoekt al naar: Water." in desk.get(f"{locked}tekst/", organisatie="gm0301")
    without = desk.post(f"{locked}tekst/", **told).content.decode()
    added = desk.post(f"{locked}tekst/", **told, **{f"also_{water}": "rivier, dijk"}).content.decode()

    assert "Voorstel: 1" not in without
    assert "Gezocht op: Water, rivier, dijk." in added
    assert "Voorstel: 1" in added
    assert "ontkenning" not in added
