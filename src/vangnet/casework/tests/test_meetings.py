"""The weekly meeting: an agenda by rule, worked through one by one, and a list of decisions at its end."""

import csv
import io
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from docx import Document
from tests import databases
from tests.logbook import Event

from vangnet.casework.tests.desks import SignalDesk, without_demonstration
from vangnet.casework.tests.meetings import Meetings, in_days, seat
from vangnet.vault.tests.offices import browser


@pytest.fixture
def desk(own_database, anna):
    without_demonstration(own_database)
    return SignalDesk(anna)


@pytest.fixture
def held(desk):
    return Meetings(desk)


def places(page, *signals):
    return [page.index(signal) for signal in signals]


def test_the_agenda_is_what_waits_the_oldest_first_with_who_is_there(held, desk, anna, otto):
    first, second = desk.report(), desk.report()
    meeting = held.prepare(chair=str(anna.pk), present=[seat(anna), seat(otto)])
    page = held.page(meeting)

    assert places(page, first, second) == sorted(places(page, first, second))
    assert "2 nog te behandelen" in page
    assert f"{anna} (Gemeente Zutphen), {otto} (Gemeente Zutphen)" in page
    assert "Begin met het eerste punt" in page


def test_a_signal_that_was_decided_is_not_on_the_agenda(held, desk):
    done, waits = desk.report(), desk.report()
    desk.post("weigh", done, begin="1")
    desk.step(done, "ondermijning", "nee")
    desk.post("conclude", done, outcome="geen", partners="1", route="")
    page = held.page(held.prepare())

    assert waits in page
    assert done not in page


def test_each_outcome_leads_to_the_next_signal_and_the_meeting_remembers_where_it_was(held, desk):
    first, second, third = desk.report(), desk.report(), desk.report()
    meeting = held.prepare()
    answer = held.decide(meeting, first)
    page = held.page(meeting)

    assert answer["Location"] == desk.address("meeting_item", meeting, second)
    assert "1 besloten" in page
    assert "2 nog te behandelen" in page
    assert "U was bij punt 2 van 3." in page
    # Skipped is not decided: after the last one the meeting comes back to it.
    skipped = held.item(meeting, second, volgende="1")
    again = held.item(meeting, third, volgende="1")
    assert skipped["Location"] == desk.address("meeting_item", meeting, third)
    assert again["Location"] == desk.address("meeting_item", meeting, second)


def test_weighing_inside_a_meeting_keeps_the_way_back_to_it(held, desk):
    signal = desk.report()
    meeting = held.prepare()
    item = held.get("meeting_item", meeting, signal).content.decode()
    carry = f"?overleg={meeting}"
    begun = desk.client.post(desk.address("weigh", signal) + carry, {"begin": "1"})
    page = desk.client.get(begun["Location"]).content.decode()
    opened = desk.client.post(desk.address("open", signal) + carry).content.decode()

    assert desk.address("weigh", signal) + carry in item
    assert begun["Location"] == desk.address("weigh", signal) + carry
    assert desk.address("meeting_item", meeting, signal) in page
    assert desk.address("weigh", signal) + carry in opened


def test_a_draft_of_a_step_keeps_the_way_back_to_the_meeting(held, desk):
    signal = desk.report()
    meeting = held.prepare()
    address = desk.address("weigh", signal) + f"?overleg={meeting}"
    desk.client.post(address, {"begin": "1"})
    told = {"stap": "ondermijning", "reden-waarom": "Ik typte dit net.", "concept": "bewaar"}
    kept = desk.client.post(address, told)

    assert kept["Location"].endswith(f"?concept=1&overleg={meeting}")
    assert f"?concept=1&amp;overleg={meeting}" in desk.client.get(address).content.decode()


def test_a_meeting_of_another_desk_or_a_made_up_one_leads_nowhere(held, desk):
    signal = desk.weighed()
    address = desk.address("conclude", signal) + "?overleg=//elders.example"
    answer = desk.client.post(address, {"outcome": "gemeente", "partners": "1", "route": "lokaal"})

    assert answer["Location"] == desk.address("signal", signal)


# --- putting off ---


