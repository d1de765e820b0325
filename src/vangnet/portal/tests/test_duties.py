"""What waits in plans, meetings, work with branches and one's own proposals, on the home page and in mail."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from vangnet.cooperation.tests.test_partnerships import begun
from vangnet.identity.operator import service_session
from vangnet.meetings.tests.conftest import Secretary, bbg, twente  # noqa: F401  fixtures
from vangnet.portal import duties
from vangnet.portal.tests.test_mail import MORNING, Rhythm, mail, mail_server, post, read, wants  # noqa: F401
from vangnet.strategy.models import OutcomeSeen
from vangnet.strategy.tests.planning import LINES, PlanDesk, in_days, parts
from vangnet.strategy.tests.round import GOAL, Desk
from vangnet.vault.tests.offices import browser

AT_ONCE = duties.QUESTION


def home(who):
    """Return what waits for somebody, as the home page says it."""
    text = browser(who).get("/").content.decode()
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", text))


def test_a_plan_waits_for_who_may_judge_it_and_not_for_who_proposed_it(anna, lotte, bram):
    desk = PlanDesk(anna)
    plan = desk.begin()
    desk.complete(plan)
    assert "uw oordeel over Proefplan" not in home(lotte)
    desk.step(plan, "voorstellen")

    assert "Projectplannen: uw oordeel over Proefplan" in home(lotte)
    for other in (anna, bram):
        assert "uw oordeel over Proefplan" not in home(other)
    PlanDesk(lotte).adopt(plan)
    assert "uw oordeel over Proefplan" not in home(lotte)


def test_a_late_milestone_waits_for_the_team_of_a_plan_that_runs(anna, lotte, bram):
    desk = PlanDesk(anna)
    plan = desk.begin()
    desk.complete(plan)
    assert "te laat in Proefplan" not in home(lotte)  # a draft promises nothing yet
    desk.step(plan, "voorstellen")
    PlanDesk(lotte).adopt(plan)

    for member in (anna, lotte):
        assert "Projectplannen: 1 mijlpaal te laat in Proefplan" in home(member)
    assert "te laat in Proefplan" not in home(bram)


def test_what_a_pilot_should_have_by_now_waits_for_its_team(anna, lotte, bram, monkeypatch):
    desk = PlanDesk(anna)
    plan = desk.begin()
    desk.add(plan, "roles", **LINES["roles"])
    gaps = {f"gap-{part.code}": in_days(30) for part in parts()}
    assert PlanDesk(lotte).step(plan, "pilot", words="Nu al.", **gaps).status_code == 302
    assert "van een pilot te laat" not in home(lotte)
    desk.write(plan, parts()[0].code)  # one is there in time
    late = len(parts()) - 1
    for days, is_late in ((30, False), (31, True)):
        monkeypatch.setattr(duties, "QUESTION", AT_ONCE.replace("today()", f"(today() + {days})"))
        said = f"Projectplannen: {late} onderdelen van een pilot te laat: Proefplan"
        assert (said in home(lotte)) == is_late
    assert "van een pilot te laat" not in home(bram)


def test_matters_and_lists_wait_for_who_speaks_for_the_body(twente, frank, anna):  # noqa: F811
    before = home(frank)
    assert "op een agenda van DVO Twente" not in before
    twente.raise_matter()
    twente.raise_matter("Meldpunt")
    assert "Vergaderingen: 2 punten wachten op een agenda van DVO Twente" in home(frank)
    assert "DVO Twente: 2 punten wachten" in re.sub(
        r"\s+", " ", re.sub("<[^>]*>", "", browser(frank).get("/vergaderingen/mijn/").content.decode())
    )
    assert "op een agenda van DVO Twente" not in home(anna)

    stop = twente.raise_matter("Derde punt")
    sitting = twente.attend(twente.held(stop))
    assert "1 besluitenlijst is nog niet afgerond of vastgesteld, van DVO Twente" in home(frank)
    twente.rule(stop)
    twente.adopt(sitting)
    assert "besluitenlijst" not in home(frank)


def test_a_change_of_the_strategy_waits_for_a_body_until_it_judged(anna, hugo):
    Desk(anna).propose("wijzigingen/nieuw/doel/", **GOAL)
    assert "wacht op een agenda van " in home(hugo) or "wachten op een agenda van " in home(hugo)


def test_a_late_evaluation_waits_for_the_organisation_that_leads(anna, bram):
    begun(anna, "gm0301")

    assert "1 evaluatie van een branchesamenwerking is te laat: Veilig verhuren" in home(anna)
    assert "branchesamenwerking is te laat" not in home(bram)


def test_who_proposed_hears_what_was_decided_until_it_was_seen(anna, bram):
    version = Desk(anna).propose("wijzigingen/nieuw/doel/", **GOAL)
    mine, said = browser(anna), "Strategie: er is besloten over uw voorstel"
    assert said not in home(anna)
    assert mine.post(f"/strategie/wijzigingen/{version.pk}/gezien/").status_code == 302
    assert "nog niet besloten" in mine.get(f"/strategie/wijzigingen/{version.pk}/").content.decode()
    refused = Desk("aanjaagteam").judge(version, "bbg", "bbg", outcome="niet-akkoord", words="Te duur.")
    assert refused.status_code == 302

    assert f"{said} {GOAL['title']}" in home(anna)
    assert said not in home(bram)
    assert (
        "Er is besloten over uw voorstel"
        in mine.get(f"/strategie/wijzigingen/{version.pk}/").content.decode()
    )
    assert browser(bram).post(f"/strategie/wijzigingen/{version.pk}/gezien/").status_code == 404
    for _ in range(2):  # twice is once
        assert mine.post(f"/strategie/wijzigingen/{version.pk}/gezien/").status_code == 302
    assert said not in home(anna)


def test_of_somebody_else_nobody_says_that_it_was_seen(anna, bram):
    version = Desk(anna).propose("wijzigingen/nieuw/doel/", **GOAL)
    for who in (anna, bram):
        with service_session(bram), pytest.raises(DatabaseError), transaction.atomic():
            OutcomeSeen.objects.create(version=version, account=who, seen_at=timezone.now())


def test_mail_tells_it_without_names_and_what_came_for_what_went_is_news(post, frank):  # noqa: F811
    secretary = frank
    at_work = Secretary(secretary, "dvo-twente")
    first = at_work.raise_matter()
    with mail_server() as box:
        post(box.port)
        wants(secretary, Rhythm.AT_ONCE)
        mail.send_round(at=MORNING)
        assert "* Nieuw. Vergaderingen: 1 punt wacht op een agenda\r\n" in read(box)[secretary.email]
        at_work.held(first, days=-2)
        at_work.raise_matter("Iets anders")
        mail.send_round(at=MORNING + timedelta(minutes=20))
        told = read(box)[secretary.email]
        assert "* Nieuw. Vergaderingen: 1 punt wacht op een agenda\r\n" in told
        assert "* Nieuw. Vergaderingen: 1 besluitenlijst is nog niet afgerond of vastgesteld\r\n" in told
        assert "Twente" not in told
