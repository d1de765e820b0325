"""Which tests go to which worker, and when: what takes longest first, what needs Chromium last.

A worker takes a file as a whole, so that what it sets up is set up once. Long work at the end would leave the
other worker idle, and a file of minutes would hold up a run by itself: it is handed out function by function.
"""

from __future__ import annotations

from typing import Any

# Handed out function by function: their tests have nothing in common but a copy of the database.
BY_FUNCTION = {"tests/attacks/test_a01_every_route.py", "tests/browser/test_pages.py"}
# Handed out together: the first makes a demonstration that the second copies.
TOGETHER = {"tests/test_keys_at_start.py": "tests/test_house.py"}
A01 = "tests/attacks/test_a01_every_route.py::test_a01"
# Found with --durations; what is not in the list comes after it, in the order of the folders.
LONGEST_FIRST = (
    f"{A01}_a_hidden_record_answers_as_one_that_does_not_exist",
    "tests/test_house.py",
    "tests/attacks/test_worlds.py",
    f"{A01}_reading_a_page_never_fails_and_asks_nobody_in",
    f"{A01}_sending_a_form_never_fails_and_asks_nobody_in",
    f"{A01}_other_methods_change_nothing_and_never_fail",
    f"{A01}_a_record_that_does_not_exist_is_not_found",
    f"{A01}_asking_for_the_head_gives_what_reading_gives_without_its_text",
    "tests/attacks/test_a18_no_personal_data.py",
    "tests/test_second_region.py",
    "tests/test_tutorials.py",
    "src/vangnet/figures/tests/test_crash.py",
    "src/vangnet/picture/tests/test_area.py",
    "src/vangnet/casework/tests/test_cases.py",
    "src/vangnet/casework/tests/test_case_pages.py",
    "src/vangnet/casework/tests/test_hand_over.py",
    "tests/browser/test_pages.py::test_a_page_of_an_adviser_is_accessible",
    "tests/browser/test_vault.py",
)
RANKS = {portion: rank for rank, portion in enumerate(LONGEST_FIRST)}


def portion(nodeid: str) -> str:
    """Return the portion that a test belongs to; a portion goes to one worker.

    >>> portion("tests/test_keys_at_start.py::test_with_another_key_file_nothing_starts")
    'tests/test_house.py'
    >>> portion("tests/browser/test_pages.py::test_a_public_page_is_accessible[chromium-/]")
    'tests/browser/test_pages.py::test_a_public_page_is_accessible'
    """
    path, _, name = nodeid.partition("::")
    path = TOGETHER.get(path, path)
    return f"{path}::{name.partition('[')[0]}" if path in BY_FUNCTION else path


def place(nodeid: str) -> tuple[bool, int]:
    """Return what to sort tests by.

    Playwright keeps an event loop in its thread, in which no job could be run afterwards: its tests are last.
    """
    return "tests/browser/" in nodeid, RANKS.get(portion(nodeid), len(RANKS))


def arrange(items: list[Any]) -> None:
    """Put tests in the order in which they are handed out; what has no place keeps the one it has."""
    items.sort(key=lambda item: place(item.nodeid))


def scheduler(config: Any, log: Any) -> Any:
    """Return what hands out the tests, portion by portion, in their order."""
    from xdist.scheduler import LoadScopeScheduling

    class Portions(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return portion(nodeid)

    return Portions(config, log)
