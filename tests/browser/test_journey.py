"""From sign-in to a downloaded table with the keyboard alone."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import expect

from tests import databases
from tests.browser.keys import tab_to

PASSWORD = "een lang en veilig wachtwoord"
BRAM = (
    "adviseur-apeldoorn@voorbeeld.invalid"  # of whom no other test here has a session: a password ends them
)


@pytest.fixture
def password(site_database):
    with databases.as_owner(site_database) as owner:
        owner.execute(
            "UPDATE identity_user SET password = %s WHERE email = %s", [make_password(PASSWORD), BRAM]
        )


@pytest.mark.requirement("TOE-01")
def test_from_sign_in_to_download_without_a_mouse(quiet_page, site, password):
    page = quiet_page
    page.goto(f"{site}/beelden/")
    expect(page).to_have_url(f"{site}/account/login/?next=/beelden/")
    tab_to(page, page.get_by_label("E-mailadres"))
    page.keyboard.type(BRAM)
    tab_to(page, page.get_by_label("Wachtwoord"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/beelden/")

    page.keyboard.press("Tab")
    expect(page.get_by_text("Direct naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Gebied"))
    page.keyboard.type("Zutphen")
    tab_to(page, page.get_by_role("button", name="Toon"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Woninginbraak in Zutphen")

    tab_to(page, page.get_by_role("link", name="CSV").first)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert any("Zutphen" in row for row in rows)
    assert "47018NED" in text
