import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path

import pytest

from vangnet.figures.observations import Observation
from vangnet.figures.odata3 import OData3
from vangnet.figures.opendata import Manners, NotFound, Refused, Unreachable
from vangnet.figures.selections import MOST_TERMS, Selection, TableChanged, conditions
from vangnet.figures.tables import Download
from vangnet.figures.tests.statline import Fault, Statline, serve

QUICK = Manners(rate=500, attempts=4, backoff=0.01, longest_wait=2, read_timeout=0.3)
BURGLARY = Selection(
    "47018NED",
    "GeregistreerdeMisdrijven",
    offences=("1.1.1",),
    regions=("GM0150", "GM0301"),
    periods=("2023JJ00", "2024JJ00"),
)
EVERYTHING = Selection("47018NED", "GeregistreerdeMisdrijven_1")


@pytest.fixture
def statline() -> Iterator[Statline]:
    with serve() as line:
        yield line


def fetch(
    statline: Statline, spool: Path, selection: Selection = BURGLARY, manners: Manners = QUICK
) -> Download:
    return OData3(statline.root, manners).fetch(selection, spool=spool)


def test_figures_come_without_padding_and_with_the_status_of_their_period(statline, tmp_path):
    statline.values["1.1.1", "GM0301", "2023JJ00"] = 123

    found = list(fetch(statline, tmp_path))

    assert len(found) == 4
    assert Observation("1.1.1", "GM0301", 2023, None, Decimal(123), "definitief") in found
    assert {(o.year, o.status) for o in found} == {(2023, "definitief"), (2024, "voorlopig")}


def test_filters_carry_the_padding_that_the_service_wants(statline, tmp_path):
    list(fetch(statline, tmp_path))

    asked = statline.asked("TypedDataSet?")
    assert len(asked) == 1
    assert "SoortMisdrijf eq '1.1.1 '" in asked[0]
    assert "WijkenEnBuurten eq 'GM0150    '" in asked[0]


def test_a_figure_that_was_not_published_is_not_zero(statline, tmp_path):
    statline.unpublished.add(("1.1.1", "GM0150", "2024JJ00"))
    statline.values["1.1.1", "GM0150", "2023JJ00"] = 0

    values = {(o.area, o.year): o.value for o in fetch(statline, tmp_path)}

    assert values["GM0150", 2024] is None
    assert values["GM0150", 2023] == 0


def test_untyped_text_is_read_and_text_that_is_no_number_is_named(statline, tmp_path):
    statline.values["1.1.1", "GM0150", "2023JJ00"] = "     12.5"
    statline.values["1.1.1", "GM0150", "2024JJ00"] = "       ."
    statline.values["1.1.1", "GM0301", "2023JJ00"] = "twaalf"
    download = fetch(statline, tmp_path)

    values = {(o.area, o.year): o.value for o in download}

    assert values["GM0150", 2023] == Decimal("12.5")
    assert values["GM0150", 2024] is None
    assert ("GM0301", 2023) not in values
    assert "'twaalf' (GM0301, 1.1.1, 2023JJ00) is geen getal" in str(download.problems[0])


def test_paging_gives_every_row_once(statline, tmp_path):
    statline.page_size = 7
    steps = []

    download = OData3(statline.root, QUICK).fetch(
        EVERYTHING, spool=tmp_path, progress=lambda done, total: steps.append((done, total))
    )
    found = list(download)

    assert len(found) == len({(o.indicator, o.area, o.year, o.month) for o in found}) == 48
    assert steps[0] == (7, 60)
    assert steps[-1] == (60, 60)
    assert len(statline.asked("TypedDataSet?")) == 9


