"""The page of requirements: every code with the tests that hold it, read from the marks on the tests.

Nothing is run or imported, so it takes a second: `make requirements` writes the page, and
`test_requirements.py` fails when the page is not what the marks say.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vangnet.config.environment import read_yaml

ROOT = Path(__file__).parents[1]
LIST = ROOT / "docs" / "reference" / "requirements.yaml"
PAGE = ROOT / "docs" / "reference" / "requirements.md"
MARKS = ("requirement", "attack")


@dataclass(frozen=True)
class Code:
    """One requirement, invariant or attack."""

    code: str
    words: str
    source: str
    waits: str = ""
    legal_check: str = ""

    @property
    def mark(self) -> str:
        """The mark that tests of this code carry."""
        return "attack" if self.code.startswith("A-") else "requirement"


@dataclass(frozen=True)
class Mark:
    """One code in one mark on one test."""

    kind: str
    code: str
    test: str  # path::name, or path::class::name


# --- reading ---


def groups() -> dict[str, list[Code]]:
    """Return the codes per group, in the order of the list."""
    listed = read_yaml(LIST)
    return {item["title"]: [Code(code, **row) for code, row in item["codes"].items()] for item in listed}


def codes() -> dict[str, Code]:
    """Return every code."""
    return {item.code: item for group in groups().values() for item in group}


def unknown(kind: str, code: str, known: Mapping[str, Code]) -> str:
    """Say what is wrong with a code in a mark; an empty text when nothing is."""
    if code not in known:
        return f"{code} is no code of {LIST.relative_to(ROOT)}"
    if known[code].mark != kind:
        return f"{code} belongs in the mark {known[code].mark}, not in {kind}"
    return ""


def test_files() -> list[Path]:
    """Return every file with tests."""
    found = [*ROOT.glob("src/vangnet/**/tests/**/test_*.py"), *ROOT.glob("tests/**/test_*.py")]
    return sorted(path for path in found if "node_modules" not in path.parts)


def marks() -> list[Mark]:
    """Return every mark on every test."""
    return [mark for path in test_files() for mark in marks_in(path)]


def marks_in(path: Path) -> Iterator[Mark]:
    """Yield the marks in one file: on the module, on a class, on a test or on one of its parameters."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from _below(tree, str(path.relative_to(ROOT)), ())


def _below(node: ast.Module | ast.ClassDef, place: str, above: tuple[tuple[str, str], ...]) -> Iterator[Mark]:
    own = above + tuple(found for item in node.body if _is_pytestmark(item) for found in _codes(item))
    for item in node.body:
        if isinstance(item, ast.ClassDef):
            on_class = tuple(found for decorator in item.decorator_list for found in _codes(decorator))
            yield from _below(item, f"{place}::{item.name}", own + on_class)
        elif isinstance(item, ast.FunctionDef) and item.name.startswith("test_"):
            on_test = tuple(found for decorator in item.decorator_list for found in _codes(decorator))
            for kind, code in sorted({*own, *on_test}):
                yield Mark(kind, code, f"{place}::{item.name}")


def _is_pytestmark(item: ast.stmt) -> bool:
    return isinstance(item, ast.Assign) and any(ast.unparse(name) == "pytestmark" for name in item.targets)


def _codes(node: ast.AST) -> list[tuple[str, str]]:
    """Return the codes of all calls of our marks inside an expression."""
    calls = [item for item in ast.walk(node) if isinstance(item, ast.Call)]
    called = [(ast.unparse(call.func).removeprefix("pytest.mark."), call.args) for call in calls]
    return [
        (kind, argument.value)
        for kind, arguments in called
        for argument in arguments
        if kind in MARKS and isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def refuse_unknown(items: list[Any]) -> None:
    """Stop pytest when a test about to run carries a code that is not in the list."""
    import pytest

    known = codes()
    wrong = {
        f"{item.nodeid}: {fault}"
        for item in items
        for kind in MARKS
        for mark in item.iter_markers(kind)
        for code in mark.args or [""]
        if (fault := unknown(kind, code, known))
    }
    if wrong:
        raise pytest.UsageError("\n".join(sorted(wrong)))


# --- writing ---

HEAD = """# Requirements and the tests that hold them

Made by `make requirements` from [requirements.yaml](requirements.yaml) and from the marks on the tests; a
test fails when this page is out of date. It is for who audits Vangnet: what the law, the standards and the
known attacks ask, and where it is shown.

A test stands here only when it would fail if the requirement were broken. **Waits for** says what is missing:
without tests the code is not held yet, with tests they hold a part. **LEGAL-CHECK** says what a lawyer or
privacy officer must confirm; no test can do that. "Standard" is the project's own reference of law, norms and
attacks, whose codes these are. This page is no legal advice.
"""


def page() -> str:
    """Return the page as it must be."""
    held: dict[str, list[str]] = {}
    for mark in marks():
        held.setdefault(mark.code, []).append(mark.test)
    parts = [HEAD, *_summary(held)]
    for title, group in groups().items():
        parts += [f"## {title}\n", *(_row(item, sorted(held.get(item.code, []))) for item in group)]
    return "\n".join(parts).rstrip() + "\n"


def state(item: Code, tests: list[str]) -> str:
    """Return how far a code is held."""
    if not tests:
        return "not yet"
    return "in part" if item.waits else "tests"


def _summary(held: Mapping[str, list[str]]) -> list[str]:
    lines = [
        "| | codes | held by tests | held in part | not yet | LEGAL-CHECK |",
        "|---|---|---|---|---|---|",
    ]
    for title, group in [*groups().items(), ("**Together**", list(codes().values()))]:
        states = [state(item, held.get(item.code, [])) for item in group]
        counts = [len(group), *(states.count(word) for word in ("tests", "in part", "not yet"))]
        counts.append(sum(bool(item.legal_check) for item in group))
        lines.append(f"| {title} | {' | '.join(map(str, counts))} |")
    return [*lines, "\nA code under LEGAL-CHECK is counted under one of the other three as well.\n"]


def _row(item: Code, tests: list[str]) -> str:
    words = {"tests": "held by tests", "in part": "held in part", "not yet": "not yet"}[state(item, tests)]
    check = " · LEGAL-CHECK" if item.legal_check else ""
    lines = [f"### {item.code}\n", f"{item.words} *({item.source})*\n", f"Status: **{words}**{check}\n"]
    lines += [f"- `{test}`" for test in tests]
    lines += [f"- Waits for: {item.waits}."] if item.waits else []
    lines += [f"- LEGAL-CHECK: {item.legal_check}"] if item.legal_check else []
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
