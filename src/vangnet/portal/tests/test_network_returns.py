"""A list of people that was handed out comes back changed: kept after a yes, all of it or nothing."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.logbook import Event

from vangnet.directory.models import Departure, Expertise, Profile
from vangnet.identity.models import Membership, User
from vangnet.identity.operator import operator, service_session
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
ADDRESS = "/netwerk/lijsten/"
MARK = "Stand van de rij (niet wijzigen)"


class Sheet:
    """A list of people in a spreadsheet."""

    def __init__(self, client) -> None:
        content = client.get(f"{ADDRESS}mensen.xlsx").content
        self.heads, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        self.rows = [dict(zip(self.heads, row, strict=True)) for row in rows]

    def row(self, person) -> dict:
        return next(row for row in self.rows if row["E-mailadres"] == person.email)

    def only(self, *people) -> "Sheet":
        self.rows = [self.row(one) for one in people]
        return self

    def send(self, client, *, without=()):
        book, file = openpyxl.Workbook(), io.BytesIO()
        heads = [one for one in self.heads if one not in without]
        book.active.append(heads)
        for row in self.rows:
            book.active.append([row[one] for one in heads])
        book.save(file)
        return client.post(ADDRESS, {"file": SimpleUploadedFile("mensen.xlsx", file.getvalue())})


def words(answer) -> str:
    """Return what a page says, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&gt;", ">").split())


def confirm(client, shown) -> str:
    rows = re.search(r'name="rijen" value="([^"]+)"', shown.content.decode())[1]
    return words(client.post(ADDRESS, {"rijen": rows}, follow=True))


@pytest.fixture
def newcomer(jan):
    """Somebody at work whose profile others filled in."""
    with service_session(operator()):
        written = set(Profile.objects.values_list("account", flat=True))
        people = User.objects.filter(kind="persoon", is_active=True, memberships__period__upper_inf=True)
        found = people.exclude(pk__in=written | {jan.pk}).order_by("email").first()
        told = {"changed_on": TODAY(), "filled_in_by": jan, "function_id": "medewerker"}
        Profile.objects.create(account=found, phone="0570 123 456", days=[1, 2], **told)
        Expertise.objects.create(account=found, topic_id="woninginbraak")
    return found


def profile_of(person):
    with service_session(operator()):
        return Profile.objects.get(account=person)


def test_what_was_changed_in_a_list_is_shown_as_old_and_new_and_kept_after_a_yes(hugo, newcomer):
    client = browser(hugo)
    sheet = Sheet(client)
    sheet.row(newcomer).update(
        {"Werktelefoon": "0570 654 321", "Werkdagen": "do, vrijdag", "Deskundigheid": ""}
    )
    shown = sheet.send(client)
    told = words(shown)

    assert shown.status_code == 200
    assert "Werktelefoon: 0570 123 456 > wordt 0570 654 321" in told
    assert "Werkdagen: maandag, dinsdag > wordt donderdag, vrijdag" in told
    assert "Deskundigheid: Woninginbraak > wordt leeg" in told
    assert re.search(rf"{newcomer.name} gewijzigd", told)
    assert f"1 gewijzigd, {len(sheet.rows) - 1} ongewijzigd" in told
    assert profile_of(newcomer).phone == "0570 123 456"

    assert "1 rij is ingelezen" in confirm(client, shown)
    kept = profile_of(newcomer)
    assert (kept.phone, kept.days, kept.function_id) == ("0570 654 321", [4, 5], "medewerker")
    with service_session(hugo):
        assert not Expertise.objects.filter(account=newcomer).exists()
    line = Event.objects.get(verb="directory.person.changed", subject=str(newcomer.pk))
    assert line.details["fields"] == ["days", "phone", "topics"]
    assert "twee keer verstuurd" in confirm(client, shown)
    assert Event.objects.filter(verb="directory.person.changed", subject=str(newcomer.pk)).count() == 1


def test_a_name_and_an_address_change_by_an_administrator_and_the_former_one_opens_nothing(
    hugo, jan, newcomer
):
    sheet = Sheet(browser(hugo)).only(newcomer)
    sheet.rows[0].update({"Naam": "Nieuwe Naam", "E-mailadres": "Nieuwe.Naam@Voorbeeld.invalid"})
    shown = sheet.send(browser(hugo))
    assert "legt een beheerder vast" in words(shown)
    assert 'name="rijen"' not in shown.content.decode()
    inside = browser(newcomer)
    assert inside.get("/netwerk/mensen/").status_code == 200

    shown = sheet.send(browser(jan))
    assert f"Naam: {newcomer.name} > wordt Nieuwe Naam" in words(shown)
    assert "1 rij is ingelezen" in confirm(browser(jan), shown)
    newcomer.refresh_from_db()
    assert (newcomer.email, newcomer.name) == ("nieuwe.naam@voorbeeld.invalid", "Nieuwe Naam")
    assert inside.get("/netwerk/mensen/").status_code == 302
    line = Event.objects.get(verb="identity.user.changed", subject=str(newcomer.pk))
    assert line.details == {"fields": ["email", "name"]}


