"""The lists of the network go out as workbooks, and what is new in them comes in after a yes."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests.logbook import Event

from vangnet.directory.models import Expertise, Function, Profile
from vangnet.identity.models import Membership, Organisation, OrganisationKind, User
from vangnet.identity.operator import operator, service_session
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
ADDRESS = "/netwerk/lijsten/"
PEOPLE = ["E-mailadres", "Naam", "Organisatie", "Functie", "Werktelefoon", "Werkdagen", "Deskundigheid"]


def workbook(*rows):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def send(client, content, name="lijst.xlsx"):
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, content)})


def confirm(client, shown):
    rows = re.search(r'name="rijen" value="([^"]+)"', shown.content.decode())[1]
    return client.post(ADDRESS, {"rijen": rows}, follow=True).content.decode()


def without_profile():
    """Return somebody at work who wrote no profile."""
    with service_session(operator()):
        written = set(Profile.objects.values_list("account", flat=True))
    found = User.objects.filter(kind="persoon", is_active=True, memberships__period__upper_inf=True)
    return found.exclude(pk__in=written).first()


@pytest.mark.parametrize("kind", ["mensen", "functies", "organisaties"])
def test_a_list_that_was_handed_out_comes_back_as_nothing_new(hugo, kind):
    client = browser(hugo)
    answer = client.get(f"{ADDRESS}{kind}.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))

    assert answer.status_code == 200
    assert len(rows) > 5
    body = workbook(*rows) if kind != "mensen" else workbook(rows[0], *(r for r in rows[1:] if r[3]))
    shown = send(client, body)
    assert shown.status_code == 200
    assert "Niets nieuws in dit bestand" in shown.content.decode()


def test_a_new_function_and_the_first_profile_of_somebody_are_shown_and_kept_after_a_yes(hugo, jan):
    client, found = browser(hugo), without_profile()
    assert found is not None
    shown = send(client, workbook(["Code", "Functie"], ["wijkagent", "Wijkagent"]))
    assert "Wijkagent" in shown.content.decode()
    assert not Function.objects.filter(pk="wijkagent").exists()
    assert "1 rij is ingelezen" in confirm(client, shown)

    row = [found.email.upper(), found.name, "", "Wijkagent", "'+31 6 1234 5678", "ma, di", "Woninginbraak"]
    shown = send(browser(jan), workbook(PEOPLE, row))
    assert found.name in shown.content.decode()
    rows = re.search(r'name="rijen" value="([^"]+)"', shown.content.decode())[1]
    assert "Kies het bestand opnieuw" in client.post(ADDRESS, {"rijen": rows}, follow=True).content.decode()
    assert "1 rij is ingelezen" in confirm(browser(jan), shown)
    assert "twee keer verstuurd" in confirm(browser(jan), shown)
    assert "Niets nieuws" in send(browser(jan), workbook(PEOPLE, row)).content.decode()

    with service_session(jan):
        told = Profile.objects.get(account=found)
        topics = list(Expertise.objects.filter(account=found).values_list("topic", flat=True))
    assert (told.function_id, told.phone, told.days) == ("wijkagent", "+31 6 1234 5678", [1, 2])
    assert topics == ["woninginbraak"]
    assert Event.objects.filter(verb="directory.profile.filled_in", actor=jan.pk).exists()


def test_a_profile_that_was_filled_in_says_so_until_the_person_keeps_it(hugo, otto):
    client, found = browser(hugo), without_profile()
    row = [found.email, found.name, "", "", "0570 123 456", "ma", "Woninginbraak"]
    confirm(client, send(client, workbook(PEOPLE, row)))
    place = f"/netwerk/mensen/{found.pk}/"
    assert "Ingevuld door het aanjaagteam op" in client.get(place).content.decode()
    again = [*row[:4], "0570 654 321", "di", "Hennep"]
    shown = send(client, workbook(PEOPLE, again))
    assert "nog niet zelf bevestigd" in shown.content.decode()
    assert "1 rij is ingelezen" in confirm(client, shown)
    with service_session(hugo):
        told = Profile.objects.get(account=found)
        topics = list(Expertise.objects.filter(account=found).values_list("topic", flat=True))
    assert (told.phone, told.days, topics) == ("0570 654 321", [2], ["hennep"])

    late = send(client, workbook(PEOPLE, row))
    own = {"function": "", "phone": "0570 111 222", "days": ["1"], "topics": []}
    assert browser(found).post("/netwerk/mijn-profiel/", own).status_code == 302
    assert f"Door {found.name} zelf bijgewerkt" in client.get(place).content.decode()
    assert "schreef iemand zelf een profiel" in confirm(client, late)
    assert "Niets nieuws" in send(client, workbook(PEOPLE, row)).content.decode()
    with service_session(hugo), transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic():
            Profile.objects.create(account=without_profile(), changed_on=TODAY(), filled_in_by=otto)
        assert Profile.objects.filter(account=found).update(filled_in_by=hugo) == 0


def test_what_somebody_wrote_about_themselves_stays(hugo, otto):
    client = browser(hugo)
    with service_session(hugo):
        before = Profile.objects.get(account=otto)
    row = [otto.email, otto.name, "", "", "0570 999 999", "vrijdag", ""]

    assert "Niets nieuws" in send(client, workbook(PEOPLE, row)).content.decode()
    with service_session(hugo), transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic():
            Expertise.objects.create(account=otto, topic_id="cybercrime-jeugd")
        assert Profile.objects.filter(account=otto).update(phone="0570 999 999") == 0
        assert Profile.objects.get(account=otto).phone == before.phone


def test_every_cell_that_is_wrong_is_named_and_nothing_is_half_kept(hugo, anna):
    client = browser(hugo)
    wrong = [
        ["nergens@voorbeeld.invalid", "", "", "", "", "", ""],
        [anna.email, "Iemand Anders", "RIEC", "Tovenaar", "12", "zondag", "Draken"],
        [anna.email, anna.name, "", "", "", "", ""],
    ]
    shown = send(client, workbook(PEOPLE, *wrong))
    told = re.sub(r"<[^>]+>", " ", shown.content.decode())

    assert shown.status_code == 422
    assert 'name="rijen"' not in shown.content.decode()
    for said in (
        r"2\s+E-mailadres\s+Met dit adres werkt hier niemand",
        r"3\s+Naam\s+Dit adres is van Anna de Wit",
        r"3\s+Organisatie\s+Anna de Wit werkt nu bij Gemeente Zutphen",
        r"3\s+Functie\s+‘Tovenaar’",
        r"3\s+Werktelefoon\s+Vul tien cijfers in",
        r"3\s+Werkdagen\s+Schrijf werkdagen als",
        r"3\s+Deskundigheid\s+‘Draken’",
        r"4\s+E-mailadres\s+Dit staat al in een eerdere rij",
    ):
        assert re.search(said, told), said
    shown = send(client, workbook(["Code", "Functie"], ["nieuw", "Nieuw"], ["agent", "Nummer 123456782"]))
    assert "burgerservicenummer" in shown.content.decode()
    assert not Function.objects.filter(pk="nieuw").exists()


def test_a_new_organisation_is_for_an_administrator(hugo, jan):
    body = workbook(["Kenmerk", "Naam", "Soort", "Gebied"], ["ggd", "GGD", "Veiligheidsnetwerk", "Zutphen"])

    shown = send(browser(hugo), body).content.decode()
    assert "legt een beheerder vast" in shown
    assert 'name="rijen"' not in shown
    assert not Organisation.objects.filter(slug="ggd").exists()
    first, second = send(browser(jan), body), send(browser(jan), body)
    assert "1 rij is ingelezen" in confirm(browser(jan), first)
    assert Organisation.objects.get(slug="ggd").place == "GM0301"
    assert "Er is niets ingelezen. Het kenmerk ‘ggd’ is al van GGD" in confirm(browser(jan), second)
    OrganisationKind.objects.filter(organisation__slug="ggd").update(period=(date(2020, 1, 1), TODAY()))
    told = send(browser(jan), body)
    assert told.status_code == 422
    assert "Dit kenmerk is al van ‘GGD’" in told.content.decode()


def test_who_leaves_between_the_list_and_the_yes_is_named_as_the_reason(hugo):
    client, found = browser(hugo), without_profile()
    shown = send(client, workbook(PEOPLE, [found.email, found.name, "", "", "0570 123 456", "ma", ""]))
    Membership.objects.filter(user=found).update(period=(date(2018, 1, 1), TODAY()))
    assert "werkt hier intussen niet meer" in confirm(client, shown)


def test_what_looks_like_a_formula_goes_out_with_a_quote_and_comes_back_without(hugo):
    client = browser(hugo)
    confirm(client, send(client, workbook(["Code", "Functie"], ["som", "'=1+1"])))
    assert Function.objects.get(pk="som").name == "=1+1"

    content = client.get(f"{ADDRESS}functies.xlsx").content
    cells = [row[1] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    assert "'=1+1" in cells
    assert "Niets nieuws" in send(client, content).content.decode()


def test_only_who_keeps_the_network_sees_the_page_and_takes_all_numbers_along(anna, hugo, outsider):
    for address in (ADDRESS, f"{ADDRESS}mensen.xlsx"):
        assert browser(anna).get(address).status_code == 404
        assert browser(hugo, strong=False).get(address).status_code == 403
        assert outsider.get(address).status_code in {302, 404}
    assert browser(anna).get(f"{ADDRESS}functies.xlsx").status_code == 200
    assert "Lijsten halen" not in browser(anna).get("/netwerk/mensen/").content.decode()
    assert "Lijsten halen" in browser(hugo).get("/netwerk/mensen/").content.decode()
    assert browser(hugo).get(f"{ADDRESS}zetels.xlsx").status_code == 404
    browser(hugo).get(f"{ADDRESS}mensen.xlsx")
    assert Event.objects.filter(verb="directory.people.exported", actor=hugo.pk).exists()


def test_a_long_list_costs_as_many_questions_as_a_short_one(hugo, django_assert_max_num_queries):
    client = browser(hugo)
    client.get(f"{ADDRESS}mensen.xlsx")
    with django_assert_max_num_queries(20):
        content = client.get(f"{ADDRESS}mensen.xlsx").content
    with django_assert_max_num_queries(22):
        send(client, content)
    assert connection.vendor == "postgresql"
