"""How the screen writes numbers, changes and days in Dutch: 1.234,5; −34,7 %; 1 november 2026.

Plain functions without settings, so that charts, documents and pages write the same. Missing is never zero:
`None` reads "niet gepubliceerd", and what cannot be computed (infinite, not a number) "niet vast te stellen".
"""

import datetime
import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Number = int | float | Decimal
Polarity = Literal["bad", "good", "neutral"]
Tone = Literal["bad", "good", "neutral"]

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"
NOT_PUBLISHED = "niet gepubliceerd"
CANNOT_TELL = "niet vast te stellen"
WITHIN_NOISE = "geen aantoonbaar verschil"
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def number(value: Number | None, decimals: int | None = None) -> str:
    """Write a number: 1234.5 > "1.234,5".

    Without `decimals` a whole number keeps none and any other gets one.
    """
    if value is None:
        return NOT_PUBLISHED
    if not math.isfinite(value):
        return CANNOT_TELL
    if decimals is None:
        decimals = 0 if value == int(value) else 1
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    return (MINUS if rounded < 0 else "") + text


def percent(ratio: Number | None, decimals: int = 1) -> str:
    """Write a ratio as a percentage: 0.347 > "34,7 %"."""
    if ratio is None or not math.isfinite(ratio):
        return number(ratio)
    return number(Decimal(str(ratio)) * 100, decimals) + SPACE + "%"


def signed_percent(ratio: Number | None, decimals: int = 1) -> str:
    """Write a change with its sign: 0.123 > "+12,3 %", -0.347 > "−34,7 %"."""
    text = percent(ratio, decimals)
    rises = ratio is not None and ratio > 0 and math.isfinite(ratio) and not _is_zero(text)
    return "+" + text if rises else text


def _is_zero(text: str) -> bool:
    return not text.strip("0,% " + SPACE)


def day(value: datetime.date | None) -> str:
    """Write a day: "1 november 2026"; a moment is written by its own day, so convert its zone first."""
    return NOT_PUBLISHED if value is None else f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime.datetime | None) -> str:
    """Write a moment: "1 november 2026, 09.05 uur"."""
    return NOT_PUBLISHED if value is None else f"{day(value)}, {clock(value.time())}"


def clock(value: datetime.time) -> str:
    """Write a time of day: "09.05 uur"."""
    return f"{value:%H.%M}{SPACE}uur"


@dataclass(frozen=True)
class Change:
    """A change as the screen shows it: in words, with an arrow, and coloured by what a rise means."""

    arrow: str
    words: str
    verdict: str
    tone: Tone
    signed: str


def change(
    ratio: Number | None, *, polarity: Polarity = "neutral", significant: bool | None = True
) -> Change:
    """Describe a change against an earlier value.

    `polarity` says what a rise means: "bad" (burglary), "good" (trust) or "neutral" (population).
    `significant` False: within noise, so neither arrow nor colour; None: it could not be tested.
    """
    if ratio is None:
        return Change("", NOT_PUBLISHED, "", "neutral", NOT_PUBLISHED)
    if significant is None or not math.isfinite(ratio):
        return Change("", CANNOT_TELL, "", "neutral", CANNOT_TELL)
    signed = signed_percent(ratio)
    if not significant:
        return Change("", WITHIN_NOISE, "", "neutral", signed)
    if _is_zero(signed):
        return Change("", "gelijk gebleven", "", "neutral", signed)
    words = ("gestegen met " if ratio > 0 else "gedaald met ") + signed.lstrip("+" + MINUS)
    arrow = "▲" if ratio > 0 else "▼"
    if polarity == "neutral":
        return Change(arrow, words, "", "neutral", signed)
    if (ratio > 0) == (polarity == "good"):
        return Change(arrow, words, "gunstig", "good", signed)
    return Change(arrow, words, "ongunstig", "bad", signed)
