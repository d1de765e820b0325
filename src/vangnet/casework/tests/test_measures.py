"""Measures in a case, through the pages: who is competent, what for, from when, until when, and the end."""

import re
from html import unescape

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from tests.logbook import Event

from vangnet.casework.case_actions import Plan, impose_measure
from vangnet.casework.models import Case, MeasureKind, Term
from vangnet.casework.tests.casedesk import CARE, SAID, CaseDesk, in_days, organisation
from vangnet.figures.models import Figure
from vangnet.identity import token
from vangnet.identity.models import Organisation
from vangnet.identity.operator import service_session
from vangnet.ui.formats import number
from vangnet.vault.doors import DoesNotHold

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(esra):
    return CaseDesk(esra)


@pytest.fixture
def shared(desk, lotte):
    """A case of the RIEC in which Zutphen takes part."""
    case = desk.a_case()
    desk.let_join(case, lotte, "gm0301")
    return case


def test_a_measure_says_who_is_competent_what_for_and_against_which_baseline(desk, shared):
    told = {"no_baseline": "", "indicator": "drugshandel", "period": "2024", "until": in_days(90)}
    desk.a_measure(shared, kind="bibob", organisation=organisation("gm0301"), **told)
    page = desk.text("case", shared)

    for words in ("Wet Bibob art. 3", "College van burgemeester", "De activiteit stopt", "Drugshandel, 2024"):
        assert words in page
    assert SAID not in page


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"until": in_days(-1)}, "eindigt na de dag"),
        ({"no_baseline": ""}, "Kies een indicator als nulmeting"),
        ({"indicator": "drugshandel", "period": "2024"}, "niet allebei"),
        ({"indicator": "drugshandel", "period": "vorig jaar", "no_baseline": ""}, "jaar of een maand"),
        ({"kind": "bestaat-niet"}, "keuze"),
        ({"kind": "behandeling"}, "keuze"),
        ({"effect": "taak/controle"}, "keuze"),
        ({"place": "GM9999"}, "keuze"),
        ({"since": "1926-11-27"}, "hoogstens vijf jaar geleden"),
        ({"since": in_days(5 * 366 + 1)}, "uiterlijk over vijf jaar"),
        ({"reasons": ""}, "verplicht"),
    ],
)
def test_a_bad_measure_is_refused_in_words(desk, shared, told, complaint):
    answer = desk.measure(shared, **told)

    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert "Er zijn nog geen maatregelen" in desk.text("case", shared)


def test_a_measure_of_an_organisation_that_does_not_take_part_is_refused(desk, shared):
    assert desk.measure(shared, organisation=organisation("politie")).status_code == 422


@pytest.mark.attack("A-06")
def test_a06_a_measure_about_health_is_offered_in_the_care_and_safety_house_only(desk, shared, mo):
    care = CaseDesk(mo, CARE)
    case = care.a_case(tier="2")
    told = {"kind": "behandeling", "organisation": organisation("veiligheidshuis")}

    assert "Behandeling" in care.text("measure", case)
    assert care.measure(case, **told).status_code == 302
    assert "Behandeling" not in desk.text("measure", shared)


def test_with_a_minor_the_interest_of_the_child_comes_before_any_measure(mo):
    care = CaseDesk(mo, CARE)
    case = care.a_case(has_minor="on", tier="2")
    told = {"kind": "behandeling", "organisation": organisation("veiligheidshuis")}
    refused = care.measure(case, **told)
    care.done("child", case, words="Het kind is gehoord en blijft op de eigen school.")

    assert refused.status_code == 422
    assert "Weeg eerst het belang van het kind af" in refused.content.decode()
    assert care.measure(case, **told).status_code == 302


def test_a_minor_that_is_added_to_the_dossier_asks_for_it_too(desk, shared):
    told = {"name": "Jonge Verzonnen", "born": "", "capacity": "derde", "is_minor": "on"}
    answer = desk.client.post(reverse("vault:add_subject", args=[desk.purpose.pk, shared]), told)

    assert answer.status_code == 302
    assert "Er is een minderjarige bij betrokken" in desk.text("case", shared)
    assert desk.measure(shared).status_code == 422
    assert desk.get("measure", shared)["Location"] == desk.address("child", shared)


