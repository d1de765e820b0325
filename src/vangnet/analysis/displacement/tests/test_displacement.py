import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.displacement.detectable import detectable
from vangnet.analysis.displacement.difference import wdd
from vangnet.analysis.displacement.groups import count_variance, estimate_overdispersion, group
from vangnet.analysis.displacement.impact import NotInstalled, causal_impact
from vangnet.analysis.displacement.neighbours import Role, neighbour_matrix, roles, steps_from
from vangnet.analysis.displacement.quotient import net_effect, wdq
from vangnet.analysis.displacement.spillover import spillover
from vangnet.analysis.displacement.verdict import Verdict, judge

COUNTS = st.integers(1, 400)


def negative_binomial(rng, mean, k, size):
    return rng.negative_binomial(k, k / (k + mean), size)


# --- difference ---


def test_the_published_figures_come_out():
    small = wdd(group(20, 10), group(20, 20), confidence=0.90)
    assert (small.total, round(small.error, 1), round(small.low, 1), round(small.high, 1)) == (
        -10,
        8.4,
        -23.8,
        3.8,
    )

    paper = wdd(group(207, 110), group(308, 318), group(178, 157), group(150, 140))
    assert (paper.local, paper.displaced, paper.total) == (-107, -11, -118)
    assert paper.error == pytest.approx(1568**0.5)
    assert (round(paper.z, 2), round(paper.low), round(paper.high)) == (-2.98, -196, -40)


def test_periods_and_sizes_are_weighed():
    two_years = wdd(group([[80 / 2, 80 / 2]], 20), group([[50, 50]], 50))
    assert (two_years.total, round(two_years.error**2, 9)) == (-20, 20 + 80 / 4 + 50 + 100 / 4)

    twice_as_large = wdd(group(20, 10), group(40, 40), area_weights=(1, 2, 1, 1))
    assert (twice_as_large.total, round(twice_as_large.error**2, 9)) == (-10, 30 + 80 / 4)


@pytest.mark.parametrize(
    ("k", "variance"), [(None, "poisson"), (5, "negative-binomial"), (20, "permutation")]
)
def test_intervals_hold_the_truth_as_often_as_they_say(k, variance):
    rng, held, worlds = np.random.default_rng(5), 0, 1500
    more = {"overdispersion": 1 / k} if variance == "negative-binomial" else {}
    for _ in range(worlds):
        draws = rng.poisson(60, (4, 8)) if k is None else negative_binomial(rng, 60, k, (4, 8))
        parts = [group(draws[[at], :4], draws[[at], 4:]) for at in (0, 1)]
        found = wdd(*parts, variance=variance, **more)
        held += found.low <= 0 <= found.high

    assert 0.93 <= held / worlds <= 0.97


@pytest.mark.parametrize(
    "wrong",
    [
        {"area_weights": (1, 1, 0, 1)},
        {"confidence": 1.0},
        {"overdispersion": 0.1},
        {"variance": "permutation"},
        {"variance": "negative-binomial", "overdispersion": -1},
    ],
)
def test_a_wrong_setting_is_refused(wrong):
    with pytest.raises(ValueError, match=r"must be|goes with|needs"):
        wdd(group(20, 10), group(20, 20), **wrong)


def test_counts_that_do_not_fit_are_refused():
    for before, after in (([1, 2], [1]), ([-1], [1]), ([np.nan], [1]), ([], [])):
        with pytest.raises(ValueError, match="counts"):
            group(before, after)


# --- how much counts vary ---


def test_the_variance_of_a_count_is_estimated_without_bias():
    rng = np.random.default_rng(2)
    counts = negative_binomial(rng, 50, 5, 200_000).astype(float)

    assert count_variance(counts, 0.2).mean() == pytest.approx(50 + 0.2 * 2500, rel=0.02)


@pytest.mark.parametrize(("k", "expected"), [(None, 0.0), (20, 0.05), (5, 0.2)])
def test_overdispersion_is_found_whatever_levels_and_trends_there_are(k, expected):
    rng, found = np.random.default_rng(3), []
    for _ in range(60):
        mean = rng.lognormal(4, 0.7, (30, 1)) * np.linspace(1.3, 0.7, 6)
        found.append(
            estimate_overdispersion(
                rng.poisson(mean) if k is None else negative_binomial(rng, mean, k, mean.shape)
            )
        )

    assert np.mean(found) == pytest.approx(expected, abs=0.01 + 0.05 * expected)


