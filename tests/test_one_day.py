"""A run over midnight tries again what failed; any other run does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FAILS_ONCE = """
from pathlib import Path
import pytest
seen = Path(__file__).with_name("seen")

@pytest.mark.parametrize("example", [1, 2])
def test_it(example):
    been = seen.exists()
    seen.touch()
    assert been or example == 2
"""
FAILS = "def test_it():\n    assert False\n"
DAYS = {"the day changed": ["26", "27"], "the same day": ["26", "26"]}


@pytest.mark.parametrize(
    ("source", "days", "outcome"),
    [
        (FAILS_ONCE, "the day changed", 0),
        (FAILS_ONCE, "the same day", 1),
        (FAILS, "the day changed", 1),
        ("def test_it():\n    pass\n", "the day changed", 0),
        ("import nothing_of_that_name\n", "the day changed", 2),
    ],
)
def test_what_failed_runs_again_only_when_the_day_changed(tmp_path, source, days, outcome):
    (tmp_path / "test_inner.py").write_text(source)
    flags = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:django", "--rootdir=."]
    command = f"import sys; from tests import one_day; days = iter({DAYS[days]}); " + (
        "sys.exit(one_day.run(sys.argv[1:], lambda: [next(days)]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", command, *flags],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTEST_ADDOPTS": "", "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert run.returncode == outcome, run.stdout + run.stderr
    assert run.stdout.count("runs again") == (days == "the day changed" and "assert" in source)