def test_what_is_put_off_stays_off_the_agenda_until_that_day(held, desk):
    signal, other = desk.report(), desk.report()
    meeting = held.prepare()
    answer = held.item(meeting, signal, uitstellen="1", to=in_days(7))
    shown = held.page(meeting)
    held.post("meeting_close", meeting)
    early = held.prepare(held_on=in_days(6))
    before = held.page(early)
    held.post("meeting_close", early)
    later = held.page(held.prepare(held_on=in_days(7)))

    assert answer["Location"] == desk.address("meeting_item", meeting, other)
    assert "1 uitgesteld" in shown
    assert (signal in before, other in before) == (False, True)
    assert "stond eerder op de agenda" in later
    assert places(later, signal, other) == sorted(places(later, signal, other))


@pytest.mark.parametrize(
    ("to", "complaint"),
    [
        ("", "verplicht"),
        (in_days(0), "Kies een dag na dit overleg"),
        ("2207-03-01", "Kies een dag binnen een jaar"),
    ],
)
def test_a_day_that_is_no_later_meeting_is_refused(held, desk, to, complaint):
    signal = desk.report()
    meeting = held.prepare()
    answer = held.item(meeting, signal, uitstellen="1", to=to)

    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert "1 nog te behandelen" in held.page(meeting)


def test_what_was_put_off_can_be_treated_after_all(held, desk):
    signal = desk.report()
    meeting = held.prepare()
    held.item(meeting, signal, uitstellen="1", to=in_days(7))
    held.item(meeting, signal, hervatten="1")

    assert "1 nog te behandelen" in held.page(meeting)


# --- the agenda ---


def test_the_agenda_is_put_in_another_order_shortened_and_added_to(held, desk):
    first, second, third = desk.report(), desk.report(), desk.report()
    meeting = held.prepare()
    told = {f"plaats-{first}": 3, f"plaats-{second}": 2, f"plaats-{third}": 1, f"weg-{second}": "on"}
    held.post("meeting_arrange", meeting, version=held.version(meeting), **told)
    page = held.page(meeting)
    number = re.search(r"GEMEENTE-\d{4}-\d{6}", desk.get("signal", second).content.decode())[0]
    held.post("meeting_arrange", meeting, version=held.version(meeting), number=number)
    after = held.page(meeting)

    assert page.index(third) < page.index(first)
    assert second not in page
    assert places(after, third, first, second) == sorted(places(after, third, first, second))


def test_a_number_that_is_not_there_and_one_that_is_there_already_are_said(held, desk):
    signal = desk.report()
    meeting = held.prepare()
    number = re.search(r"GEMEENTE-\d{4}-\d{6}", desk.get("signal", signal).content.decode())[0]
    none = held.post("meeting_arrange", meeting, version=held.version(meeting), number="X-1")
    double = held.post("meeting_arrange", meeting, version=held.version(meeting), number=number)

    assert "geen signaal met nummer X-1" in none.content.decode()
    assert "staat al op de agenda" in double.content.decode()


def test_who_arranges_what_a_colleague_changed_sees_both_and_overwrites_nothing(held, desk, otto):
    first, second = desk.report(), desk.report()
    meeting = held.prepare()
    seen = held.version(meeting)
    colleague = Meetings(SignalDesk(otto))
    colleague.post("meeting_arrange", meeting, version=seen, **{f"weg-{first}": "on"})
    answer = held.post("meeting_arrange", meeting, version=seen, **{f"plaats-{second}": 9})

    assert answer.status_code == 409
    assert f"{otto} heeft dit weegoverleg intussen gewijzigd" in answer.content.decode()
    assert 'value="9"' in answer.content.decode()
    assert first not in held.page(meeting)


def test_a_signal_that_is_decided_while_the_agenda_is_arranged_stays_on_the_list(held, desk, otto):
    signal = desk.report()
    meeting = held.prepare()
    seen = held.version(meeting)
    Meetings(SignalDesk(otto)).decide(meeting, signal)
    number = re.search(r"GEMEENTE-\d{4}-\d{6}", desk.get("signal", signal).content.decode())[0]
    told = {"version": seen, f"plaats-{signal}": 1, f"weg-{signal}": "on"}
    answer = held.post("meeting_arrange", meeting, **told)

    assert answer.status_code == 409
    assert f"Over signaal {number} is intussen besloten: geen vervolg" in answer.content.decode()
    assert "1 besloten" in held.page(meeting)


