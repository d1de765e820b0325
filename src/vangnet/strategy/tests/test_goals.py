"""A goal: where it stands, by dates and figures, and by whoever says otherwise with a reason."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.strategy import lines, measuring, reporting, standing
from vangnet.strategy.measuring import Measured
from vangnet.strategy.models import Goal, Level, Progress, Version
from vangnet.strategy.tests.round import GOAL, Desk
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 1)


def measured(low: float, high: float, **more: object) -> Measured:
    """Return a figure of 2020 that fell somewhere between two bounds."""
    told = {
        "indicator": "Inbraak", "slug": "inbraak", "unit": "", "area": "", "base_year": 2018, "year": 2020,
        "before": 100.0, "after": 80.0, "relative": -0.2, "low": low, "high": high, "words": "gedaald",
        "interval": "", "status": "", "source": "",
    }  # fmt: skip
    return Measured(**{**told, **more})


def goal(**fields: object) -> Goal:
    return Goal(**{"code": "A-1", "title": "Minder", "term": "2019-2022", **fields})


def stand(
    of: Goal, *events: Progress, day: date = TODAY, figure: Measured | None = None
) -> standing.Standing:
    return standing.of(of, day, 2022, events, figure)


@pytest.mark.parametrize(
    ("due", "day", "expected"),
    [
        (date(2020, 6, 2), TODAY, "loopt"),
        (date(2020, 5, 31), TODAY, "verstreken"),
        (None, TODAY, "loopt"),
        (None, date(2023, 1, 1), "niet-te-zeggen"),
    ],
)
def test_the_stand_follows_from_the_dates(due, day, expected):
    assert stand(goal(due_on=due), day=day).said.stand == expected


def said(on: str, *, is_met: bool) -> Progress:
    told = {"kind": "voorwaarde", "met": is_met, "words": "Zo is het."}
    return Progress(goal="A-1", on=date.fromisoformat(on), **told)


@pytest.mark.parametrize("due", [date(2020, 5, 31), date(2020, 6, 2), None])
def test_a_promise_under_a_condition_is_not_late_before_the_condition_was_met(due):
    wanted = goal(due_on=due, condition="alleen bij geld")
    nobody, unmet = stand(wanted), stand(wanted, said("2020-05-01", is_met=False))
    met = stand(wanted, said("2020-05-01", is_met=False), said("2020-05-02", is_met=True))

    assert (nobody.said.stand, nobody.said.tone) == ("niet-te-zeggen", "neutral")
    assert "of aan de voorwaarde is voldaan, is niet vastgelegd" in nobody.why
    assert (unmet.label, unmet.said.tone) == ("Voorwaarde niet vervuld", "neutral")
    assert unmet.why == "alleen bij geld; sinds 1 mei 2020: Zo is het"
    assert met.said == stand(goal(due_on=due)).said

    word = Progress(
        goal="A-1", kind="andere-stand", on=TODAY, stand="gestopt", words="Geen mensen.",
        computed=stand(goal(due_on=due)).computed.stand,  # as it was before conditions were recorded
    )  # fmt: skip
    assert (stand(wanted, word).label, stand(wanted, *unmet.events, word).overruled) == ("Gestopt", None)


def test_whether_a_condition_was_met_is_recorded_with_the_goal(anna):
    desk, path = Desk(anna), "doelen/KWP-15c/vordering/"
    passed = desk.client.get("/strategie/").context["counts"].passed
    told = {"kind": "voorwaarde", "on": "2019-12-01", "words": "Er is geld."}
    unsaid, met = desk.post(path, **told), desk.post(path, **told, met="ja")
    other = desk.post("doelen/OND-02/vordering/", **told, met="ja")

    assert [unsaid.status_code, met.status_code, other.status_code] == [422, 302, 422]
    assert "Kies of aan de voorwaarde is voldaan." in unsaid.content.decode()
    assert "Voorwaarde vervuld" in desk.get("doelen/KWP-15c/")
    assert "termijn verstreken</span>" in desk.get("doelen/KWP-15c/")
    assert "voorwaarde niet vervuld</span>" in desk.get("doelen/KWP-14/")
    assert desk.client.get("/strategie/").context["counts"].passed == passed + 1


def test_what_was_done_late_is_done_and_says_so():
    done = Progress(goal="A-1", kind="afgerond", on=date(2020, 5, 3), words="Klaar.")

    assert "2 dagen na de termijn" in stand(goal(due_on=date(2020, 5, 1)), done).why
    assert "op tijd" in stand(goal(due_on=date(2020, 5, 4)), done).why


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-0.3, -0.15, "norm-gehaald"), (-0.3, -0.05, "niet-te-zeggen"), (-0.05, 0.1, "norm-niet-gehaald")],
)
def test_a_target_counts_as_reached_only_beyond_its_uncertainty(low, high, expected):
    wanted = goal(target=-10, target_year=2020, base_year=2018, indicator="x", target_origin="Besluit BBG")

    assert stand(wanted, figure=measured(low, high)).said.stand == expected
    assert stand(wanted).said.stand == "niet-te-zeggen"  # without a figure


@pytest.mark.parametrize(
    ("day", "year", "expected"),
    [
        (date(2019, 12, 31), 2018, "loopt"),  # the year before
        (date(2020, 12, 31), 2019, "loopt"),  # the year of the target
        (date(2021, 12, 31), 2019, "loopt"),  # its figure may still come
        (date(2021, 12, 31), 2020, "norm-gehaald"),
        (date(2022, 1, 1), 2019, "niet-te-zeggen"),  # and did not
        (date(2022, 1, 1), 2020, "norm-gehaald"),
    ],
)
def test_a_target_waits_for_the_figure_of_its_year_and_not_for_ever(day, year, expected):
    wanted = goal(
        target=-10, target_year=2020, base_year=2018, indicator="x", target_origin="Besluit 2021-03"
    )
    held = stand(wanted, day=day, figure=measured(-0.3, -0.15, year=year))

    assert held.said.stand == expected
    assert "norm −10 % in 2020 (Besluit 2021-03); " in held.why


def test_a_target_from_nothing_says_that_there_is_no_change_in_percent():
    wanted = goal(target=-10, target_year=2020, base_year=2018, indicator="x", target_origin="Besluit BBG")
    held = stand(wanted, figure=measured(0, 0, before=0.0, relative=None))

    assert (held.said.stand, "nog geen cijfer" in held.why) == ("niet-te-zeggen", False)
    assert "in 2018 was het cijfer 0" in held.why


def test_a_target_is_measured_in_its_own_year_whatever_came_later():
    told = Goal.objects.exclude(indicator="").exclude(base_year=None).get(code="KWP-10")
    day = date(told.base_year + 4, 6, 1)
    latest = measuring.measured([told], day)[told.code]
    told.target, told.target_year = -10, told.base_year + 1
    then = measuring.measured([told], day)[told.code]

    assert latest.year > told.base_year + 1
    assert then.year == told.base_year + 1
    assert measuring.measured([told], date(told.base_year + 1, 6, 1))[told.code].mark == ""


def test_another_word_ends_when_figures_or_dates_say_something_else_or_its_day_passes():
    figure = measured(-0.3, -0.1)
    told = Progress(
        goal="A-1", kind="andere-stand", on=TODAY, stand="loopt-achter", words="Geen mensen.",
        computed="loopt", figures=figure.mark, until=date(2020, 9, 1),
    )  # fmt: skip

    held = stand(goal(), told, figure=figure)
    assert (held.label, held.computed.label, held.why) == ("Loopt achter", "Loopt", "Geen mensen.")
    assert stand(goal(), told, figure=measured(-0.3, -0.1, after=70.0)).overruled is None
    assert stand(goal(), told, figure=figure, day=date(2020, 9, 2)).overruled is None
    assert stand(goal(due_on=date(2020, 5, 1)), told, figure=figure).overruled is None


def test_a_goal_page_gives_words_stand_partners_figure_documents_and_what_happened(anna):
    text = Desk(anna).get("doelen/KWP-10/")

    assert text.index("Sluitende aanpak verward gedrag verbeteren") < text.index("Stand van zaken")
    for words in (
        "niet te zeggen", "geen norm in de nota", "Uitgangswaarde", "Met toeval rekening gehouden",
        "zorg: voert uit", "Eigenaar", "Portefeuillehouder", "Sjoerd Wiegers", "koppeling op blz. 9",
    ):  # fmt: skip
        assert words in text, words
    assert "Overgedragen aan Zorgkantoren in de regio" in Desk(anna).get("doelen/KWP-15a/")


def test_whoever_keeps_the_theme_overrules_with_a_reason_and_the_computed_stand_stays_beside_it(anna):
    holder = Desk("burgemeester-enschede")
    refused = holder.post("doelen/OND-02/stand/", stand="loopt-achter", words=" ")
    answer = holder.post("doelen/OND-02/stand/", stand="loopt-achter", words="Tien gemeenten ontbreken.")
    text = Desk(anna).get("doelen/OND-02/")

    assert (refused.status_code, answer.status_code) == (422, 302)
    assert "loopt achter" in text
    assert "Tien gemeenten ontbreken." in text
    assert "Volgens datums en cijfers: <strong>niet te zeggen</strong>" in text


@pytest.mark.attack("A-07")
def test_a07_who_does_not_keep_the_theme_overrules_nothing_not_in_sql_either(anna, ineke):
    assert Desk(anna).client.get("/strategie/doelen/OND-02/stand/").status_code == 404
    assert Desk("burgemeester-zwolle").client.get("/strategie/doelen/OND-02/stand/").status_code == 404
    assert Desk(ineke).client.get("/strategie/doelen/OND-02/vordering/").status_code == 404
    told = Progress(
        goal="OND-02", kind="andere-stand", on=timezone.localdate(), words="Mijn zin.", stand="gereed",
        computed="loopt", organisation=anna.memberships.first().organisation,
    )  # fmt: skip
    with service_session(anna, strong=True), pytest.raises(NotPermitted):
        reporting.report(told, by=anna, at=timezone.now())


def test_a_report_changes_the_stand_and_the_future_is_refused(anna):
    desk = Desk(anna)
    later = (timezone.localdate() + timedelta(days=1)).isoformat()
    told = {"kind": "afgerond", "words": "Alle gemeenten hebben een beeld."}
    future = desk.post("doelen/OND-02/vordering/", on=later, **told)
    nobody = desk.post("doelen/OND-02/vordering/", on="2021-01-01", **{**told, "kind": "overgedragen"})
    odd = desk.post("doelen/OND-02/vordering/", on="2021-01-01", source="Verslag; 2; javascript://x", **told)
    done = desk.post("doelen/OND-02/vordering/", on="2021-01-01", source="Verslag; blz. 2", **told)

    assert [future.status_code, nobody.status_code, odd.status_code, done.status_code] == [422, 422, 422, 302]
    assert "Verslag, blz. 2" in desk.get("doelen/OND-02/")
    assert "Op 1 januari 2021" in desk.get("doelen/OND-02/")


def test_what_happened_later_is_not_known_on_an_earlier_day(anna):
    assert "overgedragen" not in Desk(anna).get("op/", datum="2020-01-15").split("KWP-15a ·")[0][-600:]
    assert "overgedragen" in Desk(anna).get("op/", datum="2020-03-01")


def test_reporting_twice_records_once(anna):
    desk = Desk(anna)
    page = desk.client.get("/strategie/doelen/OND-02/vordering/")
    told = {
        "id": page.context["form"]["id"].value(),
        "kind": "bewijs",
        "on": "2021-01-01",
        "words": "Gezien.",
    }
    first, second = (desk.post("doelen/OND-02/vordering/", **told) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 422)
    assert "twee keer verstuurd" in second.content.decode()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"target": "-10"}, "Een norm wordt niet verzonnen"),
        ({"indicator": "woninginbraak"}, "Kies een gebied."),
        ({"partners": "gemeenten"}, "heeft geen rol"),
        ({"partners": "A: politie\nA: OM"}, "één eindverantwoordelijke"),
        ({"documents": "Nota; blz. 1; javascript://alert"}, "Een adres begint met https://"),
        ({"level": "hoogst"}, "geldige"),
    ],
)
def test_what_does_not_fit_a_goal_is_named(anna, told, said):
    answer = Desk(anna).post("wijzigingen/nieuw/doel/", **{**GOAL, **told})

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_goal_hangs_below_no_goal_of_a_lower_level(anna):
    desk = Desk(anna)
    version = desk.propose(
        "wijzigingen/nieuw/doel/", submit=False, **{**GOAL, "parent": "OND-20", "level": "strategisch"}
    )
    answer = desk.client.post(f"/strategie/wijzigingen/{version.pk}/indienen/", follow=True)

    assert "Een doel hangt onder een doel van hetzelfde of een hoger niveau" in answer.content.decode()


def straight(former: Version, as_administrator, **changed: object) -> None:
    """Bring a version in as a region pack does, past every form."""
    with transaction.atomic():
        Version.objects.create(
            kind="doel", item=former.item, content={**former.content, **changed}, reason="Pakket.",
            replaces=former, state="van-kracht", in_force_from=timezone.localdate(), author=as_administrator,
            written_at=timezone.now(),
        )  # fmt: skip


@pytest.mark.parametrize("changed", [{"parent": "KWP-22"}, {"theme": None}, {"theme": "bestaat-niet"}])
def test_a_loop_and_a_goal_without_a_theme_are_refused_by_the_database_for_a_pack_too(
    as_administrator, changed
):
    former = Version.objects.as_of(date.max).get(kind="doel", item="KWP-20")

    with pytest.raises(Exception, match=r"hang below itself|theme of this goal"):
        straight(former, as_administrator, **changed)


def test_papers_of_the_past_are_taken_over_by_the_command_line_only(hugo):
    former = Version.objects.as_of(date.max).get(kind="doel", item="OND-08")
    version = Version(
        kind="doel", item="OND-08", content=former.content, reason="Oud besluit.", replaces=former,
        state="van-kracht", in_force_from=timezone.localdate(), author=hugo, written_at=timezone.now(),
        organisation=hugo.memberships.first().organisation,
    )  # fmt: skip
    with service_session(hugo, strong=True), pytest.raises((NotPermitted, DoesNotHold)):
        reporting.take_over(version, [], by=hugo, at=timezone.now())


def test_every_entry_of_the_note_has_its_section_start_page_and_level():
    told = Goal.objects.exclude(code__in=Version.objects.exclude(organisation=None).values("item"))

    assert {page for page in range(3, 18) if page not in told.values_list("first_page", flat=True)} == {
        8 + 2, 12, 13, 15  # a section is named by the page on which it starts
    }  # fmt: skip
    assert [g.code for g in told if not (g.section and g.pages and g.level in Level.values)] == []
    assert {g.target for g in Goal.objects.all()} == {None}  # no target is invented


def test_without_a_second_factor_one_is_told_how_to_report(anna):
    answer = browser(anna, strong=False).get("/strategie/doelen/OND-02/vordering/")

    assert answer.status_code == 403
    assert "tweede stap" in answer.content.decode()


def test_partners_and_documents_are_read_line_by_line():
    assert lines.partners(["I: BBG", "A: gemeenten"])[0].part == "eindverantwoordelijk"
    assert lines.document("Plan; https://voorbeeld.example/plan").url == "https://voorbeeld.example/plan"
    for odd in ("", "Plan; a; b; c", "Plan; http://voorbeeld.example", "Plan; //voorbeeld.example"):
        with pytest.raises(ValueError, match=f"^{re.escape(odd)}$"):
            lines.document(odd)


def test_a_restriction_stands_beside_a_goal_and_does_not_hold_it_up(anna):
    desk = Desk(anna)
    page = desk.client.get("/strategie/doelen/OND-14/")
    text = desk.get("doelen/OND-14/")

    assert page.context["goal"].restriction == "vooralsnog"
    assert page.context["standing"].computed.stand == "verstreken"
    assert "vooralsnog" in text
    assert "Dit geldt onder een voorwaarde" not in text
    assert stand(goal(due_on=date(2020, 5, 31), restriction="vooralsnog")).said.stand == "verstreken"
    restricted = set(Goal.objects.exclude(restriction="").values_list("code", flat=True))
    assert restricted == {"ALG-03", "ALG-06", "OND-05", "OND-14", "CYB-04", "INF-06"}


def test_somebody_proposes_a_restriction_and_it_comes_into_force(anna):
    version = Desk(anna).change_goal("OND-08", restriction="waar nodig")
    assert Desk("burgemeester-enschede").judge(version, "portefeuillehouder", "bbg").status_code == 302

    assert Goal.objects.get(code="OND-08").restriction == "waar nodig"
    assert "Beperking" in Desk(anna).get(f"wijzigingen/{version.pk}/")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("https://voorbeeld.example/stuk", ("voorbeeld.example/stuk", "", "https://voorbeeld.example/stuk")),
        ("Plan; blz. 2; https://v.example/a;b=1;c", ("Plan", "blz. 2", "https://v.example/a;b=1;c")),
        ("https://v.example/a;b=1", ("v.example/a;b=1", "", "https://v.example/a;b=1")),
        ("Plan https://v.example/a", ("Plan", "", "https://v.example/a")),
        ("Plan A/B; blz. 3", ("Plan A/B", "blz. 3", "")),
    ],
)
def test_an_address_alone_or_with_a_semicolon_is_a_link(line, found):
    assert tuple(lines.document(line)) == tuple(lines.new_document(line)) == found


@pytest.mark.parametrize("line", ["http://voorbeeld.example", "Nota //ergens", "https://v.example/a b"])
def test_an_address_that_is_none_is_refused_and_what_was_kept_before_is_still_read(line):
    assert lines.document(line).url == ""
    with pytest.raises(ValueError, match=re.escape(line)):
        lines.new_document(line)


def test_a_pasted_address_becomes_a_link_on_the_page_of_the_goal(anna, hugo):
    desk, address = Desk(anna), "https://voorbeeld.example/stuk;versie=2"
    refused = desk.client.post(
        "/strategie/wijzigingen/nieuw/doel/", {**GOAL, "documents": "http://voorbeeld.example"}
    )
    assert "Een adres begint met https://" in refused.content.decode()
    version = desk.propose("wijzigingen/nieuw/doel/", **GOAL, documents=address)
    assert Desk("aanjaagteam").judge(version, "bbg", "bbg").status_code == 302

    page = desk.get(f"doelen/{version.item}/")
    assert f'href="{address}"' in page
    assert ">voorbeeld.example/stuk;versie=2" in page