def test_totals_and_quarters_are_left_out_and_months_are_months(statline, tmp_path):
    found = list(fetch(statline, tmp_path, replace(EVERYTHING, without_totals=True, region_prefix="GM")))

    assert {o.indicator for o in found} == {"1.1.1", "2.2.1"}
    assert {o.area for o in found} == {"GM0150", "GM0301"}
    assert {(o.year, o.month, o.status) for o in found} == {
        (2023, None, "definitief"),
        (2024, None, "voorlopig"),
        (2025, 1, "voorlopig"),
        (2025, 2, "voorlopig"),
    }


@pytest.mark.parametrize("kind", ["drop", "truncated", "503", "500", "429", "html", "slow", "half page"])
def test_a_passing_fault_is_retried_and_leaves_no_trace(statline, tmp_path, kind):
    statline.page_size = 7
    expected = sorted(map(str, fetch(statline, tmp_path / "calm", EVERYTHING)))
    statline.faults.append(Fault(kind, times=2, skip=3))

    found = sorted(map(str, fetch(statline, tmp_path / "storm", EVERYTHING)))

    assert found == expected
    assert statline.faults[0].times == 0
    assert len(statline.asked("TypedDataSet?")) == 9 + 9 + 2


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("drop", "de verbinding viel weg"),
        ("truncated", "afgebroken of beschadigd"),
        ("503", "storing (status 503)"),
        ("html", "geen JSON maar 'text/html'"),
        ("slow", "te langzaam"),
        ("half page", "minder dan aangekondigd"),
    ],
)
def test_a_fault_that_stays_ends_in_a_clear_message(statline, tmp_path, kind, reason):
    statline.faults.append(Fault(kind, times=99))

    with pytest.raises(Unreachable, match="na 3 pogingen niet volledig") as failure:
        fetch(statline, tmp_path, manners=replace(QUICK, attempts=3))

    assert reason in str(failure.value)


def test_half_a_page_at_the_end_is_noticed_too(statline, tmp_path):
    statline.page_size = 50
    statline.faults.append(Fault("half page", where="$skip=50"))

    assert len(list(fetch(statline, tmp_path, EVERYTHING))) == 48
    assert len(statline.asked("$skip=50")) == 2


def test_retry_after_is_kept_to(statline, tmp_path):
    statline.faults.append(Fault("429", retry_after="1"))

    list(fetch(statline, tmp_path))

    first, second = (moment for moment, path, _ in statline.requests if "TypedDataSet?" in path)
    assert 1.0 <= second - first < 2.0


def test_a_retry_after_of_an_hour_is_told_instead_of_waited_for(statline, tmp_path):
    statline.faults.append(Fault("503", retry_after="3600"))

    with pytest.raises(Unreachable, match="60 minuten"):
        fetch(statline, tmp_path)


def test_requests_keep_to_the_agreed_pace(statline, tmp_path):
    list(fetch(statline, tmp_path, manners=replace(QUICK, rate=25)))

    moments = [moment for moment, _, _ in statline.requests]
    assert len(moments) >= 8
    assert moments[-1] - moments[0] >= 0.9 * (len(moments) - 1) / 25


def test_an_interrupted_fetch_goes_on_where_it_was(statline, tmp_path):
    statline.page_size = 7
    seen = []

    def stop_at_third_page(done, total):
        seen.append(done)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        OData3(statline.root, QUICK).fetch(EVERYTHING, spool=tmp_path, progress=stop_at_third_page)
    before = len(statline.asked("TypedDataSet?"))
    found = list(fetch(statline, tmp_path, EVERYTHING))

    assert before == 3
    assert len(found) == 48
    assert len(statline.asked("TypedDataSet?")) == 9


def test_a_damaged_page_is_fetched_again(statline, tmp_path):
    statline.page_size = 7
    calm = list(fetch(statline, tmp_path, EVERYTHING))
    page = next(tmp_path.glob("*page-00002.page"))
    page.write_bytes(page.read_bytes()[:-20])

    again = list(fetch(statline, tmp_path, EVERYTHING))

    assert again == calm
    assert len(statline.asked("TypedDataSet?")) == 10


