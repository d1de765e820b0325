"""Who reads a plan, what a limit stops, and what is refused when it is too late."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from vangnet.identity.operator import service_session
from vangnet.strategy.plans import Limit, Plan, PlanPart, PlanReport, PlanVersion
from vangnet.strategy.tests.planning import LINES, TEAM, PlanDesk, content_of, in_days, now, parts

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(anna) -> Plan:
    return PlanDesk(anna).begin()


def test_a5_a_plan_asks_nothing_for_a_subject_without_extra_capacity(anna, lotte, hugo):
    writer, chair = PlanDesk(anna), PlanDesk(lotte)
    plan = writer.begin("woninginbraak", capacity=8)
    writer.complete(plan)
    page = writer.get(f"plannen/{plan.pk}/")
    refused = writer.step(plan, "voorstellen").content.decode()
    assert "Geen extra capaciteit" in page
    assert "geen extra capaciteit of geld in" in refused

    with service_session(anna):
        limit = Limit.objects.get(topic="woninginbraak")
    ended = PlanDesk(hugo).post(f"plannen/begrenzingen/{limit.pk}/eindigen/", until=in_days(0))
    assert ended.status_code == 302
    assert writer.step(plan, "voorstellen").status_code == 302
    set_again = PlanDesk(hugo).post(
        "plannen/begrenzingen/nieuw/", topic="woninginbraak", kind="platform", reason="Er loopt al iets.",
        since=in_days(0),
    )  # fmt: skip
    assert set_again.status_code == 302
    assert "geen extra capaciteit of geld in" in chair.adopt(plan).content.decode()


@pytest.mark.parametrize("money", [(0, 0, 0), (0, 45_000, 99_999)])
def test_a5_a_plan_on_a_limited_subject_is_refused_with_the_reason_whatever_it_asks(anna, lotte, hugo, money):
    desk, lead = PlanDesk(anna), PlanDesk(hugo)
    plan = desk.begin("radicalisering-polarisatie", capacity=0)
    desk.complete(plan)
    (row,) = content_of(plan)["budget"]
    told = dict(zip(("applied", "granted", "spent"), money, strict=True))
    sent = {**row, "deadline": "", **told, "seen": desk.seen(plan)}
    assert desk.post(f"plannen/{plan.pk}/lijst/budget/{row['id']}/", **sent).status_code == 302

    gaps = {f"gap-{part.code}": in_days(30) for part in parts()}
    for answer in (desk.step(plan, "voorstellen"), PlanDesk(lotte).step(plan, "voorstellen")):
        assert answer.status_code == 422
        assert "De strategie zet er geen extra capaciteit op in." in answer.content.decode()
    desk.write(plan, parts()[0].code, "")
    assert PlanDesk(lotte).step(plan, "pilot", words="Nu al.", **gaps).status_code == 422
    assert "kan niet worden voorgesteld" in desk.get(f"plannen/{plan.pk}/")

    with service_session(anna):
        limit = Limit.objects.get(topic="radicalisering-polarisatie")
    lead.post(f"plannen/begrenzingen/{limit.pk}/eindigen/", until=in_days(0))
    assert desk.step(plan, "voorstellen").status_code == 302


@pytest.mark.parametrize("name", ["granted", "spent"])
def test_money_that_is_granted_or_spent_is_asked_too(anna, lotte, hugo, draft, name):
    writer, chair = PlanDesk(anna), PlanDesk(lotte)
    writer.complete(draft)
    writer.step(draft, "voorstellen")
    chair.adopt(draft)
    told = {"topic": "hennep", "kind": "geen-extra", "reason": "Er loopt al veel.", "since": in_days(0)}
    PlanDesk(hugo).post("plannen/begrenzingen/nieuw/", **told)
    (row,) = content_of(draft)["budget"]
    for amount, status in ((50_000, 422), (row["applied"], 302)):
        sent = {**row, name: amount, "deadline": "", "seen": writer.seen(draft)}
        answer = writer.post(f"plannen/{draft.pk}/lijst/budget/{row['id']}/", **sent)
        assert answer.status_code == status


def test_money_that_cannot_be_right_is_pointed_out(anna, draft):
    desk = PlanDesk(anna)
    desk.add(draft, "budget", **{**LINES["budget"], "applied": 0, "granted": 45_000, "spent": 99_999})
    page = desk.get(f"plannen/{draft.pk}/")

    assert page.count("meer besteed dan toegekend") == 2  # of the line, and of all together
    assert page.count("meer toegekend dan aangevraagd") == 1


def test_a_limit_that_comes_later_stops_no_work_but_what_asks_more(anna, lotte, hugo, draft):
    writer, chair = PlanDesk(anna), PlanDesk(lotte)
    writer.complete(draft)
    writer.step(draft, "voorstellen")
    chair.adopt(draft)
    told = {"topic": "hennep", "kind": "geen-extra", "reason": "Er loopt al veel.", "since": in_days(0)}
    assert PlanDesk(hugo).post("plannen/begrenzingen/nieuw/", **told).status_code == 302
    (row,), (due,) = content_of(draft)["budget"], content_of(draft)["milestones"]
    ticked = {**due, "state": "klaar", "done_on": in_days(0), "seen": writer.seen(draft)}

    assert writer.post(f"plannen/{draft.pk}/lijst/milestones/{due['id']}/", **ticked).status_code == 302
    for applied, status in ((row["applied"] + 1, 422), (row["applied"] - 1, 302)):
        changed = {**row, "applied": applied, "deadline": "", "seen": writer.seen(draft)}
        answer = writer.post(f"plannen/{draft.pk}/lijst/budget/{row['id']}/", **changed)
        assert answer.status_code == status
    assert content_of(draft)["budget"][0]["applied"] == row["applied"] - 1


def test_limits_of_a_period_that_passed_are_shown_and_hold_no_more(anna):
    page = PlanDesk(anna).get("plannen/begrenzingen/")

    assert "Zorgfraude" in page
    assert page.index("geldt nu") < page.index("geldt niet")
    assert PlanDesk(anna).step(PlanDesk(anna).begin("zorgfraude"), "voorstellen").status_code == 302


@pytest.mark.attack("A-07")
def test_a07_others_read_what_was_proposed_and_no_later_draft(anna, lotte, bram, draft):
    writer, chair, other = PlanDesk(anna), PlanDesk(lotte), PlanDesk(bram)
    writer.complete(draft)
    writer.step(draft, "voorstellen")
    writer.write(draft, "proactief", "Een gedachte van na het voorstel.")
    path = f"/strategie/plannen/{draft.pk}/"

    def reads(words: str) -> bool:
        return any(words in other.client.get(f"{path}{page}").content.decode() for page in ("", "versies/"))

    assert not reads("na het voorstel")
    assert other.client.get(f"{path}versies/?naar={writer.seen(draft)}").status_code == 404
    writer.step(draft, "voorstellen")
    assert reads("na het voorstel")
    chair.adopt(draft)
    writer.add(draft, "milestones", **{**LINES["milestones"], "title": "Tweede les"})
    assert reads("Tweede les")  # the work of a plan that runs is followed
    writer.step(draft, "herzien", words="Nieuwe cijfers.")
    writer.write(draft, "proactief", "Een gedachte in de herziening.")
    writer.step(draft, "afsluiten", words="Het lukte.", lesson="Begin eerder.")
    assert not reads("in de herziening")
    assert reads("Begin eerder")
    assert "in de herziening" in writer.get(f"plannen/{draft.pk}/")


@pytest.mark.attack("A-07")
def test_a07_a_draft_that_was_only_closed_stays_with_its_team(anna, bram, draft):
    PlanDesk(anna).step(draft, "afsluiten", words="Het lukte niet.", lesson="Vraag eerst.")

    assert now(draft.pk).state == "afgesloten"
    assert PlanDesk(bram).client.get(f"/strategie/plannen/{draft.pk}/").status_code == 404


@pytest.mark.attack("A-07")
def test_a07_who_works_for_no_partner_reads_no_plan(db):
    for model in (Plan, PlanVersion, PlanPart):
        assert not model.objects.exists()  # the connection has no session here
    assert Limit.objects.exists()  # what the network does not take up stands in the public note


@pytest.mark.parametrize("number", [99, 2**31])
def test_a_version_that_is_not_there_is_said_and_nothing_happens(anna, lotte, draft, number):
    writer, chair = PlanDesk(anna), PlanDesk(lotte)
    assert writer.write(draft, "proactief", seen=number).status_code == 422
    assert writer.step(draft, "voorstellen", number=number).status_code == 422
    writer.complete(draft)
    writer.step(draft, "voorstellen")

    assert chair.adopt(draft, number=number).status_code == 422
    assert now(draft.pk).state == "voorgesteld"


def test_a_line_that_a_colleague_rewrote_is_not_removed_by_who_saw_the_old_one(anna, lotte, draft):
    writer, chair = PlanDesk(anna), PlanDesk(lotte)
    writer.add(draft, "risks", **LINES["risks"])
    (row,) = content_of(draft)["risks"]
    path, seen = f"plannen/{draft.pk}/lijst/risks/{row['id']}/", writer.seen(draft)
    assert f'name="seen" value="{seen}"' in writer.get(f"plannen/{draft.pk}/")
    chair.post(path, **{**LINES["risks"], "what": "Te veel tijd", "seen": seen})

    for told in ({"seen": seen}, {"seen": 99}, {}):
        assert writer.post(f"{path}weg/", **told).status_code == 302
        assert [line["what"] for line in content_of(draft)["risks"]] == ["Te veel tijd"]
    writer.step(draft, "voorstellen")
    page = writer.get(f"plannen/{draft.pk}/")
    assert "Een wijziging trekt het voorstel in" in page
    assert "Deze versie van het plan is er niet" in page


@pytest.mark.attack("A-08")
def test_a08_of_a_closed_plan_nothing_is_reported(anna, draft):
    desk = PlanDesk(anna)
    desk.step(draft, "afsluiten", words="Het lukte niet.", lesson="Vraag eerst.")
    lines = dict.fromkeys(("done", "coming", "trouble", "means", "needed"), "Een regel")
    path = f"plannen/{draft.pk}/stand/"

    assert desk.client.get(f"/strategie/{path}").status_code == 404
    assert "afgesloten en blijft zoals het is" in desk.post(path, course="vast", **lines).content.decode()
    report = PlanReport(plan=draft, course="vast", reported_on=timezone.localdate(), author=anna,
                        recorded_at=timezone.now(), **lines)  # fmt: skip
    with (
        service_session(anna, strong=True),
        pytest.raises(Exception, match="row-level security"),
        transaction.atomic(),
    ):
        report.save(force_insert=True)


def test_a_plan_without_end_is_refused_before_it_breaks_the_timeline(anna):
    told = {"team": TEAM, "topic": "hennep", "title": "Proefplan", "capacity": 0}
    answer = PlanDesk(anna).post("plannen/nieuw/", **told, since="0001-01-01", until="9999-12-31")

    assert set(answer.context["form"].errors) == {"since", "until"}
