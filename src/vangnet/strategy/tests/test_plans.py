"""A project plan: written by its team, complete before it is adopted, and adopted by somebody else."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection, transaction
from django.utils import timezone

from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.strategy import plan_actions, plan_content
from vangnet.strategy.plan_content import completeness
from vangnet.strategy.plans import LATER, Plan, PlanStep, PlanVersion
from vangnet.strategy.tests.planning import LINES, WORDS, PlanDesk, content_of, in_days, now, parts
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(anna) -> Plan:
    return PlanDesk(anna).begin()


def test_a_plan_goes_from_draft_through_incomplete_to_adopted(anna, lotte, carla, draft):
    writer, chair = PlanDesk(anna), PlanDesk(lotte)
    assert "Financiering: geen tekst" in re.sub("<[^>]*>", "", writer.get(f"plannen/{draft.pk}/"))
    assert writer.step(draft, "voorstellen").status_code == 302
    refused = chair.adopt(draft)

    assert refused.status_code == 422
    assert "nog niet compleet" in refused.content.decode()
    assert "Aard en omvang (geen tekst)" in refused.content.decode()
    writer.complete(draft)
    draft = now(draft.pk)
    assert draft.state == "concept"  # writing took the proposal back
    assert writer.step(draft, "voorstellen").status_code == 302
    assert chair.adopt(draft).status_code == 302
    draft = now(draft.pk)
    assert (draft.state, draft.adopted) == ("vastgesteld", draft.number)
    page = PlanDesk(carla).get(f"plannen/{draft.pk}/")
    assert "Alle onderdelen en invalshoeken zijn er." in page
    assert "meer besteed dan toegekend" in page
    assert "te laat" in page


def test_page_and_database_agree_on_what_is_missing(draft, anna):
    desk = PlanDesk(anna)
    for change in (
        lambda: desk.write(draft, "aard-en-omvang", "Te kort"),
        lambda: desk.write(draft, "verantwoordelijkheid"),
        lambda: desk.add(draft, "roles", **LINES["roles"]),
        lambda: desk.add(draft, "roles", **LINES["roles"]),
        lambda: desk.complete(draft),
    ):
        change()
        told = content_of(draft)
        with service_session(anna), connection.cursor() as cursor:
            cursor.execute("SELECT strategy_plan_missing(%s::jsonb)", [json.dumps(told)])
            said = {code for (code,) in cursor.fetchall()}
        assert said == {gap.part.code for gap in completeness(told, parts()).gaps}
    assert said == {"verantwoordelijkheid"}  # three partners answer for it, and it should be one


@pytest.mark.attack("A-08")
def test_a08_nobody_adopts_what_they_alone_wrote_or_proposed(anna, lotte, carla, draft):
    writer, chair = PlanDesk(anna), PlanDesk(lotte)
    writer.complete(draft)
    chair.step(draft, "voorstellen")

    assert chair.adopt(draft).status_code == 404  # proposed it
    assert writer.adopt(draft).status_code == 404  # wrote every word
    for member in (lotte, anna):
        step = PlanStep(plan=draft, number=writer.seen(draft), kind="akkoord", stage=1, decider="expertteam",
                        body=draft.team, decided_on=timezone.localdate())  # fmt: skip
        with service_session(member, strong=True), pytest.raises(DoesNotHold, match="Een ander lid besluit"):
            plan_actions.take_step(step, by=member, at=timezone.now())
    assert PlanDesk(carla).adopt(draft).status_code == 302


@pytest.mark.attack("A-07")
def test_a07_only_the_team_writes_and_adopts(anna, lotte, bram, esra, hugo, jan, draft):
    writer = PlanDesk(anna)
    writer.complete(draft)
    hidden = PlanDesk(bram).client.get(f"/strategie/plannen/{draft.pk}/")
    writer.step(draft, "voorstellen")

    assert hidden.status_code == 404
    for other in (bram, esra, hugo, jan):
        desk = PlanDesk(other)
        assert "Proefplan" in desk.get(f"plannen/{draft.pk}/")
        assert desk.write(draft, "proactief").status_code == 404
        assert desk.step(draft, "afsluiten", words="Weg", lesson="Geen").status_code == 404
        assert desk.adopt(draft).status_code == 404
        assert desk.post("plannen/begrenzingen/nieuw/").status_code == (422 if other is hugo else 404)


@pytest.mark.attack("A-07")
def test_a07_the_web_server_rewrites_no_plan(anna, lotte, bram, draft):
    for statement in (
        f"UPDATE strategy_plan SET state = 'vastgesteld', adopted = 1 WHERE id = '{draft.pk}'",
        "UPDATE strategy_planversion SET content = '{}'",
        "DELETE FROM strategy_planstep",
        "SELECT strategy_take_planstep()",
    ):
        with (
            service_session(anna, strong=True),
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
        ):
            connection.cursor().execute(statement)
    with service_session(bram, strong=True):
        assert not PlanVersion.objects.filter(plan=draft).exists()
    with service_session(anna, strong=False), pytest.raises(Exception, match="mag u hier niet"):
        plan_actions.write(draft, seen=1, change=content_of(draft), what="x", by=anna, at=timezone.now())


def test_two_editors_of_one_text_see_both_and_lose_nothing(anna, lotte, draft):
    writer, chair = PlanDesk(anna), PlanDesk(lotte)
    seen = writer.seen(draft)
    assert writer.write(draft, "proactief", "Wat Anna over proactief schreef.", seen=seen).status_code == 302
    elsewhere = chair.write(draft, "preventie", "Wat Lotte over preventie schreef.", seen=seen)
    same = chair.write(draft, "proactief", "Wat Lotte over proactief schreef.", seen=seen)
    page = same.content.decode()

    assert elsewhere.status_code == 302  # another part: both are kept
    assert same.status_code == 422
    assert "Er is nog niets overschreven" in page
    assert "<del>Anna </del>" in page
    assert "<ins>Lotte </ins>" in page
    assert content_of(draft)["texts"]["proactief"] == "Wat Anna over proactief schreef."
    both = chair.write(
        draft, "proactief", "Van ons beiden samen.", seen=int(same.context["form"]["seen"].value())
    )
    assert both.status_code == 302
    assert content_of(draft)["texts"]["preventie"] == "Wat Lotte over preventie schreef."


def test_a_pilot_starts_with_its_gaps_named_and_dated(anna, lotte, draft):
    writer, chair = PlanDesk(anna), PlanDesk(lotte)
    for part in (one for one in parts() if one.code != "financiering"):
        writer.write(draft, part.code)
    writer.add(draft, "roles", **LINES["roles"])
    writer.add(draft, "levels", **LINES["levels"])
    late = chair.step(draft, "pilot", words="Wij leren onderweg.", **{"gap-financiering": in_days(0)})
    alone = writer.step(draft, "pilot", words="Wij leren onderweg.", **{"gap-financiering": in_days(30)})
    assert (late.status_code, alone.status_code) == (422, 422)
    assert "Een ander lid besluit" in alone.content.decode()
    chair.write(draft, "preventie", f"{WORDS} En meer.")

    begun = chair.step(draft, "pilot", words="Wij leren onderweg.", **{"gap-financiering": in_days(30)})
    assert begun.status_code == 302
    page = chair.get(f"plannen/{draft.pk}/")
    assert "Pilot met een plan dat nog niet compleet is" in page
    assert "Financiering: uiterlijk" in page
    writer.write(draft, "financiering")
    writer.add(draft, "budget", **LINES["budget"])
    assert writer.step(draft, "voorstellen").status_code == 302
    assert chair.adopt(draft).status_code == 302


def test_what_was_adopted_keeps_its_words_until_a_revision(anna, lotte, draft):
    writer, chair = PlanDesk(anna), PlanDesk(lotte)
    writer.complete(draft)
    writer.step(draft, "voorstellen")
    chair.adopt(draft)
    adopted = writer.seen(draft)

    assert (
        "Begin een herziening"
        in writer.write(draft, "proactief", "Iets heel anders dan eerst.").content.decode()
    )
    assert writer.add(draft, "milestones", **LINES["milestones"]).status_code == 302  # the work goes on
    assert writer.step(draft, "herzien", words="Nieuwe cijfers.").status_code == 302
    assert writer.write(draft, "proactief", "Iets heel anders dan eerst.").status_code == 302
    draft = now(draft.pk)
    assert (draft.state, draft.adopted) == ("concept", adopted)
    assert "<ins>" in writer.get(f"plannen/{draft.pk}/versies/", van=adopted)
    assert writer.client.get(f"/strategie/plannen/{draft.pk}/versies/?van=999").status_code == 404


def test_a_plan_closes_with_result_and_lesson_and_stays_visible(anna, draft):
    writer = PlanDesk(anna)
    without = writer.step(draft, "afsluiten", words="Het lukte niet.", lesson="")
    assert without.status_code == 422
    assert writer.step(draft, "afsluiten", words="Het lukte niet.", lesson="Vraag eerst.").status_code == 302

    assert "Les: Vraag eerst." in writer.get(f"plannen/{draft.pk}/")
    assert "afgesloten en blijft zoals het is" in writer.write(draft, "proactief").content.decode()


def test_a17_who_was_asked_from_outside_is_there_with_what_came_of_it(anna, draft):
    desk = PlanDesk(anna)
    desk.add(draft, "outside", **LINES["outside"])

    assert "nog niet teruggemeld" in desk.get(f"plannen/{draft.pk}/")
    answer = desk.add(draft, "outside", **LINES["outside"] | {"invited_on": ""})
    assert answer.status_code == 422


def test_a18_a_level_above_the_local_one_has_a_reason(anna, draft):
    desk = PlanDesk(anna)
    told = {
        "title": "Proefplan",
        "since": in_days(0),
        "until": in_days(200),
        "capacity": 8,
        "level": "district",
    }

    refused = desk.post(f"plannen/{draft.pk}/kop/", seen=desk.seen(draft), **told)
    kept = desk.post(
        f"plannen/{draft.pk}/kop/", seen=desk.seen(draft), level_reason="Vier gemeenten.", **told
    )

    assert (refused.status_code, kept.status_code) == (422, 302)
    text = desk.get(f"plannen/{draft.pk}/")
    assert "District" in text
    assert "Vier gemeenten." in text


def test_a_version_from_before_plans_could_say_more_reads_as_saying_nothing(draft):
    older = {name: value for name, value in content_of(draft).items() if name not in LATER}

    read = PlanVersion.from_db("default", ["id", "content"], [draft.pk, older])

    assert read.content == older | LATER


def test_a_report_has_five_lines(anna, draft):
    desk = PlanDesk(anna)
    told = dict.fromkeys(("done", "coming", "trouble", "means", "needed"), "Een regel")
    assert desk.post(f"plannen/{draft.pk}/stand/", course="vast", **{**told, "needed": ""}).status_code == 422
    assert desk.post(f"plannen/{draft.pk}/stand/", course="vast", **told).status_code == 302

    page = desk.get(f"plannen/{draft.pk}/")
    assert "Loopt vast" in page
    assert page.count("Een regel") == 5
    assert "Loopt vast" in desk.get("plannen/")


def test_a_line_changes_and_goes_and_stays_in_earlier_versions(anna, draft):
    desk = PlanDesk(anna)
    desk.add(draft, "risks", **LINES["risks"])
    (row,) = content_of(draft)["risks"]
    path = f"plannen/{draft.pk}/lijst/risks/{row['id']}/"
    changed = desk.post(path, **{**LINES["risks"], "what": "Te veel tijd", "seen": desk.seen(draft)})
    assert changed.status_code == 302
    assert content_of(draft)["risks"] == [{**row, "what": "Te veel tijd"}]
    assert desk.post(f"{path}weg/", seen=desk.seen(draft)).status_code == 302
    assert content_of(draft)["risks"] == []
    assert "Te veel tijd" in desk.get(f"plannen/{draft.pk}/versies/")


@pytest.mark.parametrize(
    ("section", "field", "value", "said"),
    [
        ("budget", "applied", -1, "minstens 0 is"),
        ("budget", "purpose", "BSN 123456782", "burgerservicenummer"),
        ("milestones", "state", "klaar", "Vul in wanneer"),
        ("risks", "chance", "4", "geldige"),
        ("roles", "partner", "bestaat-niet", "geldige"),
        ("levels", "asked_on", "30-30-2020", "datum"),
        ("milestones", "due", "9999-12-31", "van 2000 tot en met 2100"),
        ("budget", "deadline", "0001-01-01", "van 2000 tot en met 2100"),
    ],
)
def test_bad_lines_are_named_and_nothing_is_kept(anna, draft, section, field, value, said):
    answer = PlanDesk(anna).add(draft, section, **{**LINES[section], field: value})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert content_of(draft)[section] == []


def test_board_and_timeline_of_the_demonstration(anna, bram):
    for member, others_draft in ((anna, True), (bram, False)):
        desk = PlanDesk(member)
        board, timeline = desk.get("plannen/"), desk.get("plannen/tijdlijn/")
        assert "9 van 9 onderdelen gereed" in board
        assert ("Dumpingen van drugsafval" in board) is others_draft
        assert "<svg" in timeline
        assert "Plannen met begin en einde" in timeline
        assert "Passend vervoer" not in desk.get("plannen/", thema="ondermijning")
        assert "Er zijn nog geen plannen" in desk.get("plannen/", thema="cybercrime")


def test_markup_in_a_plan_is_shown_as_text(anna, draft):
    desk = PlanDesk(anna)
    desk.write(draft, "proactief", "<script>alert(1)</script> en nog wat")

    assert "<script>alert(1)" not in desk.get(f"plannen/{draft.pk}/")


def test_pages_of_plans_ask_few_questions(anna, django_assert_max_num_queries):
    with service_session(anna):
        plan = Plan.objects.get(topic="hennep", state="vastgesteld")
    desk = PlanDesk(anna)
    for path in ("plannen/", "plannen/tijdlijn/", "plannen/begrenzingen/", f"plannen/{plan.pk}/",
                 f"plannen/{plan.pk}/versies/"):  # fmt: skip
        with django_assert_max_num_queries(20):
            desk.get(path)


@pytest.mark.parametrize("path", ["", "tijdlijn/", "nieuw/", "begrenzingen/", "begrenzingen/nieuw/"])
def test_an_outsider_sees_no_plan(outsider, path):
    assert outsider.get(f"/strategie/plannen/{path}")["location"].startswith("/account/login/")


def test_without_a_second_factor_a_member_reads_and_is_told_how_to_write(anna, draft):
    weak = browser(anna, strong=False)

    assert weak.get(f"/strategie/plannen/{draft.pk}/").status_code == 200
    for path in ("kop/", "tekst/proactief/", "stap/voorstellen/", "stand/"):
        answer = weak.get(f"/strategie/plannen/{draft.pk}/{path}")
        assert answer.status_code == 403
        assert "tweede stap" in answer.content.decode()


def test_a_change_is_put_on_top_of_what_others_changed():
    base = plan_content.empty("Plan", timezone.localdate(), timezone.localdate())
    base = plan_content.with_line(base, "risks", {"id": "a", "what": "Eerst"})
    theirs = plan_content.with_line({**base, "title": "Ander"}, "risks", {"id": "b", "what": "Nieuw"})
    ours = plan_content.without_line(base, "risks", "a")
    told, clashes = plan_content.merged(base, theirs, ours)

    assert clashes == ()
    assert (told["title"], [row["id"] for row in told["risks"]]) == ("Ander", ["b"])
    assert plan_content.merged(base, theirs, {**base, "title": "Mijn"})[1] == ("title",)
