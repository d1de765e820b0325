"""A-19 and A-20: every file that the product gives, read back: nothing hidden, nobody in it, nothing runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import openpyxl
import pytest
from django.db import connection

from tests import databases
from tests.attacks.routes import RECIPES, routes
from tests.attacks.site import Site, on_a_clone
from tests.logbook import Event

EVIL = ("=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "＝1+1")
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
EXTENSIONS = ("csv", "xlsx", "docx", "pdf", "svg", "png", "geojson")
FILES = [
    route
    for route in routes()
    if route.is_ours and {"extension", "kind"} & set(route.parts) and route.name != "agreements:step"
]
# What a program of our own made has these names in it, and of nobody else.
MAKERS = {"", "Vangnet Oost-Nederland", "Vangnet", "un-named"}
# Columns with names that end up in a table: whoever fills one in, fills in a cell of a spreadsheet.
NAMES = (
    ("figures_indicator", "name"),
    ("registers_choice", "name"),
    ("strategy_goal", "title"),
    ("places_areaversion", "name"),
    ("directory_topic", "name"),
    ("strategy_recommendation", "words"),
)

BELOW_ZERO = re.compile(r"-\d+(,\d+)?")  # a number, which nothing runs


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), on_a_clone("a19_files") as site:
        yield site


@pytest.fixture(scope="module")
def given(site: Site):
    """Every file of the site, as Anna gets it: by route and extension."""
    names = [f"{route.name}.{extension}" for route in FILES for extension in EXTENSIONS]
    answers = {name: ask(site, name) for name in names}
    return {name: answer for name, answer in answers.items() if answer.status_code == 200}


def ask(site: Site, name: str):
    """Ask for one file."""
    wanted, _, extension = name.rpartition(".")
    (route,) = (route for route in FILES if route.name == wanted)
    return site.ask(site.cast["anna"], "GET", address(site, route, extension))


def address(site: Site, route, extension: str) -> str:
    """Return where a file is; what is no part of any address is put in its place afterwards."""
    owner = "frank" if is_of_meeting(route.name) else "anna"
    kwargs = dict(RECIPES[route.name].make(site.cast[owner]))
    part = "extension" if "extension" in kwargs else "kind"
    return route.address(kwargs | {part: "csv"})[: -len("csv")] + extension


def test_the_files_are_found(given):
    assert {"registers:gain_file.csv", "registers:gain_file.xlsx", "registers:powers_file.xlsx"} <= set(given)
    assert {"registers:finds_file.csv", "figures:download.csv", "reports:factsheet.docx"} <= set(given)
    assert {"reports:factsheet.pdf", "picture:download.xlsx", "portal:goals_file.csv"} <= set(given)


def is_of_meeting(name: str) -> bool:
    return name.startswith("reports:meeting")


def cast(site: Site) -> list[str]:
    return [person.name for person in site.cast.values()]


def texts(answer) -> list[str]:
    """Return every text in the cells of a table."""
    if "csv" in answer["Content-Type"]:
        rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
        return [cell for row in rows for cell in row]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "s"
    ]


def is_table(name: str) -> bool:
    return name.endswith((".csv", ".xlsx"))


@pytest.mark.attack("A-19", "A-29")
def test_a19_a_file_is_saved_under_a_name_without_a_person_and_never_shown_as_a_page(site, given):
    for name, answer in given.items():
        told = answer["Content-Disposition"]

        assert re.fullmatch(r'attachment; filename="[a-z0-9.-]+"', told, re.IGNORECASE), name
        parts = {part.lower() for one in cast(site) for part in one.split()}
        assert not parts & set(re.split(r"[^a-z]+", told.lower())), name
        assert answer["X-Content-Type-Options"] == "nosniff", name


@pytest.mark.attack("A-19")
def test_a19_a_workbook_hides_no_sheet_row_column_or_comment_and_names_no_maker(given):
    for name, answer in given.items():
        if not name.endswith(".xlsx"):
            continue
        book = openpyxl.load_workbook(io.BytesIO(answer.content))

        assert {sheet.sheet_state for sheet in book.worksheets} == {"visible"}, name
        assert not book.defined_names, name
        assert (book.properties.creator or "", book.properties.lastModifiedBy or "") == ("", ""), name
        for sheet in book.worksheets:
            hidden = [*sheet.column_dimensions.values(), *sheet.row_dimensions.values()]
            assert not [one for one in hidden if one.hidden], name
            cells = [cell for row in sheet.iter_rows() for cell in row]
            assert not [cell for cell in cells if cell.comment or cell.data_type == "f"], name


@pytest.mark.attack("A-19")
def test_a19_a_document_a_drawing_and_a_picture_say_nowhere_who_made_them(site, given):
    for name, answer in given.items():
        if is_table(name):
            continue
        body = answer.content
        if name.endswith(".docx"):
            with zipfile.ZipFile(io.BytesIO(body)) as package:
                # A list of decisions names who was there; who made the file it says no more than another one.
                parts = [one for one in package.namelist() if "docProps" in one or not is_of_meeting(name)]
                body = b"".join(package.read(part) for part in parts)
            assert b"python-docx" not in body, name
        assert not [one for one in cast(site) if one.encode() in body], name
        assert b"eXIf" not in body, name
        assert b"<script" not in body, name


@pytest.mark.attack("A-19")
def test_a19_a_file_of_a_register_is_marked_and_says_for_whom_and_when_it_was_made(site, given):
    """The mark leads to a line in the log, which nobody can change."""
    anna = site.cast["anna"]
    for name, answer in given.items():
        if not name.startswith("registers:"):
            continue
        marking, words = texts(answer)[-2:]

        assert marking.startswith("TLP:AMBER"), name
        assert anna.name in words, name
        mark = re.search(r"kenmerk ([0-9a-f-]{36})", words)[1]
        line = Event.objects.get(verb="registers.file.given", subject=mark)
        assert str(line.actor) == str(anna.pk)
        if name.endswith(".xlsx"):
            sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
            assert sheet.oddHeader.center.text.startswith("TLP:AMBER")
            assert mark in sheet.oddFooter.center.text


@pytest.mark.attack("A-32")
def test_a32_a_kind_of_file_that_there_is_not_is_not_found(site):
    for route in FILES:
        for extension in ("exe", "CSV", "x" * 500):
            asked = address(site, route, extension)
            assert site.ask(site.cast["anna"], "GET", asked).status_code == 404, asked


@pytest.mark.attack("A-20")
def test_a20_a_formula_in_any_name_is_text_in_every_table(site, given):
    """Last in this file: it puts a formula before every name that ends up in a table."""
    with databases.as_owner(connection.settings_dict["NAME"]) as owner:
        for table, column in NAMES:
            owner.execute(
                f"WITH n AS (SELECT ctid AS at, row_number() OVER () AS r FROM {table}) UPDATE {table} "
                f"SET {column} = (%s::text[])[1 + n.r %% %s] || {column} FROM n WHERE {table}.ctid = n.at",
                [list(EVIL), len(EVIL)],
            )
    tables = {name: ask(site, name) for name in given if is_table(name)}
    poisoned = set()
    for name, answer in tables.items():
        for text in texts(answer):
            harmless = text == "-" or BELOW_ZERO.fullmatch(text)
            assert harmless or not text.lstrip(" ").startswith(STARTS), f"{name}: {text!r}"
            if text.startswith(tuple(f"'{evil}" for evil in EVIL)):
                poisoned.add(name)
        if name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(answer.content))
            assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"], (
                name
            )

    assert poisoned == set(tables), "a table without a name that could run proves nothing"
