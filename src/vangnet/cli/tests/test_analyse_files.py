import pytest
from openpyxl import Workbook

from vangnet.cli import outputs
from vangnet.cli.main import main

EVERY = {
    "suppress": ("--dimensions", "gemeente"),
    "audit": ("--dimensions", "gemeente"),
    "round": ("--dimensions", "gemeente"),
    "positions": ("--size", "1"),
    "disrupt": ("--roles", "{other}", "--gone", "a"),
    "displacement": ("--treated", "A", "--since", "2018", "--neighbours", "{other}"),
    "knox": (),
    "nowcast": (),
}


def run(capsys, command, file, *more):
    other = file.with_name("ander.csv")
    other.write_text("van,naar\na,b\n")
    words = [word.format(other=other) for word in EVERY[command]]
    code = main(["analyse", command, str(file), *words, *map(str, more)])
    return code, capsys.readouterr().err


@pytest.mark.parametrize("command", EVERY)
def test_what_is_no_file_with_lines_is_told_in_dutch_by_every_command(tmp_path, capsys, command):
    folder, empty, missing = (tmp_path / name for name in ("map.csv", "leeg.csv", "kwijt.csv"))
    folder.mkdir()
    empty.touch()
    heads = tmp_path / "kop.csv"
    heads.write_text("\ufeffx;y\n", encoding="utf-8")

    assert "map.csv is een map, geen bestand / " in run(capsys, command, folder)[1]
    assert "rij 1: leeg.csv is leeg / " in run(capsys, command, empty)[1]
    assert "kwijt.csv bestaat niet; kijk de naam en de map na / " in run(capsys, command, missing)[1]
    code, err = run(capsys, command, heads)
    assert (code, "rij 1: kop.csv heeft geen kolom " in err, "er zijn: x, y" in err) == (1, True, True)


@pytest.mark.parametrize("command", EVERY)
def test_where_nothing_can_be_written_is_told_before_any_work(tmp_path, capsys, command, monkeypatch):
    file = tmp_path / "cijfers.csv"
    file.write_text("a,b\n1,2\n")

    assert (
        f"er is geen map {tmp_path / 'nee'}; maak die"
        in run(capsys, command, file, "--out", tmp_path / "nee/uit.csv")[1]
    )
    monkeypatch.setattr(outputs.os, "access", lambda *_: False)  # who runs this may be allowed everything
    assert (
        f"in {tmp_path} mag niets worden geschreven"
        in run(capsys, command, file, "--out", tmp_path / "uit.csv")[1]
    )


def test_a_disk_that_fails_is_told_with_its_reason():
    assert outputs.dutch(OSError(28, "No space left on device", "x.csv")).startswith(
        "x.csv is niet te lezen of te schrijven: No space left on device / "
    )
    assert "vraag er rechten op" in outputs.dutch(PermissionError(13, "Permission denied", "x.csv"))


def test_a_mark_in_front_semicolons_and_decimal_commas_are_read(tmp_path, capsys):
    file = tmp_path / "bedragen.csv"
    lines = [f"{place};{10.5 + at:.1f}".replace(".", ",") for at, place in enumerate("ABCD")]
    file.write_text("\ufeffgemeente;aantal\r\n" + "\r\n".join(lines) + "\r\n", encoding="utf-8")
    words = ("--unit", "amount", "--needed", 5)
    code, err = run(capsys, "suppress", file, *words)

    assert (code, err) == (0, "")
    assert "10.5" in file.with_name("bedragen.beveiligd.csv").read_text()


def test_of_a_workbook_the_first_sheet_counts(tmp_path, capsys):
    file, book = tmp_path / "boek.xlsx", Workbook()
    for row in (("van", "naar"), ("a", "b"), ("b", "c")):
        book.active.append(row)
    book.create_sheet("toelichting").append(["iets anders"])
    book.save(file)
    assert run(capsys, "positions", file, "--draws", 5) == (0, "")

    book.active.delete_rows(1, 9)
    book.save(file)
    assert "het eerste blad van boek.xlsx is leeg" in run(capsys, "positions", file)[1]


def test_a_sum_that_does_not_hold_is_named_by_row_in_an_audit_too(tmp_path, capsys):
    file = tmp_path / "cijfers.csv"
    file.write_text("gemeente,aantal\nA,12\nB,8\nTotaal,25\n")
    told = "rij 4, kolom aantal: telt niet op: Totaal is 25, maar de delen tellen op tot 20"
    assert told in run(capsys, "audit", file)[1]

    file.write_text("gemeente,aantal\nA,12\nB,\nC,\nTotaal,25\n")
    assert run(capsys, "audit", file)[0] == 0


def test_one_period_is_no_before_and_after(tmp_path, capsys):
    file = tmp_path / "cijfers.csv"
    file.write_text("gemeente,jaar,aantal\nA,2018,12\nB,2018,8\n")
    assert "kolom jaar: er is alleen 2018; nodig zijn perioden" in run(capsys, "displacement", file)[1]
