import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.disclosure.audit import audit
from vangnet.analysis.disclosure.faults import Contradiction, Unprotectable
from vangnet.analysis.disclosure.hierarchy import flat
from vangnet.analysis.disclosure.insiders import audit_insiders, too_narrow
from vangnet.analysis.disclosure.knowledge import Release, combine, publish
from vangnet.analysis.disclosure.primary import Rules, Unit, primary
from vangnet.analysis.disclosure.suppress import suppress
from vangnet.analysis.disclosure.table import Record, build
from vangnet.analysis.disclosure.tests.cubes import cube


def shown(table, hidden, cell):
    """Return what is public once a cell is known, for an audit by itself."""
    without = hidden.copy()
    without[cell] = False
    release = publish(table, without)
    return combine([Release("inside", release.keys, release.matrix, release.low, release.high)])


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 4), min_size=9, max_size=9),
    st.lists(st.booleans(), min_size=9, max_size=9).filter(lambda mask: sum(mask) > 2),
)
def test_somebody_who_is_counted_learns_what_an_audit_with_that_cell_shown_finds(figures, mask):
    table = cube(np.reshape(figures, (3, 3)))
    hidden = np.zeros(table.value.size, dtype=bool)
    hidden[np.flatnonzero([not any(code == "T" for code in key) for key in table.keys])] = mask
    known = [(int(cell), float(table.value[cell])) for cell in np.flatnonzero(hidden)]
    public = combine([publish(table, hidden)])
    found = {(one.knows, one.learns): (one.low, one.high) for one in audit_insiders(public, known, hidden)}

    for cell, _ in known:
        alone = audit(shown(table, hidden, cell))
        ends = dict(zip(alone.cells.tolist(), zip(alone.low, alone.high, strict=True), strict=True))
        disclosed = audit(public)
        already = set(disclosed.cells[disclosed.width < 1e-6].tolist())  # for everybody, insider or not
        for other in set(np.flatnonzero(hidden).tolist()) - {cell} - already:
            low, high = ends[other]
            assert ((cell, other) in found) == (high - low < 1 - 1e-6)
            if (cell, other) in found:
                assert found[cell, other] == pytest.approx((low, high), abs=1e-5)


def test_a_table_protected_from_insiders_hides_more_and_lets_nobody_subtract_himself():
    # In the first line A and B are hidden: who is the 1 of A knows B from the sum.
    table = cube([[1, 3, 20, 30], [40, 50, 22, 31], [61, 44, 25, 37]])
    found = primary(table, Rules())
    plain = suppress(table, found.sensitive, needed=1.0)
    safe = suppress(table, found.sensitive, needed=1.0, alone=found.singleton)
    alone = [(int(cell), 1.0) for cell in np.flatnonzero(found.singleton)]
    learned = audit_insiders(combine([publish(table, plain.hidden)]), alone, found.sensitive)

    assert [(table.keys[one.learns], one.low, one.high) for one in learned] == [(("d00", "d11"), 3.0, 3.0)]
    assert audit_insiders(combine([publish(table, safe.hidden)]), alone, found.sensitive) == []
    assert safe.hidden.sum() > plain.hidden.sum()


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=16, max_size=16))
def test_suppression_never_fails_its_own_audit_of_insiders(figures):
    table = cube(np.reshape(figures, (4, 4)) * 1.0)
    found = primary(table, Rules())
    try:
        safe = suppress(table, found.sensitive, alone=found.singleton)
    except Unprotectable:  # a table of almost nothing
        return
    for cell in np.flatnonzero(found.singleton & safe.hidden):
        alone = audit(shown(table, safe.hidden, cell))
        targets = found.sensitive[alone.cells]
        assert (alone.width[targets] >= 1 - 1e-5).all()
        assert not too_narrow(alone.low[targets] - 1e-5, alone.high[targets] + 1e-5, whole=True).any()


def test_a_count_with_one_whole_number_in_its_interval_is_told():
    assert too_narrow([2.3, 2.0, 2.0], [3.3, 3.0, 2.5], whole=True).tolist() == [True, False, True]
    assert too_narrow([2.3, 2.0, 2.0], [3.3, 3.0, 2.5]).tolist() == [False, False, True]
    assert not too_narrow(0.0, np.inf, whole=True)


def line(total, **figures):
    """Return a table of one line."""
    rows = [Record((code,), float(figure)) for code, figure in figures.items()]
    return build(["place"], {"place": flat(figures, total=total)}, rows)


def test_what_an_earlier_release_hid_stays_hidden_from_who_is_alone():
    before = line("north", a=1, b=3, c=20, z=50)
    earlier = publish(before, [key[0] in "abc" for key in before.keys])
    now = line("west", a=1, c=20, d=15, e=40)
    found = primary(now, Rules())
    plain = suppress(now, found.sensitive, needed=1.0, earlier=[earlier])
    safe = suppress(now, found.sensitive, needed=1.0, earlier=[earlier], alone=found.singleton)
    of_b = np.array([key == ("b",) for key in plain.knowledge.keys])
    a = now.keys.index(("a",))

    assert [one.low for one in audit_insiders(plain.knowledge, [(a, 1.0)], of_b)] == [3.0]
    assert audit_insiders(safe.knowledge, [(a, 1.0)], of_b) == []
    # what they could work out before is not held against this release
    known = publish(before, [key[0] in "ab" for key in before.keys])
    suppress(now, found.sensitive, needed=1.0, earlier=[known], alone=found.singleton)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=9, max_size=9), st.integers(1, 6), st.sampled_from(list(Unit)))
def test_nobody_is_alone_in_a_cell_that_is_not_sensitive(figures, fewest, unit):
    lines = [Record((f"a{at // 3}", f"b{at % 3}"), n, contributors=min(n, 3)) for at, n in enumerate(figures)]
    shape = {"a": flat(["a0", "a1", "a2"], total="T"), "b": flat(["b0", "b1", "b2"], total="T")}
    found = primary(build(["a", "b"], shape, lines), Rules(unit=unit, fewest=fewest, fewest_contributors=1))

    assert (found.sensitive | ~found.singleton).all()


def test_what_follows_from_a_cell_hidden_for_others_counts_for_who_is_alone():
    # The 1 of A gives C, hidden only to protect, from the first column, and C gives B from the last line.
    table = cube([[1, 30, 40], [50, 60, 70], [20, 3, 80]])
    place = {key: at for at, key in enumerate(table.keys)}
    hidden = np.zeros(len(table.keys), dtype=bool)
    a, b, c, d = (place[f"d0{row}", f"d1{col}"] for row, col in ((0, 0), (2, 1), (2, 0), (0, 1)))
    hidden[[a, b, c, d]] = True
    targets = np.arange(hidden.size) == b
    told = audit_insiders(combine([publish(table, hidden)]), [(a, 1.0)], targets)

    assert [(one.learns, one.low, one.high) for one in told] == [(b, 3.0, 3.0)]


def test_a_figure_that_cannot_be_is_refused():
    table = cube([[1, 9], [8, 7]])
    hidden = np.array([not any(code == "T" for code in key) for key in table.keys])
    cell = int(next(itertools.compress(itertools.count(), hidden)))
    with pytest.raises(Contradiction, match="cannot be 99"):
        audit_insiders(combine([publish(table, hidden)]), [(cell, 99.0)], hidden)