def test_somebody_ends_on_a_day_with_a_reason_and_an_end_is_moved_and_taken_back(hugo, jan, newcomer):
    client, last = browser(jan), TODAY() + timedelta(days=30)
    sheet = Sheet(client).only(newcomer)
    sheet.rows[0]["Werkt niet meer vanaf"] = last  # a day as a spreadsheet keeps it
    assert "schrijf bij een einde waarom" in words(sheet.send(client)).casefold()
    sheet.rows[0]["Reden van vertrek"] = "andere werkgever"
    assert "legt een beheerder vast" in words(sheet.send(browser(hugo)))
    shown = sheet.send(client)
    assert re.search(
        rf"{newcomer.name} eindigt .*Reden van vertrek: leeg > wordt Andere werkgever", words(shown)
    )
    assert "1 rij is ingelezen" in confirm(client, shown)
    assert [one.upper for one in newcomer.memberships.values_list("period", flat=True)] == [last]

    sheet = Sheet(client).only(newcomer)
    assert sheet.rows[0]["Reden van vertrek"] == "Andere werkgever"
    sheet.rows[0]["Werkt niet meer vanaf"] = str(last + timedelta(days=10))
    confirm(client, sheet.send(client))
    assert newcomer.memberships.get().period.upper == last + timedelta(days=10)
    sheet = Sheet(client).only(newcomer)
    sheet.rows[0]["Werkt niet meer vanaf"] = ""
    shown = sheet.send(client)
    assert "Werkt niet meer vanaf:" in words(shown)
    confirm(client, shown)
    assert newcomer.memberships.get().period.upper is None

    sheet = Sheet(client).only(newcomer)
    sheet.rows[0].update({"Werkt niet meer vanaf": f"{TODAY():%d-%m-%Y}", "Reden van vertrek": "gestopt"})
    shown = sheet.send(client)
    assert "1 rij is ingelezen" in confirm(client, shown)
    assert "twee keer verstuurd" in confirm(client, shown)
    assert User.objects.get(pk=newcomer.pk).is_active
    with service_session(hugo):
        told = [(one.on, one.reason) for one in Departure.objects.filter(account=newcomer)]
    assert [reason for _, reason in told] == ["werkgever", "werkgever", "", "gestopt"]
    assert told[2][0] is None


def test_what_another_changed_since_the_list_was_handed_out_is_refused_and_named(hugo, jan, newcomer, otto):
    sheet, other = Sheet(browser(hugo)).only(newcomer, otto), Sheet(browser(jan)).only(newcomer)
    late = Sheet(browser(hugo)).only(newcomer)
    late.rows[0]["Werkdagen"] = "vrijdag"
    waits = late.send(browser(hugo))
    other.rows[0]["Werktelefoon"] = "0570 777 777"
    confirm(browser(jan), other.send(browser(jan)))

    assert "Een ander wijzigde intussen: werktelefoon. Dat blijft." in words(sheet.send(browser(hugo)))
    sheet.rows[0]["Werkdagen"] = "vrijdag"
    shown = sheet.send(browser(hugo))
    assert shown.status_code == 422
    assert "2 Werktelefoon Een ander wijzigde" in words(shown)
    assert "werktelefoon is nu ‘0570 777 777’" in words(shown)
    assert f"Intussen wijzigde een ander wat hier staat over {newcomer.name}" in confirm(browser(hugo), waits)
    assert profile_of(newcomer).days == [1, 2]


def test_what_somebody_keeps_themselves_is_refused_in_the_row_and_the_rest_waits_for_it(hugo, otto, newcomer):
    client = browser(hugo)
    sheet = Sheet(client).only(otto, newcomer)
    stood = sheet.rows[0]["Werktelefoon"]
    sheet.rows[0]["Werktelefoon"], sheet.rows[1]["Werkdagen"] = "0570 999 999", "vrijdag"
    shown = sheet.send(client)
    told = words(shown)

    assert shown.status_code == 422
    assert f"2 Werktelefoon Otto Kuipers houdt dit zelf bij. Zet ‘{stood}’ terug" in told
    assert f"{newcomer.name} gewijzigd" in told
    assert 'name="rijen"' not in shown.content.decode()
    with service_session(hugo), transaction.atomic():
        assert Profile.objects.filter(account=otto).update(phone="0570 999 999") == 0
    sheet.rows[0]["Werktelefoon"] = stood
    assert "1 rij is ingelezen" in confirm(client, sheet.send(client))


