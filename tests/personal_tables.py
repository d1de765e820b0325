"""Finds personal data in the tables outside the vault, and columns that are named after a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tests.personal_data import Finding, scan, traits

VAULT = "vault_"  # tables that may hold people
# Accounts of employees are people too, and known: their name and address are how they sign in, and the number
# at work is what they wrote themselves.
EMPLOYEES = {"identity_user", "account_emailaddress", "account_emailconfirmation", "directory_profile"}
# The logboek dataverwerkingen asks for the data subject; what stands there is a pseudonym, and is scanned.
PSEUDONYMS = {"audit_processing.data_subject"}
SMELLS = re.compile(
    r"(?:^|_)(?:bsn|burgerservice\w*|sofi\w*|geboorte\w*|birth\w*|born\w*|voornamen?|voorna\w*|voorletters?"
    r"|achternaam|familienaam|first_?name|given_?names?|last_?name|family_?name|surname|initials"
    r"|geslacht|gender|nationaliteit|nationality|telefoon\w*|phone\w*|mobile|e?_?mail\w*|adres\w*"
    r"|address(?:es)?|straat\w*|street\w*|huisnummer|postcode|passport|paspoort|kenteken|iban"
    r"|betrokkene\w*|data_subject\w*|suspect\w*|verdachte\w*|victim\w*|slachtoffer\w*)(?:$|_)",
    re.IGNORECASE,
)
# From the catalogue: information_schema leaves out what the role may not see, and that must be told.
_COLUMNS = """
SELECT c.relname, a.attname,
       CASE WHEN t.typname = 'bytea' THEN 'bytes'
            WHEN t.typcategory IN ('S', 'A', 'E') OR t.typname IN ('json', 'jsonb', 'xml') THEN 'text'
            WHEN t.typcategory = 'N' THEN 'number'
            ELSE '' END,
       has_table_privilege(c.oid, 'SELECT')
       AND (NOT row_security_active(c.oid) OR pg_get_userbyid(c.relowner) = current_user)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'm', 'f')
   AND a.attnum > 0 AND NOT a.attisdropped AND NOT starts_with(c.relname, %s)
 ORDER BY c.relname, a.attnum
"""
_READ_AS = {"text": '"{}"::text', "bytes": "encode(\"{}\", 'escape')", "number": '"{}"::text'}
_WRAPPED_TEXT = "^[.]?[A-Za-z0-9+/_:=-]{24,}$"


def scan_database(connection: Any) -> list[Finding]:
    """Return what is personal in any text, document or number of any table outside the vault.

    Pass a connection of the owner: the runtime role does not see what row-level security hides, and what a
    role may not read is reported as a finding. Job arguments and the log are tables like any other.
    """
    found: list[Finding] = []
    with connection.cursor() as cursor:
        for table, column, kind, may_read in _columns(cursor):
            if not may_read:
                found.append(Finding("unread", table))
            elif kind:
                found += _scan_column(cursor, table, column, kind)
    return list(dict.fromkeys(found))


def _columns(cursor: Any) -> Sequence[tuple[str, str, str, bool]]:
    cursor.execute(_COLUMNS, [VAULT])
    return list(cursor.fetchall())


def _scan_column(cursor: Any, table: str, column: str, kind: str) -> list[Finding]:
    text = _READ_AS[kind].format(column)
    # What cannot hold a number or a planted text stays in the database.
    values: list[Any] = ["^[0-9]{9}([.]0*)?$" if kind == "number" else "[0-9]([ .-]?[0-9]){8}"]
    wanted = f"{text} ~ %s"
    if kind != "number":
        wanted, values = f"{wanted} OR {text} ~ %s", [*values, _WRAPPED_TEXT]
        if traits():
            wanted, values = f"{wanted} OR length({text}) >= %s", [*values, min(map(len, traits()))]
    cursor.execute(f'SELECT DISTINCT {text} FROM "{table}" WHERE {wanted}', values)
    place = f"{table}.{column}"
    rows = [value for (value,) in cursor.fetchall()]
    return [
        found for value in rows for found in scan(value.split(".")[0] if kind == "number" else value, place)
    ]


def person_columns(connection: Any) -> list[Finding]:
    """Return the columns outside the vault whose name says that they hold a person; employees are known."""
    with connection.cursor() as cursor:
        return [
            Finding("column", column, f"{table}.{column}")
            for table, column, _, _ in _columns(cursor)
            if table not in EMPLOYEES and f"{table}.{column}" not in PSEUDONYMS and SMELLS.search(column)
        ]
