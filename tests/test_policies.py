"""What the catalogue of a migrated database says of row level security, and what a linter thinks of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests import databases
from vangnet.config import grants

PROTECTED = ("vault_", "audit_", "agreements_")
OPEN = {"agreements_category"}  # a list of the law, the same for everybody


@pytest.fixture(scope="module")
def owner(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), databases.as_owner(databases.ensure_template()) as owner:
        yield owner


def rows(owner: Any, query: str, *values: Any) -> list[Any]:
    return list(owner.execute(query, values).fetchall())


@pytest.mark.attack("A-11")
def test_every_table_of_vault_agreements_and_log_has_row_level_security(owner):
    tables = rows(
        owner,
        "SELECT relname, relrowsecurity FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
    )
    guarded = {name: secured for name, secured in tables if name.startswith(PROTECTED) and name not in OPEN}

    assert len(guarded) > 25
    assert [name for name, secured in guarded.items() if not secured] == []


def test_row_level_security_binds_the_owner_too(owner):
    assert rows(owner, "SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity") == []


@pytest.mark.attack("A-11")
def test_functions_with_the_rights_of_the_owner_fix_their_path_and_are_not_everybodys(owner):
    found = rows(
        owner,
        "SELECT p.oid::regprocedure::text, p.proconfig, has_function_privilege('public', p.oid, 'execute') "
        "FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace",
    )

    assert len(found) > 50
    for name, config, is_everybodys in found:
        assert config == ["search_path=pg_catalog, public"], name
        assert not is_everybodys, name


def test_no_view_is_readable_by_the_weak_role(owner):
    readable = rows(
        owner,
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace "
        "AND has_table_privilege(%s, oid, 'select, insert, update, delete')",
        grants.ROLE,
    )

    assert readable == []


# --- the linter --------------------------------------------------------------------------------------------

REASONED: dict[str, str] = {}


def lint(url: str) -> list[dict[str, Any]]:
    program = Path(sys.executable).with_name("pgrls")
    done = subprocess.run(  # noqa: S603
        [program, "lint", "--database-url", url, "--schemas", "public", "--format", "json"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return list(json.loads(done.stdout)["violations"])


def test_a_linter_of_policies_finds_nothing_but_what_was_reasoned(owner):
    url = databases.on_database(settings.OWNER_URL, owner.info.dbname)
    found = {f"{item['rule_id']} {item.get('location') or item}" for item in lint(url)}

    assert found == set()
