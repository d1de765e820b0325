"""What a site must say about itself."""

from datetime import UTC, datetime, timedelta

import pytest

pytestmark = pytest.mark.django_db
PUBLIC = ["/", "/handleiding/", "/toegankelijkheid/", "/privacy/", "/bronnen/", "/gezondheid/", "/robots.txt",
          "/.well-known/security.txt"]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_anybody_may_read_it_without_a_session(outsider, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        answer = outsider.get(address)

    assert answer.status_code == 200
    assert "sessionid" not in outsider.cookies


@pytest.mark.parametrize("address", PUBLIC)
def test_it_is_only_read(outsider, address):
    assert outsider.post(address).status_code == 405


def test_security_txt_has_a_contact_and_expires_within_a_year(outsider, settings):
    settings.SECURITY_CONTACT = "mailto:veilig@regio.test"
    answer = outsider.get("/.well-known/security.txt")
    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())

    expires = datetime.strptime(lines["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert lines["Contact"] == "mailto:veilig@regio.test"
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)
    assert answer["content-type"].startswith("text/plain")


def test_search_engines_are_asked_to_stay_out(outsider):
    assert outsider.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_health_answers_in_json(outsider):
    answer = outsider.get("/gezondheid/")

    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["cache-control"]


def test_sources_name_licence_and_when_they_were_read(outsider):
    page = outsider.get("/bronnen/")
    origins = {origin.source.slug: origin for origin in page.context["origins"]}

    assert "CC BY 4.0" in page.content.decode()
    assert origins["misdrijven-gemeente"].read_at is not None
    assert origins["eigen-opgave"].read_at is None


@pytest.mark.requirement("TOE-01")
def test_the_accessibility_statement_claims_no_audit(outsider):
    text = outsider.get("/toegankelijkheid/").content.decode()

    assert "geen onafhankelijk onderzoek" in text
    assert "axe" in text


def test_whoever_is_signed_in_can_change_the_password_from_there(outsider, sign_in, anna):
    link = 'href="/account/password/change/"'

    assert link not in outsider.get("/privacy/").content.decode()
    assert link in sign_in(anna).get("/privacy/").content.decode()


def test_the_privacy_statement_names_the_cookies(outsider):
    text = outsider.get("/privacy/").content.decode()

    assert "12 uur" in text
    assert "cookie" in text