def test_rare_events_say_that_they_are_too_few():
    with pytest.raises(TableFault) as fault:
        estimate_overdispersion(np.eye(12))  # each area one event, each in another period

    assert fault.value.dutch.startswith("te weinig voorvallen in de controlegebieden")


def test_overdispersion_needs_enough_areas():
    assert estimate_overdispersion(np.zeros((9, 2))) == 0
    with pytest.raises(ValueError, match="areas - 1"):
        estimate_overdispersion([[1, 2], [3, 4]])


# --- net effect and quotient ---


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_net_effect_is_the_difference_weighed_by_the_counts_before(rb, ra, db, da, cb, ca):
    treated, buffer, control = group(rb, ra), group(db, da), group(cb, ca)
    net = net_effect(treated, buffer, control)
    local = wdd(treated, control, area_weights=(1, cb / rb, 1, 1))

    assert net.local.value == pytest.approx(local.total)
    assert net.total.value == pytest.approx(net.local.value + net.displaced.value)
    assert -net.total.value == pytest.approx(rb * ca / cb - ra + db * ca / cb - da)


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_quotient_lies_in_its_interval(rb, ra, db, da, cb, ca):
    found = wdq(group(rb, ra), group(db, da), group(cb, ca))

    assert found.reason or found.low - 1e-9 <= found.value <= found.high + 1e-9
    if not found.reason:
        assert found.value == pytest.approx((da / ca - db / cb) / (ra / ca - rb / cb))


def test_a_quotient_that_means_nothing_says_so():
    flat = wdq(group(40, 38), group(40, 45), group(400, 400))
    assert (flat.low, flat.high, flat.reason) == (
        -np.inf,
        np.inf,
        "de verandering in het gebied zelf valt binnen toeval",
    )
    assert "veranderde niet" in wdq(group(40, 40), group(40, 45), group(400, 400)).reason
    assert np.isnan(wdq(group(40, 40), group(40, 45), group(400, 0)).value)
    with pytest.raises(ValueError, match="no events before"):
        net_effect(group(1, 1), group(1, 1), group(0, 5))


# --- what can be shown ---


def test_an_effect_of_the_detectable_size_is_shown_as_often_as_promised():
    rng, shown, worlds = np.random.default_rng(4), 0, 800
    could = detectable(group(200, 0), group(200, 0), group([200.0] * 20, [0.0] * 20), overdispersion=0.02)
    k = 50
    for _ in range(worlds):
        treated = group(negative_binomial(rng, 200, k, 1), negative_binomial(rng, 200 - could.local, k, 1))
        control = group(negative_binomial(rng, 200, k, 20), negative_binomial(rng, 200, k, 20))
        net = net_effect(treated, group(200, 200), control, overdispersion=1 / k)
        shown += net.local.high < 0

    assert 0.75 < shown / worlds < 0.88


def test_the_outcome_does_not_decide_what_can_be_shown():
    assert detectable(group(40, 3), group(60, 9), group(400, 1)) == detectable(
        group(40, 80), group(60, 6), group(400, 7)
    )
    with pytest.raises(ValueError, match="between 0 and 1"):
        detectable(group(1, 1), group(1, 1), group(1, 1), power=1)


# --- areas around ---


def lattice(size=8):
    areas = [f"g{row}{column}" for row in range(size) for column in range(size)]
    pairs = [(f"g{r}{c}", f"g{r + dr}{c + dc}") for r in range(size) for c in range(size)
             for dr, dc in ((0, 1), (1, 0)) if r + dr < size and c + dc < size]  # fmt: skip
    return areas, neighbour_matrix(areas, pairs)


def test_areas_get_their_role_by_the_borders_between():
    areas, matrix = lattice()
    found = roles(areas, matrix, ["g33"], gap=1, given={"g00": Role.GAP})

    assert [areas[at] for at, role in enumerate(found) if role is Role.BUFFER] == ["g23", "g32", "g34", "g43"]
    assert found.count(Role.GAP) == 9
    assert found.count(Role.CONTROL) == 64 - 1 - 4 - 9
    alone = neighbour_matrix(["a", "b", "c"], [("a", "b")])
    assert steps_from(alone, np.array([True, False, False])).tolist() == [0, 1, -1]


