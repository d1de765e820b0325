"""The verdict: moved, not moved, or nobody can tell, with the reason and a paragraph for a report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite

from vangnet.analysis.displacement.detectable import Detectable, detectable
from vangnet.analysis.displacement.groups import Group
from vangnet.analysis.displacement.quotient import Effect, NetEffect, Quotient, net_effect, wdq
from vangnet.analysis.displacement.spillover import Spillover
from vangnet.analysis.said import Said

FEWEST = 10  # events before, in each group
WITHIN_CHANCE = Said(
    "met deze aantallen zou zelfs een volledige daling binnen toeval vallen",
    "with these counts even a complete fall would lie within chance",
)
NO_FALL = Said(
    "in het gebied zelf is geen daling aangetoond, zodat er niets kan zijn verplaatst",
    "no fall was shown in the area itself, so nothing can have moved",
)
ALSO_ELSEWHERE = Said(
    "rond gebieden zonder maatregel komen zulke stijgingen ook voor",
    "such rises occur around areas without a measure too",
)
ROSE = Said(
    "in de omgeving kwam er aantoonbaar meer bij dan in de controlegebieden",
    "in the surroundings demonstrably more was added than in the control areas",
)
BOTH = Said(
    "de marge rond de omgeving bevat zowel geen als een aanzienlijke verplaatsing",
    "the interval of the surroundings holds both none and considerable displacement",
)


class Verdict(StrEnum):
    """What may be said about displacement."""

    MOVED = "verplaatst"
    NOT_MOVED = "niet verplaatst"
    CANNOT_TELL = "niet vast te stellen"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Result of `judge`; texts in Dutch."""

    verdict: Verdict
    reason: str
    paragraph: str  # may be pasted in a report as it is
    warnings: tuple[str, ...]
    detectable: Detectable
    effect: NetEffect | None  # None when there are too few events to say anything
    quotient: Quotient | None


def judge(
    treated: Group,
    buffer: Group,
    control: Group,
    *,
    overdispersion: float = 0.0,
    confidence: float = 0.95,
    power: float = 0.80,
    margin: float = 0.25,
    comparisons: int = 1,
    placebos: Spillover | None = None,
) -> Judgement:
    """Decide whether events moved from treated areas to those around them.

    First what could be shown at all, then the outcome. "Not moved" is a finding too: it needs
    counts large enough to exclude displacement of any importance.

    Parameters
    ----------
    treated, buffer, control : Group
        Areas with the measure, around it, and beyond its reach; at least 10 events before in
        each.
    overdispersion : float, default 0
        a in variance = mean + a mean^2; see `estimate_overdispersion`.
    confidence : float, default 0.95
        That all intervals of all comparisons hold together at least.
    power : float, default 0.80
        Probability with which the smallest detectable effects would be shown.
    margin : float, default 0.25
        Displacement of a smaller part than this of what was won is of no importance.
    comparisons : int, default 1
        Number of comparisons made, those that are not reported included (other offences,
        places, periods). Each interval then gets confidence 1 - (1 - confidence) / n.
    placebos : Spillover, optional
        Same comparison for areas without a measure; when at least 19 of them stand out as
        often as the ring, "moved" becomes "cannot tell".

    Returns
    -------
    Judgement
        Verdict with reason, paragraph, warnings and the figures behind them.

    Raises
    ------
    ValueError
        If `margin` is not above 0 or `comparisons` is below 1, or another parameter is out of
        range.

    Notes
    -----
    Cannot tell: too few events; a complete fall would lie within chance; the treated areas
    did not demonstrably go down (then nothing could move); the changes around them allow
    both nothing and more than the margin. Moved: that interval lies above 0. Not
    moved: the interval of the quotient of both changes lies above -margin, so that a
    displacement of that part of the fall is excluded, the uncertainty of the fall included.

    Examples
    --------
    >>> from vangnet.analysis.displacement.groups import group
    >>> found = judge(group(400, 200), group(300, 310), group(2000, 2010))
    >>> str(found.verdict), found.reason
    ('niet vast te stellen', 'de marge rond de omgeving bevat zowel geen als een aanzienlijke verplaatsing')
    """
    if margin <= 0 or comparisons < 1:
        raise ValueError(f"margin must be > 0 and comparisons >= 1: {margin}, {comparisons}")
    each = 1 - (1 - confidence) / comparisons
    warnings = _warnings(comparisons, confidence)
    if min(part.before.sum() for part in (treated, buffer, control)) < FEWEST:
        could = Detectable(inf, inf, inf, inf, power, each)
        reason = Said(
            f"in een van de groepen zijn vóór de maatregel minder dan {FEWEST} voorvallen",
            f"in one of the groups there were fewer than {FEWEST} events before the measure",
        )
        text = f"Of er voorvallen zijn verplaatst is niet vast te stellen: {reason}."
        return Judgement(Verdict.CANNOT_TELL, reason, text, warnings, could, None, None)
    could = detectable(treated, buffer, control, overdispersion=overdispersion, confidence=each, power=power)
    effect = net_effect(treated, buffer, control, overdispersion=overdispersion, confidence=each)
    quotient = wdq(treated, buffer, control, overdispersion=overdispersion, confidence=each)
    verdict, reason = _decide(could, effect, quotient, margin, 1 - each, placebos)
    paragraph = " ".join(
        [_could(could), _was(effect), _placebo_text(placebos), f"Conclusie: {verdict}; {reason}.", *warnings]
    ).replace("  ", " ")
    return Judgement(verdict, reason, paragraph, warnings, could, effect, quotient)


