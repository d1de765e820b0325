"""Hands that have no mouse: whatever is used is reached with Tab, and its focus can be seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

HAS_FOCUS = "element => element === document.activeElement"
OUTLINE = "element => getComputedStyle(element).outlineStyle"


def tab_to(page: Page, target: Locator, *, most: int = 250) -> None:
    """Press Tab until the target has the focus; a person without a mouse can do no other."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate(HAS_FOCUS):
            assert target.evaluate(OUTLINE) != "none", "the focus cannot be seen"
            return
    pytest.fail(f"{target} cannot be reached with Tab")


def enter(page: Page, thing: Locator) -> None:
    """Go to something that leads to another page, press Enter, and wait until that page is there."""
    expect(thing).to_be_visible()
    if page.evaluate("document.activeElement === document.body"):  # a fresh page: past the menu first
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    tab_to(page, thing)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def near(page: Page, thing: Locator, *, most: int) -> None:
    """Go to what a fresh page is for in a few presses of Tab past the menu, and press Enter."""
    expect(thing).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, thing, most=most)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, field: Locator, words: str) -> None:
    """Type into a field, in place of what stands there."""
    tab_to(page, field)
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
    expect(field).to_have_value(words)


def write_all(page: Page, words: str) -> None:
    """Type the same words into every field for words."""
    for field in page.get_by_role("main").locator("textarea").all():
        write(page, field, words)


def choose(page: Page, field: Locator, label: str) -> None:
    """Choose from a list by typing how the choice begins."""
    tab_to(page, field)
    page.keyboard.type(label)
    chosen = field.evaluate("element => element.selectedOptions[0].label")
    assert chosen.startswith(label), f"{chosen} is chosen instead of {label}"


def tick(page: Page, choice: Locator) -> None:
    """Choose one of a group, with the arrows from the one that Tab leads to."""
    group = page.locator(f"input[name='{choice.get_attribute('name')}']")
    checked = [one for one in group.all() if one.is_checked()]
    tab_to(page, checked[0] if checked else group.first)
    page.keyboard.press("Space")
    for _ in range(group.count()):
        if choice.is_checked():
            return
        page.keyboard.press("ArrowDown")
    expect(choice).to_be_checked()


def write_day(page: Page, field: Locator, day: str) -> None:
    """Type a day (year-month-day) part by part, in the order that this browser has its parts in."""
    year, month, date = day.split("-")
    tab_to(page, field)
    for typed in (f"{month}{date}{year}", f"{date}{month}{year}"):
        page.keyboard.type(typed)
        if field.input_value() == day:
            return
        for _ in range(2):  # back to the first part
            page.keyboard.press("ArrowLeft")
    expect(field).to_have_value(day)