@pytest.mark.parametrize(
    ("pairs", "treated", "words"),
    [
        ([("a", "z")], ["a"], "rij 1: gebied 'z' heeft geen cijfers"),
        ([("a", "b"), ("b", "b")], ["a"], "rij 2: 'b' grenst aan zichzelf"),
        ([("a", "b")], ["q"], "er is geen gebied 'q'"),
        ([("b", "c")], ["a"], "er is geen gebied eromheen"),
        ([("a", "b"), ("a", "c")], ["a"], "er is geen gebied om mee te vergelijken"),
    ],
)
def test_borders_that_cannot_be_are_refused(pairs, treated, words):
    areas = ["a", "b", "c"]
    with pytest.raises(TableFault) as fault:
        roles(areas, neighbour_matrix(areas, pairs), treated)

    assert fault.value.dutch == words


# --- spillover and verdict ---


def world(seed=1, local=1.0, around=1.0, k=50):
    areas, matrix = lattice()
    found = roles(areas, matrix, ["g33"], gap=1)
    factor = {Role.TREATED: local, Role.BUFFER: around, Role.GAP: 1.0, Role.CONTROL: 1.0}
    rng = np.random.default_rng(seed)
    level = rng.lognormal(5, 0.5, (64, 1))
    level[areas.index("g33")] = 400
    after = level[:, 0] * [factor[role] for role in found]
    counts = group(negative_binomial(rng, level, k, (64, 4)), negative_binomial(rng, after, k, 64))
    parts = {role: np.array([own is role for own in found]) for role in Role}
    groups = [
        group(counts.before[parts[r]], counts.after[parts[r]])
        for r in (Role.TREATED, Role.BUFFER, Role.CONTROL)
    ]
    return counts, matrix, found, groups


def test_placebos_stand_out_as_often_as_chance_says_and_not_beside_a_real_effect():
    none = [spillover(*world(seed)[:3], overdispersion=0.02) for seed in range(60)]
    assert {found.placebos for found in none} == {51}
    assert 0.02 < np.mean([found.around.p_value < 0.2 for found in none]) < 0.35
    assert np.mean([found.local.low <= 1 <= found.local.high for found in none]) >= 0.85

    real = spillover(*world(1, local=0.4, around=1.8)[:3], overdispersion=0.02)
    assert (real.local.p_value, real.around.p_value) == (1 / 52, 1 / 52)
    assert real.local.high < 1 < real.around.low


def test_several_treated_areas_get_placebos_of_as_many_adjoining_areas():
    counts, matrix, _, _ = world()
    areas = lattice()[0]
    found = roles(areas, matrix, ["g00", "g01"])
    results = [spillover(counts, matrix, found, seed=seed) for seed in (1, 1, 2)]

    assert results[0] == results[1]
    assert results[0].placebos > 30
    wide = [spillover(counts, matrix, found, buffer=buffer, gap=gap) for buffer, gap in ((1, 0), (2, 1))]
    assert wide[0] == results[0]
    assert wide[1].around.p_value != wide[0].around.p_value
    with pytest.raises(ValueError, match="shapes differ"):
        spillover(counts, matrix, found[:-1])


@pytest.mark.parametrize(
    ("local", "around", "verdict"),
    [(0.4, 1.8, Verdict.MOVED), (0.2, 1.0, Verdict.NOT_MOVED), (1.0, 1.0, Verdict.CANNOT_TELL)],
)
def test_the_verdict_follows_what_happened(local, around, verdict):
    counts, matrix, found, groups = world(4, local, around, k=2000)
    judged = judge(*groups, placebos=spillover(counts, matrix, found), margin=0.5)

    assert judged.verdict is verdict
    assert f"Conclusie: {verdict}; {judged.reason}." in judged.paragraph
    assert "Van 51 vergelijkingen" in judged.paragraph


