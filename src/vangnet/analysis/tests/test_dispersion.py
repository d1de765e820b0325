import numpy as np
import pytest

from vangnet.analysis.dispersion import estimate_dispersion

RNG = np.random.default_rng


@pytest.mark.parametrize("years", [2, 5, 10])
@pytest.mark.parametrize("factor", [1, 4])
def test_a_known_factor_is_found_back(factor, years):
    means = RNG(3).uniform(30, 300, (1500, 1)) * np.linspace(1, 0.6, years)
    result = estimate_dispersion(factor * RNG(4).poisson(means / factor))

    assert result.raw == pytest.approx(factor, rel=0.1)
    assert result.areas_used == 1500


def test_a_movement_of_the_whole_region_is_no_dispersion():
    means = np.full((1500, 1), 100.0) * [1.0, 0.5, 1.4, 0.7]

    assert estimate_dispersion(RNG(5).poisson(means)).raw == pytest.approx(1, rel=0.1)


def test_a_few_areas_that_really_changed_do_not_decide():
    counts = RNG(6).poisson(200, (300, 6))
    counts[:15, 3:] *= 4

    result = estimate_dispersion(counts)
    assert result.raw < 1.5
    assert np.mean(result.per_area) > 4


def test_never_below_one():
    result = estimate_dispersion(np.full((10, 4), 50))

    assert (result.factor, result.raw) == (1.0, 0.0)


def test_figures_not_published_and_tiny_areas_are_left_out():
    counts = RNG(7).poisson(50, (40, 5)).astype(float)
    counts[0] = np.nan
    counts[1, ::2] = np.nan  # no two successive years
    counts[2] = [0, 1, 0, 0, 1]
    counts[3, 0] = np.nan
    result = estimate_dispersion(counts)

    assert result.areas_used == 37
    assert list(np.flatnonzero(np.isnan(result.per_area))) == [0, 1, 2]


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (np.ones(5), "shape"),
        (np.ones((5, 1)), "shape"),
        (-np.ones((5, 3)), ">= 0"),
        (np.ones((9, 3)), "5 areas"),
    ],
)
def test_figures_without_meaning_are_refused(counts, message):
    with pytest.raises(ValueError, match=message):
        estimate_dispersion(counts)