def test_a_list_without_marks_adds_only_and_nobody_who_is_missing_ends(hugo, jan, newcomer, anna):
    before = Membership.objects.filter(period__upper_inf=True).count()
    sheet = Sheet(browser(jan)).only(newcomer)
    sheet.rows[0]["Naam"] = "Iemand Anders"
    assert f"Dit adres is van {newcomer.name}" in words(sheet.send(browser(jan), without=[MARK]))
    sheet = Sheet(browser(jan)).only(newcomer)
    sheet.rows[0].update({"Werkt niet meer vanaf": "1-1-2027", "Reden van vertrek": "gestopt"})
    assert (
        "kan alleen in een lijst die hier is gehaald"
        in words(sheet.send(browser(jan), without=[MARK])).lower()
    )
    sheet = Sheet(browser(jan)).only(newcomer)
    sheet.rows[0]["Werktelefoon"] = "0570 111 111"
    confirm(browser(jan), sheet.send(browser(jan), without=["Deskundigheid", "Werkt niet meer vanaf"]))
    with service_session(hugo):
        assert Expertise.objects.filter(account=newcomer).exists()  # a column that is not there says nothing
    assert Membership.objects.filter(period__upper_inf=True).count() == before


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (MARK, "0", "2 Stand van de rij (niet wijzigen) Dit maakte deze installatie niet"),
        ("E-mailadres", "geen adres", "2 E-mailadres Dit is geen e-mailadres"),
        ("E-mailadres", "anna.dewit@", "2 E-mailadres Dit is geen e-mailadres"),
        ("Naam", "Balie Zutphen", "is van meer mensen"),
        ("Naam", "Nummer 123456782", "burgerservicenummer"),
        ("Organisatie", "RIEC", "geeft de beheerder op de server"),
        ("Functie", "Tovenaar", "2 Functie ‘Tovenaar’"),
        ("Werktelefoon", "12", "2 Werktelefoon Vul tien cijfers in"),
        ("Werkt niet meer vanaf", "morgen", "2 Werkt niet meer vanaf Schrijf een dag binnen 5 jaar"),
        ("Werkt niet meer vanaf", "1-1-2999", "2 Werkt niet meer vanaf Schrijf een dag binnen 5 jaar"),
        ("Reden van vertrek", "ziek", "2 Reden van vertrek Kies een van deze redenen"),
    ],
)
def test_a_cell_that_cannot_be_kept_is_refused_with_how_to_mend_it(jan, newcomer, column, cell, said):
    sheet = Sheet(browser(jan)).only(newcomer)
    sheet.rows[0][column] = cell
    shown = sheet.send(browser(jan))
    assert shown.status_code == 422
    assert said in words(shown)


def test_an_address_of_another_and_ones_own_end_are_refused(jan, anna, newcomer):
    sheet = Sheet(browser(jan)).only(newcomer, jan)
    sheet.rows[0]["E-mailadres"] = anna.email.upper()
    sheet.rows[1].update({"Werkt niet meer vanaf": "31-12-2026", "Reden van vertrek": "gestopt"})
    told = words(sheet.send(browser(jan)))
    assert "2 E-mailadres Dit adres is al van een ander" in told
    assert "3 Werkt niet meer vanaf Uw eigen einde legt een andere beheerder vast" in told


def test_a_mark_is_of_one_person(jan, otto, newcomer):
    sheet = Sheet(browser(jan)).only(newcomer, otto)
    own, other = sheet.rows[0][MARK].split("."), sheet.rows[1][MARK].split(".")
    sheet.rows[0][MARK] = ".".join([other[0], *own[1:]])
    assert "2 Stand van de rij (niet wijzigen) Dit maakte deze installatie niet" in words(
        sheet.send(browser(jan))
    )
    sheet = Sheet(browser(jan)).only(newcomer)
    Membership.objects.filter(user=newcomer).update(period=(date(2018, 1, 1), TODAY()))
    assert "werkt hier intussen niet meer" in words(sheet.send(browser(jan)))


def test_an_administrator_changes_the_own_address_and_stays_inside(jan):
    client = browser(jan)
    sheet = Sheet(client).only(jan)
    sheet.rows[0]["E-mailadres"] = "jan.vos@elders.invalid"
    assert "1 rij is ingelezen" in confirm(client, sheet.send(client))
    assert User.objects.get(pk=jan.pk).email == "jan.vos@elders.invalid"


def test_only_an_administrator_records_that_somebody_left_and_only_once_no_role_goes_on(hugo, jan, newcomer):
    def records(person, **more):
        told = {"account": newcomer, "on": TODAY(), "reason": "gestopt", "recorded_at": timezone.now()}
        with service_session(person), transaction.atomic():
            return Departure.objects.create(**told | {"recorded_by": person} | more)

    for person, more in ((jan, {}), (hugo, {"on": None, "reason": ""}), (jan, {"account": jan, "on": None})):
        with pytest.raises(DatabaseError):
            records(person, **more)
    Membership.objects.filter(user=newcomer).update(period=(date(2018, 1, 1), TODAY()))
    assert records(jan).reason == "gestopt"
    with service_session(newcomer):
        assert not Departure.objects.exists()