def test_a_measure_that_begins_later_does_not_run_yet(desk, shared):
    desk.a_measure(shared, since=in_days(200))

    assert "begint nog" in desk.text("case", shared)
    assert re.search(r"Maatregel begint nog \([1-9]", desk.text("board"))


def test_the_outcome_of_a_measure_is_written_down_once(desk, shared):
    measure = desk.a_measure(shared)
    told = {"until": in_days(1), "outcome": "afloop/deels"}
    early = desk.post("end_measure", shared, measure, until=in_days(0), outcome="afloop/deels")
    late = desk.post("end_measure", shared, measure, until=in_days(900), outcome="afloop/deels")
    desk.done("end_measure", shared, measure, **told)
    again = desk.post("end_measure", shared, measure, **told)

    assert early.status_code == 422
    assert late.status_code == 422
    assert "Deze dag moet nog komen" in late.content.decode()
    assert again.status_code == 422
    assert "al vastgelegd" in again.content.decode()
    assert "Uitgevoerd, effect deels bereikt" in desk.text("case", shared)


# --- who is competent ---


@pytest.mark.parametrize(
    ("kind", "slug", "who"),
    [
        ("sluiting-13b", "politie", "bevoegd: Burgemeester. Kies een organisatie van de soort Gemeente"),
        ("bibob", "riec", "bevoegd: College van burgemeester en wethouders"),
        ("beslag", "gm0301", "bevoegd: Openbaar Ministerie"),
        ("aanslag", "riec", "bevoegd: Belastingdienst"),
    ],
)
def test_a_measure_of_who_is_not_competent_is_refused_and_the_page_names_who_is(
    desk, shared, lotte, kind, slug, who
):
    desk.let_join(shared, lotte, "politie")
    answer = desk.measure(shared, kind=kind, organisation=organisation(slug))
    page = unescape(answer.content.decode())

    assert answer.status_code == 422
    assert who in page
    assert f"{Organisation.objects.get(slug=slug)} is dat niet" in page
    assert "Er zijn nog geen maatregelen" in desk.text("case", shared)


@pytest.mark.parametrize(("kind", "slug"), [("sluiting-13b", "gm0301"), ("huur", "riec"), ("huur", "gm0301")])
def test_who_is_competent_and_whoever_goes_to_court_can_be_named(desk, shared, kind, slug):
    assert desk.measure(shared, kind=kind, organisation=organisation(slug)).status_code == 302


# --- where, and measured against what ---


def test_the_case_shows_where_a_measure_holds(desk, shared):
    desk.a_measure(shared, place="GM0200")
    desk.a_measure(shared, place="")
    page = desk.text("case", shared)

    assert "Apeldoorn" in page
    assert "niet aan een gemeente gebonden" in page


def test_the_baseline_shows_its_figure_with_status_and_source_beside_the_newest_one(desk, shared):
    figures = Figure.objects.filter(
        indicator__slug="drugshandel", area="GM0301", grain="j", value__isnull=False
    )
    first, last = figures.order_by("start").first(), figures.order_by("start").last()
    desk.a_measure(shared, no_baseline="", indicator="drugshandel", period=str(first.start.year))
    page = desk.text("case", shared)

    for one in (first, last):
        told = (
            f"{one.start.year}: {number(one.value)} {one.indicator.unit} ({one.get_status_display().lower()})"
        )
        assert told in page
    assert f"{first.indicator.source.name}, ingelezen op" in page
    assert "zegt niet dat de maatregel het veroorzaakte" in page
    assert "/beelden/GM0301/?indicator=drugshandel" in desk.get("case", shared).content.decode()


def test_of_the_newest_figure_nothing_later_is_shown(desk, shared):
    last = Figure.objects.filter(indicator__slug="drugshandel", area="GM0301", grain="j").latest("start")
    desk.a_measure(shared, no_baseline="", indicator="drugshandel", period=str(last.start.year))

    assert "nog geen later cijfer" in desk.text("case", shared)


