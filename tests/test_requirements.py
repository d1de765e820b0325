"""The page for the auditor says what the tests say."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests import requirements

STANDARD = requirements.ROOT.parent / "shared" / "standards.md"
GROUP = r"WGS|WPG|WJSG|AVG|OPW|BIB|GEM|WVG|WOO|ARC|TOE|AIA|ALG|IAM|SYRI|TOP|A"


def codes_of(standard: str) -> list[str]:
    """Return the codes that the standard defines: rows of tables, and the invariants in their sentence."""
    rows = re.findall(rf"^\| ((?:{GROUP})-(?:\d+[a-z]?|BSN|K)) \|", standard, re.MULTILINE)
    (invariants,) = re.findall(r"^### 3\.2 .*?\n(.*?)^### ", standard, re.MULTILINE | re.DOTALL)
    return rows + re.findall(r"\b(I\d+) ", invariants)


def test_the_page_is_what_the_marks_say():
    assert requirements.PAGE.read_text(encoding="utf-8") == requirements.page(), "run: make requirements"


def test_the_list_holds_each_code_of_the_standard_and_no_other():
    if not STANDARD.is_file():
        pytest.skip(f"the standard is not beside this checkout ({STANDARD.parent.name}/{STANDARD.name})")
    listed = codes_of(STANDARD.read_text(encoding="utf-8"))

    assert Counter(listed) == Counter(list(requirements.codes()))
    assert len(listed) > 100


def test_every_mark_names_a_code_of_the_list():
    known = requirements.codes()
    faults = [(mark.test, requirements.unknown(mark.kind, mark.code, known)) for mark in requirements.marks()]

    assert [item for item in faults if item[1]] == []


def test_a_code_without_tests_says_what_it_waits_for():
    marked = {mark.code for mark in requirements.marks()}
    silent = [code for code, row in requirements.codes().items() if not row.waits and not row.legal_check]

    assert [code for code in silent if code not in marked] == []


def test_a_code_says_one_sentence_and_its_source():
    rows = requirements.codes().values()

    assert [row.code for row in rows if not row.source or not row.words.endswith(".")] == []
    assert [row.code for row in rows if row.waits.endswith(".")] == []
    assert [row.code for row in rows if row.legal_check and not row.legal_check.endswith(".")] == []


def test_reading_the_marks_finds_what_pytest_finds(request):
    """Marks that are made in another way than by name would be missing on the page."""
    read = {(mark.kind, mark.code, mark.test) for mark in requirements.marks()}
    seen = {
        (kind, code, item.nodeid.split("[")[0])
        for item in request.session.items
        for kind in requirements.MARKS
        for mark in item.iter_markers(kind)
        for code in mark.args
    }
    assert seen - read == set()


@pytest.mark.parametrize(
    ("kind", "code", "fault"),
    [
        ("requirement", "WGS-99", "is no code of docs/reference/requirements.yaml"),
        ("requirement", "A-01", "belongs in the mark attack"),
        ("attack", "I5", "belongs in the mark requirement"),
        ("attack", "", "is no code"),
        ("attack", "A-01", ""),
    ],
)
def test_a_wrong_code_is_refused(kind, code, fault):
    said = requirements.unknown(kind, code, requirements.codes())

    assert fault in said
    assert bool(said) == bool(fault)


def test_marks_are_found_on_module_class_test_and_parameter(tmp_path, monkeypatch):
    monkeypatch.setattr(requirements, "ROOT", tmp_path)
    file = tmp_path / "test_example.py"
    file.write_text(
        'pytestmark = [pytest.mark.django_db, pytest.mark.attack("A-02")]\n'
        '@pytest.mark.requirement("I1")\n'
        "class TestThis:\n"
        "    def test_one(self): ...\n"
        '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.requirement("I2", "I3"))])\n'
        "def test_two(x): ...\n"
        "def no_test(): ...\n"
    )
    found = {(mark.code, mark.test) for mark in requirements.marks_in(file)}

    assert found == {
        ("A-02", "test_example.py::TestThis::test_one"),
        ("I1", "test_example.py::TestThis::test_one"),
        ("A-02", "test_example.py::test_two"),
        ("I2", "test_example.py::test_two"),
        ("I3", "test_example.py::test_two"),
    }