def _decide(
    could: Detectable,
    effect: NetEffect,
    quotient: Quotient,
    margin: float,
    chance: float,
    placebos: Spillover | None,
) -> tuple[Verdict, Said]:
    local, around = effect.local, effect.displaced
    if could.local == inf and local.high >= 0:
        return Verdict.CANNOT_TELL, WITHIN_CHANCE
    if local.high >= 0:
        return (
            Verdict.CANNOT_TELL,
            NO_FALL,
        )
    if around.low > 0:
        if placebos is not None and placebos.placebos >= 19 and placebos.around.p_value > max(chance, 0.05):
            return (
                Verdict.CANNOT_TELL,
                ALSO_ELSEWHERE,
            )
        return Verdict.MOVED, ROSE
    # of the quotient, so that it counts too how uncertain the fall is of which this is a part
    if isfinite(quotient.low) and quotient.low > -margin:
        more = (" (in de omgeving daalde het mee)", " (it fell around too)") if around.high < 0 else ("", "")
        return (
            Verdict.NOT_MOVED,
            Said(
                f"een verplaatsing van {_percent(margin)} van de daling of meer is uitgesloten{more[0]}",
                f"displacement of {_percent(margin)} of the fall or more is excluded{more[1]}",
            ),
        )
    return (
        Verdict.CANNOT_TELL,
        BOTH,
    )


def _warnings(comparisons: int, confidence: float) -> tuple[str, ...]:
    if comparisons == 1:
        return ()
    by_chance = _figure(comparisons * (1 - confidence))
    return (
        Said(
            f"Let op: er zijn {comparisons} vergelijkingen gedaan; zonder correctie zouden er gemiddeld "
            f"{by_chance} door toeval een effect lijken te hebben. De marges zijn daarom verbreed "
            "(Bonferroni).",
            f"Note: {comparisons} comparisons were made; without correction {by_chance} of them would "
            "seem to have an effect by chance. The intervals were widened for that (Bonferroni).",
        ),
    )


def _could(could: Detectable) -> str:
    fall = "is zelfs een volledige daling in het gebied zelf niet aantoonbaar"
    if could.local < inf:
        fall = (
            f"is een daling in het gebied zelf aantoonbaar vanaf {_figure(could.local)} voorvallen per "
            f"periode ({_percent(could.local_share)} van het aantal vóór de maatregel)"
        )
    rise = "is een stijging in de omgeving niet aantoonbaar, hoe groot ook"
    if could.displaced < inf:
        rise = f"een stijging in de omgeving vanaf {_figure(could.displaced)}"
    return f"Vooraf: met deze aantallen {fall}, en {rise} (kans op aantonen {_percent(could.power)})."


def _was(effect: NetEffect) -> str:
    level = _percent(effect.confidence)
    return (
        f"Uitkomst: vergeleken met de controlegebieden, waar het aantal met een factor "
        f"{_figure(effect.trend, 2)} veranderde, waren er in het gebied zelf per periode "
        f"{_change(effect.local)} en in de omgeving {_change(effect.displaced)} ({level}-marges); samen "
        f"{_change(effect.total)}."
    )


def _change(effect: Effect) -> str:
    word = "minder" if effect.value < 0 else "meer"
    low, high = (_signed(value) for value in (effect.low, effect.high))
    return f"{_figure(abs(effect.value))} voorvallen {word} (marge {low} tot {high})"


def _placebo_text(placebos: Spillover | None) -> str:
    if placebos is None or not placebos.placebos:
        return ""
    often = _percent(placebos.around.p_value)
    return (
        f"Van {placebos.placebos} vergelijkingen rond gebieden zonder maatregel, met deze erbij, week "
        f"{often} even sterk of sterker af als de omgeving hier."
    )


def _figure(value: float, decimals: int = 1) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{_figure(value)}".replace("-", "−")


def _percent(share: float) -> str:
    decimals = 0 if abs(share * 100 - round(share * 100)) < 0.05 else 1
    return f"{_figure(100 * share, decimals)} %"
