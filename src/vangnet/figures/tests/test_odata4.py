from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from vangnet.figures.observations import Observation
from vangnet.figures.odata3 import OData3
from vangnet.figures.odata4 import OData4
from vangnet.figures.opendata import Manners, Unreachable
from vangnet.figures.selections import Selection, TableChanged
from vangnet.figures.tables import Source
from vangnet.figures.tests.statline import Fault, Statline, serve

QUICK = Manners(rate=500, attempts=4, backoff=0.01, longest_wait=2, read_timeout=0.3)
SELECTION = Selection("47018NED", "Geregistreerde Misdrijven_1", regions=("GM0150", "GM0301"))


@pytest.fixture
def statline() -> Iterator[Statline]:
    with serve() as line:
        yield line


def observations(source: Source, selection: Selection, spool: Path) -> list[Observation]:
    return sorted(source.fetch(selection, spool=spool), key=str)


def test_both_versions_give_the_same_figures(statline, tmp_path):
    statline.page_size = 7
    statline.unpublished.add(("1.1.1", "GM0150", "2024JJ00"))
    three = replace(SELECTION, topic="GeregistreerdeMisdrijven")

    old = observations(OData3(statline.root, QUICK), three, tmp_path / "3")
    new = observations(OData4(statline.root4, QUICK), SELECTION, tmp_path / "4")

    assert new == old
    assert len(new) == 3 * 2 * 4
    assert [o.value for o in new if (o.indicator, o.area, o.year) == ("1.1.1", "GM0150", 2024)] == [None]


def test_a_measure_may_be_named_by_its_code(statline, tmp_path):
    statline.values["1.1.1", "GM0301", "2025MM01"] = 4.5
    selection = replace(SELECTION, topic="M003110", offences=("1.1.1",), periods=("2025MM01",))

    found = observations(OData4(statline.root4, QUICK), selection, tmp_path)

    assert found[1] == Observation("1.1.1", "GM0301", 2025, 1, Decimal("4.5"), "voorlopig")


@pytest.mark.parametrize("kind", ["drop", "truncated", "503", "429", "html", "slow", "half page"])
def test_a_passing_fault_is_retried_and_leaves_no_trace(statline, tmp_path, kind):
    statline.page_size = 7
    expected = observations(OData4(statline.root4, QUICK), SELECTION, tmp_path / "calm")
    statline.faults.append(Fault(kind, where="Observations?", times=2, skip=1))

    found = observations(OData4(statline.root4, QUICK), SELECTION, tmp_path / "storm")

    assert found == expected
    assert statline.faults[0].times == 0


def test_a_fault_halfway_keeps_what_was_there(statline, tmp_path):
    statline.page_size = 7
    statline.faults.append(Fault("503", where="$skip=21", times=99))
    with pytest.raises(Unreachable, match="bewaard"):
        observations(OData4(statline.root4, QUICK), SELECTION, tmp_path)
    statline.faults.clear()
    statline.requests.clear()

    found = observations(OData4(statline.root4, QUICK), SELECTION, tmp_path)

    assert len(found) == 24
    assert [path.split("$skip=")[1][:2] for path in statline.asked("Observations?")] == ["21", "28"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"topic": "Aangiften"}, "M003110 Aangiften"),
        ({"extra_dimension": "Leeftijd"}, "de kolom 'Leeftijd' is nieuw"),
    ],
)
def test_a_changed_column_is_named(statline, tmp_path, change, message):
    for name, value in change.items():
        setattr(statline, name, value)

    with pytest.raises(TableChanged, match=message):
        observations(OData4(statline.root4, QUICK), SELECTION, tmp_path)
