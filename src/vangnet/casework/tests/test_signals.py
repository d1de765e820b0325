"""From a report at the desk to a signal that is weighed and passed on, through the pages."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests import databases
from tests.attacks.routes import routes
from tests.logbook import Event

from vangnet.casework.models import Signal
from vangnet.casework.tests.desks import (
    REASONS,
    REPORT,
    REPORTER,
    SEEN,
    UUID_IN,
    WHY,
    SignalDesk,
    purpose,
    without_demonstration,
)
from vangnet.vault.tests.offices import browser


@pytest.fixture
def desk(own_database, anna):
    without_demonstration(own_database)
    return SignalDesk(anna)


# --- taking in ---


def test_a_report_becomes_a_signal_with_a_number_and_its_words_are_not_on_any_page(desk):
    signal = desk.report(**REPORTER)
    page = desk.get("signal", signal).content.decode()
    listed = desk.get("signals").content.decode()

    number = re.search(r"GEMEENTE-\d{4}-\d{6}", page)[0]
    assert number in listed
    for text in (SEEN, "Wilhelmina", "0575"):
        assert text not in page + listed
    assert "gevraagd door de melder" in page


def test_only_the_view_that_opens_commits_before_it_reads():
    found = {route.name for route in routes() if getattr(route.view, "_non_atomic_requests", None)}

    assert {name for name in found if name.startswith("casework:")} == {"casework:open"}


def test_opening_shows_what_was_reported_after_a_line_in_the_log(desk, anna):
    signal = desk.report()
    page = desk.post("open", signal).content.decode()

    assert SEEN.replace("'", "&#x27;") in page
    assert Event.objects.filter(verb="vault.record.opened", actor=anna.pk, reason="beoordeling").exists()


def test_who_takes_in_reports_gets_a_number_and_sees_nothing_afterwards(own_database, petra, anna):
    desk = SignalDesk(petra)
    told = desk.client.post(desk.address("receive"), REPORT, follow=True).content.decode()
    signal = SignalDesk(anna).get("signals").content.decode()

    assert re.search(r"onder nummer GEMEENTE-\d{4}-\d{6}", told)
    assert desk.client.get("/signalen/").headers["Location"] == desk.address("receive")
    pk = re.search(rf"/signalen/{UUID_IN}/({UUID_IN})/", signal)[1]
    assert desk.get("signals").status_code == 404
    assert desk.get("signal", pk).status_code == 404
    assert desk.post("open", pk).status_code == 404
    assert desk.client.get(f"/dossiers/{desk.purpose.pk}/{pk}/").status_code == 404


@pytest.mark.attack("A-35")
def test_a35_who_reported_it_is_read_only_by_who_protects_reporters(desk, own_database, anna, otto):
    desk.report(**REPORTER)
    protection = purpose("melders").pk
    listed = browser(otto).get(f"/dossiers/{protection}/")
    dossier = re.search(rf"/dossiers/{protection}/({UUID_IN})/", listed.content.decode())[1]
    page = browser(otto).get(f"/dossiers/{protection}/{dossier}/").content.decode()
    record = re.search(rf'value="({UUID_IN})"', page)[1]
    wanted = {"records": record, "reason": "behandeling"}

    assert (
        "Wilhelmina Oud"
        in browser(otto).post(f"/dossiers/{protection}/{dossier}/openen/", wanted).content.decode()
    )
    assert browser(anna).get(f"/dossiers/{protection}/").status_code == 404
    assert browser(anna).post(f"/dossiers/{protection}/{dossier}/openen/", wanted).status_code == 404
    # Nor under the purpose she does work for.
    assert browser(anna).post(f"/dossiers/{desk.purpose.pk}/{dossier}/openen/", wanted).status_code == 404


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"text": ""}, "verplicht"),
        ({"text": "x" * 10_001}, "10000"),
        ({"place": "GM9999"}, "keuze"),
        ({"observed_on": "2999-01-01"}, "Deze dag moet nog komen"),
        ({"source": "anoniem", "name": "Wilhelmina"}, "Bij een anonieme melding"),
        ({"wants_feedback": "on"}, "hoe de melder te bereiken is"),
        ({"text": "Zijn nummer is 123456782."}, "burgerservicenummer"),
        ({"branch": "bestaat-niet"}, "keuze"),
    ],
)
def test_a_bad_report_is_refused_in_words_and_keeps_what_was_typed(desk, told, complaint):
    answer = desk.post("receive", **{**REPORT, **told})

    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert told.get("text", SEEN)[:20].replace("'", "&#x27;") in answer.content.decode()
    assert "Er zijn nog geen signalen" in desk.get("signals").content.decode()


def test_a_number_that_looks_like_a_bsn_is_masked_when_asked(desk):
    signal = desk.report(text="Zijn nummer is 123456782.", bsn="verbergen")

    assert "Zijn nummer is [BSN]." in desk.post("open", signal).content.decode()


@pytest.mark.attack("A-27")
def test_a27_what_is_typed_into_a_report_is_shown_as_text(desk):
    signal = desk.report(
        text="<script>alert(1)</script> {{ 7|add:7 }} \u202egnp.exe \x07'; DROP TABLE vault_record; --"
    )
    page = desk.post("open", signal).content.decode()

    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "{{ 7|add:7 }}" in page
    assert "\u202e" not in page


# --- weighing ---


def test_a_signal_is_weighed_step_by_step_and_passed_on(desk):
    signal = desk.weighed()
    answer = desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="2")
    page = desk.get("signal", signal).content.decode()

    assert answer.status_code == 302
    assert "Doorgezet" in page
    assert "Lokaal bilateraal of integraal" in page
    assert WHY not in page
    assert desk.post("open", signal).content.decode().count(WHY) == 7


@pytest.mark.requirement("WGS-23")
@pytest.mark.parametrize("code", ["taak", "gebied", "gewicht"])
def test_a_step_that_is_not_next_is_refused(desk, code):
    signal = desk.report()
    desk.post("weigh", signal, begin="1")
    answer = desk.step(signal, code)

    assert answer.status_code == 409
    assert "nog niet aan de beurt" in answer.content.decode()


@pytest.mark.attack("A-08")
def test_a08_an_outcome_before_the_steps_is_refused(desk):
    signal = desk.report()
    early = desk.post("conclude", signal, outcome="gemeente", route="riec", partners="1")
    desk.post("weigh", signal, begin="1")
    halfway = desk.post("conclude", signal, outcome="gemeente", route="riec", partners="1")

    assert (early.status_code, halfway.status_code) == (409, 409)
    assert "Doorgezet" not in desk.get("signal", signal).content.decode()


@pytest.mark.requirement("WGS-23")
@pytest.mark.parametrize("criterion", REASONS["gewicht"][1])
def test_each_criterion_of_the_weight_asks_for_its_own_reason(desk, criterion):
    signal = desk.report()
    desk.post("weigh", signal, begin="1")
    for code in ("ondermijning", "taak", "gebied"):
        desk.step(signal, code)
    answer = desk.step(signal, "gewicht", **{f"reden-{criterion}": " "})

    assert answer.status_code == 422
    assert desk.step(signal, "gewicht").status_code == 302


def test_an_outcome_that_does_not_fit_the_answers_is_refused(desk):
    signal = desk.weighed(gewicht="licht")
    answer = desk.post("conclude", signal, outcome="riec", route="riec", partners="1")

    assert answer.status_code == 422


def test_who_comes_second_reads_who_was_first_and_loses_no_word(desk, otto):
    signal = desk.report()
    desk.post("weigh", signal, begin="1")
    desk.step(signal, "ondermijning")
    answer = SignalDesk(otto).step(
        signal, "ondermijning", "nee", **{"reden-waarom": "Het is gewoon een garage."}
    )
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "Anna de Wit was u voor" in page
    assert "Het is gewoon een garage." in page
    # Under the question that was answered, and not under the one that is next by now.
    assert 'name="stap" value="ondermijning"' in page
    assert "Wijst wat is gezien op ondermijning?" in page


def test_an_answer_that_is_sent_twice_is_one_answer_and_other_words_are_not_lost_in_silence(
    desk, own_database
):
    signal = desk.report()
    desk.post("weigh", signal, begin="1")
    first, again = desk.step(signal, "ondermijning"), desk.step(signal, "ondermijning")
    other = desk.step(signal, "ondermijning", **{"reden-waarom": "Bij nader inzien vijf keer gezien."})

    assert (first.status_code, again.status_code, other.status_code) == (302, 302, 409)
    assert again["Location"] == first["Location"]
    assert "U hebt deze stap al beantwoord met" in other.content.decode()
    assert "was u voor" not in other.content.decode()
    with databases.as_owner(own_database) as owner:  # what was reported, and the reasons once
        query = "SELECT count(*) FROM vault_record WHERE dossier_id = %s"
        assert owner.execute(query, [signal]).fetchone()[0] == 2


def test_who_answers_after_the_weighing_ended_keeps_the_words_too(desk, otto):
    signal = desk.weighed()
    desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="2")
    answer = SignalDesk(otto).step(signal, "gewicht", **{"reden-soort": "Toch iets anders gezien."})

    assert answer.status_code == 409
    assert "Toch iets anders gezien." in answer.content.decode()
    assert SignalDesk(otto).post("weigh", signal, stap="bestaat-niet").status_code == 404


def test_a_signal_without_follow_up_goes_out_of_sight_within_a_year(desk, own_database):
    signal = desk.report(**REPORTER)
    desk.post("weigh", signal, begin="1")
    desk.step(signal, "ondermijning", "nee")
    desk.post("conclude", signal, outcome="geen", partners="1")
    with databases.as_owner(own_database) as owner:
        (ends,) = owner.execute(
            "SELECT delete_by FROM vault_record WHERE dossier_id = %s ORDER BY entered_at LIMIT 1", [signal]
        ).fetchone()
        assert ends <= timezone.localdate() + timedelta(365)
        kept = owner.execute(
            "SELECT delete_by FROM vault_record WHERE dossier_id ="
            " (SELECT reporter FROM casework_signal WHERE dossier_id = %s)",
            [signal],
        ).fetchall()
        assert kept == [(ends,)], "who reported it is kept longer than what was reported"
        owner.execute("ALTER TABLE casework_signal DISABLE TRIGGER casework_signal_goes_forward")
        owner.execute("UPDATE casework_signal SET ends_on = public.today() WHERE dossier_id = %s", [signal])

    assert desk.get("signal", signal).status_code == 404
    assert "Er zijn nog geen signalen" in desk.get("signals").content.decode()


def test_after_further_analysis_it_is_weighed_once_more(desk):
    signal = desk.report()
    desk.post("weigh", signal, begin="1")
    desk.step(signal, "ondermijning", "onduidelijk")
    desk.post("conclude", signal, outcome="nader", partners="1")
    again = desk.post("weigh", signal, begin="1")

    assert again.status_code == 302
    assert desk.step(signal, "ondermijning").status_code == 302
    assert "ronde 2" in desk.get("signal", signal).content.decode()


def test_the_time_from_report_to_action_is_shown_and_feedback_is_given_once(desk):
    signal = desk.report(**REPORTER)
    desk.post("weigh", signal, begin="1")
    for code in REASONS:
        desk.step(signal, code)
    desk.post("conclude", signal, outcome="gemeente", route="gemeentelijk", partners="1")
    desk.post("act", signal, on=timezone.localdate().isoformat())
    desk.post("feedback", signal)
    told = {"on": timezone.localdate().isoformat()}
    again = desk.client.post(desk.address("act", signal), told, follow=True).content.decode()
    page = desk.get("signal", signal).content.decode()

    assert "0 dagen na de melding" in page
    assert "gegeven op" in page
    assert "De eerste actie kan één keer" in again


def test_the_first_action_is_noted_on_the_day_it_was_taken(desk, own_database):
    signal = desk.weighed()
    desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="2")
    with databases.as_owner(own_database) as owner:
        owner.execute("ALTER TABLE casework_signal DISABLE TRIGGER casework_signal_goes_forward")
        owner.execute("UPDATE casework_signal SET received_at = now() - interval '9 days'")
        owner.execute("ALTER TABLE casework_signal ENABLE TRIGGER casework_signal_goes_forward")
    today = timezone.localdate()
    asked = desk.get("signal", signal).content.decode()
    for days, said in ((1, "moet nog komen"), (-10, "ligt voor de melding")):
        wrong = {"on": (today + timedelta(days)).isoformat()}
        assert said in desk.client.post(desk.address("act", signal), wrong, follow=True).content.decode()
    desk.post("act", signal, on=(today - timedelta(6)).isoformat())

    assert f'value="{today.isoformat()}"' in asked
    assert "3 dagen na de melding" in desk.get("signal", signal).content.decode()


# --- the routes ---


def test_the_shares_move_by_one_and_a_signal_that_is_no_undermining_does_not_count(desk):
    desk.post("conclude", desk.weighed(), outcome="gemeente", route="lokaal", partners="2")
    signal = desk.report()
    desk.post("weigh", signal, begin="1")
    desk.step(signal, "ondermijning", "nee")
    desk.post("conclude", signal, outcome="geen", partners="1")
    page = " ".join(re.sub(r"<[^>]*>", " ", desk.get("routes").content.decode()).split())

    assert f"Routes van signalen in {timezone.localdate().year}" in page
    assert "Lokaal bilateraal of integraal 1 0 100,0% 20,7 – 100,0% 30% geen aantoonbaar verschil 60" in page


# --- who sees it ---


@pytest.mark.attack("A-03")
@pytest.mark.parametrize("who", ["bram", "greet", "ineke", "jan", "esra"])
def test_a03_whoever_has_no_autorisatie_for_this_purpose_sees_no_signal(desk, request, who):
    signal = desk.report()
    other = SignalDesk(request.getfixturevalue(who))

    for name, ids in (
        ("signals", ()),
        ("signal", (signal,)),
        ("agenda", ()),
        ("routes", ()),
        ("receive", ()),
    ):
        assert other.get(name, *ids).status_code == 404, name
    for name in ("open", "weigh", "conclude", "act", "feedback"):
        assert other.post(name, signal, begin="1").status_code in (404, 405), name
    assert other.post("receive", **REPORT).status_code == 404


def test_a_session_without_a_second_factor_sees_nothing(own_database, anna):
    client = browser(anna, strong=False)

    assert client.get("/signalen/").status_code == 403
    assert client.get(f"/signalen/{purpose().pk}/").status_code == 403
    assert client.post(f"/signalen/{purpose().pk}/nieuw/", REPORT).status_code == 403


def test_the_signals_of_the_demonstration_say_what_they_are_and_stand_at_every_stage(own_database, anna):
    desk = SignalDesk(anna)
    listed = desk.get("signals").content.decode()
    stages = {code: desk.get("signals", status=code).content.decode() for code in Signal.Status.values}
    ids = re.findall(rf'href="[^"]*/signalen/{UUID_IN}/({UUID_IN})/"', listed)
    texts = [desk.post("open", pk).content.decode() for pk in dict.fromkeys(ids)]

    assert len(texts) == 21
    assert all("Demonstratie. " in text for text in texts)
    assert [code for code, page in stages.items() if "<tbody>" not in page] == []


def test_another_year_can_be_chosen_for_the_routes(own_database, anna):
    desk = SignalDesk(anna)
    year = timezone.localdate().year - 1
    page = desk.get("routes", jaar=str(year)).content.decode()

    assert f"<option selected>{year}</option>" in page
    assert f"Routes van signalen in {year}" in page
    assert re.search(r"Bij \d+ signalen wezen de vaste regels", page)


def test_the_page_of_the_outcome_says_what_the_published_rules_point_to(desk):
    page = desk.get("conclude", desk.weighed()).content.decode()

    assert "Bij 1 meldende partner: actie van de gemeente." in page
    assert "Bij 2 of meer meldende partners: lokaal bilateraal of integraal." in page


def test_the_desk_reads_how_helping_and_watching_go_together(desk):
    page = desk.get("receive").content.decode()

    assert "Helpen en toch opletten" in page
    assert "eerst helpen, daarna melden" in page
