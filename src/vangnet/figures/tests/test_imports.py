import threading
import time
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.logbook import Event

from vangnet.figures import actions
from vangnet.figures.models import Figure, Import, ReplacedFigure, StagedFigure
from vangnet.figures.tests.delivering import HEAD, deliver, everything, latest
from vangnet.identity.rules import NotPermitted

THREE = HEAD + "Zutphen;Woninginbraak;2025;99\nLochem;Woninginbraak;2025;61\nZutphen;Woninginbraak;2026;12\n"


def figure(area, year, slug="woninginbraak"):
    return Figure.objects.get(indicator__slug=slug, area=area, start=date(year, 1, 1), grain="j")


@pytest.mark.django_db
def test_the_preview_counts_what_is_new_changed_and_the_same_before_anything_is_saved(sign_in, carla):
    before = everything()

    answer = deliver(sign_in(carla), THREE, status="voorlopig")

    record, page, found = latest(), answer.content.decode(), answer.context["difference"]
    assert (record.state, record.rows) == (Import.State.DRAFT, 3)
    assert (found.added, found.replaced, found.unchanged, found.from_other_source) == (1, 1, 1, 1)
    assert [(line.area, line.before, line.value) for line in found.biggest] == [("Zutphen", 77.0, 99.0)]
    for words in ("Scheidingsteken", "puntkomma", "Grootste wijzigingen", "Kolom voor soort cijfer"):
        assert words in page
    assert "1 van de gewijzigde cijfers komt nu van een andere bron" in page
    assert everything() == before


@pytest.mark.django_db
def test_saving_and_undoing_puts_every_figure_back_exactly(sign_in, carla):
    client, before = sign_in(carla), everything()
    deliver(client, THREE, status="voorlopig")
    record = latest()

    page = client.post(f"/cijfers/inlezen/{record.pk}/opslaan/", follow=True).content.decode()

    assert "Opgeslagen: 1 nieuw, 1 gewijzigd, 1 ongewijzigd." in page
    assert (figure("GM0301", 2025).value, figure("GM0301", 2026).value) == (99.0, 12.0)
    assert figure("GM0301", 2025).delivered_by == record
    assert "99" in client.get("/cijfers/woninginbraak/").content.decode()

    question = client.get(f"/cijfers/inlezen/{record.pk}/terugdraaien/").content.decode()
    assert "1 gewijzigde cijfers krijgen hun vorige waarde terug" in question
    client.post(f"/cijfers/inlezen/{record.pk}/terugdraaien/")

    record.refresh_from_db()
    assert record.state == Import.State.UNDONE
    assert everything() == before
    assert not ReplacedFigure.objects.filter(replaced_by=record).exists()
    verbs = list(Event.objects.filter(subject=str(record.pk)).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["figures.import.prepared", "figures.import.saved", "figures.import.undone"]


@pytest.mark.django_db
def test_the_same_file_again_is_all_unchanged_and_says_so(sign_in, carla):
    client = sign_in(carla)
    deliver(client, THREE)
    client.post(f"/cijfers/inlezen/{latest().pk}/opslaan/")
    before = everything()

    page = deliver(client, THREE).content.decode()
    record = latest()
    assert "Alle cijfers staan er al precies zo" in page
    page = client.post(f"/cijfers/inlezen/{record.pk}/opslaan/", follow=True).content.decode()

    assert "Alle 3 cijfers stonden er al; er is niets veranderd." in page
    assert everything() == before


@pytest.mark.django_db
def test_undoing_is_refused_while_a_later_import_changed_the_same_figures(sign_in, carla):
    client = sign_in(carla)
    deliver(client, HEAD + "Zutphen;Woninginbraak;2025;98\n", name="eerste.csv")
    first = latest()
    client.post(f"/cijfers/inlezen/{first.pk}/opslaan/")
    deliver(client, HEAD + "Zutphen;Woninginbraak;2025;97\n", name="tweede.csv")
    second = latest()
    client.post(f"/cijfers/inlezen/{second.pk}/opslaan/")

    answer = client.post(f"/cijfers/inlezen/{first.pk}/terugdraaien/")

    assert answer.status_code == 409
    assert "tweede.csv" in answer.content.decode()
    assert figure("GM0301", 2025).value == 97.0

    client.post(f"/cijfers/inlezen/{second.pk}/terugdraaien/")
    client.post(f"/cijfers/inlezen/{first.pk}/terugdraaien/")
    assert figure("GM0301", 2025).value == 77.0


@pytest.mark.django_db
def test_throwing_away_leaves_no_trace_among_the_figures(sign_in, carla):
    client, before = sign_in(carla), everything()
    deliver(client, THREE)
    record = latest()

    page = client.post(f"/cijfers/inlezen/{record.pk}/weggooien/", follow=True).content.decode()

    assert "is weggegooid" in page
    assert not Import.objects.filter(pk=record.pk).exists()
    assert not StagedFigure.objects.exists()
    assert everything() == before


@pytest.mark.django_db
def test_an_import_that_was_saved_cannot_be_saved_or_thrown_away_again(sign_in, carla):
    client = sign_in(carla)
    deliver(client, THREE)
    record = latest()
    client.post(f"/cijfers/inlezen/{record.pk}/opslaan/")
    before = everything()

    for verb in ("opslaan", "weggooien"):
        page = client.post(f"/cijfers/inlezen/{record.pk}/{verb}/", follow=True).content.decode()
        assert "Dat kan niet meer: deze inlezing staat inmiddels op ‘Opgeslagen’." in page
    assert everything() == before


def test_of_two_people_who_save_at_the_same_time_one_wins(own_database, carla, jan):
    from io import BytesIO

    from vangnet.figures import intake, sheets

    file = BytesIO(THREE.encode())
    record = intake.take_file(
        sheets.open_sheet(file, "x.csv"),
        file,
        intake.Terms("eigen-opgave", date(2025, 1, 1)),
        by=carla,
        at=timezone.now(),
    )
    start, outcomes = threading.Barrier(4), []

    def save(person):
        start.wait()
        try:
            outcomes.append(actions.save(record, by=person, at=timezone.now()).state)
        except actions.NotADraft as state:
            outcomes.append(str(state))
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[person]) for person in (carla, jan, carla, jan)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["Opgeslagen", "Opgeslagen", "Opgeslagen", "opgeslagen"]
    assert Event.objects.filter(verb="figures.import.saved", subject=str(record.pk)).count() == 1
    assert Figure.objects.filter(delivered_by=record).count() == 3


