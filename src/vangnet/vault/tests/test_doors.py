"""Attacks on the functions that are the only way into the vault: skipped steps, forged context."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from psycopg.errors import CheckViolation, DatabaseError, InsufficientPrivilege
from tests import databases
from tests.attacks.case import Case, Session, now, supply

from vangnet.config import grants
from vangnet.vault import envelope


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), databases.clone("doors") as name, databases.as_owner(name) as owner:
        yield name, owner


@pytest.fixture
def case(place):
    return Case(*place)


@pytest.fixture
def care(case):
    """A purpose of another agreement, for which B may receive."""
    _, _, (purpose,), _ = case.agree("zvh", aims=1)
    case.authorise("bram", purpose)
    return purpose


def attempt(session: Session, query: str, *values: Any) -> str:
    """Return what came of it: the state of the error, or nothing."""
    try:
        session.rows(query, *values)
    except DatabaseError as error:
        return error.sqlstate or "?"
    return ""


@pytest.mark.attack("A-07")
def test_a07_nobody_decides_the_own_weighing(case):
    weighing = case.weigh("anna", case.dossier, "deelname", "C", by="")

    with pytest.raises(InsufficientPrivilege):
        case.session("anna").rows("SELECT vault_decide_weighing(%s, true, 'x', 9, now())", weighing)
    with pytest.raises(InsufficientPrivilege):
        case.session("bram").rows("SELECT vault_decide_weighing(%s, true, 'x', 9, now())", weighing)
    with pytest.raises(CheckViolation):
        case.owner.execute(
            "UPDATE vault_weighing SET status = 'toegewezen', decided_by_id = asked_by_id, "
            "decided_at = now(), "
            "sealed_decision = 'x', expires_on = today() WHERE id = %s",
            [weighing],
        )


@pytest.mark.attack("A-08")
@pytest.mark.parametrize("state", ["waiting", "refused", "expired", "used"])
def test_a08_nobody_joins_without_a_decision_that_holds(case, state):
    weighing = case.weigh(
        "anna", case.dossier, "deelname", "C", by="" if state in {"waiting", "refused"} else "otto"
    )
    anna, join = case.session("anna"), "SELECT vault_join(%s, today(), NULL, now())"
    if state == "refused":
        case.session("otto").rows("SELECT vault_decide_weighing(%s, false, 'x', 9, now())", weighing)
    elif state == "expired":
        case.owner.execute("UPDATE vault_weighing SET expires_on = today() - 1 WHERE id = %s", [weighing])
    elif state == "used":
        anna.rows(join, weighing)

    with pytest.raises(CheckViolation):
        anna.rows(join, weighing)


@pytest.mark.attack("A-08")
@pytest.mark.parametrize("state", ["waiting", "expired", "category", "used", "red", "another's"])
def test_a08_nothing_is_supplied_without_a_decision_that_holds(case, care, state):
    anna = case.session("anna")
    marking, people = ("red", [case.people["anna"]]) if state == "red" else ("amber", [])
    record = anna.add(
        case.dossier, "adres" if state == "category" else "personalia", marking=marking, people=people
    )
    weighing = case.weigh(
        "anna", case.dossier, "verstrekking", "B", care, by="" if state == "waiting" else "otto"
    )
    if state == "expired":
        case.owner.execute("UPDATE vault_weighing SET expires_on = today() - 1 WHERE id = %s", [weighing])
    elif state == "used":
        supply(anna, weighing, record)
    elif state == "another's":
        case.owner.execute(
            "UPDATE vault_weighing SET organisation_id = %s WHERE id = %s", [case.orgs["C"], weighing]
        )

    with pytest.raises((CheckViolation, InsufficientPrivilege)):
        supply(anna, weighing, record)


@pytest.mark.requirement("I6")
@pytest.mark.attack("A-08")
def test_a08_who_is_not_the_source_supplies_nothing(case, care):
    record = case.session("bram").add(case.dossier)
    weighing = case.weigh("anna", case.dossier, "verstrekking", "B", care)

    with pytest.raises(InsufficientPrivilege):
        supply(case.session("anna"), weighing, record)


@pytest.mark.attack("A-11")
@pytest.mark.parametrize("token", ["", "guess", "' OR true --", "\u0130"])
def test_a11_a_forged_session_opens_nothing_even_beside_a_fresh_line(case, token):
    anna = case.session("anna")
    record = anna.add(case.dossier)
    line, allowed = anna.announce(record)
    forged = Session(case.name, token, case.purpose)

    assert allowed
    assert not forged.may(record)
    assert forged.listed() == set()
    assert attempt(forged, "SELECT * FROM vault_open(%s)", line) == "42501"
    assert attempt(case.session("otto"), "SELECT * FROM vault_open(%s)", line) == "42501"
    with anna.transaction() as running:
        running.execute("SELECT set_config('vangnet.token', %s, true)", [token])
        assert running.execute("SELECT count(*) FROM vault_entry").fetchone() == (0,)


@pytest.mark.attack("A-11")
def test_a11_no_table_of_the_vault_is_read_or_written(case):
    anna = case.session("anna")
    closed = [
        table
        for table, rights in grants.TABLES.items()
        if table.startswith("vault_") and rights == grants.NONE
    ]

    assert len(closed) > 12
    for table in [*closed, "vault_party", "vault_reach", "identity_session"]:
        assert attempt(anna, f"SELECT * FROM {table}") == "42501", table
    for statement in ("DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "TRUNCATE {}"):
        for table in [*closed, "vault_entry", "vault_notice"]:
            assert attempt(anna, statement.format(table)) == "42501", (statement, table)


@pytest.mark.attack("A-11")
def test_a11_functions_of_the_database_itself_are_refused(case):
    anna = case.session("anna")
    tries = [
        ("SELECT * FROM vault_decision(%s, %s, %s, %s)", [uuid4()] * 4),
        ("SELECT vault_refresh(%s)", [case.dossier]),
        ("SELECT vault_set_recipients(%s, '{}', '{}')", [uuid4()]),
        ("SELECT vault_use_line(1, 'vault.record.opened', session_account(), session_organisation())", []),
        ("SELECT vault_takes_part(%s, %s)", [case.dossier, case.orgs["A"]]),
        ("SELECT vault_emergency_holds(%s, %s, %s)", [uuid4()] * 3),
        ("SELECT vault_may_read_text(%s)", [uuid4()]),
        ("SELECT vault_shows(%s, %s)", [case.dossier, case.orgs["A"]]),
        (
            "SELECT audit_append('vault.record.opened', 'x', NULL, now(), '{}', NULL, 'toegestaan', "
            "'', NULL)",
            [],
        ),
        (
            "SELECT audit_write('vault.record.opened', 'x', NULL, now(), '{}', NULL, 'toegestaan', '', NULL)",
            [],
        ),
    ]
    for query, values in tries:
        assert attempt(anna, query, *values) == "42501", query


@pytest.mark.requirement("I5")
@pytest.mark.attack("A-15")
def test_a15_a_line_of_the_same_transaction_or_rolled_back_gives_nothing(case):
    anna = case.session("anna")
    record = anna.add(case.dossier)
    announce = "SELECT event FROM vault_announce(%s, 'overleg', NULL, now())"
    with anna.transaction() as running:
        event = running.execute(announce, [[record]]).fetchone()[0]
        with pytest.raises(InsufficientPrivilege):
            running.execute("SELECT * FROM vault_open(%s)", [event])
        running.rollback()

    assert attempt(anna, "SELECT * FROM vault_open(%s)", event) == "42501"


@pytest.mark.requirement("I5")
@pytest.mark.attack("A-15")
def test_a15_a_line_is_used_once_and_stays_when_the_reading_is_rolled_back(case):
    anna = case.session("anna")
    record = anna.add(case.dossier)
    line, _ = anna.announce(record)
    with anna.transaction() as running:
        assert running.execute("SELECT count(*) FROM vault_open(%s)", [line]).fetchone() == (1,)
        running.rollback()
    assert case.one("SELECT subject FROM audit_event WHERE id = %s", line) == str(record)

    assert attempt(anna, "SELECT * FROM vault_open(%s)", line) == ""
    assert attempt(anna, "SELECT * FROM vault_open(%s)", line) == "42501"


@pytest.mark.requirement("I5")
@pytest.mark.attack("A-15")
@pytest.mark.parametrize("line", ["colleague's", "refused", "other purpose", "old", "none", "null"])
def test_a15_a_line_of_another_or_for_another_or_too_old_gives_nothing(case, line):
    anna = case.session("anna")
    record = anna.add(case.dossier)
    event, _ = case.session("otto" if line == "colleague's" else "anna").announce(record)
    if line == "refused":
        event, allowed = anna.announce(uuid4())
        assert not allowed
    elif line == "other purpose":
        event, _ = case.session("anna", case.other).announce(record)
    elif line == "old":
        case.owner.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        case.owner.execute(
            "UPDATE audit_event SET recorded_at = recorded_at - interval '61 s' WHERE id = %s", [event]
        )
        case.owner.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")
    event = {"none": 0, "null": None}.get(line, event)

    assert attempt(anna, "SELECT * FROM vault_open(%s)", event) == "42501"


@pytest.mark.attack("A-15")
@pytest.mark.parametrize("reason", [None, "", "zomaar", "anders"])
def test_a15_a_reading_has_a_reason_and_invented_words_are_none(case, reason):
    record = case.session("anna").add(case.dossier)

    announce = "SELECT * FROM vault_announce(%s, %s, %s, now())"
    assert attempt(case.session("anna"), announce, [record], reason, uuid4()) == "23514"


STRINGS = (
    "'; DROP TABLE vault_record; --",
    "' OR '1'='1",
    "$$; SELECT 1; $$",
    "%s%n",
    "{}",
    "\\', pg_sleep(9))--",
)


@pytest.mark.attack("A-27")
@pytest.mark.parametrize("text", STRINGS)
def test_a27_whatever_is_written_in_a_text_stays_a_text(case, text):
    anna = case.session("anna")
    before = case.one("SELECT count(*) FROM pg_class WHERE relname LIKE 'vault_%%'")
    states = {
        attempt(anna, "SELECT vault_open_dossier(%s, 1, %s, %s, 'w', '{}')", uuid4(), text[:40], text),
        attempt(anna, "SELECT vault_add_subject(%s, %s, %s, %s, false, 'x')",
                uuid4(), case.dossier, text, text[:12]),
        attempt(anna, "SELECT * FROM vault_announce('{}', %s, NULL, now())", text),
        attempt(anna, "SELECT vault_announce_text(%s, %s, now())", uuid4(), text),
        attempt(anna, "SELECT vault_ask_emergency(%s, %s, 'x', now())", uuid4(), text),
        attempt(anna, "SELECT vault_may_write(%s, %s)", case.dossier, text),
        attempt(
            anna, "SELECT vault_ask_weighing(%s, %s, %s, %s, NULL, %s, '[]', 'x', now())",
            uuid4(), case.dossier, text[:12], case.orgs["B"], text,
        ),
    }  # fmt: skip
    for part in ("category", "marking", "nature", "reliability", "provenance"):
        try:
            anna.add(case.dossier, **{part: text[:12]})
        except DatabaseError as error:
            states.add(error.sqlstate or "?")

    assert states <= {"", "42501", "23514", "23503", "22001"}
    assert case.one("SELECT count(*) FROM pg_class WHERE relname LIKE 'vault_%%'") == before


@pytest.mark.attack("A-34")
def test_a34_a_dump_tells_no_name_and_no_content(case):
    key, name, secret = envelope.new_key(), "Planted van Kanarie", "kanariegeheim-4711"
    anna = case.session("anna")
    seal = lambda text: envelope.seal_text(key, text, context=b"canary")  # noqa: E731
    person = uuid4()
    anna.rows(
        "SELECT vault_add_subject(%s, %s, 'pseudo', 'derde', false, %s)", person, case.dossier, seal(name)
    )
    anna.open(anna.add(case.dossier, content=seal(secret), subjects=[person]))
    tables = case.owner.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^(vault|audit|agreements)_'"
    ).fetchall()

    for (table,) in tables:
        for (row,) in case.owner.execute(f"SELECT t::text FROM {table} t").fetchall():
            for planted in (name, secret):
                assert planted not in row, table
                assert planted.encode().hex() not in row, table


# --- two at once -------------------------------------------------------------------------------------------


def at_once(*tasks: Any) -> list[str]:
    def outcome(task: Any) -> str:
        try:
            task()
        except DatabaseError as error:
            return error.sqlstate or "?"
        return ""

    with ThreadPoolExecutor(len(tasks)) as pool:
        return sorted(pool.map(outcome, tasks))


def test_of_two_people_who_decide_one_weighing_one_does(case):
    case.work["olga"], case.people["olga"] = "A", case.person("olga")
    case.role(case.people["olga"], case.orgs["A"], "adviseur")
    case.authorise("olga", case.purpose)
    weighing = case.weigh("anna", case.dossier, "deelname", "C", by="")
    decide = "SELECT vault_decide_weighing(%s, %s, 'x', 9, now())"
    otto, olga = case.session("otto"), case.session("olga")

    assert at_once(
        lambda: otto.rows(decide, weighing, True), lambda: olga.rows(decide, weighing, False)
    ) == ["", "23514"]  # fmt: skip


def test_of_two_supplies_of_one_record_on_one_weighing_one_happens(case, care):
    anna, weighing = case.session("anna"), case.weigh("anna", case.dossier, "verstrekking", "B", care)
    record = anna.add(case.dossier)

    outcomes = at_once(*[lambda: supply(anna, weighing, record)] * 2)

    assert outcomes == ["", "23514"]
    assert case.one("SELECT count(*) FROM vault_supply WHERE weighing_id = %s", weighing) == 1


@pytest.mark.attack("A-09")
def test_after_a_revocation_that_came_in_between_nothing_is_opened(case):
    record = case.session("anna").add(case.dossier)
    bram = case.session("bram")
    line, allowed = bram.announce(record)
    revoke = "UPDATE agreements_authorisation SET revoked_at = now() WHERE user_id = %s"

    at_once(
        lambda: case.owner.execute(revoke, [case.people["bram"]]),
        lambda: bram.rows("SELECT * FROM vault_open(%s)", line),
    )

    assert allowed
    assert attempt(bram, "SELECT * FROM vault_open(%s)", line) == "42501"
    assert not bram.announce(record)[1]


def test_a_recall_waits_for_who_derives_and_closes_that_too(case, care):
    anna, weighing = case.session("anna"), case.weigh("anna", case.dossier, "verstrekking", "B", care)
    made, copy, far = supply(anna, weighing, anna.add(case.dossier))
    bram, derived = case.session("bram", care), uuid4()
    with ThreadPoolExecutor(1) as pool:
        with bram.transaction() as deriving:
            deriving.execute(
                "SELECT vault_add_record(%s, %s, 'personalia', 'amber', 'feit', 'bevestigd', "
                "'melding', NULL, NULL, "
                "'x', '{}', '{}', '{}', %s)",
                [derived, far, [copy]],
            )
            recall = pool.submit(anna.call, "vault_recall", made, now())
            with pytest.raises(TimeoutError):
                recall.result(timeout=0.5)
        assert recall.result(timeout=20) == 2
    assert not bram.may(derived)


def test_the_weak_role_is_what_these_tests_attack_with(case):
    assert case.session("anna").rows("SELECT current_user") == [(grants.ROLE,)]
