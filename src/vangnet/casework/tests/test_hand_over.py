"""A case goes to another organisation: offered, accepted, rejected, taken back; and never lost on the way."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests import databases

from vangnet.casework.tests.casedesk import CARE, LOCAL, SAID, UUID_IN, CaseDesk, in_days, organisation
from vangnet.casework.tests.desks import SignalDesk

OWNERS = """
SELECT d.owner_id::text, c.organisation_id::text
  FROM vault_dossier d JOIN casework_case c ON c.dossier_id = d.id WHERE d.id = %s
"""


@pytest.fixture
def desk(db, esra):
    return CaseDesk(esra)


@pytest.fixture
def case(desk):
    case = desk.a_case(place="GM0301")
    desk.done("decision", case, kind="besluit/aanpak", on=in_days(0), words=SAID)
    return case


# --- one after the other ---


def test_an_offer_shows_its_receiver_a_number_and_nothing_of_the_case(desk, case, carla):
    offer = desk.an_offer(case)
    hers = CaseDesk(carla)
    page = hers.text("answer", case, offer)

    assert "Aanvaard de casus" in page
    assert "Witwassen" not in page
    assert hers.get("case", case).status_code == 404
    assert offer in hers.client.get("/casussen/").content.decode()
    assert "aangeboden aan uw organisatie" in hers.client.get("/").content.decode()


def test_until_it_is_accepted_the_case_stays_where_it_is(desk, case, carla):
    desk.an_offer(case)

    assert desk.measure(case).status_code == 302
    assert case not in CaseDesk(carla).get("cases").content.decode().replace(f"{case}/overdracht", "")
    assert "Aangeboden" in desk.text("case", case)


@pytest.mark.attack("A-09")
def test_a09_accepting_moves_ownership_and_sight_and_leaves_a_stub_behind(desk, case, carla):
    offer = desk.an_offer(case)
    hers = CaseDesk(carla)
    taken = hers.done("answer", case, offer, answer="aanvaarden")
    listed = desk.text("cases")
    stub = desk.text("answer", case, offer)

    assert taken["Location"] == hers.address("case", case)
    assert "Rond af" in hers.text("case", case)
    assert hers.measure(case, organisation=organisation("politie")).status_code == 302
    for name in ("case", "task", "measure", "close", "offer"):
        assert desk.get(name, case).status_code == 404, name
    assert desk.post("open", case).status_code == 404
    assert desk.client.get(f"/dossiers/{desk.purpose.pk}/{case}/").status_code == 404
    assert "Overgedragen" in listed
    assert "Aanvaard op" in stub
    assert "Witwassen" not in stub


def test_a_signal_names_its_case_that_another_took_over_and_does_not_lead_there(db, anna, carla):
    signals, local = SignalDesk(anna), CaseDesk(anna, LOCAL)
    signal = signals.weighed()
    signals.post("conclude", signal, outcome="gemeente", route="lokaal", partners="1")
    to_case = f"{local.address('new')}?signaal={signal}"
    made = local.client.post(to_case, {"tier": "1", "place": "GM0301", "phenomenon": "drugs"})["Location"]
    before = signals.get("signal", signal).content.decode()
    case = re.findall(UUID_IN, made)[-1]
    CaseDesk(carla, LOCAL).done("answer", case, local.an_offer(case), answer="aanvaarden")
    after = signals.get("signal", signal).content.decode()

    assert made in before
    assert made not in after
    assert "misschien is zij overgedragen" in after
    assert re.search(r"een casus gemaakt: [A-Z]+-\d{4}-\d{6}\.", after)


def test_the_new_owner_reads_what_was_decided_before(own_database, esra, carla):
    desk, hers = CaseDesk(esra), CaseDesk(carla)
    case = desk.a_case()
    desk.done("decision", case, kind="besluit/aanpak", on=in_days(0), words=SAID)
    offer = desk.an_offer(case)
    early = hers.post("open", case).status_code
    hers.done("answer", case, offer, answer="aanvaarden")
    opened = hers.post("open", case).content.decode()

    assert early == 404
    assert SAID in opened
    assert "Besluit: Aanpak vastgesteld" in opened


@pytest.mark.attack("A-27")
def test_a27_what_is_typed_in_a_case_is_shown_as_text(own_database, esra):
    desk = CaseDesk(esra)
    case = desk.a_case()
    typed = "<script>alert(1)</script> {{ 7|add:7 }} \u202egnp.exe \x07'; DROP TABLE casework_case; --"
    desk.done("decision", case, kind="besluit/aanpak", on=in_days(0), words=typed)
    page = desk.post("open", case).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "{{ 7|add:7 }}" in page
    assert "\u202e" not in page


def test_a_partner_that_took_part_already_becomes_the_owner_and_others_stay(desk, case, lotte, carla, anna):
    desk.let_join(case, lotte, "politie")
    desk.let_join(case, lotte, "gm0301")
    CaseDesk(carla).done("answer", case, desk.an_offer(case), answer="aanvaarden")

    assert "Rond af" in CaseDesk(carla).text("case", case)
    assert CaseDesk(anna).get("case", case).status_code == 200
    assert desk.get("case", case).status_code == 404


def test_it_can_come_back(desk, case, carla):
    hers = CaseDesk(carla)
    hers.done("answer", case, desk.an_offer(case), answer="aanvaarden")
    desk.done("answer", case, hers.an_offer(case, "riec"), answer="aanvaarden")

    assert "Rond af" in desk.text("case", case)
    assert hers.get("case", case).status_code == 404


def test_a_rejected_offer_says_why_and_the_case_can_be_offered_again(desk, case, carla):
    offer = desk.an_offer(case)
    hers = CaseDesk(carla)
    without = hers.post("answer", case, offer, answer="afwijzen")
    hers.done("answer", case, offer, answer="afwijzen", why="weigering/geen-capaciteit")

    assert without.status_code == 422
    assert "Nu geen capaciteit" in desk.text("case", case)
    assert desk.an_offer(case, "om")


def test_an_offer_that_was_taken_back_cannot_be_accepted(desk, case, carla):
    offer = desk.an_offer(case)
    desk.done("answer", case, offer, answer="intrekken")
    late = CaseDesk(carla).post("answer", case, offer, answer="aanvaarden")

    assert late.status_code == 409
    assert "al beantwoord of ingetrokken" in late.content.decode()
    assert "Rond af" in desk.text("case", case)


def test_there_is_one_offer_at_a_time(desk, case):
    desk.an_offer(case)
    second = desk.post("offer", case, receiver=organisation("om"), reasons=SAID)

    assert second.status_code == 422
    assert "al aan een ander aangeboden" in second.content.decode()


def test_a_case_that_is_offered_does_not_close(desk, case):
    desk.an_offer(case)
    answer = desk.closed(case)

    assert answer.status_code == 422
    assert "aan een ander aangeboden" in answer.content.decode()


def test_a_case_goes_to_nobody_who_cannot_read_all_of_it(desk, case, mo):
    tall = desk.a_case(tier="3")
    refused = desk.post("offer", tall, receiver=organisation("gm0301"), reasons=SAID)
    care = CaseDesk(mo, CARE)
    nobody = care.post("offer", care.a_case(), receiver=organisation("politie"), reasons=SAID)

    assert refused.status_code == 422
    assert "heeft niemand een autorisatie" in refused.content.decode()
    assert nobody.status_code == 422


@pytest.mark.attack("A-07")
@pytest.mark.parametrize("answer", ["aanvaarden", "afwijzen", "intrekken", "", "aanvaard'; --"])
def test_a07_nobody_answers_for_another(desk, case, lotte, anna, daan, answer):
    desk.let_join(case, lotte, "gm0301")
    offer = desk.an_offer(case)
    told = {"answer": answer, "why": "weigering/geen-taak"}

    for other in (anna, daan):  # one that takes part, one that does not
        assert CaseDesk(other).post("answer", case, offer, **told).status_code == 404
    if answer != "intrekken":
        assert desk.post("answer", case, offer, **told).status_code == 404
    assert "Rond af" in desk.text("case", case)


def test_the_words_of_the_demonstration_say_what_they_are(own_database, esra):
    desk = CaseDesk(esra)
    cases = set(re.findall(rf"/casussen/{UUID_IN}/({UUID_IN})/\"", desk.get("cases").content.decode()))
    pages = [desk.post("open", case).content.decode() for case in cases]

    assert len(pages) == 3
    assert all("Demonstratie. " in page for page in pages)


# --- at the same time ---


def at_once(*tasks):
    """Start every task at the same moment in a thread with a connection of its own."""
    start = threading.Barrier(len(tasks))

    def run(task):
        start.wait()
        try:
            return task().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def owners(database, case):
    """Return the owner of the dossier and of the case, and how many organisations own it today."""
    with databases.as_owner(database) as owner:
        dossier, listed = owner.execute(OWNERS, [case]).fetchone()
        (n,) = owner.execute(
            "SELECT count(*) FROM vault_participation WHERE dossier_id = %s AND is_owner "
            "AND since <= today() AND (until IS NULL OR until > today())",
            [case],
        ).fetchone()
    assert dossier == listed
    return dossier, n


@pytest.mark.parametrize("again", range(3))
def test_of_accepting_and_taking_back_one_wins_and_the_case_has_one_owner(own_database, esra, carla, again):
    desk, hers = CaseDesk(esra), CaseDesk(carla)
    case = desk.a_case()
    offer = desk.an_offer(case)
    accepted, revoked = at_once(
        lambda: hers.post("answer", case, offer, answer="aanvaarden"),
        lambda: desk.post("answer", case, offer, answer="intrekken"),
    )

    assert sorted((accepted, revoked)) == [302, 409]
    winner = organisation("politie") if accepted == 302 else organisation("riec")
    assert owners(own_database, case) == (winner, 1)
    assert (hers if accepted == 302 else desk).get("case", case).status_code == 200


def test_when_two_partners_go_for_the_same_case_one_gets_it(own_database, esra, carla, daan):
    """The police accept an offer that is taken back and made to the prosecution, which accepts as well."""
    desk, police, prosecution = CaseDesk(esra), CaseDesk(carla), CaseDesk(daan)
    case = desk.a_case()
    first = desk.an_offer(case)

    def offer_to_the_other():
        desk.post("answer", case, first, answer="intrekken")
        answer = desk.post("offer", case, receiver=organisation("om"), reasons=SAID)
        if answer.status_code != 302:
            return answer
        return prosecution.client.post(answer["Location"], {"answer": "aanvaarden"})

    answers = at_once(lambda: police.post("answer", case, first, answer="aanvaarden"), offer_to_the_other)
    owner, n = owners(own_database, case)

    assert answers.count(302) == 1
    assert owner == organisation("politie" if answers[0] == 302 else "om")
    assert n == 1


def test_of_two_offers_at_once_one_is_made(own_database, esra, lotte):
    desk, colleague = CaseDesk(esra), CaseDesk(lotte)
    case = desk.a_case(tier="2")
    answers = at_once(
        lambda: desk.post("offer", case, receiver=organisation("om"), reasons=SAID),
        lambda: colleague.post("offer", case, receiver=organisation("politie"), reasons=SAID),
    )

    assert sorted(answers) == [302, 422]


def test_accepting_against_closing_loses_nothing(own_database, esra, carla):
    desk, hers = CaseDesk(esra), CaseDesk(carla)
    case = desk.a_case()
    offer = desk.an_offer(case)
    accepted, closed = at_once(
        lambda: hers.post("answer", case, offer, answer="aanvaarden"), lambda: desk.closed(case)
    )

    assert accepted == 302
    assert closed in (404, 422)
    assert owners(own_database, case) == (organisation("politie"), 1)


def test_whoever_works_in_a_case_while_it_goes_to_another_waits_and_nobody_gets_in_the_way(
    own_database, esra, lotte, carla
):
    desk, colleague, hers = CaseDesk(esra), CaseDesk(lotte), CaseDesk(carla)
    case = desk.a_case()
    offer = desk.an_offer(case)
    told = {"kind": "besluit/aanpak", "on": in_days(0), "words": SAID}
    answers = at_once(
        lambda: hers.post("answer", case, offer, answer="aanvaarden"),
        *[lambda one=one: one.post("decision", case, **told) for one in (desk, colleague) * 3],
    )

    assert answers[0] == 302
    assert set(answers[1:]) <= {302, 404}
    assert owners(own_database, case) == (organisation("politie"), 1)
