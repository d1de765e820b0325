import argparse
import json

import pytest

from vangnet.cli import figures
from vangnet.cli.house import CommandError
from vangnet.figures.models import Import
from vangnet.figures.tests.delivering import HEAD, everything, latest
from vangnet.figures.tests.statline import Fault, serve
from vangnet.identity.operator import operator, service_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    """Run a command as main does."""
    parser = argparse.ArgumentParser()
    figures.register(parser.add_subparsers())

    def run(*words):
        args = parser.parse_args(["figures", *map(str, words)])
        with service_session(operator()):
            return args.run(args)

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cijfers.csv"
    path.write_text(HEAD + "Zutphen;Woninginbraak;2025;99\nLochem;Woninginbraak;2026;5\n")
    return path


def test_a_dry_run_says_what_would_change_and_leaves_nothing(run, file, capsys):
    before, count = everything(), Import.objects.count()

    assert run("import", file, "--dry-run") == 0

    assert "1 new, 1 changed, 0 unchanged" in capsys.readouterr().out
    assert (everything(), Import.objects.count()) == (before, count)


def test_importing_twice_changes_nothing_the_second_time(run, file, capsys):
    assert run("import", file, "--yes") == 0
    before = everything()

    assert run("import", file, "--yes") == 0

    assert "all 2 figures were there already; nothing changed" in capsys.readouterr().out
    assert everything() == before


def test_without_a_yes_nothing_is_saved(run, file, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    before = everything()

    with pytest.raises(CommandError, match="Add --yes"):
        run("import", file)

    assert (everything(), latest().state) == (before, Import.State.DRAFT)


def test_a_refused_file_lists_its_problems_and_fails(run, file, capsys):
    file.write_text(HEAD + "Zutfen;Woninginbraak;2025;x1\n")

    with pytest.raises(CommandError, match=r"refused, 2 problem\(s\), nothing saved"):
        run("import", file, "--yes")

    said = capsys.readouterr().out
    assert "Rij 2, kolom 'Gemeente'" in said
    assert "Rij 2, kolom 'Aantal'" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["import", "nergens.csv"], "no such file"),
        (["import", "--police", "47018NED"], "needs --years"),
        (["import", "--police", "00000NED", "--years", "2024"], "needs --source"),
        (["undo", "6f1c2f0e-6f0b-4a53-a8f4-0b7f0d6a3c11"], "no import"),
    ],
)
def test_what_cannot_be_done_is_said(run, words, message):
    with pytest.raises(CommandError, match=message):
        run(*words)


@pytest.mark.parametrize(
    "words", [["import"], ["import", "--police", "47018NED", "--years", "2025-2012"], ["undo", "7"]]
)
def test_wrong_use_ends_with_2(run, words):
    with pytest.raises(SystemExit) as end:
        run(*words)
    assert end.value.code == 2


def test_undo_puts_everything_back_once(run, file, capsys):
    before = everything()
    run("import", file, "--yes")

    assert run("undo", latest().pk) == 0
    assert everything() == before
    with pytest.raises(CommandError, match="only a saved import can be undone"):
        run("undo", latest().pk)


def test_lists_are_json_when_asked(run, capsys):
    run("list", "--json")
    rows = {row["indicator"]: row for row in json.loads(capsys.readouterr().out)}
    run("list", "--imports", "--json")
    imports = json.loads(capsys.readouterr().out)

    assert (rows["woninginbraak"]["code"], rows["woninginbraak"]["areas"]) == ("1.1.1", 77)
    assert {row["state"] for row in imports} == {"opgeslagen"}


def test_a_published_table_is_fetched_checked_and_saved(run, tmp_path, capsys):
    with serve() as line:
        where = ["--base-url", line.root, "--spool", tmp_path / "spool"]
        words = ["--offences", "1.1.1", "--years", "2023-2024", "--yes"]
        assert run("import", "--police", "47018NED", *words, *where) == 0
        assert "4 changed" in capsys.readouterr().out
        assert run("import", "--police", "47018NED", *words, *where) == 0

    assert "all 4 figures were there already" in capsys.readouterr().out


def test_a_service_that_says_no_is_said_and_nothing_is_saved(run, tmp_path):
    before = everything()
    with serve() as line:
        line.faults.append(Fault("400"))
        with pytest.raises(CommandError, match="weigert het verzoek"):
            run(
                "import",
                "--police",
                "47018NED",
                "--years",
                "2024",
                "--offences",
                "1.1.1",
                "--base-url",
                line.root,
                "--spool",
                tmp_path / "s",
            )

    assert everything() == before
