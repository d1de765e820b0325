import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vangnet.analysis.disclosure.suppress as suppressing
from vangnet.analysis.disclosure import argus, certificate, verifier
from vangnet.analysis.disclosure.audit import audit
from vangnet.analysis.disclosure.faults import SolverStopped, Unprotectable
from vangnet.analysis.disclosure.hierarchy import flat
from vangnet.analysis.disclosure.knowledge import combine, publish
from vangnet.analysis.disclosure.primary import Rules, Why, primary
from vangnet.analysis.disclosure.suppress import suppress
from vangnet.analysis.disclosure.table import Record, build
from vangnet.analysis.disclosure.tests.cubes import cube, nested


def protected(table, **options):
    return suppress(table, primary(table, Rules()).sensitive, **options)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=12, max_size=12), st.sampled_from([1.0, 5.0]))
def test_what_is_hidden_passes_an_audit_of_its_own(figures, needed):
    table = cube(np.reshape(figures, (3, 4)))
    try:
        found = protected(table, needed=needed)
    except Unprotectable:
        return

    again = audit(combine([publish(table, found.hidden)]))
    assert (again.width >= needed - 1e-5).all()
    assert not (primary(table, Rules()).sensitive & ~found.hidden).any()


def test_the_fewest_cells_in_a_table_where_that_is_known():
    table = cube([[2, 20, 30], [40, 9, 60], [70, 80, 90]])
    found = protected(table)

    assert found.primary.sum() == 1
    assert found.secondary.sum() == 3  # a rectangle; its dearest corners are not chosen
    assert table.value[found.secondary].sum() == 20 + 40 + 9


def test_nothing_sensitive_hides_nothing():
    assert not protected(cube([[20, 30], [40, 50]])).hidden.any()


def test_a_table_in_which_nothing_helps_is_refused():
    table = cube([3, 1])  # whose total is public already

    with pytest.raises(Unprotectable, match="nothing is left to hide"):
        protected(table, needed=5, earlier=[publish(table, [True, True, False])])


def test_an_earlier_release_is_taken_into_account():
    table = nested()
    first = protected(table)
    shown_before = publish(table, first.hidden, name="first")
    sensitive = first.primary.copy()
    sensitive[int(np.flatnonzero(~first.hidden & (table.value > 20))[0])] = True

    second = suppress(table, sensitive, earlier=[shown_before])

    both = audit(combine([shown_before, publish(table, second.hidden)]))
    assert second.public.sum() == 1
    assert both.width.min() >= 5


def test_two_choices_that_are_safe_alone_may_not_be_together():
    table = nested()
    first = protected(table)
    other = protected(table, cost=np.where(first.secondary, 1000.0, 1.0))
    together = audit(combine([publish(table, first.hidden), publish(table, other.hidden)]))
    careful = suppress(
        table,
        first.primary,
        cost=np.where(first.secondary, 1000.0, 1.0),
        earlier=[publish(table, first.hidden)],
    )

    assert together.width.min(initial=0) < 5
    assert (careful.high - careful.low)[careful.primary].min() >= 5


def test_the_same_input_gives_the_same_bytes():
    def once():
        found = protected(nested())
        content = certificate.certify(found, dimensions=["place", "kind", "year"], rules=Rules().as_text())
        return json.dumps(content, sort_keys=True)

    assert once() == once()