def test_a_change_of_day_waits_for_a_look_at_what_a_colleague_changed(held, desk, anna, otto):
    meeting = held.prepare()
    page = held.get("meeting_change", meeting).content.decode()
    seen = re.search(r'name="version" value="(\d+)"', page)[1]
    told = {"version": seen, "held_on": in_days(1), "present": [seat(otto)], "chair": str(otto.pk)}
    Meetings(SignalDesk(otto)).post("meeting_change", meeting, **told)
    answer = held.post("meeting_change", meeting, **{**told, "held_on": in_days(2), "chair": str(anna.pk)})

    assert answer.status_code == 409
    assert f"voorzitter {otto}" in answer.content.decode()
    assert in_days(2) in answer.content.decode()


def test_of_two_who_put_off_the_second_is_told_the_day_of_the_first(held, desk, otto):
    signal = desk.report()
    meeting = held.prepare()
    Meetings(SignalDesk(otto)).item(meeting, signal, uitstellen="1", to=in_days(7))
    answer = held.item(meeting, signal, uitstellen="1", to=in_days(14))

    assert answer.status_code == 409
    assert f"{otto} was u voor" in answer.content.decode()
    assert "niet bewaard" in answer.content.decode()


def test_who_puts_off_twice_is_not_told_that_somebody_was_first(held, desk):
    signal = desk.report()
    meeting = held.prepare()
    answers = [held.item(meeting, signal, uitstellen="1", to=in_days(7)).status_code for _ in range(2)]
    other = held.item(meeting, signal, uitstellen="1", to=in_days(14))

    assert answers == [302, 302]
    assert other.status_code == 409
    assert "U was uzelf voor" in other.content.decode()


# --- closing ---


def test_a_second_meeting_waits_until_the_first_is_closed(held):
    held.prepare()
    answer = held.post("meeting_new", held_on=in_days(7))

    assert answer.status_code == 409
    assert "Er staat al een weegoverleg open" in answer.content.decode()


def test_closing_makes_a_list_and_the_next_meeting_takes_over_the_rest(held, desk, anna):
    done, left = desk.report(), desk.report()
    meeting = held.prepare(present=[seat(anna)])
    held.decide(meeting, done)
    warned = held.get("meeting_close", meeting).content.decode()
    held.post("meeting_close", meeting)
    page = held.page(meeting)
    following = held.page(held.prepare(held_on=in_days(7)))

    assert "1 punt gaat mee" in warned
    assert "Besluitenlijst weegoverleg" in page
    assert "Geen vervolg" in page
    assert "Doorgeschoven" in page
    assert left in following
    assert done not in following
    assert held.post("meeting_close", meeting).status_code == 302  # told, changes nothing
    assert held.item(meeting, left, volgende="1")["Location"] == desk.address("meeting", meeting)
    assert Event.objects.filter(verb="casework.meeting.closed").exists()


def test_a_list_keeps_what_was_decided_then_when_a_signal_is_weighed_again(held, desk):
    signal = desk.weighed()
    meeting = held.prepare()
    desk.post("conclude", signal, outcome="nader", partners="1", route="")
    held.post("meeting_close", meeting)
    desk.post("weigh", signal, begin="1")

    assert "Verdere analyse" in held.page(meeting)


