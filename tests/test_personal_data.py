"""The scanner finds what it must find, and nothing else."""

from __future__ import annotations

import base64
import io
import json
import logging
import uuid
import zipfile

import openpyxl
import pytest
from django.core import signing
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django import app

from tests import databases, personal_data
from tests.personal_data import LogCatcher, Watch, is_bsn, scan
from tests.personal_tables import SMELLS, scan_database
from vangnet.audit import log

BSN = "123456782"
TEST_BSN = "999900006"


def kinds(found):
    return {(item.kind, item.value) for item in found}


# --- numbers ---


@pytest.mark.parametrize(
    "text",
    [
        BSN,
        f"BSN:{BSN}.",
        f"bsn_{BSN}_x",
        "1234.56.782",
        "123 456 782",
        "123-456-782",
        "123\u00a0456\u00a0782",
        f"/zoeken/?q={BSN}&p=2",
        "123%20456%20782",
        f"naam;{BSN};1980-01-01",
        f"1,{BSN},2",
        f'{{"bsn": "{BSN}"}}',
        f"<td>{BSN}</td>",
        f"{uuid.UUID(int=1)} {BSN}",
        f"abcdef0 {BSN}",
    ],
)
def test_a_number_is_found_in_every_usual_form(text):
    assert kinds(scan(text)) == {("bsn", BSN)}
    assert kinds(scan(text.encode())) == {("bsn", BSN)}


@pytest.mark.parametrize(
    "text",
    [
        "123456789",  # fails the check
        "000000000",
        "1123456782",
        f"{BSN}0",
        f"0.{BSN}",
        f"{BSN}.25",
        "<td>123</td><td>456</td><td>782</td>",
        "100 123 456 782 900",  # a row of figures
        "123.456 782",
        "12345-6782",
        f"ab12cd34-1234-4123-8123-123{BSN}",  # the tail of a UUID
        f"{'a' * 23}{BSN}",  # a digest
        f"{BSN}abcdef0",  # the span of a trace
        "2019-01-01T12:34:56.782000",
        "M 123,456 L 782,100",
    ],
)
def test_what_only_looks_like_a_number_is_left_alone(text):
    assert scan(text) == []


@given(st.integers(min_value=1, max_value=10**9 - 1))
def test_a_changed_digit_never_passes_the_check(number):
    digits = f"{number:09}"
    changed = [digits[:n] + str((int(digits[n]) + 1) % 10) + digits[n + 1 :] for n in range(9)]

    assert not is_bsn(digits) or not any(map(is_bsn, changed))


def test_the_range_for_tests_counts():
    assert kinds(scan(TEST_BSN)) == {("bsn", TEST_BSN)}


# --- people ---


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text,
        str.upper,
        lambda text: text.replace("è", "e"),
        lambda text: text.replace("è", "%C3%A8"),
        lambda text: text.replace("è", "&egrave;"),
        lambda text: json.dumps(text),
        lambda text: text[:4] + "<mark>" + text[4:] + "</mark>",
        lambda text: base64.b64encode(f"een tekst met {text} erin".encode()).decode(),
        lambda text: signing.dumps({"message": [text] * 20}, compress=True),
    ],
)
def test_a_planted_person_is_found_however_it_is_written(written):
    with personal_data.planted() as person:
        found = scan(f"x {written(person.given)} y")

    assert ("planted", person.given) in kinds(found)


def test_a_person_is_looked_for_inside_the_block_only_and_is_never_the_same():
    with personal_data.planted("Kleine Steeg") as one, personal_data.planted() as other:
        text = f"{one.name}, {other.name}, kleine steeg"
        assert {one.given, one.family, other.given, other.family, "Kleine Steeg"} == {
            found.value for found in scan(text)
        }
        assert is_bsn(one.bsn)
        assert one.bsn != other.bsn
    assert scan(text) == []


# --- files ---


def test_a_workbook_is_opened_with_its_hidden_sheets_and_properties():
    book = openpyxl.Workbook()
    book.create_sheet("Blad2").append([BSN])
    book["Blad2"].sheet_state = "veryHidden"
    with personal_data.planted() as person:
        book.properties.creator = person.name
        target = io.BytesIO()
        book.save(target)
        found = scan(target.getvalue(), "export")

    assert {("bsn", BSN), ("planted", person.family)} <= kinds(found)
    assert "export /docProps/core.xml" in {item.where for item in found}


def test_names_of_files_in_an_archive_and_archives_in_it_are_read():
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(f"dossier {BSN}.txt", "niets")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("binnen.zip", inner.getvalue())

    assert kinds(scan(outer.getvalue())) == {("bsn", BSN)}


