"""A case from opening to closing, through the pages: partners, tasks, measures, decisions and result."""

import re

import pytest
from django.urls import reverse

from vangnet.casework.tests.casedesk import CARE, NO_BASELINE, OWN, SAID, CaseDesk, in_days, organisation
from vangnet.casework.tests.desks import SignalDesk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(esra):
    return CaseDesk(esra)


@pytest.fixture
def shared(desk, lotte):
    """A case of the RIEC in which Zutphen takes part."""
    case = desk.a_case()
    desk.let_join(case, lotte, "gm0301")
    return case


# --- opening ---


def test_a_case_is_opened_under_a_purpose_and_says_what_comes_next(desk):
    case = desk.a_case()
    page = desk.text("case", case)

    assert re.search(r"Casus RIEC-\d{4}-\d{6}", page)
    assert "RIEC-casus" in page
    assert "Witwassen en onverklaarbaar bezit" in page
    assert "Laat een partner deelnemen" in page
    assert case in desk.get("cases").content.decode()


def test_a_passed_on_signal_becomes_one_case_and_notes_its_number(anna):
    signals, desk = SignalDesk(anna), CaseDesk(anna, OWN)
    signal = signals.weighed()
    signals.post("conclude", signal, outcome="gemeente", route="gemeentelijk", partners="1")
    page = signals.get("signal", signal).content.decode()
    address = re.search(r'href="([^"]*/nieuw/\?signaal=[^"]*)"', page)[1]
    number = re.search(r"GEMEENTE-\d{4}-\d{6}", page)[0]
    told = {"tier": "1", "place": "GM0301", "phenomenon": "drugs"}
    made = desk.client.post(address, told)
    again = desk.client.post(address, told)

    assert f"signaal {number}" in desk.client.get(address).content.decode()
    assert f"Uit signaal {number}" in desk.client.get(made["Location"]).content.decode()
    assert again.status_code == 422
    assert "al een casus gemaakt" in again.content.decode()
    assert made["Location"] in signals.get("signal", signal).content.decode()


def test_a_new_case_that_is_sent_twice_is_one_case(desk):
    mark = re.search(r'name="mark" value="([0-9a-f]{32})"', desk.get("new").content.decode())[1]
    told = {"tier": "1", "place": "GM0301", "phenomenon": "drugs", "mark": mark}
    first, second = (desk.done("new", **told)["Location"] for _ in range(2))

    assert first == second
    assert desk.done("new", **{**told, "mark": "0" * 32})["Location"] != first
    assert desk.done("new", **{**told, "place": "GM0200"})["Location"] != first


def test_for_the_riec_route_the_page_explains_that_the_report_is_supplied(anna):
    signals = SignalDesk(anna)
    signal = signals.weighed(gewicht="zwaar")
    signals.post("conclude", signal, outcome="riec", route="riec", partners="2")
    page = signals.get("signal", signal).content.decode()

    assert "verstrekt de melding aan het RIEC met een weegdocument" in page
    assert reverse("vault:weigh", args=[signals.purpose.pk, signal]) in page
    assert "signaal=" not in page


@pytest.mark.attack("A-08")
def test_a08_a_signal_that_was_not_passed_on_becomes_no_case(anna):
    signals, desk = SignalDesk(anna), CaseDesk(anna, OWN)
    signal = signals.report()
    answer = desk.client.post(f"{desk.address('new')}?signaal={signal}", {"tier": "1", "place": ""})

    assert answer.status_code == 422
    assert "niet zo doorgezet" in answer.content.decode()


@pytest.mark.parametrize("asked", ["geen-uuid", "00000000-0000-4000-8000-000000000000", "' OR true --"])
def test_a_signal_that_does_not_exist_is_not_found(anna, asked):
    desk = CaseDesk(anna, OWN)

    assert desk.get("new", signaal=asked).status_code == 404


@pytest.mark.attack("A-03")
def test_a03_under_a_purpose_for_signals_or_scans_there_are_no_cases(anna, esra):
    for who, name in ((anna, "gemeente-gm0301/signalen"), (esra, "riec/scan")):
        desk = CaseDesk(who, name)

        assert desk.get("cases").status_code == 404
        assert desk.post("new", tier="1", place="").status_code == 404


# --- taking part ---


def test_a_partner_that_joined_sees_the_case_and_one_that_did_not_does_not(desk, shared, anna, bram, carla):
    assert "Zutphen neemt deel" in desk.text("case", shared)
    assert CaseDesk(anna).get("case", shared).status_code == 200
    for other in (bram, carla):
        assert CaseDesk(other).get("case", shared).status_code == 404
        assert shared not in CaseDesk(other).get("cases").content.decode()


