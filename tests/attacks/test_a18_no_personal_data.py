"""A-18: walk the whole site and look for personal data in all that it says, logs and stores."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import databases, personal_data
from tests.attacks.routes import RECIPES, routes
from tests.attacks.site import on_a_clone
from tests.attacks.test_vault_ends import LINK, work
from tests.attacks.vault import another_purpose
from tests.personal_data import Watch, every_body
from tests.personal_tables import person_columns, scan_database
from vangnet.casework.tests.desks import REASONS, SignalDesk
from vangnet.vault.tests.offices import RECORD, UUID_IN, Office

ROUTES = list(routes())


@pytest.fixture
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), on_a_clone("a18") as site:
        yield site


@pytest.fixture
def owner(site):
    """A connection that sees every table and row."""
    from django.db import connection

    with databases.as_owner(connection.settings_dict["NAME"]) as owner:
        yield owner


def different_eyes(site):
    """Return nobody, a reader, a privacy officer and who manages; others get pages like theirs."""
    return [None, *(site.cast[name] for name in ("anna", "ineke", "jan"))]


def addresses(site):
    """Return an address of every route, each with a record of its own."""
    with_recipe = [route for route in ROUTES if not route.parts or route.name in RECIPES]
    return [found for route in with_recipe for found in site.addresses(route, RECIPES.get(route.name))]


def refusals_and_files(answer):
    """Say of which bodies nothing may be found: what refuses or leaves the house, but for one's own words."""
    return personal_data.errors_and_files(answer) and not personal_data.shows_again(answer)


def all_but_opened(answer):
    """Say so of every page too: only the answer to opening shows somebody, to who said why."""
    opened = answer.status_code == 200 and answer.request["PATH_INFO"].startswith(
        ("/dossiers/", "/signalen/")
    )
    by_form = answer.request["REQUEST_METHOD"] == "POST"
    fetched = "/export/" in answer.request["PATH_INFO"] and "Content-Disposition" in answer.headers
    return not (opened and (by_form or fetched)) and not personal_data.shows_again(answer)


@pytest.mark.attack("A-18")
@pytest.mark.requirement("AVG-BSN")
def test_a18_reading_the_whole_site_shows_logs_and_stores_no_data_subject(site, owner):
    asked = addresses(site)
    with Watch(bodies=every_body) as watch:
        for person in different_eyes(site):
            browser = watch.browser(person)
            for address in asked:
                browser.get(address)

    assert watch.findings(owner) == []
    assert len(watch.log.lines) > len(asked)
    assert watch.seen == 4 * len(asked)


@pytest.mark.attack("A-18")
def test_a18_a_person_who_is_sent_to_every_address_leaves_no_trace(site, owner):
    """Forms that know no such field, refusals and error pages keep nothing of what was sent."""
    with personal_data.planted() as person, Watch(refusals_and_files) as watch:
        sent = {"name": person.name, "note": person.street, "bsn": person.bsn, "q": person.family}
        for who in (None, site.cast["jan"]):
            for address in addresses(site):
                watch.browser(who).post(address, sent)

        assert watch.findings(owner) == []
    assert watch.seen > len(ROUTES)


def work_in_the_vault(office, person):
    """Write about somebody wherever the vault takes words; open, supply and export it."""
    words = f"{person.name}, {person.street}, {person.bsn}"
    dossier = office.a_dossier()
    told = {"name": person.name, "born": "1980-01-01", "capacity": "verdachte"}
    about = office.post("esra", "add_subject", dossier, **told)["Location"].partition("betrokkene=")[2]
    office.post("esra", "add_subject", dossier, **told | {"capacity": person.name})
    office.post("esra", "add_record", dossier, **RECORD | {"text": words})  # stops at the number
    record = office.a_record(dossier, text=words, about="bestaand", subjects=[about], bsn="laten")
    file = SimpleUploadedFile(f"{person.name}.pdf", f"%PDF-1.4 {words} %%EOF".encode())
    assert office.post("esra", "add_file", dossier, record, file=file).status_code == 302
    said = {"reason": "anders", "motivation": words, "bsn": "laten"}
    opened = office.open("esra", dossier, record, **said).content.decode()
    assert person.name in opened
    attachment = re.findall(f"/bestand/{record}/({UUID_IN.pattern})/", opened)[0]
    assert office.post("esra", "file", dossier, record, attachment, reason="overleg").status_code == 200
    asked = {
        "kind": "verstrekking",
        "target": str(another_purpose(office, "a18-lokaal").pk),
        "categories": ["personalia"],
        "bsn": "laten",
    }
    weighing = office.a_weighing(dossier, necessity=words, **asked)
    office.post("lotte", "weighing", dossier, weighing)
    office.post("lotte", "weighing", dossier, weighing, decision="toewijzen", motivation=words, bsn="laten")
    assert office.post("esra", "supply", dossier, weighing, record).status_code == 302
    office.post("carla", "emergencies", number=person.name, reason=words, bsn="laten")
    asked = office.post("esra", "export", dossier, records=[record], reason="overleg")
    assert asked.status_code == 302
    return dossier, record, weighing


