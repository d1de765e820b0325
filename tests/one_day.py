"""Run the suite as if it were one day: what failed while the day changed runs once more, on the new day.

A test counts its days from when its file was read, the product from when it is asked. A run over midnight has
them differ, without a fault in either. Any other failure counts at once.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

CLOCKS = ("Europe/Amsterdam", "UTC")  # of the screen, and of the stored moments


def today() -> list[str]:
    """Return which day it is on each clock."""
    return [datetime.now(ZoneInfo(clock)).date().isoformat() for clock in CLOCKS]


class Failures:
    """Collects the tests that failed; all examples of a test, because their names may hold a day."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.names[report.nodeid.partition("[")[0]] = None


def run(options: list[str], day: Callable[[], list[str]] = today) -> int:
    """Run pytest with `options`, which name no files, and what failed once more when the day changed.

    Return the exit code of the last run.
    """
    began, failures = day(), Failures()
    outcome = int(pytest.main(options, plugins=[failures]))
    if outcome != pytest.ExitCode.TESTS_FAILED or day() == began or not failures.names:
        return outcome
    told = ["The day changed during the tests; what failed runs again:", *failures.names]
    sys.stdout.write("\n  ".join(told) + "\n")
    sys.stdout.flush()
    again = [sys.executable, "-m", "pytest", *options, *failures.names]  # a process that reads the files anew
    return subprocess.run(again, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))
