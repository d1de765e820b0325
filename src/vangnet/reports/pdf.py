"""A factsheet as PDF: tagged for screen readers (PDF/UA-1), set in type from `typst/factsheet.typ`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vangnet.picture import store
from vangnet.reports import typeset
from vangnet.reports.factsheet import Drawing, Factsheet
from vangnet.reports.paper import absolute
from vangnet.ui import formats
from vangnet.ui.tables import Table

TEMPLATE = Path(__file__).parent / "typst" / "factsheet.typ"


def render(sheet: Factsheet) -> bytes:
    """Return the factsheet as PDF; equal factsheets give equal bytes."""
    return typeset.render(TEMPLATE, "sheet", _content(sheet), made_on=sheet.made_on)


def _content(sheet: Factsheet) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "audience": sheet.audience,
        "region": sheet.region,
        "made_on": formats.day(sheet.made_on),
        "status": sheet.status,
        "summary": sheet.summary,
        "figures_title": sheet.figures_title,
        "key_figures": [
            {
                "label": one.label,
                "value": one.value,
                "rate": one.rate,
                "change": one.change,
                "tone": one.tone,
                "margin": one.margin,
            }
            for one in sheet.key_figures
        ],
        "chart": picture(sheet.chart),
        "map": picture(sheet.map),
        "peers_title": sheet.peers_title,
        "peers": table(sheet.peers),
        "indicators_title": sheet.indicators_title,
        "indicator_groups": [
            {"label": label, "columns": columns, "first": number == 0}
            for number, (label, columns) in enumerate(sheet.indicator_groups)
        ],
        "indicators": table(sheet.indicators),
        "reading": sheet.reading,
        "strategy": sheet.strategy,
        "caution": sheet.caution,
        "sources": table(sheet.sources),
    }


def picture(drawing: Drawing | None) -> dict[str, str] | None:
    """Return a picture as the templates read it."""
    if drawing is None:
        return None
    return {"title": drawing.title, "svg": store.svg(drawing.picture), "alt": drawing.text}


def table(shown: Table, site: str = "") -> dict[str, Any]:
    """Return a table as the templates read it; its links lead to `site`."""
    return {
        "note": shown.note,
        "columns": [{"label": one.label, "numeric": one.numeric} for one in shown.columns],
        "rows": [
            [
                {
                    "text": cell.text,
                    "url": absolute(cell.url, site),
                    "note": cell.note,
                    "tone": cell.tone,
                    "verdict": cell.verdict,
                    "missing": cell.missing,
                    "noise": cell.text == formats.WITHIN_NOISE,
                }
                for _, cell in row
            ]
            for row in shown.shown
        ],
    }
