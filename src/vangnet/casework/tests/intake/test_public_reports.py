"""Reports by whoever is not signed in: no cookie, no address kept, nothing to read back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from tests import databases
from tests.logbook import Event

from vangnet.casework.tasks import forget
from vangnet.casework.tests.desks import SignalDesk, purpose
from vangnet.vault.tests.offices import UUID_IN, browser

PAGE = "/melden/gm0301/"
SEEN = "Achter de loods staan elke nacht vrachtwagens met draaiende motor."
TOLD = {
    "text": SEEN,
    "where": "Kanaalweg",
    "source": "anoniem",
    "branch": "bedrijventerrein",
    "phenomenon": "drugs",
}
NUMBER = re.compile(r"GEMEENTE-\d{4}-\d{6}")
ADDRESS = "203.0.113.77"


@pytest.fixture
def database(own_database):
    return own_database


@pytest.fixture
def on(database, anna):
    """The public form of Zutphen is on."""
    assert browser(anna).post("/signalen/meldformulier/", {"stand": "aan"}).status_code == 302
    return database


@pytest.fixture
def visitor():
    return Visitor()


class Visitor:
    """Somebody at home."""

    def __init__(self, address: str = ADDRESS) -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)

    def mark(self) -> str:
        page = self.client.get(PAGE).content.decode()
        return re.search(r'name="mark" value="([^"]+)"', page)[1]

    def send(self, mark: str = "", **told):
        return self.client.post(PAGE, {**TOLD, "mark": mark or self.mark(), **told})


def count(database, query, *values):
    with databases.as_owner(database) as owner:
        return owner.execute(query, values).fetchone()[0]


# --- on and off ---


def test_the_form_is_off_until_somebody_switches_it_on_and_off_again(database, anna, visitor):
    assert visitor.client.get(PAGE).status_code == 404
    assert "Hier kunt u nog niet melden" in visitor.client.get("/melden/").content.decode()
    browser(anna).post("/signalen/meldformulier/", {"stand": "aan"})
    assert visitor.client.get(PAGE).status_code == 200
    assert PAGE in visitor.client.get("/melden/").content.decode()
    assert "Aangezet" in browser(anna).get("/signalen/meldformulier/").content.decode()
    browser(anna).post("/signalen/meldformulier/", {"stand": "uit"})

    assert visitor.client.get(PAGE).status_code == 404
    assert Event.objects.filter(verb="casework.public_form.disabled", by=anna.pk).exists()


@pytest.mark.parametrize("who", ["petra", "ineke", "greet", "carla", "jan"])
def test_only_an_adviser_or_administrator_of_the_municipality_switches_it(on, who, request):
    person = request.getfixturevalue(who)

    assert browser(person).get("/signalen/meldformulier/").status_code == 404
    assert browser(person).post("/signalen/meldformulier/", {"stand": "uit"}).status_code == 404
    assert Client().get(PAGE).status_code == 200


def test_without_a_second_factor_nobody_switches_it(on, anna):
    answer = browser(anna, strong=False).post("/signalen/meldformulier/", {"stand": "uit"})

    assert answer.status_code == 403
    assert Client().get(PAGE).status_code == 200


@pytest.mark.parametrize("slug", ["gm0200", "politie", "bestaat-niet", "GM0301"])
def test_a_forged_municipality_does_not_exist(on, visitor, slug):
    mark = visitor.mark()

    assert visitor.client.get(f"/melden/{slug}/").status_code == 404
    assert visitor.client.post(f"/melden/{slug}/", {**TOLD, "mark": mark}).status_code == 404


def test_a_form_that_is_switched_off_while_somebody_types_takes_nothing(on, visitor, anna):
    mark = visitor.mark()
    browser(anna).post("/signalen/meldformulier/", {"stand": "uit"})

    assert visitor.send(mark).status_code == 404
    assert count(on, "SELECT count(*) FROM casework_signal") == 0


# --- a report ---


def test_the_form_names_112_the_police_and_the_anonymous_line_before_anything_else(on, visitor):
    page = visitor.client.get(PAGE).content.decode()
    places = [page.index(text) for text in ("112", "0900-8844", "0800-7000", 'name="text"')]

    assert places == sorted(places)


def test_an_anonymous_report_becomes_a_signal_of_the_municipality_with_a_number(on, visitor, anna):
    answer = visitor.send()
    number = NUMBER.search(answer.content.decode())[0]
    desk = SignalDesk(anna)
    listed = desk.get("signals").content.decode()
    signal = re.search(rf"/signalen/{UUID_IN.pattern}/({UUID_IN.pattern})/", listed)[1]
    opened = desk.post("open", signal).content.decode()

    assert answer.status_code == 200
    assert number in listed
    assert "Anonieme melding" in listed
    assert SEEN in opened
    assert "Waar: Kanaalweg" in opened
    assert SEEN not in listed + answer.content.decode()


@pytest.mark.attack("A-35")
def test_a35_who_weighs_a_public_report_does_not_see_who_sent_it(on, visitor, anna, otto):
    visitor.send(source="inwoner", name="Wilhelmina Oud", contact="0575-000000", wants_feedback="on")
    desk = SignalDesk(anna)
    listed = desk.get("signals").content.decode()
    signal = re.search(rf"/signalen/{UUID_IN.pattern}/({UUID_IN.pattern})/", listed)[1]
    shown = desk.get("signal", signal).content.decode() + desk.post("open", signal).content.decode()
    protection = purpose("melders").pk

    assert "gevraagd door de melder" in shown
    assert "Wilhelmina" not in shown + listed
    assert browser(anna).get(f"/dossiers/{protection}/").status_code == 404
    assert NUMBER.search(browser(otto).get(f"/dossiers/{protection}/").content.decode())


@pytest.mark.attack("A-35")
def test_a35_nothing_can_be_read_back_with_the_number(on, visitor):
    number = NUMBER.search(visitor.send().content.decode())[0]
    plain = visitor.client.get(PAGE)
    asked = [visitor.client.get(f"{PAGE}?nummer={number}"), visitor.client.get(f"/melden/{number.lower()}/")]
    asked += [visitor.client.get(f"/zoeken/?q={number}"), visitor.client.get(f"/signalen/?zoek={number}")]

    assert asked[0].status_code == plain.status_code
    for answer in asked:
        assert SEEN not in answer.content.decode()
        assert answer.status_code in {200, 302, 404}
    assert len(asked[0].content) == len(plain.content)


def test_sent_twice_it_is_one_signal_with_one_number(on, visitor):
    mark = visitor.mark()
    numbers = {NUMBER.search(visitor.send(mark).content.decode())[0] for _ in range(2)}

    assert len(numbers) == 1
    assert count(on, "SELECT count(*) FROM casework_signal") == 1


def test_a_form_that_stood_open_too_long_comes_back_with_what_was_typed(on, visitor, monkeypatch):
    mark = visitor.mark()
    monkeypatch.setattr("vangnet.casework.public_reports.OPEN_FOR", -1)
    late = visitor.send(mark)
    monkeypatch.undo()
    fresh = re.search(r'name="mark" value="([^"]+)"', late.content.decode())[1]

    assert late.status_code == 422
    assert SEEN in late.content.decode()
    assert NUMBER.search(visitor.send(fresh).content.decode())


@pytest.mark.attack("A-33")
@pytest.mark.parametrize(
    ("told", "headers"),
    [
        ({"mark": ""}, {}),
        ({"mark": "verzonnen"}, {}),
        ({"mark": signing.TimestampSigner(salt="vangnet.melden.gm0200").sign("0" * 32)}, {}),
        ({}, {"HTTP_ORIGIN": "https://elders.invalid"}),
        ({}, {"HTTP_ORIGIN": "null"}),
        ({}, {"HTTP_SEC_FETCH_SITE": "cross-site"}),
    ],
)
def test_a33_a_form_of_another_site_is_refused_and_shows_nothing_again(on, visitor, told, headers):
    answer = visitor.client.post(PAGE, {**TOLD, "mark": visitor.mark(), **told}, **headers)

    assert answer.status_code == 403
    assert SEEN not in answer.content.decode()
    assert count(on, "SELECT count(*) FROM casework_signal") == 0


# --- no cookie, no address ---


def test_no_answer_sets_a_cookie_or_lies_in_a_cache(on, visitor):
    sent = [visitor.client.get("/melden/"), visitor.client.get(PAGE), visitor.send(), visitor.send(text="")]
    sent += [visitor.client.post(PAGE, {}), visitor.client.get("/melden/bestaat-niet/")]

    assert [answer.status_code for answer in sent] == [200, 200, 200, 422, 403, 404]
    for answer in sent:
        assert not answer.cookies
        assert "Set-Cookie" not in answer.headers
    assert all("no-store" in answer["Cache-Control"] for answer in sent[:5])
    assert visitor.client.cookies == {}


def test_the_address_of_a_visitor_is_in_no_table_no_line_of_the_log_and_no_line_of_the_server(
    on, visitor, caplog
):
    with caplog.at_level("DEBUG"):
        visitor.send()
        visitor.send(text="")
        visitor.client.post(PAGE, {})
    with databases.as_owner(on) as owner:
        tables = [name for (name,) in owner.execute(
            "SELECT format('%I', relname) FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace"
        )]  # fmt: skip
        holds = "SELECT 1 FROM {} t WHERE t::text LIKE %s LIMIT 1"
        found = [one for one in tables if owner.execute(holds.format(one), [f"%{ADDRESS}%"]).fetchone()]
        hidden = owner.execute(
            "SELECT origin, trace_id, actor FROM audit_event WHERE verb = 'casework.signal.received'"
        )
        lines = hidden.fetchall()

    assert found == []
    assert ADDRESS not in caplog.text
    assert [line[:2] for line in lines if line[0] or line[1]] == []
    assert lines


def test_somebody_who_is_signed_in_and_reports_here_is_not_in_the_log(on, anna):
    client = browser(anna)
    page = client.get(PAGE).content.decode()
    mark = re.search(r'name="mark" value="([^"]+)"', page)[1]
    assert NUMBER.search(client.post(PAGE, {**TOLD, "mark": mark}).content.decode())
    line = Event.objects.filter(verb="casework.signal.received").latest("pk")

    assert line.details["public"]
    assert anna.pk not in {line.actor, line.by}


def test_who_counts_visitors_keeps_a_hash_under_a_key_that_goes_with_the_day(on, visitor):
    visitor.send()
    with databases.as_owner(on) as owner:
        before = owner.execute("SELECT key FROM casework_visitorkey").fetchall()
        owner.execute("UPDATE casework_visitorkey SET day = day - 1")
        owner.execute("UPDATE casework_visitorcount SET day = day - 1")
    forget(0)
    left = [count(on, f"SELECT count(*) FROM casework_visitor{table}") for table in ("key", "count")]
    visitor.send()
    with databases.as_owner(on) as owner:
        after = owner.execute("SELECT key FROM casework_visitorkey").fetchall()
        logged = owner.execute(
            "SELECT relpersistence FROM pg_class "
            "WHERE relname IN ('casework_visitorkey', 'casework_visitorcount')"
        ).fetchall()

    assert left == [0, 0]
    assert len(before[0][0]) == 32
    assert before != after
    assert logged == [(b"u",)] * 2 or logged == [("u",)] * 2


def test_a_visitor_reports_ten_times_a_day_and_another_still_can(on, visitor):
    for _ in range(10):
        assert visitor.send().status_code == 200
    answer = visitor.send()

    assert answer.status_code == 429
    assert "Er zijn vandaag al veel meldingen gedaan" in answer.content.decode()
    assert SEEN in answer.content.decode()
    assert Visitor("198.51.100.9").send().status_code == 200
    assert count(on, "SELECT count(*) FROM casework_signal") == 11


def test_a_network_of_addresses_counts_as_one_visitor(on):
    for number in range(10):
        assert Visitor(f"2001:db8:1:1::{number}").send().status_code == 200

    assert Visitor("2001:db8:1:1:ffff::1").send().status_code == 429
    assert Visitor("2001:db8:1:2::1").send().status_code == 200


def test_a_municipality_gets_no_more_than_its_share_of_a_day(on, visitor):
    visitor.send()
    with databases.as_owner(on) as owner:
        owner.execute("UPDATE casework_visitorcount SET count = 200 WHERE count = 1")
        owner.execute(
            "DELETE FROM casework_visitorcount WHERE ctid = (SELECT min(ctid) FROM casework_visitorcount)"
        )
    answers = {Visitor("198.51.100.9").send().status_code, visitor.send().status_code}

    assert 429 in answers


# --- bad input ---


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"text": ""}, "verplicht"),
        ({"text": "x" * 50_000}, "10000"),
        ({"text": "a\0b"}, "Null-tekens"),
        ({"where": ""}, "verplicht"),
        ({"where": "x" * 201}, "200"),
        ({"observed_on": (timezone.localdate() + timedelta(1)).isoformat()}, "Deze dag moet nog komen"),
        ({"observed_on": "gisteren"}, "datum"),
        ({"branch": "bestaat-niet"}, "keuze"),
        ({"source": "balie"}, "keuze"),
        ({"name": "Wilhelmina"}, "meld niet anoniem"),
        ({"source": "inwoner", "wants_feedback": "on"}, "hoe we u kunnen bereiken"),
        ({"text": "Zijn nummer is 123456782."}, "burgerservicenummer"),
        ({"where": "Bij 123456782"}, "burgerservicenummer"),
    ],
)
def test_a_bad_report_is_refused_in_words_and_keeps_what_was_typed(on, visitor, told, complaint):
    answer = visitor.send(**told)

    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert told.get("text", SEEN)[:20].replace("\0", "") in answer.content.decode().replace("\0", "")
    assert count(on, "SELECT count(*) FROM casework_signal") == 0


def test_a_number_that_looks_like_a_bsn_is_masked_when_asked(on, visitor, anna):
    visitor.send(text="Zijn nummer is 123456782.", bsn="verbergen")
    desk = SignalDesk(anna)
    signal = re.search(
        rf"/signalen/{UUID_IN.pattern}/({UUID_IN.pattern})/", desk.get("signals").content.decode()
    )[1]

    assert "Zijn nummer is [BSN]." in desk.post("open", signal).content.decode()


@pytest.mark.attack("A-27")
def test_a27_what_a_visitor_types_is_shown_as_text(on, visitor, anna):
    visitor.send(text="<script>alert(1)</script> {{ 7|add:7 }} \u202egnp.exe \x07 =HYPERLINK('x')")
    desk = SignalDesk(anna)
    signal = re.search(
        rf"/signalen/{UUID_IN.pattern}/({UUID_IN.pattern})/", desk.get("signals").content.decode()
    )[1]
    page = desk.post("open", signal).content.decode()

    assert "&lt;script&gt;" in page
    assert "{{ 7|add:7 }}" in page
    assert not {"\u202e", "\x07"} & {*page}


# --- the door ---


@pytest.mark.attack("A-07")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM casework_visitorkey",
        "SELECT * FROM casework_visitorcount",
        "SELECT casework_count_visit('x', 1000000)",
        "SELECT casework_form_account()",
        "SELECT casework_forget()",
        "SELECT vault_keep_report_as(u, u, u, u, u, 'signaal', '', 'melding', 'k', 'w', 'c') "
        "FROM gen_random_uuid() u",
        "INSERT INTO casework_publicform (organisation_id, enabled_on, by_id) "
        "SELECT id, today(), session_account() FROM identity_organisation WHERE slug = 'gm0200'",
    ],
)
def test_a07_the_weak_role_goes_round_no_rule_of_the_form(on, statement, django_db_blocker):
    from django.db import DatabaseError, connection, transaction

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_pages_ask_few_questions_of_the_database(on, visitor, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        visitor.client.get("/melden/")
    with django_assert_max_num_queries(12):
        visitor.client.get(PAGE)
