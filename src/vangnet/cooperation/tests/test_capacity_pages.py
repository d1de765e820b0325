"""What pages of capacity show: sums that say what they lack, what is short, and the file to take along."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from vangnet.cooperation import capacity_reading as reading
from vangnet.cooperation.capacity_sums import Sum, gap, total
from vangnet.cooperation.models import FullTime
from vangnet.cooperation.tests.conftest import Colleague
from vangnet.cooperation.tests.hours import NOW, PAST, ask, page, tell, used
from vangnet.identity.operator import operator, service_session
from vangnet.strategy.plans import PlanVersion
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db


def test_a_sum_says_what_it_lacks_and_never_takes_it_for_zero():
    known, zero, silent = Sum(Decimal(100), 1, 1), Sum(Decimal(), 1, 1), Sum(None, 0, 1)
    assert total([known, zero]) == Sum(Decimal(100), 2, 2)
    assert total([known, silent]) == Sum(Decimal(100), 1, 2)
    assert total([silent]).hours is None
    assert total([]).hours is None
    assert gap(known, zero).hours == 100
    assert (gap(known, silent).hours, gap(known, silent).most) == (None, 100)
    assert gap(silent, known).hours is gap(silent, known).most is None


def test_the_pages_show_what_is_short_and_what_cannot_be_told(anna, hugo, chief, daan, esra):
    client = browser(anna)
    row = "Ondermijning</a></th>"
    assert "niet vast te stellen" in page(client, jaar=PAST).split(row)[1].split("</tr>")[0]
    ask(hugo, 1000)
    tell(chief, "toegezegd", 500, organisation="politie")
    tell(daan, "toegezegd", 0, organisation="om")
    tell(esra, "toegezegd", "99.5", organisation="riec")
    shown = page(client, jaar=PAST).split(row)[1].split("</tr>")[0]
    assert "minstens 599,5" in shown
    assert "3 van 4 partners bekend" in shown
    assert "hoogstens 400,5" in shown
    assert "Gemeente Zutphen" in page(client, jaar=PAST).split("Wie nog niets liet weten")[1]
    tell(anna, "toegezegd", 150, organisation="gm0301")
    theme = page(client, "thema/ondermijning/", jaar=PAST)
    assert "250,5" in theme.split(">Tekort</dt>")[1].split("</dd>")[0]
    assert '<td class="num" data-sort="0.0"' in theme  # zero was told
    assert "niet opgegeven" in theme  # and nobody told what was used
    tell(anna, "gebruikt", **used(40, 1, 3), organisation="gm0301")
    own = page(client, "partner/gm0301/", jaar=PAST)
    assert "minstens 40" in own
    assert "3 van 12 maanden bekend" in own
    assert "hoogstens 110" in own
    for first in (4, 7, 10):
        tell(anna, "gebruikt", **used(40, first, first + 2), organisation="gm0301")
    own = page(client, "partner/gm0301/", jaar=PAST)
    assert "\N{MINUS SIGN}10" in own  # used more than offered
    assert "(minder dan 0,1 fte)" in own
    assert "0,1 fte" in own.split("(minder dan")[0]
    with service_session(operator()):
        FullTime.objects.filter(since=2015).update(since=NOW + 1)
    assert "alleen uren" in page(client, jaar=PAST)


def test_totals_add_up_and_the_file_says_the_same(anna, hugo, chief):
    client = browser(anna)
    for kind in ("csv", "xlsx"):
        answer = client.get(f"/netwerk/capaciteit.{kind}", {"jaar": 2022})
        assert f'filename="capaciteit-2022.{kind}"' in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    head, *rows = sheet.iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    whole = [row for row in found if row["Partner"] == "Alle partners"]
    for theme in whole:
        parts = [one for one in found if one["Thema"] == theme["Thema"] and one is not theme]
        for column in ("Toegezegd", "Gebruikt"):
            assert theme[column] == sum(one[column] or 0 for one in parts)
    by = {row["Thema"]: row for row in whole}
    assert by["Ondermijning"]["Tekort of over"] == 9500 - 4200 - 1300 - 1900 - 300
    assert by["Kwetsbare personen"]["Tekort of over"] is None
    assert "hoogstens 2700" in by["Kwetsbare personen"]["Toelichting"]
    silent = [one for one in found if one["Toelichting"] == "toezegging niet opgegeven"]
    assert [one["Toegezegd"] for one in silent] == [None]
    shown = page(client, jaar=2022)
    assert shown.count("Totaal</th>") == 2
    assert "9.500" in shown


def test_of_a_running_year_the_quarters_that_are_over_count(anna):
    with Colleague(anna).session():
        of = reading.of_year(anna, 2022, date(2022, 11, 26), topic="ondermijning")
    assert of.status == "voorlopig"
    police = next(one for one in of.themes[0].shares if one.organisation.slug == "politie")
    assert police.due == set(range(1, 10))
    assert police.used.is_complete
    with Colleague(anna).session():
        ended = reading.of_year(anna, 2021, date(2022, 11, 26), topic="cybercrime").themes[0].shares
    left = next(one for one in ended if one.organisation.slug == "gm0150")
    assert left.due == set(range(1, 6))  # until the first of June


def test_the_demonstration_has_a_year_of_each_kind(anna):
    client = browser(anna)
    assert "Capaciteit in" in page(client)
    assert "definitief</span>" in page(client, jaar=2019)
    assert "opgave</span>" in page(client, jaar=2022)
    shown = page(client, jaar=NOW)
    assert "voorlopig</span>" in shown
    assert "handhaving in het voorjaar" in page(client, "thema/ondermijning/", jaar=2020)
    assert "/netwerk/capaciteit/" in client.get("/netwerk/").content.decode()
    assert (
        "/netwerk/capaciteit/thema/ondermijning/"
        in client.get(reverse("strategy:theme", args=["ondermijning"])).content.decode()
    )
    page(client, "thema/hennep/", 404)
    page(client, "partner/bestaat-niet/", 404)


def test_a_team_is_shown_what_its_plan_comes_to_in_a_year(lotte, hugo):
    with Colleague(lotte).session():
        head = PlanVersion.objects.heads().get(plan__topic="hennep")
    own, team = browser(lotte), browser(hugo)
    assert "24 uur per week" in page(own, "thema/ondermijning/", jaar=NOW)
    shown = page(team, "thema/ondermijning/", jaar=NOW)
    assert "Dit plan staat hierboven." in shown
    assert head.content["title"] in shown
    assert f'value="{head.plan_id}" selected' in page(own, "gevraagd/nieuw/", plan=head.plan_id, jaar=NOW)
    assert (
        "Capaciteit van ondermijning per jaar"
        in own.get(f"/strategie/plannen/{head.plan_id}/").content.decode()
    )


def test_the_pages_take_a_fixed_number_of_queries(anna, django_assert_max_num_queries):
    client = browser(anna)
    told = tell(anna, "toegezegd", 100, organisation="gm0301")
    addresses = {"": 14, "thema/ondermijning/": 15, "partner/politie/": 15, f"opgave/{told.series}/": 11}
    for address, most in addresses.items():
        page(client, address, jaar=2020)
        with django_assert_max_num_queries(most):
            page(client, address, jaar=2020)
