"""Rules of the house: what nobody should have to remember, held by reading the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from tests import names

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "vangnet"
NOT_VERBS = {("figures", "staged_line")}  # writes one line of text, touches no table
BANNED = {"utils", "util", "helpers", "helper", "services", "managers", "common", "misc", "base"}
DJANGO_WANTS_THIS_NAME = SOURCE / "identity" / "postgresql" / "base.py"


def python_files(*, tests: bool = True) -> list[Path]:
    """Return our modules, without migrations."""
    found = [p for p in sorted(SOURCE.rglob("*.py")) if "migrations" not in p.parts]
    return [p for p in found if "node_modules" not in p.parts and (tests or "tests" not in p.parts)]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(tree: ast.AST) -> set[str]:
    """Return the full names of everything that a module imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


# --- verbs, views, signals ---


def verbs() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for path in sorted([*SOURCE.glob("*/actions.py"), SOURCE / "agreements" / "designation.py"]):
        for node in ast.parse(path.read_text()).body:
            is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if is_public and (path.parent.name, node.name) not in NOT_VERBS:
                found.append((path.parent.name, node))
    return found


@pytest.mark.parametrize(("module", "verb"), verbs(), ids=lambda part: getattr(part, "name", part))
def test_a_verb_says_who_and_when_in_one_transaction_and_logs_it(module, verb):
    body = ast.unparse(verb)

    assert {"by", "at"} <= {argument.arg for argument in verb.args.kwonlyargs}, "by= and at= are keyword-only"
    assert "transaction.atomic" in [ast.unparse(item) for item in verb.decorator_list]
    assert re.search(r"\blog\.record\(.*\bby=by\b.*\bat=at\b", body, re.DOTALL)


def test_there_are_verbs_to_check():
    assert len(verbs()) > 10


def test_views_read_only_what_the_user_may_see():
    offenders = [
        f"{shown(path)}: {match.group()}"
        for path in sorted(SOURCE.rglob("*views.py"))
        for match in re.finditer(r"\w+\.objects\b(?!\s*\.visible_to\()[^\n]*", path.read_text())
    ]
    assert offenders == []


def test_nothing_happens_behind_the_back_of_a_verb():
    offenders = [
        shown(path)
        for path in python_files()
        if any(
            re.search(r"(^|\.)signals(\.|$)|^django\.dispatch", n)
            for n in imported(ast.parse(path.read_text()))
        )
    ]
    assert offenders == []


def test_analysis_is_plain_python():
    offenders = [
        f"{shown(path)} imports {name}"
        for path in python_files()
        if path.is_relative_to(SOURCE / "analysis")
        for name in imported(ast.parse(path.read_text()))
        if name.split(".")[0] in {"django", "psycopg"} or re.match(r"vangnet\.(?!analysis)", name)
    ]
    assert offenders == []


def test_imports_go_down_only():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


# --- size and names ---


def test_files_are_at_most_400_lines():
    sizes = {shown(path): len(path.read_text().splitlines()) for path in python_files()}

    assert {path: size for path, size in sizes.items() if size > 400} == {}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function from its first statement on; the docstring is a contract, not a body."""
    statements = (
        function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    )
    return (function.end_lineno or 0) - statements[0].lineno + 1


def test_functions_are_at_most_40_lines():
    offenders = {
        f"{shown(path)}: {node.name}": body_lines(node)
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > 40
    }
    assert offenders == {}


def test_a_module_is_called_after_what_it_is_about():
    files = [path for path in python_files() if path != DJANGO_WANTS_THIS_NAME]

    assert [shown(p) for p in files if BANNED & {p.stem, *p.relative_to(SOURCE).parts}] == []


def test_every_table_is_in_the_glossary_under_its_dutch_name():
    rows = re.findall(r"^\| (\w+) \| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    known = {code: dutch.strip() for code, dutch in rows}
    models = [model for model in apps.get_models() if model.__module__.startswith("vangnet.")]
    ours = {model.__name__: str(model._meta.verbose_name) for model in models}

    assert {name: dutch for name, dutch in ours.items() if known.get(name) != dutch} == {}


def test_no_name_of_a_region_is_in_the_code():
    kinds = {".py", ".html", ".js", ".css", ".typ", ".svg", ".json", ".txt"}
    files = [p for p in SOURCE.rglob("*") if p.suffix in kinds and not {"tests", "node_modules"} & {*p.parts}]
    files = [path for path in files if "vendor" not in path.relative_to(SOURCE).parts]
    offenders = []
    for pack in sorted(path.parent for path in names.REGIONS.glob("*/pack.yaml")):
        find = names.pattern(pack)
        offenders += [f"{shown(p)}: {m.group()}" for p in files for m in find.finditer(p.read_text())]

    assert files
    assert offenders == []


# --- pages ---


@pytest.mark.attack("A-27")
@pytest.mark.parametrize(
    "forbidden",
    [r"\sstyle\s*=", r"\son[a-z]+\s*=\s*[\"']", r"<style\b", r"<script\b[^>]*>\s*[^\s<]", r"javascript:"],
)
def test_templates_hold_no_style_or_script_of_their_own(forbidden):
    offenders = [
        f"{shown(path)}: {match.group().strip()}"
        for path in sorted(SOURCE.rglob("templates/**/*.html"))
        for match in re.finditer(forbidden, path.read_text(), re.IGNORECASE)
    ]
    assert offenders == []


# --- migrations ---


def our_migrations() -> list[migrations.Migration]:
    loader = MigrationLoader(None)
    found = loader.graph.nodes.values()
    return [item for item in found if type(item).__module__.startswith("vangnet.")]


def test_migrations_of_a_module_form_one_line():
    ours = our_migrations()
    before = {(m.app_label, m.name): [d for d in m.dependencies if d[0] == m.app_label] for m in ours}
    followed = Counter(parent for parents in before.values() for parent in parents)
    firsts = Counter(app for (app, _), parents in before.items() if not parents)

    assert set(followed.values()) == {1}
    assert {len(parents) for parents in before.values()} == {0, 1}
    assert set(firsts.values()) == {1}


def test_every_migration_can_be_taken_back():
    operations = [(item, operation) for item in our_migrations() for operation in item.operations]

    assert len(operations) > 10
    assert [f"{item}: {operation}" for item, operation in operations if not operation.reversible] == []


def test_migrations_have_a_name_and_import_nothing_of_ours():
    files = sorted(SOURCE.glob("*/migrations/0*.py"))

    assert [shown(p) for p in files if re.search(r"_auto_|_alter_|_and_more", p.stem)] == []
    used = {shown(p): imported(ast.parse(p.read_text())) for p in files}
    assert {p: n for p, n in used.items() if any(i.startswith("vangnet") for i in n)} == {}
