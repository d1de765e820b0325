"""Attacks on the tables of cases by whoever writes SQL as the weak role: no page in between."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from psycopg.errors import DatabaseError
from tests import databases
from tests.attacks.case import Case, Session, now, supply

TASK = """
INSERT INTO casework_task (id, case_id, kind_id, organisation_id, assignee_id, due_on, details, by_id, at)
VALUES (%s, %s, 'taak/controle', %s, %s, today() + 3, %s, %s, now()) RETURNING id
"""
MEASURE = """
INSERT INTO casework_measure (id, case_id, kind_id, organisation_id, since, place, effect_id, indicator,
    period, no_baseline_id, status, reasons, by_id, at)
VALUES (%s, %s, %s, %s, today(), '', 'effect/stoppen', '',
    '', 'geen-nulmeting/geen-cijfer', 'loopt', %s, %s, now()) RETURNING id
"""
OPEN = "SELECT casework_open_case(%s, NULL, %s, NULL, now())"


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), databases.clone("casewalls") as name, databases.as_owner(name) as owner:
        yield name, owner


@pytest.fixture
def world(place):
    """A case of A in which B takes part."""
    world = Case(*place)
    world.session("anna").rows(OPEN, world.dossier, False)
    return world


def attempt(session: Session, query: str, *values: Any) -> str:
    """Return what came of it: the state of the error, or nothing."""
    try:
        session.rows(query, *values)
    except DatabaseError as error:
        return error.sqlstate or "?"
    return ""


def task(world, who="anna", *, to="anna", letter="A", by=None, words=None, case=None):
    session = world.session(who)
    words = words or session.add(case or world.dossier)
    return attempt(
        session, TASK, uuid4(), case or world.dossier, world.orgs[letter], world.people[to], words,
        world.people[by or who],
    )  # fmt: skip


def measure(world, who="anna", kind="huur", letter="A", words=None):
    session = world.session(who)
    words = words or session.add(world.dossier)
    return attempt(
        session, MEASURE, uuid4(), world.dossier, kind, world.orgs[letter], words, world.people[who]
    )


@pytest.mark.attack("A-03", "A-04")
def test_a04_a_case_and_its_work_are_seen_by_participants_under_its_purpose_only(world):
    assert task(world) == ""
    seen = "SELECT (SELECT count(*) FROM casework_case), (SELECT count(*) FROM casework_task)"

    assert world.session("anna").rows(seen) == [(1, 1)]
    assert world.session("bram").rows(seen) == [(1, 1)]
    assert world.session("carla").rows(seen) == [(0, 0)]
    assert world.session("anna", world.other).rows(seen) == [(0, 0)]
    assert world.session("anna", strong=False).rows(seen) == [(0, 0)]
    assert world.session("guard").rows(seen) == [(0, 0)]


@pytest.mark.attack("A-11")
def test_a11_a_forged_session_sees_no_case(world):
    forged = Session(world.name, "guess", world.purpose)

    assert forged.rows("SELECT count(*) FROM casework_case") == [(0,)]


def test_a_task_is_written_by_oneself_with_words_of_ones_own_for_a_participant(world):
    others = world.session("bram").add(world.dossier)

    assert task(world, "bram", to="bea", letter="B") == ""
    assert task(world, by="bram", words=others) == "42501"
    assert task(world, words=others) == "23514"
    assert task(world, words=uuid4()) == "23514"
    assert task(world, to="carla", letter="C") == "23514"
    assert task(world, to="bram", letter="A") == "23514"


@pytest.mark.attack("A-04")
def test_a04_who_does_not_take_part_writes_nothing_in_a_case(world):
    words = world.session("anna").add(world.dossier)
    carla = world.session("carla")

    assert attempt(
        carla,
        TASK,
        uuid4(),
        world.dossier,
        world.orgs["C"],
        world.people["carla"],
        words,
        world.people["carla"],
    ) in ("23514", "42501")
    assert carla.rows("UPDATE casework_task SET done_at = now() RETURNING id") == []


@pytest.mark.attack("A-06")
def test_a06_the_database_refuses_a_measure_about_health_outside_its_zone(world):
    assert measure(world, kind="huur") == ""
    for kind in ("behandeling", "zorgmachtiging"):
        assert measure(world, kind=kind) == "23514"


@pytest.mark.attack("A-08")
def test_a08_the_database_refuses_a_measure_of_who_is_not_competent(world):
    kinds = "SELECT kind FROM identity_organisationkind WHERE organisation_id = %s"
    assert world.session("anna").rows(kinds, world.orgs["A"]) == []
    assert measure(world, kind="sluiting-13b") == "23514"
    world.owner.execute(
        "INSERT INTO identity_organisationkind (organisation_id, kind, period)"
        " VALUES (%s, 'gemeente', '(,)')",
        [world.orgs["A"]],
    )

    assert measure(world, kind="sluiting-13b") == ""
    assert measure(world, kind="opsporing") == "23514"


@pytest.mark.attack("A-08")
def test_a08_a_measure_ends_early_only_as_withdrawn_and_is_followed_only_by_what_follows(world):
    anna = world.session("anna")
    words = anna.add(world.dossier)
    ((made,),) = anna.rows(
        MEASURE, uuid4(), world.dossier, "huur", world.orgs["A"], words, world.people["anna"]
    )
    end = (
        "UPDATE casework_measure SET status = 'beeindigd', outcome_id = %s, until = today() + %s,"
        " ended_at = now(), ended_by_id = %s WHERE id = %s RETURNING id"
    )
    after = (
        "UPDATE casework_measure SET later_outcome_id = %s, later_on = today() + %s, later_at = now(),"
        " later_by_id = %s WHERE id = %s RETURNING id"
    )
    who = world.people["anna"]

    assert attempt(anna, after, "afloop/vernietigd", 1, who, made) == "23514"
    assert attempt(anna, end, "afloop/bereikt", 0, who, made) == "23514"
    assert attempt(anna, end, "afloop/niet-uitgevoerd", 0, who, made) == ""
    assert attempt(anna, after, "afloop/vernietigd", 0, who, made) == "23514"  # it was withdrawn
    assert attempt(anna, end, "afloop/legaal", 0, who, made) == "23514"


def test_the_database_bounds_when_a_measure_begins(world):
    anna = world.session("anna")
    words = anna.add(world.dossier)
    for years, code in ((6, "23514"), (-6, "23514"), (4, ""), (-4, "")):
        wanted = MEASURE.replace("today(), '',", f"(today() + interval '{years} years')::date, '',")
        told = (uuid4(), world.dossier, "huur", world.orgs["A"], words, world.people["anna"])
        assert attempt(anna, wanted, *told) == code, years


def test_the_database_lets_a_task_lapse_and_a_contribution_be_corrected_with_words_of_ones_own(world):
    anna, who = world.session("anna"), world.people["anna"]
    others, own = world.session("bram").add(world.dossier), anna.add(world.dossier)
    ((made,),) = anna.rows(TASK, uuid4(), world.dossier, world.orgs["A"], who, own, who)
    lapse = (
        "UPDATE casework_task SET lapsed = %s, done_at = now(), done_by_id = %s WHERE id = %s RETURNING id"
    )
    give = (
        'INSERT INTO casework_contribution (id, case_id, organisation_id, kind_id, "on", hours, replaces_id,'
        " reasons, by_id, at) VALUES (%s, %s, %s, 'bijdrage/controle', today(), %s, %s, %s, %s, now())"
        " RETURNING id"
    )
    here, org = world.dossier, world.orgs["A"]
    ((wrong,),) = anna.rows(give, uuid4(), here, org, 5, None, None, who)
    bram, him = world.session("bram"), world.people["bram"]

    assert attempt(anna, lapse, others, who, made) == "23514"
    assert attempt(anna, lapse, own, who, made) == ""
    assert attempt(anna, give, uuid4(), here, org, 0, None, None, who) == "23514"
    assert attempt(anna, give, uuid4(), here, org, 3, wrong, None, who) == "23514"
    assert attempt(anna, give, uuid4(), here, org, 3, wrong, others, who) == "23514"
    assert attempt(bram, give, uuid4(), here, world.orgs["B"], 3, wrong, others, him) == "23514"
    assert attempt(anna, give, uuid4(), here, org, 3, wrong, own, who) == ""
    assert attempt(anna, give, uuid4(), here, org, 2, wrong, own, who) == "23505"


def test_the_database_asks_for_the_interest_of_the_child_first(world):
    anna = world.session("anna")
    case = anna.open_dossier()
    anna.rows(OPEN, case, True)
    world.dossier = case

    assert measure(world) == "23514"
    anna.rows("SELECT casework_weigh_child(%s, %s)", case, anna.add(case))
    assert measure(world) == ""


@pytest.mark.attack("A-08")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE casework_case SET status = 'afgerond'",
        "UPDATE casework_case SET organisation_id = %(b)s",
        "DELETE FROM casework_case",
        "INSERT INTO casework_case SELECT * FROM casework_case",
        "UPDATE casework_handover SET status = 'aanvaard'",
        "INSERT INTO casework_handover SELECT * FROM casework_handover",
        "DELETE FROM casework_task",
        "DELETE FROM casework_measure",
        "UPDATE casework_decision SET words = gen_random_uuid()",
        "SELECT vault_hand_over(%(case)s, %(a)s, %(b)s)",
        "SELECT casework_hold_open(%(case)s)",
        "UPDATE vault_dossier SET owner_id = %(b)s",
    ],
)
def test_a08_there_is_no_way_beside_the_doors(world, statement):
    assert task(world) == ""
    told = {"a": world.orgs["A"], "b": world.orgs["B"], "case": world.dossier}
    with pytest.raises(DatabaseError) as refused, world.session("anna").transaction() as connection:
        connection.execute(statement, told)

    assert refused.value.sqlstate == "42501"


@pytest.mark.parametrize(
    "change",
    [
        "due_on = due_on + 9",
        "assignee_id = by_id, details = gen_random_uuid()",
        "at = now() - interval '9 days'",
    ],
)
def test_what_a_task_is_does_not_change(world, change):
    assert task(world, to="otto") == ""

    assert attempt(world.session("anna"), f"UPDATE casework_task SET {change} RETURNING id") == "23514"


def test_a_task_is_not_finished_in_the_name_of_another(world):
    assert task(world) == ""
    done = "UPDATE casework_task SET done_at = now(), done_by_id = %s RETURNING id"

    assert attempt(world.session("anna"), done, world.people["bram"]) == "42501"
    assert attempt(world.session("anna"), done, world.people["anna"]) == ""


@pytest.mark.attack("A-07")
def test_a07_the_choices_in_cases_are_changed_by_nobody_who_uses_them(world):
    anna = world.session("anna")

    assert (
        attempt(anna, "INSERT INTO casework_term VALUES ('taak/x', 'taak', 'X', 1) RETURNING id") == "42501"
    )
    assert anna.rows("UPDATE casework_measurekind SET is_health = false RETURNING code") == []


@pytest.mark.attack("A-08")
def test_a08_a_dossier_of_another_becomes_no_case(world):
    other = world.session("bram").open_dossier()

    assert attempt(world.session("anna"), OPEN, other, False) == "42501"
    assert attempt(world.session("anna"), OPEN, uuid4(), False) == "42501"


@pytest.mark.attack("A-09")
def test_a09_when_an_authorisation_ends_the_case_is_gone_at_once(world):
    bram = world.session("bram")
    before = bram.rows("SELECT count(*) FROM casework_case")
    world.owner.execute(
        "UPDATE agreements_authorisation SET revoked_at = now(), revoked_by_id = given_by_id "
        "WHERE user_id = %s",
        [world.people["bram"]],
    )

    assert before == [(1,)]
    assert bram.rows("SELECT count(*) FROM casework_case") == [(0,)]


def test_a_hand_over_is_seen_by_its_two_parties_and_no_other(world):
    anna = world.session("anna")
    anna.rows(
        "SELECT casework_offer_case(%s, %s, %s, %s, now())",
        uuid4(), world.dossier, world.orgs["C"], anna.add(world.dossier),
    )  # fmt: skip
    carla = world.session("carla")

    assert carla.rows("SELECT count(*) FROM casework_handover") == [(1,)]
    assert carla.rows("SELECT count(*) FROM casework_case") == [(0,)]
    assert world.session("carla", world.other).rows("SELECT count(*) FROM casework_handover") == [(0,)]
    assert world.session("carla", strong=False).rows("SELECT count(*) FROM casework_handover") == [(0,)]


@pytest.mark.attack("A-09")
def test_a09_with_the_case_goes_the_emergency_access_of_who_gave_it(world):
    anna, otto = world.session("anna"), world.session("otto")
    record = anna.add(world.dossier)
    emergency = uuid4()
    anna.rows("SELECT vault_ask_emergency(%s, %s, 'x', now())", emergency, world.number(world.dossier))
    otto.rows("SELECT vault_approve_emergency(%s, 5, now())", emergency)
    offer = uuid4()
    anna.rows(
        "SELECT casework_offer_case(%s, %s, %s, %s, now())",
        offer, world.dossier, world.orgs["B"], anna.add(world.dossier),
    )  # fmt: skip
    before = anna.may(record)
    world.session("bram").rows("SELECT casework_answer_offer(%s, 'aanvaard', NULL, now())", offer)

    assert before
    assert not anna.may(record)
    assert world.session("bram").may(record)


# --- a dossier that was supplied ---

OPEN_SUPPLIED = "SELECT casework_open_supplied(%s, %s, '', NULL, false, now())"


@pytest.fixture
def given(world):
    """A supply of A to B under a purpose of another agreement: the supply, its dossier and that purpose."""
    _, _, (care,), _ = world.agree("zvh", aims=1)
    _, _, (far,), _ = world.agree("zvh", aims=1)
    for who in ("anna", "bram", "bea", "carla"):
        world.authorise(who, care, tier=1 if who == "bea" else 3)
    world.authorise("bram", far)
    anna = world.session("anna")
    weighing = world.weigh("anna", world.dossier, "verstrekking", "B", care)
    made, _, dossier = supply(anna, weighing, anna.add(world.dossier))
    return made, dossier, care, far


@pytest.mark.attack("A-04", "A-05")
def test_a04_only_the_receiver_opens_a_case_and_only_under_the_purpose_it_was_supplied_for(world, given):
    _, dossier, care, far = given
    strangers = [("anna", care), ("carla", care), ("bram", far), ("bram", world.purpose), ("guard", care)]

    for who, purpose in strangers:
        session = world.session(who, purpose)
        assert attempt(session, OPEN_SUPPLIED, dossier, 1) == "42501", who
        assert session.rows("SELECT * FROM casework_supplied()") == []
        assert session.rows("SELECT * FROM casework_supplied_dossier(%s)", dossier) == []
    weak = world.session("bram", care, strong=False)
    assert attempt(weak, OPEN_SUPPLIED, dossier, 1) == "42501"
    assert attempt(world.session("bea", care), OPEN_SUPPLIED, dossier, 2) == "42501"  # above her own tier
    assert attempt(world.session("bram", care), OPEN_SUPPLIED, dossier, 2) == ""
    assert attempt(world.session("bram", care), OPEN_SUPPLIED, dossier, 2) == "23514"


@pytest.mark.attack("A-08")
def test_a08_what_nobody_supplied_and_what_was_recalled_becomes_no_case_this_way(world, given):
    made, dossier, care, _ = given
    bram = world.session("bram", care)
    own = bram.open_dossier()
    listed = bram.rows("SELECT dossier FROM casework_supplied()")
    world.session("anna").call("vault_recall", made, now())

    assert listed == [(dossier,)]
    assert attempt(bram, OPEN_SUPPLIED, own, 3) == "42501"
    assert attempt(bram, OPEN_SUPPLIED, uuid4(), 3) == "42501"
    assert attempt(bram, OPEN_SUPPLIED, dossier, 1) == "23514"
    assert bram.rows("SELECT dossier FROM casework_supplied()") == []


def test_a_minor_in_a_supplied_dossier_is_a_minor_in_its_case(world, given):
    _, dossier, care, _ = given
    bram = world.session("bram", care)
    bram.rows("SELECT vault_add_subject(%s, %s, 'p', 'verdachte', true, 'x')", uuid4(), dossier)
    bram.rows(OPEN_SUPPLIED, dossier, 1)

    assert bram.rows("SELECT has_minor FROM casework_case WHERE dossier_id = %s", dossier) == [(True,)]


@pytest.mark.attack("A-04")
def test_a04_the_key_of_a_dossier_elsewhere_is_for_its_supplier_alone(world, given):
    weighing = world.one("SELECT weighing_id FROM vault_supply WHERE id = %s", given[0])
    again = world.session("anna").add(world.dossier)
    asked = "SELECT dossier FROM vault_supplied_into(%s, %s)"

    assert world.session("anna").rows(asked, weighing, again) == [(given[1],)]
    for who in ("bram", "carla", "guard"):
        assert world.session(who).rows(asked, weighing, again) == []
    assert world.session("anna", world.other).rows(asked, weighing, again) == []
