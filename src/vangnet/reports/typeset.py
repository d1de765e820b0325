"""Setting in type, whatever signs a text has: one that our fonts lack must not cost the whole document.

Every text reaches a template as JSON, so a name can hold any character without becoming markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final

import font_source_sans_pro
import typst

LACKING: Final = "□"  # what a reader sees where our fonts have no sign
NO_GLYPH: Final = "could not be displayed"  # how typst says that it has none
# Bullets and arrows of the symbol fonts of word processors lie in a private area that no other font knows.
SYMBOLS: Final = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf0d8\uf0fc\uf0b0"), "•") | {0xF0E0: "→"}
# A byte order mark, the joiner and style of emoji, and the box around a number say nothing by themselves.
UNSEEN: Final = dict.fromkeys([0xFEFF, 0x200D, 0x20E3, *range(0xFE00, 0xFE10)], None)
# Latin, Greek, Cyrillic, punctuation, currencies, arrows, mathematics and shapes.
RANGES: Final = (
    "\t\n\r -~\u00a0-\u024f\u0370-\u03ff\u0400-\u045f\u1e00-\u1eff\u2010-\u2027\u202f-\u203a"
    "\u2070-\u209c\u20a0-\u20bf\u2190-\u2199\u2200-\u22ff\u25a0-\u25ff\u2713\u2717"
)
UNSURE: Final = re.compile(f"[^{RANGES}]")


def render(
    template: Path,
    name: str,
    content: Mapping[str, Any],
    *,
    made_on: date,
    is_tagged: bool = True,
) -> bytes:
    """Return a document as PDF; equal content gives equal bytes.

    Parameters
    ----------
    template
        Its folder is all that the template can read.
    name
        Under which the template finds the content.
    is_tagged
        For screen readers, as PDF/UA-1.
    """

    def attempt(shown: Any) -> bytes:
        made: bytes = typst.compile(
            template,
            root=template.parent,
            font_paths=fonts(),
            format="pdf",
            pdf_standards=["ua-1"] if is_tagged else [],
            sys_inputs={name: json.dumps(shown, ensure_ascii=False)},
            timestamp=datetime.combine(made_on, time(), UTC),
        )
        return made

    told = _every(content, _plain)
    try:
        return attempt(told)
    except typst.TypstError as fault:
        if NO_GLYPH not in str(fault):
            raise
    return attempt(_every(told, lambda text: UNSURE.sub(LACKING, text)))


@cache
def fonts() -> typst.Fonts:
    """Return only our own font, so that a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[font_source_sans_pro.font_directory])


def _plain(text: str) -> str:
    return text.translate(SYMBOLS | UNSEEN)


def _every(told: Any, change: Callable[[str], str]) -> Any:
    """Return what is told with every text in it changed."""
    if isinstance(told, str):
        return change(told)
    if isinstance(told, Mapping):
        return {key: _every(one, change) for key, one in told.items()}
    if isinstance(told, list | tuple):
        return [_every(one, change) for one in told]
    return told