@pytest.mark.attack("A-09")
def test_a09_a_partner_that_left_sees_nothing_from_that_day_on(desk, shared, anna):
    task = desk.a_task(shared, anna, "gm0301")
    page = CaseDesk(anna)
    before = page.get("case", shared).status_code
    leave = reverse("vault:leave", args=[desk.purpose.pk, shared, organisation("gm0301")])
    desk.client.post(leave)

    assert before == 200
    assert page.get("case", shared).status_code == 404
    assert page.post("finish", shared, task).status_code == 404
    assert page.post("open", shared).status_code == 404
    assert "neemt niet meer deel" in desk.text("case", shared)
    assert shared not in page.client.get("/casussen/").content.decode()


# --- tasks ---


def test_a_task_of_a_partner_that_left_goes_to_another(desk, shared, anna, esra, lotte):
    task = desk.a_task(shared, anna, "gm0301")
    told = {"who": f"{organisation('riec')}/{lotte.pk}", "due_on": in_days(3)}
    early = desk.post("reassign", shared, task, **told)
    before = desk.text("case", shared)
    desk.client.post(reverse("vault:leave", args=[desk.purpose.pk, shared, organisation("gm0301")]))
    page = desk.text("case", shared)
    gone = desk.post("reassign", shared, task, **{**told, "who": f"{organisation('gm0301')}/{anna.pk}"})
    desk.done("reassign", shared, task, **told)
    again = desk.post("reassign", shared, task, **{**told, "who": f"{organisation('riec')}/{esra.pk}"})

    assert early.status_code == 422
    assert "werkt nog in de casus" in early.content.decode()
    assert ("Geef aan een ander" in before, "Geef aan een ander" in page) == (False, True)
    assert gone.status_code == 422
    assert "werkt nog in de casus" in again.content.decode()
    assert "Geef aan een ander" not in desk.text("case", shared)
    CaseDesk(lotte).done("finish", shared, task)


def test_a_task_that_is_done_stays_with_who_had_it(desk, shared, anna, lotte):
    task = desk.a_task(shared, anna, "gm0301")
    desk.done("finish", shared, task)
    desk.client.post(reverse("vault:leave", args=[desk.purpose.pk, shared, organisation("gm0301")]))
    told = {"who": f"{organisation('riec')}/{lotte.pk}", "due_on": in_days(3)}

    assert desk.post("reassign", shared, task, **told).status_code == 422


def test_a_task_waits_for_whoever_got_it_until_it_is_done(desk, shared, anna):
    task = desk.a_task(shared, anna, "gm0301")
    hers = CaseDesk(anna)
    start, home = hers.client.get("/casussen/").content.decode(), hers.client.get("/").content.decode()
    hers.done("finish", shared, task)

    assert "Controle ter plaatse" in start
    assert re.search(r"Casussen: \d+ (taak|taken) voor u", home)
    assert f"/{shared}/" not in hers.client.get("/casussen/").content.decode()
    assert "Taak klaar: Controle ter plaatse Door Anna de Wit." in desk.text("case", shared)
    desk.done("reopen", shared, task)
    assert f"/{shared}/" in hers.client.get("/casussen/").content.decode()


def test_who_finishes_a_task_twice_is_told(desk, shared, anna):
    task = desk.a_task(shared, anna, "gm0301")
    desk.done("finish", shared, task)
    again = desk.client.post(desk.address("finish", shared, task), follow=True).content.decode()

    assert "Deze taak is al klaar." in again


def test_an_overdue_task_is_shown_as_such_and_comes_first(anna):
    rows = CaseDesk(anna, OWN).client.get("/casussen/").content.decode().split("<tr>")[2:]
    late = ["te laat" in row for row in rows]

    assert late[0]
    assert late == sorted(late, reverse=True)
    assert not late[-1]


def test_a_task_is_for_somebody_who_takes_part(desk, shared, bram, carla):
    for who, slug in ((bram, "gm0200"), (carla, "politie")):
        told = {"kind": "taak/controle", "due_on": in_days(1), "details": SAID}
        answer = desk.post("task", shared, **told, who=f"{organisation(slug)}/{who.pk}")

        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"due_on": in_days(-1)}, "al voorbij"),
        ({"due_on": ""}, "verplicht"),
        ({"details": ""}, "verplicht"),
        ({"details": "x" * 5001}, "5000"),
        ({"details": "Zijn nummer is 123456782, zoek dat op."}, "burgerservicenummer"),
        ({"kind": "resultaat/gestopt"}, "keuze"),
        ({"who": ""}, "verplicht"),
    ],
)
def test_a_bad_task_is_refused_in_words_and_keeps_what_was_typed(desk, shared, esra, told, complaint):
    asked = {"kind": "taak/controle", "due_on": in_days(1), "details": SAID}
    answer = desk.post("task", shared, **{**asked, "who": f"{organisation('riec')}/{esra.pk}", **told})

    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert told.get("details", SAID)[:20] in answer.content.decode()


