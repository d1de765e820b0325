"""Lists, board and agenda of cases, and who sees what of them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.attacks.routes import routes
from tests.logbook import Event

from vangnet.casework.tests.casedesk import (
    CARE,
    LOCAL,
    OWN,
    SAID,
    CaseDesk,
    in_days,
    organisation,
)
from vangnet.vault.tests.offices import RECORD, browser

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


# --- lists ---


def test_the_board_shows_each_case_in_the_column_of_its_stage(desk, shared):
    def column(stage: str) -> str:
        return (
            desk.get("board").content.decode().partition(f'id="kolom-{stage}"')[2].partition("</section>")[0]
        )

    assert shared in column("zonder")
    measure = desk.a_measure(shared)
    assert shared in column("loopt")
    desk.done("end_measure", shared, measure, until=in_days(1), outcome="afloop/bereikt")
    assert shared in column("wacht")
    desk.closed(shared)
    assert shared in column("afgerond")


def test_the_agenda_shows_what_is_due_in_the_month_and_the_week(desk, shared, anna):
    desk.a_task(shared, anna, "gm0301")
    due = timezone.localdate() + timedelta(7)

    for period in ("week", "maand"):
        assert shared in desk.get("agenda", periode=period, dag=due.isoformat()).content.decode()
    far = (due + timedelta(400)).isoformat()
    assert "Niets in deze periode" in desk.text("agenda", periode="week", dag=far)


@pytest.mark.attack("A-32")
@pytest.mark.parametrize("day", ["", "gisteren", "9999-12-31", "0001-01-01", "2024-02-30", "\0"])
def test_a32_any_day_in_the_address_gives_a_page(desk, day):
    assert desk.get("agenda", periode="week", dag=day).status_code == 200
    assert desk.get("agenda", dag=day).status_code == 200


@pytest.mark.attack("A-32")
@pytest.mark.parametrize("page", ["0", "-1", "9" * 40, "laatste", "\0"])
def test_a32_any_page_of_the_list_gives_a_page(desk, page):
    assert desk.get("cases", pagina=page).status_code == 200


@pytest.mark.attack("A-27")
@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "<script>alert(1)</script>", "{{ 7|add:7 }}", "%' UNION SELECT", "\0"]
)
def test_a27_what_is_asked_of_the_list_is_only_a_value(desk, shared, text):
    page = desk.get("cases", nummer=text, plaats=text, status=text, vorm=text)

    assert page.status_code == 200
    assert b"<script>alert" not in page.content


def test_the_pages_take_few_queries(desk, shared, anna, django_assert_max_num_queries):
    for _ in range(3):
        desk.a_task(shared, anna, "gm0301")
        desk.a_measure(shared)
    for name, ids, most in (
        ("case", (shared,), 24),
        ("cases", (), 16),
        ("board", (), 18),
        ("agenda", (), 14),
    ):
        with django_assert_max_num_queries(most):
            assert desk.get(name, *ids).status_code == 200


def test_the_page_of_what_waits_takes_few_queries_for_each_purpose(anna, django_assert_max_num_queries):
    desk = CaseDesk(anna)
    with django_assert_max_num_queries(26):  # four purposes
        assert desk.client.get("/casussen/").status_code == 200


def test_a_dossier_leads_to_its_case_and_one_without_a_case_does_not(desk, shared):
    address = reverse("vault:new", args=[desk.purpose.pk])
    plain = desk.client.post(address, {"tier": "1", "place": ""})["Location"]
    dossier = reverse("vault:dossier", args=[desk.purpose.pk, shared])

    assert desk.address("case", shared) in desk.client.get(dossier).content.decode()
    assert "Naar de casus" not in desk.client.get(plain).content.decode()


def test_a_session_without_a_second_factor_sees_no_case(desk, shared, esra):
    weak = browser(esra, strong=False)

    assert weak.get("/casussen/").status_code == 403
    assert weak.get(desk.address("case", shared)).status_code == 403


def test_the_cases_of_the_demonstration_stand_at_every_stage(esra, anna, mo):
    desks = [CaseDesk(esra), CaseDesk(anna, OWN), CaseDesk(anna, LOCAL), CaseDesk(mo, CARE)]
    boards = "".join(desk.text("board") for desk in desks)

    for stage in ("Nog geen maatregel", "Maatregelen lopen", "Wacht op resultaat", "Afgerond"):
        assert re.search(rf"{stage} \([1-9]", boards), stage


# --- who sees it ---


@pytest.mark.attack("A-03", "A-04")
@pytest.mark.parametrize("who", ["bram", "carla", "daan", "mo", "greet", "jan", "frank", "petra"])
def test_a04_outside_the_case_every_page_answers_as_if_it_were_not_there(desk, shared, anna, request, who):
    task, measure = desk.a_task(shared, anna, "gm0301"), desk.a_measure(shared)
    offer = desk.an_offer(shared, "gm0301")
    other = CaseDesk(request.getfixturevalue(who))
    pages = [
        ("case", ()),
        ("task", ()),
        ("measure", ()),
        ("child", ()),
        ("decision", ()),
        ("close", ()),
        ("offer", ()),
    ]
    pages += [("end_measure", (measure,)), ("answer", (offer,))]

    for name, ids in pages:
        assert other.get(name, shared, *ids).status_code == 404, name
    for name, ids in [*pages, ("open", ()), ("finish", (task,)), ("reopen", (task,))]:
        assert other.post(name, shared, *ids, answer="aanvaarden").status_code in (404, 405), name


@pytest.mark.attack("A-05")
def test_a05_a_case_of_another_zone_does_not_exist_under_ones_own_purpose(shared, anna):
    for name in (LOCAL, OWN, CARE):
        desk = CaseDesk(anna, name)

        assert desk.get("case", shared).status_code == 404
        assert desk.post("open", shared).status_code == 404
        assert desk.measure(shared).status_code == 404


@pytest.mark.attack("A-02")
def test_a02_what_a_form_does_not_ask_is_not_taken(desk):
    case = desk.a_case(organisation=organisation("politie"), status="afgerond", number="X", kind="zvh")
    page = desk.text("case", case)

    assert "RIEC-casus" in page
    assert re.search(r"Casus RIEC-\d{4}-\d{6}", page)
    assert "Rond af" in page


@pytest.mark.attack("A-21")
def test_a21_the_words_of_a_case_are_marked_for_its_participants(desk, shared):
    desk.done("decision", shared, kind="besluit/aanpak", on=in_days(0), words=SAID)
    page = desk.client.get(reverse("vault:dossier", args=[desk.purpose.pk, shared])).content.decode()

    assert "TLP:AMBER" in page
    assert not {"TLP:GREEN", "TLP:CLEAR"} & set(re.findall(r"TLP:\w+", page))


def test_every_step_leaves_a_line_in_the_log(desk, shared, anna, esra):
    desk.done("finish", shared, desk.a_task(shared, anna, "gm0301"))
    desk.a_measure(shared)
    desk.closed(shared, despite="on")
    verbs = set(Event.objects.filter(subject=shared, actor=esra.pk).values_list("verb", flat=True))

    assert verbs >= {
        "casework.case.opened", "casework.task.assigned", "casework.task.finished",
        "casework.measure.imposed", "casework.case.closed",
    }  # fmt: skip


def test_only_the_view_that_opens_commits_before_it_reads():
    found = {route.name for route in routes() if getattr(route.view, "_non_atomic_requests", None)}

    assert {name for name in found if name.startswith("cases:")} == {"cases:open"}


def test_what_else_is_known_lies_in_the_dossier_that_the_case_links_to(desk, shared):
    page = desk.get("case", shared).content.decode()
    told = desk.client.post(reverse("vault:add_record", args=[desk.purpose.pk, shared]), RECORD)

    assert reverse("vault:dossier", args=[desk.purpose.pk, shared]) in page
    assert told.status_code == 302
