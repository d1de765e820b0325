import json
import random
from pathlib import Path

import pytest

from vangnet.cli.main import main


@pytest.fixture
def events(tmp_path) -> Path:
    chance, lines = random.Random(2), []
    for _ in range(150):
        x, y, day = chance.randint(200_000, 204_000), chance.randint(460_000, 464_000), chance.randint(1, 28)
        lines.append(f"{x},{y},{day:02}-{chance.randint(1, 6):02}-2018\n")
        if chance.random() < 0.2:
            lines.append(f"{x + 20},{y},{lines[-1].rsplit(',', 1)[1]}")
    path = tmp_path / "voorvallen.csv"
    path.write_text("x,y,datum\n" + "".join(lines), encoding="utf-8")
    return path


def run(capsys, *words):
    code = main(["analyse", *map(str, words)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.mark.parametrize(
    ("scale", "shift", "words"),
    [
        (0.001, 0, "rij 2, kolom x: (200, 460) lijkt op kilometers; vermenigvuldig met 1000"),
        (
            1,
            500_000,
            "lijkt op Web Mercator (EPSG:3857), waarin een meter geen meter is; reken om naar RD New",
        ),
    ],
)
def test_places_that_are_no_metres_are_refused(events, capsys, scale, shift, words):
    def moved(line):
        x, y, day = line.split(",")
        return f"{int(x) * scale + shift:g},{int(y) * scale + 12 * shift:.9g},{day}"

    head, *rows = events.read_text().splitlines()
    events.write_text("\n".join([head, moved("200000,460000,01-02-2018"), *map(moved, rows)]))
    code, _, err = run(capsys, "knox", events, "--permutations", 0)

    assert (code, words in err) == (1, True), err


def test_places_outside_the_country_are_warned_about(events, capsys):
    events.write_text(events.read_text().replace(",46", ",976"))
    result = json.loads(run(capsys, "knox", events, "--permutations", 0, "--json")[1])
    assert "plekken liggen buiten Nederland in RD New" in result["let op"][-1]


def test_days_without_hours_among_hours_and_years_long_past_are_refused(events, capsys):
    head, first, *rows = events.read_text().splitlines()
    events.write_text("\n".join([head, first, *(f"{row} 13:30" for row in rows)]))
    code, _, err = run(capsys, "knox", events)
    told = (
        "rij 2, kolom datum: een dag zonder uur (of met 00:00 daarvoor), terwijl "
        "rij 3 wel een uur heeft (1 van zulke regels)"
    )
    assert (code, told in err) == (1, True), err

    lines = [f"{row.rsplit(',', 1)[0]},2018-03-01 {at % 2 * 13:02}:00:00" for at, row in enumerate(rows)]
    events.write_text("\n".join([head, *lines]))  # as a workbook gives days among moments
    assert "rij 2, kolom datum: een dag zonder uur (of met 00:00" in run(capsys, "knox", events)[2]

    events.write_text("\n".join([head, "200000,460000,0218-03-01", *rows]))
    code, _, err = run(capsys, "knox", events)
    assert (code, "rij 2, kolom datum: 0218-03-01 ligt voor 1900; een tikfout?" in err) == (1, True), err