def test_a_table_published_anew_discards_the_kept_pages(statline, tmp_path):
    list(fetch(statline, tmp_path))
    statline.modified = "2026-04-10T02:00:00"
    statline.values["1.1.1", "GM0150", "2024JJ00"] = 77

    values = {(o.area, o.year): o.value for o in fetch(statline, tmp_path)}

    assert values["GM0150", 2024] == 77
    assert len(statline.asked("TypedDataSet?")) == 2


def test_a_table_that_changes_while_paging_is_read_again_from_the_start(statline, tmp_path):
    statline.page_size = 7

    def publish(path):
        if "$skip=28" in path:
            statline.modified = "2026-05-01T02:00:00"
            statline.values["0.0.0", "NL00", "2023JJ00"] = 4321

    statline.on_request = publish
    download = fetch(statline, tmp_path, EVERYTHING)

    assert download.modified == "2026-05-01T02:00:00"
    assert [o.value for o in download if (o.indicator, o.area, o.year) == ("0.0.0", "NL00", 2023)] == [4321]


def test_a_table_that_keeps_changing_is_given_up(statline, tmp_path):
    moments = iter(range(1000))

    def publish(path):
        statline.modified = f"2026-05-01T{next(moments):06}"

    statline.on_request = publish

    with pytest.raises(Unreachable, match="veranderde tijdens het ophalen"):
        fetch(statline, tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"topic": "Aangiften_1"}, "'GeregistreerdeMisdrijven' .wel: 'Aangiften_1'."),
        ({"datatype": "String"}, "bevat geen getallen meer"),
        ({"extra_dimension": "Leeftijd"}, "de kolom 'Leeftijd' is nieuw"),
        ({"column_in_rows": "Iets_1"}, "ontbreekt de kolom 'GeregistreerdeMisdrijven_1'"),
    ],
)
def test_a_changed_column_is_named_and_nothing_is_handed_over(statline, tmp_path, change, message):
    for name, value in change.items():
        setattr(statline, name, value)

    with pytest.raises(TableChanged, match=message):
        fetch(statline, tmp_path)


def test_a_further_dimension_can_be_pinned(statline, tmp_path):
    statline.extra_dimension = "Leeftijd"

    found = list(fetch(statline, tmp_path, replace(BURGLARY, pinned={"Leeftijd": "10000"})))

    assert len(found) == 4
    assert "Leeftijd eq '10000 '" in statline.asked("TypedDataSet?")[0]


def test_unknown_codes_are_named(statline, tmp_path):
    with pytest.raises(TableChanged, match=r"kent SoortMisdrijf 9\.9\.9 niet"):
        fetch(statline, tmp_path, replace(BURGLARY, offences=("9.9.9",)))
    with pytest.raises(TableChanged, match="laatste periode is 2025MM02"):
        fetch(statline, tmp_path, replace(BURGLARY, periods=("2031JJ00",)))


def test_areas_and_periods_without_figures_are_remarks(statline, tmp_path):
    selection = replace(BURGLARY, regions=("GM0301", "GM9999"), periods=("2023JJ00", "2026JJ00"))
    download = fetch(statline, tmp_path, selection)

    assert len(list(download)) == 1
    assert [p.value for p in download.problems] == ["GM9999", "2026JJ00"]
    assert not any(p.blocking for p in download.problems)


def test_a_service_that_does_not_count_is_read_all_the_same(statline, tmp_path):
    statline.offers_count = False
    statline.page_size = 7

    assert len(list(fetch(statline, tmp_path, EVERYTHING))) == 48


@pytest.mark.attack("A-28")
def test_redirects_and_next_pages_stay_on_the_same_host(statline, tmp_path):
    statline.faults.append(Fault("redirect https://elders.example/"))
    with pytest.raises(Refused, match=r"elders\.example"):
        fetch(statline, tmp_path)

    statline.faults[:] = [Fault("redirect /ODataFeed/odata/47018NED/TypedDataSet?$filter=moved")]
    fetch(statline, tmp_path)
    assert statline.asked("moved")


