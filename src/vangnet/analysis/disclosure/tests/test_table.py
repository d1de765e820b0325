import numpy as np
import pytest

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.disclosure.hierarchy import flat, from_paths, from_relations, together
from vangnet.analysis.disclosure.table import Record, build, link, make_grid
from vangnet.analysis.disclosure.tests.cubes import cube, nested

PLACES = {"place": flat("AB", total="T")}


def test_sums_are_computed_and_hold():
    table = nested()

    assert len(table.keys) == 7 * 3 * 3
    assert np.abs(table.matrix @ table.value).max() == 0
    assert table.value[table.keys.index(("N", "T", "2017"))] == 12 + 3 + 22 + 14


@pytest.mark.parametrize(
    ("records", "words", "row"),
    [
        ([("A", 3), ("B", 4), ("T", 8)], ["row 4, column aantal", "T is 8", "add up to 7"], 4),
        ([("A", 3), ("B", -4)], ["row 3, column aantal", "-4 is negative"], 3),
        ([("A", None), ("B", 4)], ["row 2, column aantal", "no figure"], 2),
        ([("A", float("nan")), ("B", 4)], ["row 2", "no figure"], 2),
        ([("A", float("inf")), ("B", 4)], ["row 2", "not finite"], 2),
        ([("A", 3)], ["row 3, column aantal", "missing cell: place B"], 3),
        ([("A", 3), ("A", 4), ("B", 1)], ["row 3", "already given in row 2"], 3),
        ([("A", 3), ("C", 4)], ["row 3, column place", "code 'C' is not in it"], 3),
    ],
)
def test_a_bad_table_is_refused_with_row_and_column(records, words, row):
    lines = [Record((code,), value, line) for line, (code, value) in enumerate(records, start=2)]

    with pytest.raises(TableFault) as refusal:
        build(["place"], PLACES, lines, value_column="aantal")

    assert [word for word in words if word not in refusal.value.english] == []
    assert refusal.value.row == row
    assert refusal.value.dutch.startswith(f"rij {row}, kolom ")


def test_what_is_missing_may_be_said_to_be_zero():
    table = build(["place"], PLACES, [Record(("A",), 3)], missing_is_zero=True)

    assert table.value.tolist() == [3, 0, 3]


@pytest.mark.parametrize(
    ("relations", "words"),
    [
        ({"T": ["A"], "A": ["B"], "B": ["A"]}, "loop in the hierarchy"),
        ({"T": ["A"], "N": ["B"]}, "hole in the hierarchy: N is part of nothing"),
        ({"T": ["A"], "A": []}, "A has no parts"),
        ({"N": ["A"]}, "hole in the hierarchy"),
        ({"T": ["A"], "A": ["T"]}, "loop"),
    ],
)
def test_a_hierarchy_with_a_loop_or_hole_is_refused(relations, words):
    with pytest.raises(TableFault, match=words):
        from_relations(relations, total="T")


def test_a_path_with_a_hole_or_two_parents_names_its_row():
    with pytest.raises(TableFault, match=r"row 3.*hole"):
        from_paths([("N", "A"), ("", "B")], total="T")
    with pytest.raises(TableFault, match=r"row 3.*one place"):
        from_paths([("N", "A"), ("Z", "A")], total="T")


def test_a_table_that_does_not_fit_says_so():
    many = flat([str(i) for i in range(1000)], total="T")

    with pytest.raises(TableFault, match="1002001 cells"):
        make_grid(["a", "b"], {"a": many, "b": many})


def test_linked_tables_share_their_cells():
    two = cube([[3, 4], [5, 6]])
    one = build(["d0"], {"d0": flat(["d00", "d01"], total="T")}, [Record(("d00",), 7), Record(("d01",), 11)])
    both = link([two, one], {"d0": "T", "d1": "T"})

    assert len(both.keys) == len(two.keys)
    assert both.matrix.shape[0] == two.matrix.shape[0] + one.matrix.shape[0]
    other = build(
        ["d0"], {"d0": flat(["d00", "d01"], total="T")}, [Record(("d00",), 8), Record(("d01",), 11)]
    )
    with pytest.raises(TableFault, match="linked tables differ"):
        link([two, other], {"d0": "T", "d1": "T"})


def test_a_code_may_add_up_in_two_ways():
    districts = from_paths([("N", "A"), ("Z", "B")], total="T")
    teams = from_paths([("t1", "A"), ("t2", "B")], total="T")

    assert {whole for whole, _ in together(districts, teams).relations} == {"N", "Z", "t1", "t2", "T"}
    with pytest.raises(TableFault, match="two totals"):
        together(districts, flat("AB", total="U"))


def test_amounts_that_were_rounded_still_add_up():
    table = build(["place"], PLACES, [Record(("A",), 0.333), Record(("B",), 0.333), Record(("T",), 0.667)])

    assert np.abs(table.matrix @ table.value).max() < 1e-12
