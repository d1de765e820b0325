"""Supply and recall, access in an emergency, and a list that is never stale."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege
from psycopg.types.range import DateRange
from tests import databases
from tests.attacks.case import Case, supply


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

    assert anna.call("vault_recall", made, case.today) == 3
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
        anna.call("vault_recall", made, case.today)


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
    ends = case.session("cees").call("vault_approve_emergency", key, 99, case.today)

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