def test_a_pdf_is_read_page_by_page():
    import typst

    body = typst.compile(f'#set document(title: "Over {TEST_BSN}")\nBetreft {BSN}'.encode())

    assert kinds(scan(body)) == {("bsn", BSN), ("bsn", TEST_BSN)}


# --- log ---


def test_the_log_is_caught_from_debug_up_with_tracebacks_and_extra_fields():
    quiet = logging.getLogger("tests.quiet")
    quiet.setLevel(logging.ERROR)
    quiet.propagate = False
    with LogCatcher() as caught:
        logging.getLogger("tests.deep").debug("een %s", BSN)
        quiet.info("nog een: %s", TEST_BSN)
        try:
            raise ValueError("111222333")
        except ValueError:
            logging.getLogger("tests.deep").exception("mis", extra={"person": "123456782"})

    assert [("bsn", value) for value in (BSN, TEST_BSN, "111222333", BSN)] == [
        (found.kind, found.value) for found in caught.findings()
    ]
    assert (quiet.level, quiet.handlers) == (logging.ERROR, [])
    logging.getLogger("tests.deep").warning(BSN)
    assert len(caught.lines) == 3


# --- pages ---


def _leaks(request, where):
    if where == "fout":
        raise ValueError(f"Key (bsn)=({BSN}) already exists.")
    if where == "bericht":
        from django.contrib import messages

        messages.success(request, f"‘{BSN}’ is opgeslagen.")
    answer = HttpResponse(f"{BSN}", status={"verboden": 403}.get(where, 200))
    if where == "bestand":
        answer["Content-Disposition"] = f'attachment; filename="{TEST_BSN}.pdf"'
    if where == "door":
        answer["Location"] = f"/personen/{TEST_BSN}/"
    return answer


urlpatterns = [path("lek/<str:where>/", _leaks)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("gewoon", set()),  # a page that shows somebody to whoever may see them
        ("verboden", {"403 /lek/verboden/"}),
        ("bestand", {"header of /lek/bestand/", "200 /lek/bestand/"}),
        ("door", {"header of /lek/door/"}),
        ("bericht", {"cookie messages of /lek/bericht/"}),
        ("fout", {"log"}),
        (BSN, {"address"}),
    ],
)
def test_a_leak_is_found_wherever_it_is(settings, anna, where, expected):
    settings.ROOT_URLCONF = __name__
    with Watch() as watch:
        watch.browser(anna).get(f"/lek/{where}/")

    assert {found.where for found in watch.findings()} == expected
    assert watch.seen == 1


# --- tables ---


def test_every_kind_of_column_outside_the_vault_is_read(own_database):
    with personal_data.planted() as person, databases.as_owner(own_database) as owner:
        owner.execute("CREATE TABLE sample (a text, b jsonb, c text[], d bigint, e bytea, f numeric, g text)")
        owner.execute("CREATE TABLE vault_sample (a text)")
        name, given, wrapped = person.name.upper(), {"x": person.given}, signing.dumps([person.name])
        values = [name, json.dumps(given), [BSN], int(BSN), BSN.encode(), "123456782.00", wrapped]
        owner.execute("INSERT INTO sample VALUES (%s, %s, %s, %s, %s, %s, %s)", values)
        owner.execute("INSERT INTO vault_sample VALUES (%s)", [person.name])
        found = scan_database(owner)

    assert {(item.kind, item.where) for item in found} == {
        *(("planted", f"sample.{column}") for column in "abg"),
        *(("bsn", f"sample.{column}") for column in "cdef"),
    }


def test_details_in_the_log_and_arguments_of_a_job_are_read(own_database, anna):
    with personal_data.planted() as person:
        log.record("test.done", "x", by=anna, at=timezone.now(), reason=f"over {person.name}")
        app.configure_task("sample", allow_unknown=True).defer(about=person.bsn)
        with databases.as_owner(own_database) as owner:
            found = scan_database(owner)

    assert {"audit_event.details", "procrastinate_jobs.args"} <= {item.where for item in found}


@pytest.mark.django_db
def test_what_a_role_may_not_read_is_said_and_not_taken_for_empty():
    unread = {found.value for found in scan_database(connection) if found.kind == "unread"}

    assert "auth_group" in unread


@pytest.mark.parametrize("name", ["bsn", "geboortedatum", "birth_date", "voornaam", "client_bsn", "email"])
def test_a_column_that_smells_of_a_person_is_named(name):
    assert SMELLS.search(name)


@pytest.mark.parametrize(
    "name", ["name", "code", "title", "delivered_by", "period", "given_at", "addressed_at"]
)
def test_an_ordinary_column_is_not(name):
    assert not SMELLS.search(name)