@pytest.mark.attack("A-18")
@pytest.mark.requirement("AVG-BSN", "I9")
def test_a18_people_in_the_vault_are_found_on_no_other_page_and_in_no_log_job_or_table(site, owner):
    with personal_data.planted() as person, Watch(all_but_opened) as watch:
        office = Office(site.cast, "a18")
        for who in ("esra", "lotte", "carla", "nora", "karel", "jan", "anna"):
            office.browsers[who] = watch.browser(site.cast[who])
        dossier, record, weighing = work_in_the_vault(office, person)
        work()
        (link,) = LINK.findall(office.get("esra", "export", dossier).content.decode())
        names = [("dossiers", []), ("dossier", [dossier]), ("weighing", [dossier, weighing])]
        names += [(name, [dossier, record]) for name in ("who", "why", "marking", "add_file")]
        mine = [office.address(name, *ids) for name, ids in names]
        for who in office.browsers:
            office.of(who).post("/inzagen/organisatie/doel/", {"doel": "interne_controle"})
            whole_site = (
                addresses(site) if who in {"esra", "jan"} else ["/", "/inzagen/", "/convenanten/riec/"]
            )
            for address in [*mine, *whole_site, "/inzagen/organisatie/", "/dossiers/berichten/"]:
                office.of(who).get(address)
        office.get("esra", "open", dossier)
        assert person.name in office.of("esra").get(link).content.decode()

        assert watch.findings(owner) == []
        assert scan_vault(owner) == []
    assert watch.seen > len(ROUTES) * 2
    assert owner.execute("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'vault'").fetchone()[0]


@pytest.mark.attack("A-18", "A-35")
@pytest.mark.requirement("AVG-BSN", "I9")
def test_a18_who_is_reported_and_who_reported_are_on_no_other_page_and_in_no_log_or_table(site, owner):
    with personal_data.planted() as person, Watch(all_but_opened) as watch:
        words = f"{person.name}, {person.street}, {person.bsn}"
        desk = SignalDesk(site.cast["anna"])
        desk.client = watch.browser(site.cast["anna"])
        told = {"source": "inwoner", "name": person.name, "contact": person.street, "wants_feedback": "on"}
        assert desk.post("receive", text=words, place="GM0301", **told).status_code == 422
        signal = desk.report(text=words, bsn="laten", **told)
        desk.post("weigh", signal, begin="1")
        for code, (_, criteria) in REASONS.items():
            assert (
                desk.step(signal, code, bsn="laten", **{f"reden-{c}": words for c in criteria}).status_code
                == 302
            )
        desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="2")
        desk.post("act", signal, on=timezone.localdate().isoformat())
        desk.post("feedback", signal)
        assert person.name in desk.post("open", signal).content.decode()
        for name in ("signals", "agenda", "routes"):
            desk.get(name)
        for address in ("/", "/inzagen/", desk.address("signal", signal), f"/zoeken/?q={signal}"):
            desk.client.get(address)

        assert watch.findings(owner) == []
        assert scan_vault(owner) == []


def scan_vault(owner):
    """Look through every row of the vault as well: there people are sealed."""
    tables = owner.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(vault|audit)_'").fetchall()
    return [
        found
        for (table,) in tables
        for (row,) in owner.execute(f'SELECT t::text FROM "{table}" t').fetchall()
        for found in personal_data.scan(row, table)
        if found.kind == "planted"  # a sealed value is a row of random digits
    ]


@pytest.mark.attack("A-18")
@pytest.mark.parametrize(("status", "headers"), [(400, {"HTTP_HOST": "elders.invalid"}), (403, {})])
def test_a18_a_refused_form_is_not_repeated(site, status, headers):
    with personal_data.planted() as person, Watch() as watch:
        browser = watch.browser(site.cast["jan"])
        browser.handler.enforce_csrf_checks = True
        answer = browser.post("/cijfers/inlezen/", {"name": person.name, "bsn": person.bsn}, **headers)

        assert answer.status_code == status
        assert watch.findings() == []


@pytest.mark.requirement("I9")
def test_i9_no_column_outside_the_vault_is_named_after_a_person_and_none_holds_one(owner):
    assert person_columns(owner) == []
    assert scan_database(owner) == []


def test_i9_a_column_for_a_person_is_noticed(owner):
    owner.execute("CREATE TABLE strategy_guest (id int, birth_date date)")

    assert [found.where for found in person_columns(owner)] == ["strategy_guest.birth_date"]