@pytest.mark.django_db
def test_prepared_rows_that_did_not_survive_a_restart_are_never_saved_in_part(sign_in, carla):
    client, before = sign_in(carla), everything()
    deliver(client, THREE)
    record = latest()
    StagedFigure.objects.filter(delivery=record).delete()  # what a crash does to an unlogged table

    assert "zijn verloren gegaan" in client.get(f"/cijfers/inlezen/{record.pk}/").content.decode()
    page = client.post(f"/cijfers/inlezen/{record.pk}/opslaan/", follow=True).content.decode()

    assert "Lever het bestand opnieuw aan" in page
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["opslaan", "weggooien", "terugdraaien"])
def test_an_adviser_reads_imports_but_is_told_why_she_cannot_change_them(sign_in, carla, anna, verb):
    client = sign_in(carla)
    deliver(client, THREE)
    record, before = latest(), everything()

    client = sign_in(anna)
    answer = client.post(f"/cijfers/inlezen/{record.pk}/{verb}/")

    assert client.get(f"/cijfers/inlezen/{record.pk}/").status_code == 200
    assert answer.status_code == 403
    assert (
        "Alleen een beheerder, een analist of het aanjaagteam kan cijfers inlezen" in answer.content.decode()
    )
    assert (everything(), latest().state) == (before, Import.State.DRAFT)
    with pytest.raises(NotPermitted):
        actions.save(record, by=anna, at=timezone.now())


@pytest.mark.django_db
def test_an_adviser_sees_the_list_without_a_form_and_gets_403_at_upload(sign_in, anna):
    client = sign_in(anna)

    page = client.get("/cijfers/inlezen/").content.decode()
    answer = deliver(client, THREE)

    assert "Geregistreerde misdrijven per gemeente" in page
    assert 'type="file"' not in page
    assert answer.status_code == 403
    assert "een analist of het aanjaagteam" in answer.content.decode()
    assert not Import.objects.filter(by=anna).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "inlezen/", "ophalen/", "woninginbraak/", "woninginbraak/cijfers.csv"])
