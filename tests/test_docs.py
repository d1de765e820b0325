"""The documents say what the code does: every command, setting, module, table and link."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.apps import apps

from vangnet.cli.main import parser
from vangnet.config import grants

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "vangnet"
MAIN = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md")
PAGES = [*MAIN, *sorted(path for path in DOCS.rglob("*.md") if "handleiding" not in path.parts)]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def subcommands(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = [action.choices for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0]) if found else {}


def commands() -> dict[str, argparse.ArgumentParser]:
    """Return every command with the words that call it."""
    result = {}
    for noun, of_noun in subcommands(parser()).items():
        below = subcommands(of_noun)
        result |= {f"{noun} {verb}": of_verb for verb, of_verb in below.items()} or {noun: of_noun}
    return result


def examples(text: str) -> list[str]:
    """Return the lines of code blocks that call vangnet, without what comes before or after the call."""
    lines = re.findall(r"^ {4,}(?:\.venv/bin/)?(vangnet [^\n]*)$", text, re.MULTILINE)
    return [re.split(r"\s(?:#|\||>|&&)\s", line)[0].strip() for line in lines]


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_in_the_reference(command):
    assert re.search(
        rf"^    vangnet {re.escape(command)}\b", read("docs/reference/command-line.md"), re.MULTILINE
    )


@pytest.mark.parametrize("command", sorted(subcommands(parser())))
def test_every_command_is_explained(command):
    assert f"| `{command}` |" in read("docs/reference/command-line.md")


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_option_has_help_and_is_in_the_reference(command):
    options = [a for a in commands()[command]._actions if a.option_strings and a.dest != "help"]
    text = read("docs/reference/command-line.md")

    assert [action.dest for action in options if not action.help] == []
    assert [a.option_strings[-1] for a in options if a.option_strings[-1] not in text] == []


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_call_in_a_page_can_be_typed(document, capsys):
    for call in examples(document.read_text(encoding="utf-8")):
        words = shlex.split(call.replace("$(date +%F)", "2026-11-23"))[1:]
        try:
            parser().parse_args(words)
        except SystemExit:
            pytest.fail(f"{call}: {capsys.readouterr().err}")


def test_there_are_calls_to_type():
    assert len(examples(read("docs/reference/command-line.md"))) > 20


def settings_read() -> set[str]:
    """Return the names of all settings that the code reads."""
    files = [p for p in SOURCE.rglob("*.py") if "tests" not in p.parts]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return set(re.findall(r"\b((?:VANGNET|DATABASE)_[A-Z_]*[A-Z])\b", text))


def test_every_setting_is_in_the_reference_and_no_other():
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", read("docs/reference/settings.md"), re.MULTILINE))

    assert listed == settings_read()


def test_every_module_has_a_line():
    listed = set(re.findall(r"^\| `(\w+)` \|", read("docs/reference/modules.md"), re.MULTILINE))

    assert listed == {path.parent.name for path in SOURCE.glob("*/__init__.py")}


def test_every_table_is_in_the_data_model_with_its_rights():
    text = read("docs/reference/data-model.md")
    words = {grants.READ: "read", grants.WRITE: "write", grants.APPEND: "append", grants.NONE: "none"}
    words |= {grants.CHANGE: "change", grants.AMEND: "amend"}
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    listed = {
        name: line.rstrip("| ").rsplit("| ", 1)[1]
        for line in rows
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert listed == {table: words[rights] for table, rights in grants.TABLES.items()}
    assert len([m for m in apps.get_models() if m.__module__.startswith("vangnet.")]) < len(listed)


def test_every_field_of_the_packs_is_in_the_reference():
    text = read("docs/reference/region-pack.md")
    fields = set()
    for pack in sorted((ROOT / "regions").glob("*/pack.yaml")):
        content = yaml.safe_load(pack.read_text(encoding="utf-8"))
        lists = [item for value in content.values() if isinstance(value, list) for item in value]
        by_name = {"sources", "home"}  # their fields are slugs and roles
        groups = [v for key, v in content.items() if isinstance(v, dict) and key not in by_name]
        groups += [*content["sources"].values(), *(item for item in lists if isinstance(item, dict))]
        fields |= {*content, *(name for group in groups for name in group)}
        for table in pack.parent.glob("*.csv"):
            fields |= set(re.split("[,;]", table.read_text(encoding="utf-8").splitlines()[0]))

    assert sorted(field for field in fields if f"`{field}`" not in text) == []


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    text = re.sub(r"^ {4,}.*$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_can_be_reached_from_the_index():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = [str(path.relative_to(DOCS)) for path in PAGES if path.is_relative_to(DOCS)]

    assert [page for page in pages if page != "index.md" and f"({page})" not in index] == []


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z][\w-]*):", read("Makefile"), re.MULTILINE))
    named = {
        word
        for page in PAGES
        for word in re.findall(r"(?:`|^ {4,}|&& )make ([a-z-]+)", page.read_text(), re.MULTILINE)
    }
    assert {"demo", "test"} <= named
    assert named <= targets


def test_every_benchmark_of_a_promise_exists():
    named = re.findall(r"`(benchmarks/\w+\.py)`", read("docs/explanation/performance.md"))

    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_every_file_that_a_page_names_exists():
    pattern = r"`((?:src/vangnet|tests|benchmarks|regions|requirements|docs)/[\w./-]+\.\w+)`"
    named = {
        (page.name, path) for page in PAGES for path in re.findall(pattern, page.read_text(encoding="utf-8"))
    }

    assert named
    assert [item for item in sorted(named) if not (ROOT / item[1]).exists()] == []


def test_the_changelog_can_be_read_by_machines():
    text = read("CHANGELOG.md")
    versions = re.findall(r"^## \[([^\]]+)\](?: - (.+))?$", text, re.MULTILINE)
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    version = re.search(r'^version = "(.+)"$', read("pyproject.toml"), re.MULTILINE)

    assert versions[0] == ("Unreleased", "")
    assert version
    assert versions[1][0] == version[1]
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}|unreleased", day) for _, day in versions[1:])
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_publiccode_says_what_the_standard_asks():
    content = yaml.safe_load(read("publiccode.yml"))
    needed = {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType"}

    assert needed | {"description", "legal", "maintenance", "localisation"} <= content.keys()
    for text in content["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
    assert content["legal"]["license"] == "EUPL-1.2"
    assert read("LICENSE").startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")


def test_the_readme_has_the_two_commands_and_a_dutch_introduction():
    text = read("README.md")

    assert re.search(r"^    make demo$", text, re.MULTILINE)
    assert re.search(r"^    make test$", text, re.MULTILINE)
    assert text.index("## In het kort") < text.index("## Try it")
    assert "![" not in text