@pytest.mark.parametrize("period", ["2099", "1905", "2099-01"])
def test_a_baseline_of_a_period_without_a_figure_is_refused_with_the_last_known_one(desk, shared, period):
    last = Figure.objects.filter(indicator__slug="drugshandel", area="GM0301", grain="j").latest("start")
    answer = desk.measure(shared, no_baseline="", indicator="drugshandel", period=period)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert f"Over {period} is hier geen cijfer" in page
    assert f"Het laatste bekende is van jaar {last.start.year}" in page


def test_a_baseline_without_a_place_asks_for_a_municipality_where_only_those_are_counted(desk, shared):
    told = {"no_baseline": "", "indicator": "drugshandel", "period": "2024"}
    answer = desk.measure(shared, place="", **told)

    assert answer.status_code == 422
    assert "Kies bij de maatregel een gemeente." in answer.content.decode()


def test_the_verb_asks_for_a_figure_too(desk, shared, esra):
    with service_session(esra), token.for_purpose(desk.purpose.pk), transaction.atomic():
        plan = Plan(
            kind=MeasureKind.objects.get(pk="huur"), organisation=Organisation.objects.get(slug="riec"),
            since=timezone.localdate(), effect=Term.objects.get(pk="effect/stoppen"), place="GM0301",
            indicator="drugshandel", period="2099",
        )  # fmt: skip
        told = {"reasons": SAID, "by": esra, "at": timezone.now()}
        with pytest.raises(DoesNotHold, match="Over 2099 is hier geen cijfer"):
            impose_measure(Case.objects.get(pk=shared), plan, **told)


# --- withdrawn, and what came later ---


@pytest.mark.parametrize("code", ["niet-uitgevoerd", "legaal"])
def test_a_measure_that_begins_later_is_withdrawn_and_does_not_count_as_one(desk, shared, code):
    measure = desk.a_measure(shared, since=in_days(200))
    told = {"until": in_days(0), "outcome": f"afloop/{code}"}
    assert "Trek in" in desk.text("case", shared)
    for wrong in ({"outcome": "afloop/bereikt"}, {"until": in_days(1)}, {"until": in_days(-1)}):
        assert desk.post("end_measure", shared, measure, **{**told, **wrong}).status_code == 422
    desk.done("end_measure", shared, measure, **told)
    page = desk.text("case", shared)

    assert "Maatregel ingetrokken: Huur ontbinden en ontruimen" in page
    assert "Maatregel begint" not in page
    assert "Leg een latere afloop vast" not in page
    assert "Einde van de maatregel: Huur ontbinden" not in desk.text("agenda")
    with service_session(desk.who), token.for_purpose(desk.purpose.pk), transaction.atomic():
        assert Case.objects.staged(timezone.localdate()).get(pk=shared).stage == "zonder"


def test_a_court_can_annul_a_measure_after_its_outcome_and_both_stay_readable(desk, shared, anna):
    measure = desk.a_measure(shared, since=in_days(-30))
    early = desk.post("later_outcome", shared, measure, outcome="afloop/vernietigd", on=in_days(0))
    desk.done("end_measure", shared, measure, until=in_days(-10), outcome="afloop/bereikt")
    told = {"outcome": "afloop/vernietigd", "on": in_days(-3)}
    for wrong in ({"outcome": "afloop/deels"}, {"on": in_days(1)}, {"on": in_days(-11)}):
        assert desk.post("later_outcome", shared, measure, **{**told, **wrong}).status_code == 422
    # A colleague of a participant writes it down, not who wrote down the outcome.
    CaseDesk(anna).done("later_outcome", shared, measure, **told)
    again = desk.post("later_outcome", shared, measure, **told)
    page = desk.text("case", shared)

    assert "eerder: Uitgevoerd, effect bereikt" in page
    assert "Latere afloop van Huur ontbinden en ontruimen: Door de rechter vernietigd" in page
    assert "Leg een latere afloop vast" not in page
    assert (early.status_code, again.status_code) == (422, 422)
    assert "één keer" in again.content.decode()
    assert Event.objects.filter(verb="casework.measure.outcome_followed", subject=shared).exists()


def test_an_outsider_finds_no_page_to_withdraw_or_annul(desk, shared, carla):
    measure = desk.a_measure(shared)
    outsider = CaseDesk(carla)

    for name in ("end_measure", "later_outcome"):
        assert outsider.get(name, shared, measure).status_code == 404