def test_nobody_gets_further_than_the_sign_in_page(outsider, path):
    answer = outsider.get(f"/cijfers/{path}")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


@pytest.mark.django_db
def test_the_list_of_imports_costs_as_many_queries_with_twenty_as_with_one(
    sign_in, carla, django_assert_max_num_queries
):
    client = sign_in(carla)
    for number in range(20):
        Import.objects.create(
            title=f"nummer {number}", source_id="eigen-opgave", by=carla, started_at=timezone.now()
        )

    with django_assert_max_num_queries(11):
        assert client.get("/cijfers/inlezen/").status_code == 200


def test_two_imports_of_the_same_figure_saved_at_the_same_time_can_both_be_undone(own_database, carla, jan):
    before = everything()
    first, second = (_prepared(f"Zutphen;Woninginbraak;2026;{value}\n", by=carla) for value in (12, 13))

    def save_second():
        try:
            actions.save(second, by=jan, at=timezone.now())
        finally:
            connection.close()

    later = threading.Thread(target=save_second)
    with transaction.atomic():
        actions.save(first, by=carla, at=timezone.now())
        later.start()
        _wait_until_somebody_waits()
    later.join()

    second.refresh_from_db()
    assert (second.added, second.replaced, figure("GM0301", 2026).value) == (0, 1, 13.0)
    with pytest.raises(actions.LaterImport):
        actions.undo(first, by=carla, at=timezone.now())
    actions.undo(second, by=carla, at=timezone.now())
    assert figure("GM0301", 2026).value == 12.0
    actions.undo(first, by=carla, at=timezone.now())
    assert everything() == before


def _prepared(rows, *, by):
    from io import BytesIO

    from vangnet.figures import intake, sheets

    file = BytesIO((HEAD + rows).encode())
    terms = intake.Terms("eigen-opgave", date(2025, 1, 1))
    return intake.take_file(sheets.open_sheet(file, "x.csv"), file, terms, by=by, at=timezone.now())


def _wait_until_somebody_waits():
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.02)
    pytest.fail("nobody waits for the first import")


@pytest.mark.django_db
def test_a_figure_that_a_later_import_confirmed_is_not_taken_away_under_it(sign_in, carla):
    client = sign_in(carla)
    deliver(client, HEAD + "Zutphen;Woninginbraak;2011;98\n", name="eerste.csv")
    first = latest()
    client.post(f"/cijfers/inlezen/{first.pk}/opslaan/")
    deliver(client, HEAD + "Zutphen;Woninginbraak;2011;98\n", name="tweede.csv")
    second = latest()
    client.post(f"/cijfers/inlezen/{second.pk}/opslaan/")

    answer = client.post(f"/cijfers/inlezen/{first.pk}/terugdraaien/")
    assert answer.status_code == 409
    assert "tweede.csv" in answer.content.decode()
    wanted = Figure.objects.filter(area="GM0301", start="2011-01-01", indicator__slug="woninginbraak")
    assert wanted.get().value == 98

    client.post(f"/cijfers/inlezen/{second.pk}/terugdraaien/")
    assert wanted.get().value == 98
    client.post(f"/cijfers/inlezen/{first.pk}/terugdraaien/")
    assert not wanted.exists()


@pytest.mark.django_db
def test_an_unfinished_year_is_provisional_and_a_fraction_is_pointed_out(sign_in, carla):
    client = sign_in(carla)
    year = timezone.localdate().year
    page = deliver(
        client, HEAD + f"Zutphen;Woninginbraak;{year};60\nEpe;Woninginbraak;2011;5,5\n"
    ).content.decode()
    record = latest()

    assert record.state == Import.State.DRAFT
    assert f"Het jaar {year} is nog niet voorbij" in page
    assert "5,5 is geen heel getal" in page
    client.post(f"/cijfers/inlezen/{record.pk}/opslaan/")
    saved = Figure.objects.get(area="GM0301", start=f"{year}-01-01", indicator__slug="woninginbraak")
    assert saved.status == "voorlopig"
