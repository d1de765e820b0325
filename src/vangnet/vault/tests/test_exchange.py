"""Supply and recall, access in an emergency, and a list that is never stale."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege
from psycopg.types.range import DateRange
from tests import databases
from tests.attacks.case import Case, now, supply


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), databases.clone("exchange") as name, databases.as_owner(name) as owner:
        yield name, owner


@pytest.fixture
def case(place):
    return Case(*place)


@pytest.mark.requirement("WPG-02")
def test_a_recall_closes_every_copy_and_what_was_made_of_it_at_once(case):
    _, _, (care,), _ = case.agree("zvh", aims=1)
    _, _, (local,), _ = case.agree("lokaal", aims=1)
    for who in ("bram", "bea"):
        case.authorise(who, care)
    case.authorise("carla", local)
    anna = case.session("anna")
    record = anna.add(case.dossier)
    made, copy, far = supply(anna, case.weigh("anna", case.dossier, "verstrekking", "B", care), record)
    bram = case.session("bram", care)
    assert bram.open(copy) == b"copy"
    derived = bram.add(far, origins=[copy], marking="amber")
    again = uuid4()
    bram.rows(
        "SELECT vault_ask_weighing(%s, %s, 'verstrekking', %s, %s, 'a', '[\"personalia\"]', 'x', now())",
        again, far, case.orgs["C"], local,
    )  # fmt: skip
    case.session("bea", care).rows("SELECT vault_decide_weighing(%s, true, 'x', 9, now())", again)
    _, third, farther = supply(bram, again, derived)
    carla = case.session("carla", local)
    assert carla.may(third)

    assert anna.call("vault_recall", made, now()) == 3
    for session, key in ((bram, copy), (bram, derived), (carla, third)):
        assert not session.may(key)
        assert key not in session.listed()
    assert anna.may(record)
    told = case.owner.execute(
        "SELECT organisation_id, dossier_id FROM vault_notice WHERE kind = 'teruggeroepen' AND "
        "dossier_id = ANY (%s)",
        [[far, farther]],
    ).fetchall()
    assert set(told) == {(case.orgs["B"], far), (case.orgs["C"], farther)}
    with pytest.raises(CheckViolation):
        anna.call("vault_recall", made, now())


@pytest.fixture
def supplied(case):
    """A supply of A to B under another agreement: session, record, supply, copy, its dossier, session."""
    _, _, (care,), _ = case.agree("zvh", aims=1)
    for who in ("bram", "bea"):
        case.authorise(who, care)
    anna = case.session("anna")
    record = anna.add(case.dossier)
    made, copy, far = supply(anna, case.weigh("anna", case.dossier, "verstrekking", "B", care), record)
    return anna, record, made, copy, far, case.session("bram", care)


@pytest.mark.parametrize("who", ["anna", "otto", "guard"])
def test_a_supply_is_recalled_after_the_agreement_of_the_supplier_ended(case, supplied, who):
    anna, _, made, copy, _, bram = supplied
    case.owner.execute(
        "UPDATE agreements_version SET status = 'beeindigd', end_reason = 'x' WHERE id = %s", [case.version]
    )
    assert anna.call("scope_tier") is None

    for stranger in (bram, case.session("carla")):
        with pytest.raises(InsufficientPrivilege):
            stranger.call("vault_recall", made, now())
    taker = case.session(who, "")
    assert made in {row[0] for row in taker.rows("SELECT id FROM vault_own_supplies()")}
    assert taker.call("vault_recall", made, now()) == 1
    assert not bram.may(copy)


def test_who_was_never_authorised_for_the_purpose_recalls_nothing(case, supplied):
    _, _, made, _, _, _ = supplied
    case.people["arie"], case.work["arie"] = case.person("arie"), "A"
    case.role(case.people["arie"], case.orgs["A"], "adviseur")
    arie = case.session("arie", "")

    assert arie.rows("SELECT id FROM vault_own_supplies()") == []
    with pytest.raises(InsufficientPrivilege):
        arie.call("vault_recall", made, now())
    with pytest.raises(InsufficientPrivilege):
        case.session("anna", strong=False).call("vault_recall", made, now())


# --- what follows a marking ---


def marking_of(case, record):
    return case.one("SELECT marking FROM vault_record WHERE id = %s", record)


@pytest.mark.requirement("I7")
def test_i7_what_was_derived_earlier_follows_a_stricter_marking_of_its_origin(case):
    case.participate(case.dossier, "C")
    anna, bram, carla = case.session("anna"), case.session("bram"), case.session("carla")
    origin = anna.add(case.dossier)
    made = bram.add(case.dossier, origins=[origin])
    further = carla.add(case.dossier, origins=[made], marking="amber+strict", organisations=[case.orgs["B"]])
    assert carla.may(made)

    followed = anna.call("vault_change_marking", origin, "amber+strict", [case.orgs["B"]], [])

    assert followed == 1
    assert marking_of(case, made) == "amber+strict"
    assert anna.may(made)
    assert bram.may(made)
    assert not carla.may(made)
    assert made not in carla.listed()
    assert bram.may(further)
    notices = case.owner.execute(
        "SELECT organisation_id FROM vault_notice WHERE kind = 'strenger' AND dossier_id = %s", [case.dossier]
    ).fetchall()
    assert {one for (one,) in notices} == {case.orgs["B"], case.orgs["C"]}


@pytest.mark.requirement("I7")
def test_i7_a_red_origin_leaves_what_came_from_it_to_the_people_that_it_names(case):
    anna, bram = case.session("anna"), case.session("bram")
    origin = anna.add(case.dossier)
    made = bram.add(case.dossier, origins=[origin], marking="amber+strict", organisations=[case.orgs["A"]])
    further = bram.add(case.dossier, origins=[made], marking="red", people=[case.people["bea"]])

    anna.call("vault_change_marking", origin, "red", [], [case.people["anna"], case.people["bram"]])

    assert marking_of(case, made) == "red"
    assert anna.may(made)
    assert bram.may(made)
    for who in ("otto", "bea"):
        assert not case.session(who).may(made)
        assert not case.session(who).may(further)
        assert not {made, further} & case.session(who).listed()


@pytest.mark.requirement("I7")
def test_i7_a_delivered_copy_gets_the_marking_and_keeps_its_recipient(case, supplied):
    anna, record, made, copy, far, bram = supplied
    derived = bram.add(far, origins=[copy])

    assert anna.call("vault_change_marking", record, "amber+strict", [], []) == 2
    assert {marking_of(case, one) for one in (copy, derived)} == {"amber+strict"}
    assert bram.may(copy)
    assert bram.may(derived)
    with pytest.raises(CheckViolation, match="recall what was supplied"):
        anna.call("vault_change_marking", record, "red", [], [case.people["anna"]])
    anna.call("vault_recall", made, now())
    anna.call("vault_change_marking", record, "red", [], [case.people["anna"]])
    assert not bram.may(derived)


def test_a_looser_marking_leaves_what_was_derived_as_it_is(case):
    anna, bram = case.session("anna"), case.session("bram")
    origin = anna.add(case.dossier, marking="amber+strict", organisations=[case.orgs["B"]])
    made = bram.add(case.dossier, origins=[origin], marking="amber+strict")

    assert anna.call("vault_change_marking", origin, "amber", [], []) == 0
    assert marking_of(case, made) == "amber+strict"


# --- joining, and the clock ---


def test_nobody_joins_a_closed_dossier(case):
    weighing = case.weigh("anna", case.dossier, "deelname", "C")
    anna = case.session("anna")
    anna.call("vault_close_dossier", case.dossier)

    with pytest.raises(CheckViolation, match="not open"):
        anna.rows("SELECT vault_join(%s, today(), NULL, now())", weighing)
    assert case.one("SELECT count(*) FROM vault_participation WHERE weighing_id = %s", weighing) == 0


@pytest.mark.attack("A-07")
@pytest.mark.parametrize("moment", ["now() + interval '6 minutes'", "now() - interval '25 hours'", "NULL"])
def test_a07_the_database_checks_a_moment_against_its_own_clock(case, supplied, moment):
    anna, record, made, _, _, _ = supplied
    carla, number = case.session("carla"), case.number(case.dossier)
    asked = case.weigh("anna", case.dossier, "deelname", "C", by="")
    granted = case.weigh("anna", case.dossier, "deelname", "C")
    for session, question, values in (
        (carla, f"vault_ask_emergency(%s, %s, 'why', {moment})", (uuid4(), number)),
        (carla, f"vault_ask_emergency(%s, 'RIEC-1900-000001', 'why', {moment})", (uuid4(),)),
        (anna, f"vault_announce(%s, 'overleg', NULL, {moment})", ([record],)),
        (anna, f"vault_announce_text(%s, 'weging', {moment})", (asked,)),
        (anna, f"vault_join(%s, today(), NULL, {moment})", (granted,)),
        (anna, f"vault_recall(%s, {moment})", (made,)),
        (case.session("otto"), f"vault_decide_weighing(%s, true, 'x', 9, {moment})", (asked,)),
    ):
        with pytest.raises(CheckViolation, match="happens now"):
            session.rows(f"SELECT {question}", *values)


@pytest.mark.attack("A-07")
def test_a07_an_emergency_needs_a_reason_a_second_person_and_an_end(case):
    record = case.session("anna").add(case.dossier, marking="red", people=[case.people["anna"]])
    carla, key, number = case.session("carla"), uuid4(), case.number(case.dossier)
    with pytest.raises(CheckViolation):
        carla.rows("SELECT vault_ask_emergency(%s, %s, '', now())", uuid4(), number)
    carla.rows("SELECT vault_ask_emergency(%s, %s, 'why', now())", key, number)
    assert not carla.may(record)
    with pytest.raises(InsufficientPrivilege):
        carla.rows("SELECT vault_approve_emergency(%s, 1, now())", key)
    case.work["cees"], case.people["cees"] = "C", case.person("cees")
    case.role(case.people["cees"], case.orgs["C"], "fg")
    ends = case.session("cees").call("vault_approve_emergency", key, 99, now())

    assert ends - case.one("SELECT now()") < timedelta(hours=24, seconds=1)
    assert carla.may(record)
    assert record not in carla.listed()
    assert not case.session("carla", case.other).may(record)
    case.owner.execute(
        "UPDATE vault_emergency SET approved_at = now() - interval '2 hours', until = now() WHERE id = %s",
        [key],
    )
    assert not carla.may(record)


def test_asking_for_an_emergency_tells_nothing_about_what_exists(case):
    carla, used = case.session("carla"), uuid4()
    carla.rows("SELECT vault_ask_emergency(%s, %s, 'why', now())", used, case.number(case.dossier))

    for number in (case.number(case.dossier), "RIEC-1900-000001"):
        assert carla.rows("SELECT vault_ask_emergency(%s, %s, 'why', now())", used, number) == [("",)]
        with pytest.raises(CheckViolation):
            carla.rows("SELECT vault_ask_emergency(%s, %s, NULL, now())", uuid4(), number)


def test_a_second_change_to_a_dossier_waits_so_that_the_list_is_never_stale(case):
    anna, bram = case.session("anna"), case.session("bram")
    first = anna.add(case.dossier)
    with psycopg.connect(case.owner.info.dsn, password=case.owner.info.password) as recalling:
        recalling.execute("UPDATE vault_record SET restricted_at = now() WHERE id = %s", [first])
        with bram.transaction() as adding:
            adding.execute("SET LOCAL lock_timeout = '200ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                adding.execute(
                    "SELECT vault_add_record(%s, %s, 'personalia', 'amber', 'feit', 'bevestigd', "
                    "'melding', NULL, NULL, "
                    "'x', '{}', '{}', '{}', '{}')",
                    [uuid4(), case.dossier],
                )
            adding.rollback()
    second = bram.add(case.dossier)
    assert anna.rows("SELECT record FROM vault_entry WHERE record IS NOT NULL") == [(second,)]


def test_an_organisation_that_leaves_and_comes_back_is_listed_once(case):
    case.participate(case.dossier, "B")
    record = case.session("anna").add(case.dossier)

    assert case.session("bram").rows("SELECT record FROM vault_entry ORDER BY 1") == [(record,), (None,)]


def test_a_partner_that_left_is_no_partner_of_another_agreement(case):
    case.owner.execute(
        "UPDATE agreements_partner SET period = %s WHERE id = %s",
        [DateRange(case.always.lower, case.today), case.partners["C"]],
    )
    _, _, (care,), _ = case.agree("zvh", aims=1)
    with pytest.raises(CheckViolation):
        case.weigh("anna", case.dossier, "deelname", "C", care, by="")
