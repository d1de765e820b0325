"""The role of pages and jobs is weak: it can do what the list of grants says, and nothing else."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.logbook import Event
from vangnet.config import grants

pytestmark = pytest.mark.django_db

EVERY_RIGHT = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]


def ask(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def refused(statement):
    """Say whether the server refuses a statement for want of rights."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return error.__cause__.sqlstate == "42501"
    return False


def test_every_table_is_in_the_list_and_nothing_else():
    assert grants.tables_in_schema() == set(grants.TABLES)


@pytest.mark.requirement("AVG-32", "WGS-13")
def test_the_rights_are_exactly_those_of_the_list():
    rows = ask(
        "SELECT t.tablename, r.name FROM pg_tables t, unnest(%s::text[]) r(name)"
        " WHERE t.schemaname = 'public'"
        " AND has_table_privilege(current_user, 'public.' || t.tablename, r.name)",
        EVERY_RIGHT,
    )
    found = {table: {right for name, right in rows if name == table} for table in grants.TABLES}
    listed = {table: set(filter(None, rights.split(", "))) for table, rights in grants.TABLES.items()}

    assert found == listed


@pytest.mark.requirement("AVG-32", "WGS-13")
def test_everybody_else_has_no_right_on_any_table():
    rows = ask(
        "SELECT c.relname FROM pg_class c, aclexplode(c.relacl) a"
        " WHERE c.relnamespace = 'public'::regnamespace AND a.grantee = 0"
    )
    assert rows == []


@pytest.mark.requirement("AVG-32", "WGS-13")
def test_the_role_is_weak():
    (role,) = ask(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication"
        " FROM pg_roles WHERE rolname = current_user"
    )
    assert role == (grants.ROLE, False, False, False, False, False)


@pytest.mark.requirement("AVG-32", "WGS-13")
def test_the_role_is_a_member_of_no_other_and_owns_nothing():
    assert ask("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = current_user::regrole") == []
    assert ask("SELECT relname FROM pg_class WHERE relowner = current_user::regrole") == []
    assert ask("SELECT proname FROM pg_proc WHERE proowner = current_user::regrole") == []


@pytest.mark.requirement("AVG-32", "WGS-13")
def test_the_role_creates_nothing():
    (rights,) = ask(
        "SELECT has_schema_privilege('public', 'CREATE'),"
        " has_database_privilege(current_database(), 'CREATE')"
    )
    assert rights == (False, False)
    assert refused("CREATE TABLE sly (id int)")


@pytest.mark.requirement("AVG-32", "WGS-13")
@pytest.mark.attack("A-16")
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_event (recorded_at, verb, subject, at, details)"
        " VALUES (now(), 'x', 'y', now(), '{}')",
        "UPDATE audit_event SET verb = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "TRUNCATE figures_figure",
        "ALTER TABLE figures_figure ADD COLUMN sly int",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP TABLE portal_installation",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY figures_figure TO PROGRAM 'true'",
        "SET ROLE vangnet_owner",
    ],
)
def test_the_server_refuses(statement):
    assert refused(statement)


def test_what_may_be_done_is_not_refused():
    assert not refused("DELETE FROM figures_stagedfigure")


def test_the_log_takes_lines_through_its_function_only():
    before = Event.objects.count()
    ask("SELECT audit_record('test.line', 'x', NULL, now(), '{}')")

    assert Event.objects.count() == before + 1


def test_functions_inside_the_owner_s_own_are_closed_to_the_role():
    rows = ask(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND proowner = 'vangnet_owner'::regrole AND NOT has_function_privilege(oid, 'EXECUTE')"
        " ORDER BY proname"
    )
    assert [name for (name,) in rows] == sorted(grants.INTERNAL_FUNCTIONS)
    assert refused("SELECT audit_append('x', '', NULL, now(), '{}', NULL, '', '', NULL)")


def test_functions_that_write_the_log_are_nobody_else_s():
    rows = ask(
        "SELECT proname FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a"
        " WHERE proname LIKE 'audit%%' AND a.grantee = 0"
    )
    assert rows == []


def test_the_owner_sees_every_row_of_a_table_with_policies():
    """A backup runs as owner, under the policies; a table that hides rows from it would be half a backup."""
    rows = ask(
        "SELECT c.relname FROM pg_class c WHERE c.relforcerowsecurity AND NOT EXISTS ("
        " SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polpermissive"
        " AND 'vangnet_owner'::regrole = ANY (p.polroles) AND pg_get_expr(p.polqual, p.polrelid) = 'true')"
    )
    assert rows == []


def test_functions_that_act_as_their_owner_are_few_and_fix_their_search_path():
    rows = ask(
        "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " ORDER BY proname"
    )
    assert rows
    assert [
        name for name, config in rows if not any(c.startswith("search_path=pg_catalog") for c in config or [])
    ] == []