@pytest.mark.parametrize("name", ["task", "measure", "decision", "contribution"])
def test_a_form_that_is_sent_twice_adds_one_thing(desk, shared, esra, name):
    told = {
        "task": {"kind": "taak/controle", "due_on": in_days(1), "details": SAID,
                 "who": f"{organisation('riec')}/{esra.pk}"},
        "measure": {"kind": "huur", "organisation": organisation("riec"), "since": in_days(0),
                    "effect": "effect/stoppen", "reasons": SAID, **NO_BASELINE},
        "decision": {"kind": "besluit/aanpak", "on": in_days(0), "words": SAID},
        "contribution": {"kind": "bijdrage/controle", "on": in_days(0), "hours": "3"},
    }[name]  # fmt: skip
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', desk.get(name, shared).content.decode())[1]
    first, second = (desk.post(name, shared, **told, key=key) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 422)
    assert "twee keer verstuurd" in second.content.decode()


# --- decisions and closing ---


def test_a_decision_stands_in_the_timeline_without_its_words(desk, shared):
    told = {"kind": "besluit/aanpak", "on": in_days(0), "words": SAID}
    desk.done("decision", shared, **told)
    later = desk.post("decision", shared, **{**told, "on": in_days(1)})
    page = desk.text("case", shared)

    assert "Besluit: Aanpak vastgesteld" in page
    assert SAID not in page
    assert later.status_code == 422


def test_closing_asks_for_result_and_lesson_and_closes_the_dossier(desk, shared, anna):
    without = desk.closed(shared, lesson="")
    done = desk.closed(shared)
    page = desk.text("case", shared)
    dossier = desk.client.get(reverse("vault:dossier", args=[desk.purpose.pk, shared])).content.decode()

    assert without.status_code == 422
    assert done.status_code == 302
    assert "Resultaat: De activiteit is gestopt." in page
    assert "Gesloten" in dossier
    for name in ("task", "measure", "decision", "child", "close", "offer"):
        assert desk.get(name, shared).status_code == 404, name
    assert CaseDesk(anna).get("case", shared).status_code == 200


def test_who_closes_what_is_closed_comes_to_the_case(desk, shared, anna):
    desk.closed(shared)
    again = desk.post("close", shared, result="resultaat/gestopt", lesson=SAID)

    assert again["Location"] == desk.address("case", shared)
    assert "is al afgerond" in desk.client.get(again["Location"]).content.decode()
    assert CaseDesk(anna).closed(shared).status_code == 404  # who does not own it


def test_a_case_with_open_work_closes_only_when_that_is_said(desk, shared, anna):
    desk.a_task(shared, anna, "gm0301")
    refused = desk.closed(shared)

    assert refused.status_code == 422
    assert "staan nog taken of maatregelen open" in refused.content.decode()
    assert desk.closed(shared, despite="on").status_code == 302
    assert f"/{shared}/" not in CaseDesk(anna).client.get("/casussen/").content.decode()


def test_a_partner_cannot_close_or_hand_over_what_it_does_not_own(shared, anna):
    hers = CaseDesk(anna)

    assert hers.closed(shared).status_code == 404
    assert hers.post("offer", shared, receiver=organisation("politie"), reasons=SAID).status_code == 404
    assert "Rond af" not in hers.text("case", shared)


def test_the_dossier_of_a_case_is_not_closed_beside_it(desk, shared):
    address = reverse("vault:close", args=[desk.purpose.pk, shared])
    page = desk.client.post(address, follow=True).content.decode()

    assert "Rond de casus af, met resultaat en les" in page
    assert desk.get("task", shared).status_code == 200


@pytest.mark.requirement("WGS-26")
def test_a_closed_case_of_the_care_and_safety_house_is_shielded(mo, anna):
    care = CaseDesk(mo, CARE)
    case = care.a_case()
    care.closed(case)

    assert care.get("case", case).status_code == 404
    assert case not in care.get("cases").content.decode()
    assert care.post("open", case).status_code == 404


def test_a_second_press_on_closing_a_shielded_case_leads_to_the_list(mo):
    care = CaseDesk(mo, CARE)
    case = care.a_case()
    care.closed(case)
    again = care.closed(case)

    assert again["Location"] == care.address("cases")
    assert "al afgerond en afgeschermd" in care.client.get(again["Location"]).content.decode()
    assert care.get("close", case).status_code == 404
    assert CaseDesk(mo, CARE).closed(case).status_code == 404  # another browser, that closed nothing
