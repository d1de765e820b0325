"""Turn a Vega-Lite definition into a picture for the page and for reports.

`charts` and `maps` build the definition; this module draws it. A `Picture` is its definition:
nothing is drawn until `.svg` or `.png()` is asked, so a cache can look under `.spec_hash` first::

    picture = charts.trend_chart(points, title="Woninginbraken", description="...")
    svg = cache.get_or_set(picture.spec_hash, lambda: picture.svg)

The SVG carries no `style` attribute and no `<style>`, so it can stand in a page under a strict
Content-Security-Policy. It scales with the box it stands in. Its root has `role="img"`, a name
(`aria-label`, not `<title>`: browsers show that as a tooltip over our own) and a `<desc>`.
Each mark that stands for a figure has a Dutch `aria-label`, which the tooltip script reads.

Rendering is safe from several threads at once. It is not safe to render in a process and then
fork it: the renderer's own thread stays behind in the parent.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from importlib.metadata import version
from typing import Any

import font_source_sans_pro
import vl_convert

from vangnet.ui.drawing import alt

WIDE = 640  # width of the drawing in pixels; narrow is for a phone of 390 pixels with margins
NARROW = 358
INK, MUTED, GRID, PAPER = "#1b2733", "#53616f", "#d9e0e7", "#ffffff"
NAVY, NOISE = "#154273", "#8090a0"
FONT = "Source Sans Pro"  # one bare name: with a list the renderer measures texts a third too wide
FONT_ON_PAGE = "&quot;Source Sans 3&quot;, &quot;Source Sans Pro&quot;, sans-serif"

# Fills that Vega-Lite cannot draw: these colours become a pattern in the finished SVG.
HATCH, DOTS = "#f1f2f3", "#f1f2f4"
_PATTERNS = {
    HATCH: ("arcering", f'<rect width="1.6" height="6" fill="{NOISE}"/>'),
    DOTS: ("stippen", f'<circle cx="3" cy="3" r="1.1" fill="{NOISE}"/>'),
}

_VEGA_LITE = "6.4"
_RENDERER = version("vl-convert-python")
_DRAWING = "1"  # part of every hash: raise it when the same definition is drawn differently
_ROOT = re.compile(r'<svg [^>]*?viewBox="([^"]+)"[^>]*>')
_ENGLISH = re.compile(r' aria-roledescription="[^"]*"')
_CLIP = re.compile(r'(\bid="|url\(#)clip')

_CONFIG: dict[str, Any] = {
    "font": FONT,
    "aria": True,
    "view": {"stroke": None},
    "axis": {
        "aria": False,
        "domainColor": MUTED,
        "gridColor": GRID,
        "labelColor": INK,
        "labelFontSize": 13,
        "labelPadding": 6,
        "tickColor": MUTED,
        "titleColor": INK,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
    },
    "legend": {
        "aria": False,
        "labelColor": INK,
        "labelFontSize": 13,
        "labelLimit": 320,
        "titleColor": INK,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
    },
    "text": {"color": INK, "fontSize": 13},
    "title": {
        "aria": False,
        "anchor": "start",
        "frame": "bounds",
        "color": INK,
        "fontSize": 18,
        "offset": 14,
    },
}


@dataclass(frozen=True)
class Picture:
    """A drawing, defined by its Vega-Lite specification alone.

    The name and the description for screen readers are in the specification's `usermeta`.
    """

    spec: dict[str, Any]

    @property
    def title(self) -> str:
        """The name of the picture, for an alternative text or a caption."""
        return str(self.spec["usermeta"]["title"])

    @property
    def description(self) -> str:
        """What the picture shows, in a sentence or two."""
        return str(self.spec["usermeta"]["description"])

    @cached_property
    def spec_hash(self) -> str:
        """A key of 64 hexadecimal digits: equal hash, equal drawing."""
        text = json.dumps(self.spec, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(f"{_DRAWING}|{_RENDERER}|{text}".encode()).hexdigest()

    @cached_property
    def svg(self) -> str:
        """The drawing as an `<svg>` element, without inline style, scaling with its box."""
        _register_font()
        drawn: str = vl_convert.vegalite_to_svg(
            self.spec, vl_version=_VEGA_LITE, format_locale="nl-NL", time_format_locale="nl-NL"
        )
        return _accessible(drawn, self)

    def png(self, scale: float = 2) -> bytes:
        """Return the drawing as a PNG; `scale` 2 is sharp enough for print in a report."""
        _register_font()
        drawn: bytes = vl_convert.svg_to_png(self.svg, scale=scale)
        return drawn


def at_x(pixel: float) -> alt.XValue:
    """Place a mark at pixels from the left of the plot."""
    return alt.XValue(pixel)  # type: ignore[no-untyped-call]


def at_y(pixel: float) -> alt.YValue:
    """Place a mark at pixels from the top of the plot."""
    return alt.YValue(pixel)  # type: ignore[no-untyped-call]


class Sheet:
    """The drawing under construction: layers, and their data beside them.

    Data are named and added at the end, because Altair copies whatever it holds at every step.
    """

    def __init__(self) -> None:
        self.layers: list[alt.Chart] = []
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def chart(self, rows: list[dict[str, Any]]) -> alt.Chart:
        """Start a layer over these rows; add it with `add` when it has a mark and channels."""
        name = next((name for name, known in self._rows.items() if known is rows), f"d{len(self._rows)}")
        self._rows[name] = rows
        return alt.Chart(alt.NamedData(name))

    def add(self, *layers: alt.Chart) -> None:
        """Put layers on top of those already there."""
        self.layers.extend(layers)

    def text(self, text: str | list[str], *, x: float, y: float, **style: Any) -> None:
        """Write one text at a place in pixels from the top left of the plot."""
        mark = self.chart([{}]).mark_text(text=text, aria=False, **style)
        self.add(mark.encode(x=at_x(x), y=at_y(y)))

    def picture(
        self, *, width: float, height: float, title: str, description: str, heading: bool = False
    ) -> Picture:
        """Finish: give the drawing its size, name, description and house style.

        `heading` draws the title in the picture as well, for a picture that leaves its page.
        """
        chart = alt.LayerChart(layer=self.layers, width=width, height=height)
        spec: dict[str, Any] = chart.to_dict(validate=False)
        spec["datasets"] = self._rows
        spec["config"] = _CONFIG
        spec["background"] = PAPER
        spec["padding"] = 6
        spec["usermeta"] = {"title": title, "description": description}
        if heading:
            spec["title"] = {"text": title}
        return Picture(spec)


@cache
def _register_font() -> None:
    vl_convert.register_font_directory(font_source_sans_pro.font_directory)


def _accessible(svg: str, drawing: Picture) -> str:
    key = f"beeld-{drawing.spec_hash[:12]}"
    root = (
        r'<svg xmlns="http://www.w3.org/2000/svg" class="picture" width="100%" viewBox="\1" role="img"'
        f' aria-label="{_literal(drawing.title)}" aria-describedby="{key}">'
        f'<desc id="{key}">{_literal(drawing.description)}</desc>'
    )
    svg = _ROOT.sub(root + _patterns(svg, key), svg, count=1)
    for colour, (name, _) in _PATTERNS.items():
        svg = svg.replace(f'fill="{colour}"', f'fill="url(#{key}-{name})"')
    svg = svg.replace(f'font-family="{FONT}"', f'font-family="{FONT_ON_PAGE}"')
    svg = _CLIP.sub(rf"\1{key}-clip", svg)  # two pictures on a page would share "clip9", and the first wins
    return _ENGLISH.sub("", svg)


def _literal(text: str) -> str:
    """Escape for XML, and for the replacement side of a regular expression."""
    return escape(text).replace("\\", r"\\")


def _patterns(svg: str, key: str) -> str:
    used = [part for colour, part in _PATTERNS.items() if f'fill="{colour}"' in svg]
    patterns = [
        f'<pattern id="{key}-{name}" width="6" height="6" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)"><rect width="6" height="6" fill="{PAPER}"/>{mark}</pattern>'
        for name, mark in used
    ]
    return f"<defs>{''.join(patterns)}</defs>" if patterns else ""
