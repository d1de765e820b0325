"""Signals from another system: a file, what is in it, a yes; twice the same file brings nothing twice."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests import databases
from tests.logbook import Event

from vangnet.casework.tests.desks import SignalDesk, purpose
from vangnet.casework.tests.test_together import at_once
from vangnet.vault.tests.offices import UUID_IN, browser

HEAD = [
    "Zaaknummer",
    "Datum",
    "Gemeente",
    "Branche",
    "Verschijningsvorm",
    "Omschrijving",
    "Bron",
    "Melder",
    "Telefoon",
]
ROW = ["Z-1", "3-2-2026", "Zutphen", "Horeca", "drugs", "Er wordt 's nachts gelost.", "", "", ""]


def row(number, **changed):
    names = dict(zip(HEAD, ROW, strict=True)) | {"Zaaknummer": number} | changed
    return [names[name] for name in HEAD]


def as_csv(*rows, head=HEAD, encoding="utf-8", delimiter=";"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([head, *rows])
    return SimpleUploadedFile("signalen.csv", text.getvalue().encode(encoding))


def as_xlsx(*rows, head=HEAD, name="signalen.xlsx"):
    book = openpyxl.Workbook()
    for one in [head, *rows]:
        book.active.append(one)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile(name, content.getvalue())


@pytest.fixture
def desk(own_database, anna):
    desk = SignalDesk(anna)
    desk.database = own_database
    return desk


def choose(desk, file):
    return desk.client.post(desk.address("import"), {"file": file}, follow=True)


def accept(desk, **told):
    """Say yes to what the page shows now, unless it is told which file was shown."""
    told.setdefault("bestand", shown_file(desk.get("import")))
    return desk.client.post(desk.address("import"), {"inlezen": "ja", **told}, follow=True)


def shown_file(page):
    found = re.search(r'name="bestand" value="([^"]+)"', page.content.decode())
    return found[1] if found else ""


def count(desk, table="casework_signal"):
    with databases.as_owner(desk.database) as owner:
        return owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_a_file_is_shown_first_and_taken_in_after_a_yes(desk):
    shown = choose(desk, as_csv(row("Z-1"), row("Z-2", Branche="", Verschijningsvorm="", Datum="")))
    text = shown.content.decode()
    before = count(desk)
    done = accept(desk).content.decode()

    assert shown.status_code == 200
    assert "Lees 2 signalen in" in text
    assert "gelost" not in text
    assert before == 0
    assert "2 signalen zijn ingelezen." in done
    assert count(desk) == 2
    assert "Ingelezen uit een ander systeem" in desk.get("signals").content.decode()
    assert Event.objects.filter(verb="casework.signals.imported", details__added=2).exists()


def test_what_is_taken_in_opens_like_any_signal(desk):
    choose(desk, as_csv(row("Z-1")))
    accept(desk)
    signal = re.search(
        rf"/signalen/{UUID_IN.pattern}/({UUID_IN.pattern})/", desk.get("signals").content.decode()
    )[1]

    assert "nachts gelost." in desk.post("open", signal).content.decode()
    assert desk.post("weigh", signal, begin="1").status_code == 302
    assert "3 februari 2026" in desk.get("signal", signal).content.decode()


def test_a_second_time_skips_what_is_there_and_says_how_many(desk):
    choose(desk, as_csv(row("Z-1"), row("Z-2")))
    accept(desk)
    shown = choose(
        desk, as_xlsx(row("z-1 "), row("Z-2"), row("Z-3", Datum=date(2026, 1, 1)))
    ).content.decode()
    done = accept(desk).content.decode()

    assert "Lees 1 signaal in" in shown
    assert "1 signaal is ingelezen. Overgeslagen, want al eerder ingelezen: 2." in done
    assert count(desk) == 3


def test_the_numbers_of_the_other_system_are_kept_as_a_keyed_hash(desk):
    choose(desk, as_csv(row("ZAAK-KENMERK-77")))
    accept(desk)
    with databases.as_owner(desk.database) as owner:
        marks = owner.execute("SELECT mark FROM casework_externalnumber").fetchall()

    assert len(marks[0][0]) == 32
    assert "ZAAK-KENMERK-77" not in desk.get("signals").content.decode()


def test_a_reporter_from_a_file_is_sealed_apart(desk, otto, anna):
    choose(
        desk, as_csv(row("Z-1", Melder="Wilhelmina Oud", Telefoon="0575-000000", Bron="inwoner"), row("Z-2"))
    )
    accept(desk)
    listed = desk.get("signals").content.decode()
    opened = [
        desk.post("open", pk).content.decode()
        for pk in set(re.findall(rf"/signalen/{UUID_IN.pattern}/({UUID_IN.pattern})/", listed))
    ]
    protection = purpose("melders").pk

    assert len(opened) == 2
    assert "Wilhelmina" not in "".join(opened)
    assert re.search(r"GEMEENTE-\d{4}-\d{6}", browser(otto).get(f"/dossiers/{protection}/").content.decode())
    assert browser(anna).get(f"/dossiers/{protection}/").status_code == 404


def test_the_list_of_the_vault_is_what_the_rules_say_of_what_was_taken_in(desk):
    """The fast way writes the list itself; it must be the list that the slow way would have made."""
    choose(desk, as_csv(*(row(f"Z-{n}", Melder="Oud" if n % 3 else "") for n in range(30))))
    accept(desk)
    reach = (
        "scope_id, dossier, record, reader, tier, shielded, since, until, number, place, status, owner_id, "
    )
    reach += "opened_on, category_id, source_id, marking, first_processed, delete_by"
    with databases.as_owner(desk.database) as owner:
        ids = "(SELECT signal_id FROM casework_externalnumber UNION SELECT reporter FROM casework_signal)"
        written = owner.execute(f"SELECT count(*) FROM vault_entry WHERE dossier IN {ids}").fetchone()[0]
        differ = [
            owner.execute(
                f"(SELECT {reach} FROM {one} WHERE dossier IN {ids}) EXCEPT "
                f"(SELECT {reach} FROM {other} WHERE dossier IN {ids})"
            ).fetchall()
            for one, other in (("vault_entry", "vault_reach"), ("vault_reach", "vault_entry"))
        ]
        left = owner.execute("SELECT count(*) FROM vault_bulkload").fetchone()[0]

    assert written == 100
    assert differ == [[], []]
    assert left == 0


def test_a_signal_from_a_file_is_what_the_same_report_at_the_desk_is(desk):
    """The fast way writes signals itself; they must be what the door for reports would have made of them."""
    choose(desk, as_csv(row("Z-1")))
    accept(desk)
    with databases.as_owner(desk.database) as owner:
        (known,) = owner.execute("SELECT signal_id FROM casework_externalnumber").fetchone()
        given = "place, branch_id, phenomenon_id, observed_on"
        told = owner.execute(f"SELECT {given} FROM casework_signal WHERE dossier_id = %s", [known]).fetchone()
        report = desk.report(
            **dict(zip(("place", "branch", "phenomenon", "observed_on"), map(_or_empty, told), strict=True))
        )
        same = (
            "scope_id, organisation_id, purpose_id, place, branch_id, phenomenon_id, observed_on, reporter, "
            "wants_feedback, protocol_id, status, partners, outcome, route, hinted, decided_at, ends_on"
        )
        asked = f"SELECT {same} FROM casework_signal WHERE dossier_id = %s"
        one, other = (owner.execute(asked, [pk]).fetchone() for pk in (known, report))

    assert one == other


def _or_empty(told):
    return "" if told is None else str(told)


def test_after_an_import_the_list_is_kept_by_the_triggers_again(desk):
    choose(desk, as_csv(row("Z-1")))
    accept(desk)
    report = desk.report()

    assert "Open de inhoud" in desk.get("signal", report).content.decode()
    assert desk.post("open", report).status_code == 200


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"Zaaknummer": ""}, "Vul het nummer uit uw eigen systeem in"),
        ({"Omschrijving": ""}, "Vul in wat er is gezien of gehoord"),
        ({"Omschrijving": "x" * 50_000}, "Deze tekst heeft 50000 tekens"),
        ({"Gemeente": "Utrecht"}, "‘Utrecht’ ligt niet in deze regio"),
        ({"Gemeente": "GM0344"}, "ligt niet in deze regio"),
        ({"Datum": "31-12-2999"}, "Deze dag moet nog komen"),
        ({"Datum": "31-2-2026"}, "is geen datum"),
        ({"Datum": "1-1-1900"}, "ligt voor 1990"),
        ({"Branche": "Ruimtevaart"}, "is geen branche die hier bekend is"),
        ({"Verschijningsvorm": "iets geks"}, "is geen verschijningsvorm"),
        ({"Bron": "de buurman"}, "is geen bron"),
    ],
)
def test_what_is_wrong_is_said_with_row_and_column_and_nothing_is_taken_in(desk, changed, complaint):
    shown = choose(desk, as_csv(row("Z-1"), row("Z-2", **changed)))
    text = shown.content.decode()
    accept(desk)
    (column,) = changed

    assert shown.status_code == 422
    assert complaint in text
    assert '<td class="num">3</td>' in text
    assert f"<td>{column}</td>" in text
    assert "Lees " not in text
    assert count(desk) == 0


def test_a_number_that_stands_in_the_file_twice_is_named_with_both_rows(desk):
    text = choose(desk, as_csv(row("Z-1"), row("Z-2"), row("Z-1"))).content.decode()

    assert "Dit nummer staat ook in rij 2" in text
    assert '<td class="num">4</td>' in text


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        (SimpleUploadedFile("a.csv", b""), "leeg"),
        (as_csv(head=["Naam", "Adres"]), "geen rij met bruikbare koppen"),
        (as_csv(), "geen meldingen"),
        (as_csv([*row("Z-1"), "x"], head=[*HEAD, "Kenmerk"]), "betekenen hetzelfde"),
        (SimpleUploadedFile("a.csv", b"%PDF-1.4"), "een PDF"),
        (SimpleUploadedFile("a.xlsx", b"geen werkmap"), "geen Excel-werkmap"),
        (as_xlsx(row("Z-1"), name="a.csv"), "ingepakt bestand"),
    ],
)
def test_what_is_no_table_of_signals_is_refused_in_words(desk, file, complaint):
    answer = choose(desk, file)

    assert answer.status_code == 422
    assert complaint in answer.content.decode()


@pytest.mark.attack("A-30")
def test_a30_a_workbook_that_unfolds_too_far_is_refused_before_it_is_unpacked(desk):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 40_000_000)
    answer = choose(desk, SimpleUploadedFile("bom.xlsx", content.getvalue()))

    assert answer.status_code == 422
    assert "uitgepakt veel groter" in answer.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_however_it_was_saved(desk, encoding):
    text = choose(
        desk, as_csv(row("Z-1", Omschrijving="Café Zoë"), encoding=encoding, delimiter=",")
    ).content.decode()

    assert "Lees 1 signaal in" in text


@pytest.mark.attack("A-20")
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t="])
def test_a20_a_formula_in_a_text_stays_text(desk, sign):
    words = f"{sign}HYPERLINK('http://elders.invalid')"
    choose(desk, as_csv(row("Z-1", Omschrijving=words)))
    accept(desk)
    signal = re.search(
        rf"/signalen/{UUID_IN.pattern}/({UUID_IN.pattern})/", desk.get("signals").content.decode()
    )[1]

    assert "HYPERLINK(&#x27;http://elders.invalid&#x27;)" in desk.post("open", signal).content.decode()


@pytest.mark.attack("A-20")
def test_a20_a_formula_without_an_outcome_is_refused(desk):
    text = choose(desk, as_xlsx(row("Z-1", Omschrijving="=1+1"))).content.decode()

    assert "formule zonder uitkomst" in text


def test_a_bsn_in_a_text_is_warned_for_and_masked_when_asked(desk):
    shown = choose(desk, as_csv(row("Z-1", Omschrijving="Nummer 123456782 gezien."))).content.decode()
    unsaid = accept(desk)
    done = accept(desk, bsn="verbergen").content.decode()
    signal = re.search(
        rf"/signalen/{UUID_IN.pattern}/({UUID_IN.pattern})/", desk.get("signals").content.decode()
    )[1]

    assert "In 1 melding staat iets dat een burgerservicenummer lijkt" in shown
    assert unsaid.status_code == 422
    assert "1 signaal is ingelezen." in done
    assert "Nummer [BSN] gezien." in desk.post("open", signal).content.decode()


@pytest.mark.attack("A-27")
def test_a27_signs_that_turn_or_steer_are_taken_out(desk):
    choose(desk, as_csv(row("Z-1", Omschrijving="<b>vet</b> \u202egnp.exe \x07")))
    accept(desk)
    signal = re.search(
        rf"/signalen/{UUID_IN.pattern}/({UUID_IN.pattern})/", desk.get("signals").content.decode()
    )[1]
    page = desk.post("open", signal).content.decode()

    assert "&lt;b&gt;vet&lt;/b&gt;" in page
    assert not {"\u202e", "\x07"} & {*page}


def test_a_file_can_be_thrown_away(desk):
    choose(desk, as_csv(row("Z-1")))
    desk.client.post(desk.address("import"), {"inlezen": "weg", "bestand": shown_file(desk.get("import"))})

    assert "Bekijk wat erin staat" in desk.get("import").content.decode()
    assert accept(desk).status_code == 200
    assert count(desk) == 0
    assert count(desk, "casework_draft") == 0


def test_who_only_takes_in_reports_and_who_works_elsewhere_reads_nothing_in(desk, petra, carla):
    for person in (petra, carla):
        client = browser(person)

        assert client.get(desk.address("import")).status_code == 404
        assert client.post(desk.address("import"), {"file": as_csv(row("Z-1"))}).status_code == 404
    assert count(desk) == 0


def test_a_file_of_one_is_not_seen_by_a_colleague(desk, otto):
    choose(desk, as_csv(row("Z-1")))

    assert "Bekijk wat erin staat" in SignalDesk(otto).get("import").content.decode()


def test_the_page_asks_few_questions_of_the_database(desk, django_assert_max_num_queries):
    choose(desk, as_csv(*(row(f"Z-{n}") for n in range(200))))
    with django_assert_max_num_queries(15):
        desk.get("import")


@pytest.mark.parametrize("again", range(3))
def test_of_files_chosen_at_the_same_moment_one_is_kept_whole(desk, anna, again):
    desks = [desk, SignalDesk(anna), SignalDesk(anna)]

    def chosen(one, size):
        return one.client.post(one.address("import"), {"file": as_csv(*(row(f"Z-{n}") for n in range(size)))})

    before = count(desk)
    answers = at_once(*(lambda one=one, n=n: chosen(one, n) for n, one in enumerate(desks, 1)))
    accept(desk)

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert count(desk) - before in (1, 2, 3)