def test_a_solver_that_is_killed_gives_no_table(tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nkill -9 $$\n")
    fake.chmod(0o755)

    with pytest.raises(SolverStopped, match="tau-ARGUS stopped without an answer"):
        protected(nested(), engine=argus.Engine(seconds=5, python=str(fake)))


def test_a_solver_that_never_ends_is_ended(tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nexec sleep 30\n")
    fake.chmod(0o755)

    with pytest.raises(SolverStopped, match="no answer within 1 s"):
        protected(nested(), engine=argus.Engine(seconds=1, python=str(fake)))


@pytest.mark.skipif(not argus.is_installed(), reason="pytauargus is not installed in this environment")
def test_the_choice_of_tau_argus_is_widened_until_it_holds():
    found = protected(nested(), engine=argus.Engine(seconds=20))

    assert found.engine.startswith("tau-ARGUS")
    assert (found.high - found.low)[found.hidden].min() >= 5


# --- certificate ---


def as_file(table, hidden):
    lines = [
        ",".join([*key, "" if hide else f"{value:g}"])
        for key, value, hide in zip(table.keys, table.value, hidden, strict=True)
    ]
    return "\n".join(["place,kind,year,value", *lines, ""]).encode()


def signed(proof, **changes):
    """Return a certificate that was changed by somebody who makes the hash fit again."""
    content = json.loads(json.dumps(proof)) | changes
    return content | {"sha256": hashlib.sha256(certificate.canonical(content)).hexdigest()}


@pytest.fixture(scope="module")
def table(proof):
    hidden = {cell for cell, *_ in proof["intervals"]}
    return as_file(nested(), [cell in hidden for cell in range(len(nested().keys))])


@pytest.fixture(scope="module")
def proof():
    found = protected(nested(), least=1.0)
    table = as_file(nested(), found.hidden)
    return certificate.certify(
        found,
        dimensions=["place", "kind", "year"],
        rules=Rules().as_text() | {"needed": 5.0},
        table_sha256=hashlib.sha256(table).hexdigest(),
        needed=5.0,
    )


def test_a_certificate_holds(proof, table):
    assert verifier.check(proof, table) == []
    assert verifier.told(proof)[:2] == ["hidden: 16 of 63 cells; hidden by earlier releases only: 0",
                                        "least width: 7; asked: 5"]  # fmt: skip


def test_a_table_that_shows_what_the_certificate_hides_is_caught(proof, table):
    line = "A,x,2017,"
    assert f"{line}\n".encode() in table
    for old, new, words in (
        (f"{line}\n", f"{line}12\n", "A x x x 2017: hidden by the certificate, but shown in the table (12)"),
        ("A,x,T,21\n", "A,x,T,22\n", "A x x x T: 21 by the certificate, but 22 in the table"),
        ("A,x,T,21\n", "A,x,T,\n", "A x x x T: shown by the certificate, but empty in the table"),
        ("A,x,T,21\n", "", "A x x x T: not in the table (1 cells in all)"),
    ):
        changed = table.replace(old.encode(), new.encode())
        content = signed(proof, table_sha256=hashlib.sha256(changed).hexdigest())
        assert verifier.check(content, changed) == [words]


def test_a_certificate_that_asks_less_than_its_rules_is_caught(proof):
    less = [[*row[:3], 0] for row in proof["intervals"]]

    assert "0 is asked, less than 5 of the rules" in verifier.check(signed(proof, intervals=less))[0]
    assert "the rules ask 5, the certificate 1" in verifier.check(signed(proof, needed=1, intervals=less))[0]


def test_a_certificate_without_all_sums_is_caught(proof):
    none = verifier.check(signed(proof, sums=[], table_sums=0))
    one = verifier.check(signed(proof, sums=proof["sums"][1:], table_sums=len(proof["sums"]) - 1))

    assert none[0] == "dimension place: 7 codes are part of no sum: A, B, C, D, N"
    assert len(none) >= 3
    assert "no sum along place, as there is elsewhere" in one[0]


def test_a_certificate_in_which_hidden_cells_may_be_less_is_caught(proof):
    cells = [[key, 0 if low != high else low, high] for key, low, high in proof["cells"]]

    assert "an attacker knows that it is 1 or more" in verifier.check(signed(proof, cells=cells))[0]


def test_a_certificate_of_another_table_does_not(proof):
    assert "another one" in verifier.check(proof, b"another file")[0]


def test_a_changed_certificate_does_not(proof):
    changed = json.loads(json.dumps(proof))
    changed["rules"]["fewest"] = 2

    assert "was changed" in verifier.check(changed)[0]


def test_a_certificate_that_claims_too_much_does_not(proof):
    claimed = [[cell, low, high, 1000] for cell, low, high, _ in proof["intervals"]]

    assert "narrower than 1000" in verifier.check(signed(proof, intervals=claimed))[0]


def test_a_certificate_shows_no_hidden_figure(proof):
    table, hidden = nested(), {cell for cell, *_ in proof["intervals"]}

    for cell, (key, low, high) in enumerate(proof["cells"]):
        at = table.keys.index(tuple(key))
        assert (low, high) == ((1, None) if cell in hidden else (table.value[at], table.value[at]))


def test_the_verifier_runs_without_us(proof, tmp_path):
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    (tmp_path / "verifier.py").write_bytes(Path(verifier.__file__).read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "verifier.py", "proof.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.split("\n")[0]) == (0, "the certificate holds"), done.stderr
    assert verifier.main([]) == 2
    assert "import vangnet" not in Path(verifier.__file__).read_text()


# --- primary ---


def test_each_rule_marks_what_it_should():
    codes = "ABCDEF"
    records = [
        Record(("A",), 100, None, 10, 80, 5),  # dominated
        Record(("B",), 100, None, 10, 40, 39),  # the second can estimate the first
        Record(("C",), 100, None, 2, 30, 20),  # too few
        Record(("D",), 100, None, 1, 100, 0),  # one
        Record(("E",), 0, None, 0, 0, 0),
        Record(("F",), 100, None, 30, 20, 10),
    ]
    table = build(["x"], {"x": flat(codes, total="T")}, records)
    rules = Rules(unit="amount", p_percent=60, zero=True)
    found = primary(table, rules)

    expected = [Why.DOMINANCE, Why.P_PERCENT, Why.FEW, Why.SINGLETON, Why.ZERO, None, None]
    assert list(found.why) == expected


def test_persons_below_ten_and_groups_that_share_a_trait():
    table = cube([[9, 30], [0, 40]])
    found = primary(table, Rules.for_persons())

    at = dict(zip(table.keys, found.why, strict=True))
    assert at["d00", "d10"] is Why.FEW
    assert at["d01", "d11"] is Why.WHOLE
    assert at["d00", "d11"] is None


@pytest.mark.parametrize("wrong", [{"fewest": 0}, {"dominance_n": 3}, {"dominance_k": 0}, {"p_percent": 200}])
def test_thresholds_without_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        primary(cube([1, 2]), Rules(**wrong))


@settings(derandomize=True, max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=25, max_size=25))
def test_putting_others_in_the_place_of_hidden_cells_never_hides_more(figures):
    table = cube(np.reshape(figures, (5, 5)) * 1.0)
    sensitive = primary(table, Rules()).sensitive
    try:
        found = suppress(table, sensitive, needed=3.0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(suppressing, "exchange", lambda *_, **__: False)
            without = suppress(table, sensitive, needed=3.0)
    except Unprotectable:
        return

    assert found.hidden.sum() <= without.hidden.sum()
    assert (audit(combine([publish(table, found.hidden)])).width >= 3 - 1e-5).all()