@pytest.mark.attack("A-30")
def test_an_answer_that_unfolds_is_refused_while_it_unfolds(statline, tmp_path):
    statline.faults.append(Fault("bomb"))

    with pytest.raises(Refused, match="groter dan 1 MB"):
        fetch(statline, tmp_path, manners=replace(QUICK, max_bytes=1024 * 1024))


def test_an_answer_that_drips_in_is_given_up(statline, tmp_path):
    statline.faults.append(Fault("drip", times=99))

    with pytest.raises(Unreachable, match="te langzaam"):
        fetch(statline, tmp_path, manners=replace(QUICK, attempts=2, deadline=0.2))


def test_retry_after_may_be_a_date(statline, tmp_path):
    soon = datetime.now(UTC) + timedelta(seconds=1.5)
    statline.faults.append(Fault("503", retry_after=format_datetime(soon, usegmt=True)))

    fetch(statline, tmp_path)

    assert datetime.now(UTC) >= soon.replace(microsecond=0)


@pytest.mark.attack("A-32")
def test_an_answer_that_is_too_large_is_refused(statline, tmp_path):
    with pytest.raises(Refused, match="groter dan"):
        fetch(statline, tmp_path, EVERYTHING, manners=replace(QUICK, max_bytes=3000))


@pytest.mark.attack("A-28")
@pytest.mark.parametrize("address", ["http://dataderden.example", "ftp://dataderden.example", "file:///etc"])
def test_only_https_is_spoken_with_the_outside(address, tmp_path):
    with pytest.raises(Refused, match="https://"):
        OData3(address).fetch(BURGLARY, spool=tmp_path)


def test_a_table_that_does_not_exist_is_said_at_once(statline, tmp_path):
    with pytest.raises(NotFound, match="Controleer het tabelnummer"):
        fetch(statline, tmp_path, replace(BURGLARY, table="12345NED"))
    assert len(statline.requests) == 1


def test_the_service_knows_who_is_asking(statline, tmp_path):
    fetch(statline, tmp_path)

    assert {agent.split("/")[0] for _, _, agent in statline.requests} == {"Vangnet"}


def test_emptying_the_spool_leaves_other_files_alone(statline, tmp_path):
    (tmp_path / "eigen.txt").write_text("van iemand anders")
    fetch(statline, tmp_path)
    statline.modified = "2026-04-10T02:00:00"
    fetch(statline, tmp_path)

    assert (tmp_path / "eigen.txt").read_text() == "van iemand anders"


def test_large_selections_are_cut_into_queries_that_the_service_accepts():
    chosen = [
        ("SoortMisdrijf", [f"1.1.{n}" for n in range(12)]),
        ("WijkenEnBuurten", [f"GM{n:04}    " for n in range(76)]),
        ("Perioden", [f"{year}JJ00" for year in range(2012, 2026)]),
    ]

    queries = list(conditions(chosen, MOST_TERMS))

    assert all(sum(part.count(" eq ") for part in query) <= MOST_TERMS for query in queries)
    assert len(queries) <= 30
    cells = [
        (o, r, p)
        for offences, regions, periods in queries
        for o in offences.split(" or ")
        for r in regions.split(" or ")
        for p in periods.split(" or ")
    ]
    assert len(cells) == 12 * 76 * 14
    assert len({tuple(part.strip("()") for part in cell) for cell in cells}) == 12 * 76 * 14


def test_pages_on_disk_are_plain_json_behind_their_checksum(statline, tmp_path):
    fetch(statline, tmp_path)

    digest, body = next(tmp_path.glob("*page-00000.page")).read_bytes().split(b"\n", 1)
    assert len(digest) == 64
    assert len(json.loads(body)["rows"]) == 4
