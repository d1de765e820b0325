"""Round axis values, the words beside a figure, and the space that words take.

What charts and maps have in common and that knows nothing of drawing.
"""

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import Literal

from vangnet.ui.formats import NOT_PUBLISHED, number

Status = Literal["definitief", "voorlopig", "schatting"]

_WIDTHS: Mapping[str, float] = {
    **dict.fromkeys("ijlI.,:;'|!()", 0.28),
    **dict.fromkeys("frt- ", 0.34),
    **dict.fromkeys("mMwW%", 0.83),
}


def describe(
    name: str,
    value: float | None,
    unit: str,
    decimals: int,
    status: Status = "definitief",
    absent: str = NOT_PUBLISHED,
) -> str:
    """Return the label of one figure.

    >>> describe("Dorp 2018", 4.21, "per 1.000 inwoners", 1, "voorlopig")
    'Dorp 2018: 4,2 per 1.000 inwoners (voorlopig)'
    >>> describe("Dorp 2018", None, "", 1)
    'Dorp 2018: niet gepubliceerd'
    """
    if value is None:
        return f"{name}: {absent}"
    text = f"{name}: {number(value, decimals)} {unit}".rstrip()
    return text if status == "definitief" else f"{text} ({status})"


def text_width(text: str, size: float = 13) -> float:
    """Estimate the width of a text in pixels; rather too wide than too narrow.

    >>> text_width("Wijk") < text_width("Wijken")
    True
    """
    return size * sum(_WIDTHS.get(letter, 0.62 if letter.isupper() else 0.53) for letter in text)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return at most about + 2 round axis values that span low to high.

    >>> ticks(0, 863)
    [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0]
    """
    size = max(abs(low), abs(high), 1.0)
    span = high - low if high - low > 1e-6 * size else size
    power = 10.0 ** floor(log10(span / about))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= about)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, max(last, first + 1) + 1)]


def tick_decimals(values: Sequence[float]) -> int:
    """Return how many decimals these axis values need.

    >>> tick_decimals([0, 0.5, 1]), tick_decimals([0, 200])
    (1, 0)
    """
    return next((n for n in range(6) if all(round(value, n) == value for value in values)), 6)


def wrap(text: str, width: float, size: float = 13) -> list[str]:
    """Break a text into lines that fit in a width in pixels.

    >>> wrap("Open punten zijn voorlopig", 100)
    ['Open punten zijn', 'voorlopig']
    """
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
