"""A real passkey in Chromium: made, used to sign in without a password, used to confirm, and removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import databases

DAAN = "om@voorbeeld.invalid"  # of whom no other test here has a session: a second factor ends the others


@pytest.fixture
def with_authenticator(page):
    """A page whose browser has a phone with a fingerprint reader, or so it thinks; no error goes unseen."""
    errors = []
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    phone = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    phone |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": phone})
    yield page
    assert errors == []  # a picture that the next page overtakes is none


def test_a_passkey_signs_in_confirms_and_is_removed(with_authenticator, site, site_database):
    page, here = with_authenticator, site.replace("127.0.0.1", "localhost")
    page.goto(f"{here}/demo/")
    page.locator("main .vn-card", has_text="Daan Mulder").get_by_role("link").click()
    page.locator("main").get_by_role("button").last.click()
    expect(page).to_have_url(f"{here}/")
    page.goto(f"{here}/account/beveiliging/")
    page.get_by_role("link", name="Passkey toevoegen").click()
    page.get_by_label("Naam").fill("werktelefoon")
    page.get_by_role("button", name="Passkey maken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Herstelcodes")

    page.get_by_role("button", name="Uitloggen").first.click()
    expect(page.get_by_text("U bent uitgelogd.")).to_be_visible()
    page.goto(f"{here}/account/login/")
    page.get_by_role("button", name="Log in met een passkey").click()
    expect(page).to_have_url(f"{here}/")
    page.goto(f"{here}/account/beveiliging/")
    expect(page.get_by_text("werktelefoon").first).to_be_visible()
    expect(page.get_by_text("zonder tweede factor")).to_have_count(0)

    with databases.as_owner(site_database) as owner:
        owner.execute(
            "UPDATE identity_session SET proven_at = NULL"
            " WHERE user_id = (SELECT id FROM identity_user WHERE email = %s)",
            [DAAN],
        )
    page.get_by_role("link", name="Verwijder werktelefoon").click()
    page.get_by_role("button", name="Bevestig met uw passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Passkey verwijderen")
    with databases.as_owner(site_database) as owner:
        proven = owner.execute("SELECT count(*) FROM identity_session WHERE proven_at IS NOT NULL").fetchone()
    assert proven >= (1,)
    page.locator("main").get_by_role("button", name="Verwijderen").click()
    expect(page.get_by_text("U hebt nog geen passkey")).to_be_visible()