def test_the_list_leaves_as_csv_and_word_with_numbers_and_outcomes_and_nobody(held, desk, anna):
    signal = desk.report()
    meeting = held.prepare(chair=str(anna.pk), present=[seat(anna)])
    held.decide(meeting, signal)
    early = held.get("meeting_file", meeting, "csv").status_code
    held.post("meeting_close", meeting)
    table = held.get("meeting_file", meeting, "csv").content.decode("utf-8-sig")
    word = Document(io.BytesIO(held.get("meeting_file", meeting, "docx").content))
    text = "\n".join(one.text for one in word.paragraphs)
    cells = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    _, row, _, (marking,), (made,) = csv.reader(io.StringIO(table), delimiter=";")

    assert early == 404
    assert re.fullmatch(r"GEMEENTE-\d{4}-\d{6}", row[1])
    assert row[4:6] == ["Besloten", "Geen vervolg"]
    assert cells[1][1] == row[1]
    assert "Aanwezig: Gemeente Zutphen (1)" in text
    assert str(anna) not in text + "".join(row)
    above, below = word.sections[0].header.paragraphs[0].text, word.sections[0].footer.paragraphs[0].text
    for marked, told in ((marking, made), (above, below)):
        assert marked.startswith("TLP:AMBER")
        mark = re.search(r"kenmerk ([0-9a-f-]{36})", told)[1]
        line = Event.objects.get(verb="casework.meeting.downloaded", details__mark=mark)
        assert line.actor == anna.pk
    assert str(anna) in made
    assert str(anna) not in below
    assert word.core_properties.author == ""
    assert held.get("meeting_file", meeting, "exe").status_code == 404


def test_a_closed_meeting_does_not_change_whatever_is_sent(held, desk, own_database):
    signal = desk.report()
    meeting = held.prepare()
    held.post("meeting_close", meeting)
    for name, told in (
        ("meeting_arrange", {"version": "2", f"weg-{signal}": "on"}),
        ("meeting_change", {"version": "2", "held_on": in_days(3)}),
    ):
        assert "al gesloten" in held.post(name, meeting, **told).content.decode()
        assert held.get(name, meeting)["Location"] == desk.address("meeting", meeting)
    with databases.as_owner(own_database) as owner, pytest.raises(Exception, match="this meeting is closed"):
        owner.execute("DELETE FROM casework_item")


# --- who ---


@pytest.mark.attack("A-01")
@pytest.mark.parametrize("name", ["meeting", "meeting_change", "meeting_arrange", "meeting_close"])
def test_a01_a_meeting_does_not_exist_for_another_municipality(held, desk, bram, petra, name):
    meeting = held.prepare()

    for outsider in (bram, petra):
        assert browser(outsider).get(desk.address(name, meeting)).status_code == 404
        assert browser(outsider).post(desk.address(name, meeting)).status_code in (404, 405)


def test_nobody_is_seated_without_an_authorisation(held, desk, bram):
    answer = held.post("meeting_new", held_on=in_days(0), present=[seat(bram, "gm0200")])

    assert answer.status_code == 422
    assert "keuze" in answer.content.decode()


def test_the_database_refuses_a_decision_that_was_not_taken(held, desk, own_database):
    desk.report()
    held.prepare()
    with databases.as_owner(own_database) as owner, pytest.raises(Exception, match="decided by the weighing"):
        owner.execute("UPDATE casework_item SET status = 'besloten', outcome = 'gemeente', route = 'lokaal'")


def test_a_signal_that_is_out_of_sight_is_off_the_list_too(held, desk, own_database):
    signal = desk.report()
    meeting = held.prepare()
    held.decide(meeting, signal)
    held.post("meeting_close", meeting)
    with databases.as_owner(own_database) as owner:
        owner.execute("ALTER TABLE casework_signal DISABLE TRIGGER USER")
        owner.execute("UPDATE casework_signal SET ends_on = current_date - 1")

    assert signal not in held.page(meeting)
    assert "uit beeld" in held.page(meeting)


def test_pages_ask_the_same_few_questions_however_long_the_agenda(held, desk):
    counts = []
    for _ in range(2):
        for _ in range(3):
            desk.report()
        meeting = held.prepare()
        signal = re.findall(rf"{meeting}/([0-9a-f-]{{36}})/", held.page(meeting))[0]
        for name, ids in (("meeting", [meeting]), ("meeting_item", [meeting, signal]), ("agenda", [])):
            with transaction.atomic(), CaptureQueriesContext(connection) as seen:
                assert held.get(name, *ids).status_code == 200
            counts.append((name, len(seen)))
        held.post("meeting_close", meeting)

    assert counts[:3] == counts[3:]
    assert max(n for _, n in counts) <= 18
