from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from vangnet.figures import fetches
from vangnet.figures.catalogue import CBS, POLICE, Request
from vangnet.figures.models import Fetch, Figure, Import, Indicator, StagedFigure
from vangnet.figures.opendata import Manners
from vangnet.figures.tests.delivering import everything
from vangnet.figures.tests.statline import Fault, Statline, serve
from vangnet.identity.models import Membership

QUICK = Manners(rate=500, attempts=3, backoff=0.01, longest_wait=1, read_timeout=0.5)
ANSWERS = {
    "table": "47018NED",
    "first_year": "2023",
    "last_year": "2024",
    "areas": "gemeenten",
    "borders": "gewoon",
    "topic": "",
}


@pytest.fixture
def statline(settings, tmp_path) -> Iterator[Statline]:
    """The open-data service, on this computer."""
    settings.DATA = tmp_path
    with serve() as line:
        settings.POLICE_ODATA_URL = line.root
        settings.CBS_ODATA_URL = f"{line.root}/odata/v1"
        yield line


def burglary() -> str:
    return str(Indicator.objects.get(slug="woninginbraak").pk)


def work() -> None:
    """Run the waiting jobs as the worker does, in this process."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def ask(client, **changed):
    """Ask for a table through the page and return the request that is kept."""
    answer = client.post("/cijfers/ophalen/", ANSWERS | {"indicators": [burglary()]} | changed)
    assert answer.status_code == 302, answer.context["form"].errors
    return Fetch.objects.latest("asked_at")


def test_a_table_is_fetched_by_a_job_and_waits_for_a_yes(
    own_database, sign_in, sessions_of, carla, statline, tmp_path
):
    statline.values["1.1.1", "GM0301", "2024JJ00"] = 1234
    client, before = sign_in(carla), everything()

    order = ask(client)
    assert "Wacht op een werker" in client.get(f"/cijfers/ophalen/{order.pk}/").content.decode()
    assert len(sessions_of(carla)) == 1
    work()

    order.refresh_from_db()
    assert (order.state, order.message) == (Fetch.State.DONE, "")
    assert (order.rows_done, order.rows_total) == (4, 4)
    assert everything() == before
    assert len(sessions_of(carla)) == 1  # the job's own session is over
    record = order.delivery
    assert (record.state, record.by, record.source_id) == (Import.State.DRAFT, carla, "misdrijven-gemeente")
    assert record.rows == 4  # Deventer and Zutphen, two years

    assert "Bekijk en sla op" in client.get(f"/cijfers/ophalen/{order.pk}/").content.decode()
    client.post(f"/cijfers/inlezen/{record.pk}/opslaan/")
    stored = Figure.objects.get(indicator__slug="woninginbraak", area="GM0301", start="2024-01-01", grain="j")
    assert (stored.value, stored.status) == (1234.0, "voorlopig")
    assert list((tmp_path / "spool").iterdir()) == []  # the fetched pages are cleared away


def test_a_failed_fetch_says_why_and_goes_on_where_it_was(own_database, sign_in, carla, statline):
    statline.page_size = 2
    statline.faults.append(Fault("400", where="$skip=2"))
    client, before = sign_in(carla), everything()

    order = ask(client)
    work()
    page = client.get(f"/cijfers/ophalen/{order.pk}/").content.decode()

    assert Fetch.objects.get().state == Fetch.State.FAILED
    assert "weigert het verzoek" in page
    assert "Probeer opnieuw" in page
    assert (everything(), StagedFigure.objects.count()) == (before, 0)

    asked = len(statline.asked("TypedDataSet?"))
    client.post(f"/cijfers/ophalen/{order.pk}/opnieuw/")
    work()

    order.refresh_from_db()
    assert order.state == Fetch.State.DONE
    assert order.delivery.rows == 4
    assert len(statline.asked("TypedDataSet?")) == asked + 1  # the first page was kept


def test_a_changed_table_is_said_in_dutch(own_database, sign_in, carla, statline):
    statline.topic = "Iets_2"
    order = ask(sign_in(carla))
    work()

    order.refresh_from_db()
    assert order.state == Fetch.State.FAILED
    assert "onderwerp 'GeregistreerdeMisdrijven'" in order.message
    assert "Er is niets ingelezen" in order.message


@pytest.mark.attack("A-09", "A-12")
def test_rights_are_checked_again_when_the_job_runs(own_database, sign_in, carla, statline):
    order = ask(sign_in(carla))
    yesterday = timezone.localdate() - timedelta(days=1)
    for row in Membership.objects.filter(user=carla):
        row.period = type(row.period)(row.period.lower, yesterday)
        row.save()
    work()

    order.refresh_from_db()
    assert order.state == Fetch.State.WAITING
    assert order.delivery is None
    assert ProcrastinateJob.objects.get(queue_name="figures").status == "failed"
    assert not Import.objects.filter(by=carla).exists()


def test_asking_again_does_not_queue_twice(own_database, sign_in, carla, statline):
    client = sign_in(carla)
    order = ask(client)
    client.post(f"/cijfers/ophalen/{order.pk}/opnieuw/")
    client.post(f"/cijfers/ophalen/{order.pk}/opnieuw/")

    assert ProcrastinateJob.objects.count() == 1


def test_a_fetch_that_nobody_works_on_can_be_taken_up_again(own_database, sign_in, carla, statline):
    client = sign_in(carla)
    order = ask(client)
    ago = timezone.now() - timedelta(minutes=10)
    Fetch.objects.update(state=Fetch.State.RUNNING, heard_at=ago)

    assert "lijkt stil te liggen" in client.get(f"/cijfers/ophalen/{order.pk}/").content.decode()


def test_cbs_version_4_gives_the_same_figures(own_database, carla, statline):
    request = Request(
        service=POLICE,
        table="47018NED",
        topic="GeregistreerdeMisdrijven",
        source="misdrijven-gemeente",
        years=(2023, 2024),
        indicators=("1.1.1",),
        borders_on="2025-01-01",
    )
    found = []
    for one in (request, replace(request, service=CBS, topic="GeregistreerdeMisdrijven_1")):
        record = fetches.fetch_table(one, by=carla, at=timezone.now(), manners=QUICK)
        rows = StagedFigure.objects.filter(delivery=record).order_by("area_id", "start")
        found.append(list(rows.values_list("indicator_id", "area_id", "start", "value", "status")))

    assert len(found[0]) == 4
    assert found[0] == found[1]


@pytest.mark.django_db
def test_an_adviser_may_not_fetch(sign_in, anna):
    client = sign_in(anna)

    for answer in (client.get("/cijfers/ophalen/"), client.post("/cijfers/ophalen/", ANSWERS)):
        assert answer.status_code == 403
        assert "het aanjaagteam kan cijfers inlezen" in answer.content.decode()
    assert not Fetch.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"first_year": "2024", "last_year": "2023"}, "last_year", "voor het eerste jaar"),
        ({"last_year": "2999"}, "last_year", "ligt in de toekomst"),
        ({"borders": "dag", "borders_on": ""}, "borders_on", "Vul de dag in"),
    ],
)
def test_a_wrong_choice_is_said_at_its_field(sign_in, carla, changed, field, words):
    answer = sign_in(carla).post("/cijfers/ophalen/", ANSWERS | changed)

    assert answer.status_code == 422
    assert words in answer.context["form"].errors[field][0]
    assert not Fetch.objects.exists()


@pytest.mark.django_db
def test_without_a_choice_a_table_is_asked_only_for_kinds_that_it_can_have(sign_in, carla):
    sign_in(carla).post("/cijfers/ophalen/", ANSWERS)
    crimes = Fetch.objects.latest("asked_at").request["indicators"]
    sign_in(carla).post("/cijfers/ophalen/", ANSWERS | {"table": "47024NED"})

    assert "1.1.1" in crimes
    assert "E33" not in crimes
    assert Fetch.objects.latest("asked_at").request["indicators"] == ["E33"]


@pytest.mark.django_db
def test_a_kind_that_the_table_cannot_have_is_refused(sign_in, carla):
    answer = sign_in(carla).post(
        "/cijfers/ophalen/", ANSWERS | {"table": "47024NED", "indicators": [burglary()]}
    )

    assert "Geen van deze cijfers staat in deze tabel" in answer.context["form"].errors["indicators"][0]
