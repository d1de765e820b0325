"""What a period left behind: results with evidence, recommendations, and what was done with each."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import operator, service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.strategy import lesson_actions, lesson_reading
from vangnet.strategy.models import Outcome, Recommendation, Result, Strategy
from vangnet.strategy.tests.round import Desk

pytestmark = pytest.mark.django_db
NEW, ADVICE = "terugblik/resultaat/nieuw/", "terugblik/aanbeveling/nieuw/"
CYBER = "Wacht met de aanpak van cybercrime niet op onderzoek"


def recommendation(words: str = CYBER) -> Recommendation:
    return Recommendation.objects.get(words__startswith=words)


def told(**more: object) -> dict[str, object]:
    today = timezone.localdate().isoformat()
    return {"kind": "overgenomen", "why": "Het werkt.", "on": today, "body": "bbg", "seen": 0, **more}


def outcome(person: User, *goals: str, days: int = 0) -> Outcome:
    """Return what the steering group would have decided, for the organisation of a person."""
    today = timezone.localdate()
    work = person.memberships_on(today)[0].organisation
    kept = {"kind": "overgenomen", "why": "Ja.", "on": today + timedelta(days=days), "body_id": "bbg"}
    return Outcome(recommendation=recommendation(), number=1, organisation=work, goals=list(goals), **kept)


def outcome_of(found: Recommendation) -> str:
    return f"terugblik/aanbevelingen/{found.pk}/uitkomst/"


def test_an_adviser_adds_a_result_with_its_evidence(anna):
    desk = Desk(anna)
    told = {"words": "Buren weten wie zij bellen.", "id": str(uuid4())}
    bare, wrong = desk.post(NEW, **told, evidence="Verslag"), desk.post(NEW, **told, evidence="A; B; C; D")
    kept = desk.post(NEW, **told, evidence="Verslag; blz. 3; https://voorbeeld.example/v.pdf")
    again = desk.post(NEW, **told, evidence="Verslag; blz. 3")

    assert [bare.status_code, wrong.status_code, kept.status_code, again.status_code] == [422, 422, 302, 422]
    assert "Noem achter de titel een bladzijde of een adres" in bare.content.decode()
    page = desk.get("terugblik/")
    assert "Buren weten wie zij bellen." in page
    assert '<a class="utrecht-link utrecht-link--html-a" href="https://voorbeeld.example/v.pdf"' in page
    assert "Toegevoegd door Gemeente Zutphen" in page


def test_a_recommendation_is_added_decided_and_decided_again_and_every_outcome_stays(anna, hugo, greet):
    adviser, team, steering = Desk(anna), Desk(hugo), Desk(greet)
    words = {"words": "Deel per kwartaal een overzicht.", "source": "Evaluatie 2022; blz. 8"}
    assert adviser.post(ADVICE, **words).status_code == 302
    made = recommendation("Deel per kwartaal")
    assert steering.post(outcome_of(made), **told(kind="open", why="Eerst de kosten.")).status_code == 302
    late = team.post(outcome_of(made), **told(goals=["ALG-08"]))
    kept = team.post(outcome_of(made), **told(goals=["ALG-08"], seen=1))

    assert [late.status_code, kept.status_code] == [422, 302]
    assert "Een collega legde intussen een uitkomst vast" in late.content.decode()
    page = adviser.get("terugblik/")
    assert "Evaluatie 2022, blz. 8; toegevoegd door Gemeente Zutphen" in page
    assert "Eerder: open (Bestuurlijke Begeleidingsgroep" in page
    assert "Deel per kwartaal een overzicht." in adviser.get("doelen/ALG-08/")
    assert "Deel per kwartaal een overzicht." not in adviser.get("doelen/ALG-09/")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"kind": "afgewezen", "goals": ["ALG-08"]}, "hoort geen doel"),
        ({"on": "2999-01-01"}, "tot en met vandaag"),
        ({"why": ""}, "verplicht"),
        ({"goals": ["ZZZ-1"]}, "ZZZ-1"),
        ({"body": "geen-overleg"}, ""),
    ],
)
def test_an_outcome_that_cannot_be_is_refused_with_how_to_mend_it(hugo, more, says):
    answer = Desk(hugo).post(outcome_of(recommendation()), **told(**more))

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Outcome.objects.filter(recommendation=recommendation()).exists()


def test_an_outcome_does_not_come_before_the_one_before(hugo):
    desk, today = Desk(hugo), timezone.localdate()
    assert desk.post(outcome_of(recommendation()), **told()).status_code == 302
    earlier = told(seen=1, on=(today - timedelta(days=1)).isoformat())

    assert "vanaf de vorige uitkomst" in desk.post(outcome_of(recommendation()), **earlier).content.decode()


def test_nobody_decides_for_a_body_that_they_do_not_speak_for(outsider, anna, frank, petra, hugo):
    path = outcome_of(recommendation())
    assert outsider.get(f"/strategie/{path}")["location"].startswith("/account/login/")
    assert Desk(anna).post(path, **told()).status_code == 404
    other = Desk(frank).post(path, **told())  # of a district, not of the steering group
    assert other.status_code == 422
    assert "Leg een uitkomst vast" not in Desk(anna).get("terugblik/")
    assert Desk(petra).client.get(f"/strategie/{NEW}").status_code == 404
    assert "Voeg een resultaat toe" not in Desk(petra).get("terugblik/")
    assert not Outcome.objects.filter(recommendation=recommendation()).exists()


def test_the_database_refuses_what_the_pages_do_not_offer(anna, frank, petra, hugo):
    zutphen, now = Organisation.objects.get(slug="gm0301"), timezone.now()
    strategy = Strategy.objects.get()
    result = Result(strategy=strategy, words="Nee.", evidence=["A; blz. 1"], organisation=zutphen)
    with service_session(petra), transaction.atomic(), pytest.raises(NotPermitted):
        lesson_actions.add(result, by=petra, at=now)
    result.evidence = []
    with service_session(anna), transaction.atomic(), pytest.raises(DoesNotHold):
        lesson_actions.add(result, by=anna, at=now)
    for person in (anna, frank):
        with service_session(person), transaction.atomic(), pytest.raises(NotPermitted):
            lesson_actions.decide(outcome(person), by=person, at=now)
    with service_session(hugo), transaction.atomic(), pytest.raises(DoesNotHold, match="Een van de doelen"):
        lesson_actions.decide(outcome(hugo, "ZZZ-1"), by=hugo, at=now)
    with service_session(hugo), transaction.atomic(), pytest.raises(DoesNotHold, match="tot en met vandaag"):
        lesson_actions.decide(outcome(hugo, days=1), by=hugo, at=now)


def test_a_recommendation_is_read_as_of_a_day():
    def on(year: int, month: int) -> str:
        found = lesson_reading.advices(None, date(year, month, 28))
        return next(one.label for one in found if "keten rond mensen" in one.recommendation.words)

    assert [on(2018, 12), on(2019, 2), on(2019, 7)] == ["Open", "Open", "Aangepast overgenomen"]


def test_what_people_added_was_not_there_before_they_did(anna):
    Desk(anna).post(NEW, words="Nieuw.", evidence="Verslag; blz. 3")
    today = timezone.localdate()
    words = [
        [one.result.words for one in lesson_reading.results(None, day)] for day in (date(2020, 1, 1), today)
    ]

    assert "Nieuw." not in words[0]
    assert words[1][-1] == "Nieuw."
    assert len(words[0]) == 6


def test_the_table_is_there_as_csv(anna):
    answer = Desk(anna).client.get("/strategie/aanbevelingen.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="aanbevelingen.csv"'
    assert "Aangepast overgenomen" in answer.content.decode()
    assert "KWP-10" in answer.content.decode()


def test_loading_the_pack_again_keeps_what_people_added_and_decided(as_administrator, anna):
    strategy, now = Strategy.objects.get(), timezone.now()
    with service_session(anna), transaction.atomic():
        work = anna.memberships_on(timezone.localdate())[0].organisation
        own = Result(strategy=strategy, words="Van ons.", evidence=["A; blz. 1"], organisation=work)
        lesson_actions.add(own, by=anna, at=now)
    fresh = Result(strategy=strategy, words="Van het pakket.", evidence=["B; blz. 2"], position=0)
    with service_session(as_administrator), transaction.atomic():
        lesson_actions.bring_in([fresh], [], by=as_administrator, at=now)

    assert {one.words for one in Result.objects.all()} == {"Van ons.", "Van het pakket."}
    assert Recommendation.objects.filter(outcomes=None).count() == 0
    assert Recommendation.objects.count() == 4  # of which something was decided


def test_a_pack_that_is_read_again_changes_words_and_doubles_nothing(db):
    lessons = [list(model.objects.filter(organisation=None)) for model in (Result, Recommendation)]
    before = [len(found) for found in lessons]
    fields = lambda one: {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}  # noqa: E731
    again = [[type(one)(**fields(one)) for one in found] for found in lessons]  # new objects, ids as before
    again[0][0].words = "Anders gezegd."
    with service_session(operator()), transaction.atomic():
        lesson_actions.bring_in(*again, by=operator(), at=timezone.now())

    assert all(before)
    assert [model.objects.filter(organisation=None).count() for model in (Result, Recommendation)] == before
    assert Result.objects.filter(words="Anders gezegd.").count() == 1
