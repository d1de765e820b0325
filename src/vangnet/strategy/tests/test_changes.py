"""A change of the strategy: proposed, judged in turn, in force, and readable on every date."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.strategy import actions, changes
from vangnet.strategy.models import Definition, Goal, Theme, Verdict, Version
from vangnet.strategy.tests.round import DISTRICTS, GOAL, THEME, Desk
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db


def assented(version: Version, *, without: str = "") -> None:
    """Let every district agree, but one."""
    for body, secretary in DISTRICTS.items():
        if body != without:
            assert Desk(secretary).judge(version, "dvo", body).status_code == 302


def test_a_goal_changes_by_one_decision_of_its_portfolio_holder(anna):
    desk = Desk(anna)
    version = desk.change_goal("OND-08", title="Signalen komen bij wie er iets mee kan")
    holder = Desk("burgemeester-enschede")

    assert "aan de beurt" in holder.get(f"wijzigingen/{version.pk}/")
    assert holder.judge(version, "portefeuillehouder", "bbg", in_writing="on").status_code == 302

    version.refresh_from_db()
    assert (version.state, version.in_force_from) == ("van-kracht", timezone.localdate())
    assert "Signalen komen bij wie er iets mee kan" in desk.get("doelen/OND-08/")


def test_a_holder_of_another_portfolio_has_no_say(anna):
    version = Desk(anna).change_goal("OND-08", title="Iets anders")

    assert Desk("burgemeester-zwolle").judge(version, "portefeuillehouder", "bbg").status_code == 404


def test_a_theme_needs_the_assent_of_five_districts_and_then_a_decision(anna, greet):
    version = Desk(anna).propose("wijzigingen/nieuw/thema/", **THEME)
    assented(version, without="dvo-twente")
    before_its_turn = Desk("aanjaagteam").judge(version, "bbg", "bbg")
    twente = Desk("dvo-twente").judge(
        version, "dvo", "dvo-twente", outcome="kanttekening", words="Mits er mensen voor zijn."
    )

    assert (before_its_turn.status_code, twente.status_code) == (404, 302)
    assert not Theme.objects.filter(name="Weerbare samenleving").exists()
    assert Desk("aanjaagteam").judge(version, "bbg", "bbg").status_code == 302
    page = Desk(anna).get(f"wijzigingen/{version.pk}/")
    assert Theme.objects.filter(name="Weerbare samenleving").exists()
    assert "5 van 5" in page
    assert "Mits er mensen voor zijn." in page


def test_one_district_that_refuses_ends_it(anna):
    version = Desk(anna).propose("wijzigingen/nieuw/thema/", **THEME)
    Desk("dvo-twente").judge(version, "dvo", "dvo-twente", outcome="niet-akkoord", words="Geen draagvlak.")
    version.refresh_from_db()

    assert version.state == "afgewezen"
    assert Desk("dvo-ijsselland").judge(version, "dvo", "dvo-ijsselland").status_code == 404


def test_anything_but_agreed_asks_for_words(anna):
    version = Desk(anna).propose("wijzigingen/nieuw/thema/", **THEME)
    answer = Desk("dvo-twente").judge(version, "dvo", "dvo-twente", outcome="niet-akkoord", words=" ")

    assert answer.status_code == 422
    assert "Schrijf op wat de kanttekening of de reden is." in answer.content.decode()


@pytest.mark.attack("A-08")
def test_a08_nobody_decides_on_words_of_their_own(hugo, anna):
    version = Desk(hugo).change_goal("ALG-02", title="Andere woorden")

    assert Desk(hugo).judge(version, "bbg", "bbg").status_code == 404
    with service_session(hugo, strong=True), pytest.raises(DoesNotHold, match="schreef dit voorstel zelf"):
        _verdict(version, hugo, stage=1, decider="bbg", body="bbg")


@pytest.mark.attack("A-08")
def test_a08_a_full_stop_of_a_colleague_does_not_make_it_their_words(greet, anna):
    mine = Desk(greet).change_goal("ALG-02", title="Andere woorden")
    form = Desk(anna).client.get(f"/strategie/wijzigingen/{mine.pk}/aanpassen/").context["form"]
    kept = {name: form[name].value() or "" for name in form.fields}
    told = {**kept, "title": "Andere woorden.", "reason": "Met een punt."}
    revised = Desk(anna).propose(f"wijzigingen/{mine.pk}/aanpassen/", **told)

    assert Desk(greet).judge(revised, "bbg", "bbg").status_code == 404
    with service_session(greet, strong=True):
        assert revised not in [version for version, _ in changes.waiting(greet)]
        with pytest.raises(DoesNotHold, match="een eerdere versie"):
            _verdict(revised, greet, stage=1, decider="bbg", body="bbg")
    assert Desk("aanjaagteam").judge(revised, "bbg", "bbg").status_code == 302


@pytest.mark.attack("A-08")
def test_a08_no_assent_is_skipped_in_sql_either(anna, hugo):
    version = Desk(anna).propose("wijzigingen/nieuw/thema/", **THEME)

    with service_session(hugo, strong=True), pytest.raises(DoesNotHold, match="nog niet aan de beurt"):
        _verdict(version, hugo, stage=2, decider="bbg", body="bbg")
    with service_session(hugo, strong=True), pytest.raises(DoesNotHold, match="nog niet aan de beurt"):
        _verdict(version, hugo, stage=1, decider="bbg", body="bbg")


@pytest.mark.attack("A-07")
def test_a07_the_web_server_writes_no_goal_and_makes_nothing_current(anna):
    version = Desk(anna).change_goal("OND-08", title="Mijn zin")
    for statement in (
        "UPDATE strategy_goal SET title = 'Mijn zin' WHERE code = 'OND-08'",
        f"UPDATE strategy_version SET state = 'van-kracht' WHERE id = '{version.pk}'",
        "DELETE FROM strategy_verdict",
    ):
        with (
            service_session(anna, strong=True),
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
        ):
            connection.cursor().execute(statement)


@pytest.mark.attack("A-07")
def test_a07_who_may_not_propose_finds_no_form(ineke, jan, petra):
    for person in (ineke, jan, petra):
        desk = Desk(person)
        assert desk.post("wijzigingen/nieuw/doel/", **GOAL).status_code == 404
        assert "Stel een wijziging voor" not in desk.get("doelen/OND-08/")


def test_without_a_second_factor_one_reads_and_is_told_how_to_propose(anna):
    weak = browser(anna, strong=False)
    answer = weak.get("/strategie/wijzigingen/nieuw/doel/")

    assert answer.status_code == 403
    assert "tweede stap" in answer.content.decode()
    assert weak.get("/strategie/wijzigingen/").status_code == 200


def test_assent_to_an_outdated_version_is_refused_and_shows_what_changed(anna):
    desk = Desk(anna)
    first = desk.propose("wijzigingen/nieuw/thema/", **THEME)
    assert Desk("dvo-twente").judge(first, "dvo", "dvo-twente").status_code == 302
    second = desk.propose(
        f"wijzigingen/{first.pk}/aanpassen/",
        **{**THEME, "summary": "Inwoners kunnen tegen een stootje.", "reason": "Korter."},
    )
    late = Desk("dvo-ijsselland")

    assert late.judge(first, "dvo", "dvo-ijsselland").status_code == 404
    assert f"wijzigingen/{second.pk}/" in late.get(f"wijzigingen/{first.pk}/")
    assert "0 van 5" in late.get(f"wijzigingen/{second.pk}/")  # assent was to other words


def test_a_proposal_on_words_that_changed_meanwhile_is_not_decided(anna, bram):
    first = Desk(anna).change_goal("OND-08", title="Zo")
    second = Desk(bram).change_goal("OND-08", title="Of zo")
    holder = Desk("burgemeester-enschede")
    assert holder.judge(first, "portefeuillehouder", "bbg").status_code == 302
    answer = holder.judge(second, "portefeuillehouder", "bbg")

    assert answer.status_code == 422
    assert "intussen gewijzigd" in answer.content.decode()
    assert "Dit onderdeel is intussen gewijzigd" in Desk(bram).get(f"wijzigingen/{second.pk}/")
    assert Goal.objects.get(code="OND-08").title == "Zo"


def test_a_draft_is_seen_by_its_own_organisation_only(anna, otto, bram):
    version = Desk(anna).change_goal("OND-08", submit=False, title="Nog niet af")

    assert "Nog niet af" in Desk(otto).get(f"wijzigingen/{version.pk}/")
    assert Desk(bram).client.get(f"/strategie/wijzigingen/{version.pk}/").status_code == 404


def test_a_proposal_of_another_organisation_is_not_submitted_or_withdrawn(anna, bram):
    version = Desk(anna).change_goal("OND-08", title="Van Zutphen")

    for verb in ("intrekken", "indienen"):
        assert Desk(bram).post(f"wijzigingen/{version.pk}/{verb}/").status_code == 404
    assert Version.objects.get(pk=version.pk).state == "ingediend"


def test_sending_twice_proposes_once(anna):
    desk = Desk(anna)
    page = desk.client.get("/strategie/wijzigingen/nieuw/doel/")
    told = {**GOAL, "id": page.context["form"]["id"].value()}
    first, second = (desk.post("wijzigingen/nieuw/doel/", **told) for _ in range(2))

    assert first.status_code == 302
    assert second.status_code == 422
    assert "twee keer verstuurd" in second.content.decode()


def test_a_goal_does_not_hang_below_itself(anna):
    desk = Desk(anna)
    child = Goal.objects.filter(parent="KWP-01").first()
    version = desk.change_goal("KWP-01", submit=False, parent=child.code)
    answer = desk.client.post(f"/strategie/wijzigingen/{version.pk}/indienen/", follow=True)

    assert "Dit doel zou onder zichzelf hangen" in answer.content.decode()


def test_a_goal_with_goals_below_it_does_not_end(anna):
    desk = Desk(anna)
    version = desk.propose("doel/KWP-01/vervallen/", submit=False, reason="Klaar.")
    answer = desk.client.post(f"/strategie/wijzigingen/{version.pk}/indienen/", follow=True)

    assert "Onder dit doel hangen nog doelen" in answer.content.decode()


def test_a_goal_that_ended_stays_readable_on_the_days_that_it_held(anna):
    desk = Desk(anna)
    leaf = Goal.objects.filter(children=None, theme="ondermijning").first()
    version = desk.propose(f"doel/{leaf.code}/vervallen/", reason="Klaar.")
    assert Desk("burgemeester-enschede").judge(version, "portefeuillehouder", "bbg").status_code == 302
    yesterday = timezone.localdate() - timedelta(days=1)

    assert "Vervallen op" in desk.get(f"doelen/{leaf.code}/")
    assert leaf.title not in desk.get("op/")
    assert leaf.title in desk.get("op/", datum=yesterday.isoformat())
    assert "vervallen" in desk.get(
        "vergelijken/", van=yesterday.isoformat(), tot=timezone.localdate().isoformat()
    )


def test_two_dates_side_by_side_show_which_words_went_and_came(anna):
    version = Desk(anna).change_goal("ALG-02", title="Vertrouwen in de politie versterken")
    assert Desk("aanjaagteam").judge(version, "bbg", "bbg").status_code == 302
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    page = Desk(anna).get("vergelijken/", van=yesterday, tot=timezone.localdate().isoformat())

    assert "1 onderdeel verschilt" in page
    assert "<del>overheid </del>" in page
    assert "<ins>politie </ins>" in page


def test_before_the_strategy_there_was_none(anna):
    assert "gold er nog geen strategie" in Desk(anna).get("op/", datum="2018-12-31")


def test_days_in_the_wrong_order_are_named(anna):
    answer = Desk(anna).client.get("/strategie/vergelijken/", {"van": "2020-01-01", "tot": "2019-01-01"})

    assert answer.status_code == 422
    assert "Draai ze om" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "verplicht"),
        ("title", "x" * 201, "200"),
        ("title", "Bel 123456782 voor hulp", "burgerservicenummer"),
        ("due_on", "31-31-2020", "datum"),
        ("term", "uiterlijk 2020-06-31", "‘2020-06-31’ is geen dag van de kalender"),
        ("base_year", "201919", "2100"),
        ("target_year", "201919", "2100"),
        ("theme", "bestaat-niet", "geldige"),
        ("reason", "", "verplicht"),
        ("actors", " \n ", "verplicht"),
    ],
)
def test_bad_input_is_named_and_nothing_is_kept(anna, field, value, said):
    answer = Desk(anna).post("wijzigingen/nieuw/doel/", **{**GOAL, field: value})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Hier staat nu niets" in Desk(anna).get("wijzigingen/", lijst="concepten")


def test_a_day_that_the_calendar_lacks_is_shown_as_it_was_kept(anna):
    former = Version.objects.as_of(timezone.localdate()).get(kind="doel", item="OND-08")
    version = Version(  # past every form, as older proposals came in
        kind="doel", item="OND-08", content={**former.content, "term": "2020-06-31"}, reason="Van eerder.",
        replaces=former, organisation=anna.memberships.first().organisation,
    )  # fmt: skip
    with service_session(anna, strong=True):
        actions.propose(version, by=anna, at=timezone.now())
    desk = Desk(anna)
    assert desk.client.post(f"/strategie/wijzigingen/{version.pk}/indienen/").status_code == 302
    assert "2020-06-31" in desk.get(f"wijzigingen/{version.pk}/")
    assert Desk("burgemeester-enschede").judge(version, "portefeuillehouder", "bbg").status_code == 302

    for path in ("doelen/OND-08/", "doelen/", "ondermijning/"):
        assert "2020-06-31" in desk.get(path), path
    assert desk.client.get("/nota/").status_code == 200


def test_markup_is_shown_as_text(anna):
    version = Desk(anna).propose("wijzigingen/nieuw/doel/", **{**GOAL, "title": "<script>alert(1)</script>"})

    assert "<script>alert(1)" not in Desk(anna).get(f"wijzigingen/{version.pk}/")


def test_a_proposal_that_changes_nothing_is_no_proposal(anna):
    page = Desk(anna).client.get("/strategie/doel/OND-08/wijzigen/")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    kept = {name: "" if value is None else value for name, value in values.items()}
    answer = Desk(anna).post("doel/OND-08/wijzigen/", **{**kept, "reason": "Zomaar."})

    assert answer.status_code == 422
    assert "Er is nog niets gewijzigd" in answer.content.decode()


def test_a_verdict_of_before_the_proposal_or_after_today_is_refused(anna):
    version = Desk(anna).change_goal("OND-08", title="Zo")
    holder = Desk("burgemeester-enschede")
    for day in (timezone.localdate() - timedelta(days=1), timezone.localdate() + timedelta(days=1)):
        answer = holder.judge(version, "portefeuillehouder", "bbg", decided_on=day.isoformat())
        assert answer.status_code == 422
        assert "vanaf de indiening" in answer.content.decode()


def test_a_definition_changes_by_the_driving_team(anna, hugo):
    word = Definition.objects.get(slug="cybercrime")
    version = Desk(anna).propose(
        "begrip/cybercrime/wijzigen/", name=word.name, meaning="Hacken.", origin=word.origin, reason="Korter."
    )
    assert Desk(hugo).judge(version, "aanjaagteam", "aanjaagteam").status_code == 302

    assert "Hacken." in Desk(anna).get("begrippen/")


def test_pages_of_changes_ask_few_questions(anna, django_assert_max_num_queries):
    desk = Desk(anna)
    version = desk.propose("wijzigingen/nieuw/thema/", **THEME)
    assented(version)
    for path in ("wijzigingen/", f"wijzigingen/{version.pk}/", "op/", "vergelijken/", "begrippen/"):
        with django_assert_max_num_queries(16):
            desk.get(path)


@pytest.mark.parametrize(
    "path",
    ["wijzigingen/", "wijzigingen/nieuw/doel/", "op/", "vergelijken/", "begrippen/", "doel/OND-08/wijzigen/"],
)
def test_an_outsider_is_asked_to_sign_in(outsider, path):
    assert outsider.get(f"/strategie/{path}")["location"].startswith("/account/login/")


def _verdict(version, by, **told):
    from vangnet.strategy import actions

    verdict = Verdict(
        version=version, outcome="akkoord", decided_on=timezone.localdate(), in_writing=False,
        body_id=told.pop("body"), **told,
    )  # fmt: skip
    actions.judge(verdict, by=by, at=timezone.now())
