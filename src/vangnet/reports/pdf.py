"""A factsheet as PDF: tagged for screen readers (PDF/UA-1), set in type from `typst/factsheet.typ`.

Every text reaches the template as JSON, so a name can hold any character without becoming markup.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import font_source_sans_pro
import typst

from vangnet.picture import store
from vangnet.reports.factsheet import Drawing, Factsheet
from vangnet.ui import formats
from vangnet.ui.tables import Table

TEMPLATE = Path(__file__).parent / "typst" / "factsheet.typ"


def render(sheet: Factsheet) -> bytes:
    """Return the factsheet as PDF; equal factsheets give equal bytes."""
    made: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"sheet": json.dumps(_content(sheet), ensure_ascii=False)},
        timestamp=datetime.combine(sheet.made_on, time(), UTC),
    )
    return made


@cache
def _fonts() -> typst.Fonts:
    """Return only our own font, so that a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[font_source_sans_pro.font_directory])


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
        "chart": _picture(sheet.chart),
        "map": _picture(sheet.map),
        "peers_title": sheet.peers_title,
        "peers": _table(sheet.peers),
        "indicators_title": sheet.indicators_title,
        "indicator_groups": [
            {"label": label, "columns": columns, "first": number == 0}
            for number, (label, columns) in enumerate(sheet.indicator_groups)
        ],
        "indicators": _table(sheet.indicators),
        "reading": sheet.reading,
        "strategy": sheet.strategy,
        "caution": sheet.caution,
        "sources": _table(sheet.sources),
    }


def _picture(drawing: Drawing | None) -> dict[str, str] | None:
    if drawing is None:
        return None
    return {"title": drawing.title, "svg": store.svg(drawing.picture), "alt": drawing.text}


def _table(table: Table) -> dict[str, Any]:
    return {
        "note": table.note,
        "columns": [{"label": one.label, "numeric": one.numeric} for one in table.columns],
        "rows": [
            [
                {
                    "text": cell.text,
                    "note": cell.note,
                    "tone": cell.tone,
                    "verdict": cell.verdict,
                    "missing": cell.missing,
                    "noise": cell.text == formats.WITHIN_NOISE,
                }
                for _, cell in row
            ]
            for row in table.shown
        ],
    }