def test_the_paragraph_can_be_pasted():
    judged = judge(group(400, 200), group(300, 420), group(3000, 3000))

    assert judged.paragraph == (
        "Vooraf: met deze aantallen is een daling in het gebied zelf aantoonbaar vanaf 80,5 voorvallen "
        "per periode (20,1 % van het aantal vóór de maatregel), en een stijging in de omgeving vanaf "
        "76,0 (kans op aantonen 80 %). Uitkomst: vergeleken met de controlegebieden, waar het aantal met"
        " een factor 1,00 veranderde, waren er in het gebied zelf per periode 200,0 voorvallen minder "
        "(marge −252,1 tot −147,9) en in de omgeving 120,0 voorvallen meer (marge +65,3 tot +174,7) (95 "
        "%-marges); samen 80,0 voorvallen minder (marge −159,5 tot −0,5). Conclusie: verplaatst; in de "
        "omgeving kwam er aantoonbaar meer bij dan in de controlegebieden."
    )


def test_what_cannot_be_known_is_not_said():
    few = judge(group(4, 1), group(30, 40), group(400, 400))
    assert (few.verdict, few.effect) == (Verdict.CANNOT_TELL, None)
    assert "minder dan 10 voorvallen" in few.paragraph
    small = judge(group(12, 8), group(30, 40), group(400, 400), overdispersion=0.2)
    assert small.reason == "met deze aantallen zou zelfs een volledige daling binnen toeval vallen"
    risen = judge(group(400, 500), group(300, 300), group(3000, 3000))
    assert risen.reason.startswith("in het gebied zelf is geen daling aangetoond")


def test_a_fall_that_is_itself_uncertain_excludes_no_displacement():
    fall = judge(group(400, 340), group(20, 20), group(10_000, 10_000))

    assert fall.effect.displaced.high < 0.25 * -fall.effect.local.value  # of the fall as it was counted
    assert fall.quotient.low < -0.25  # of what it may have been
    assert fall.verdict is Verdict.CANNOT_TELL
    assert judge(group(4000, 2000), group(20, 20), group(10_000, 10_000)).verdict is Verdict.NOT_MOVED


def test_many_comparisons_widen_the_margins_and_are_told():
    alone = judge(group(400, 200), group(300, 360), group(3000, 3000))
    many = judge(group(400, 200), group(300, 360), group(3000, 3000), comparisons=20)

    assert (alone.verdict, many.verdict) == (Verdict.MOVED, Verdict.CANNOT_TELL)
    assert "20 vergelijkingen gedaan; zonder correctie zouden er gemiddeld 1,0" in many.paragraph
    with pytest.raises(ValueError, match="comparisons"):
        judge(group(400, 200), group(300, 360), group(3000, 3000), comparisons=0)


def test_a_rise_that_placebos_show_too_is_no_displacement():
    groups = (group(400, 200), group(300, 420), group(3000, 3000))
    common = SimpleNamespace(placebos=40, around=SimpleNamespace(p_value=0.3))

    assert (
        judge(*groups, placebos=common).reason
        == "rond gebieden zonder maatregel komen zulke stijgingen ook voor"
    )


# --- second opinion ---


def test_without_the_package_a_second_opinion_is_refused_in_plain_words(monkeypatch):
    monkeypatch.setitem(sys.modules, "causal_impact", None)
    with pytest.raises(NotInstalled, match="bsts-causalimpact is niet geïnstalleerd"):
        causal_impact([1, 2, 3, 4], [[1], [2], [3], [4]], 3)
    with pytest.raises(ValueError, match="3 periods before"):
        causal_impact([1, 2, 3], [[1], [2], [3]], 2)


def test_the_package_is_asked_for_the_periods_before_and_after(monkeypatch):
    asked = {}

    def fake(data, before, after, arguments, alpha):
        asked.update(shape=data.shape, before=before, after=after, arguments=arguments, alpha=round(alpha, 2))
        return SimpleNamespace(
            summary_stats={"point_effect_mean": -5, "ci_lower": -8, "ci_upper": -2, "p_value": 0.01}
        )

    monkeypatch.setitem(sys.modules, "causal_impact", SimpleNamespace(CausalImpact=fake))
    found = causal_impact(np.arange(10.0), np.ones((10, 2)), 7, draws=500, seed=4)

    assert (found.mean, found.low, found.high, found.p_value) == (-5, -8, -2, 0.01)
    assert asked == {
        "shape": (10, 3),
        "before": [0, 6],
        "after": [7, 9],
        "arguments": {"niter": 500, "seed": 4},
        "alpha": 0.05,
    }
