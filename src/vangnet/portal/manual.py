"""The user manual: Markdown files in `docs/handleiding`, shown as pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

FILE_NAME = re.compile(r"(\d{2})-([a-z0-9-]+)\.md")


@dataclass(frozen=True)
class Chapter:
    """One page of the manual; `lead` is its first paragraph, `body` the Markdown after it."""

    slug: str
    title: str
    lead: str
    body: str

    @property
    def html(self) -> str:
        """Return the body as HTML; raw HTML in the text is shown, not obeyed."""
        return str(_markdown().render(self.body))


def chapters() -> tuple[Chapter, ...]:
    """Return the pages in order; empty when the manual is not installed."""
    return _chapters(Path(settings.DOCS_FOLDER) / "handleiding")


def neighbours(slug: str) -> tuple[Chapter | None, Chapter, Chapter | None] | None:
    """Return a page with the one before and the one after it; None when there is no such page."""
    rows = chapters()
    for number, chapter in enumerate(rows):
        if chapter.slug == slug:
            before = rows[number - 1] if number else None
            after = rows[number + 1] if number + 1 < len(rows) else None
            return before, chapter, after
    return None


@cache
def _chapters(folder: Path) -> tuple[Chapter, ...]:
    files = sorted(path for path in folder.glob("*.md") if FILE_NAME.fullmatch(path.name))
    return tuple(_read(path) for path in files)


def _read(path: Path) -> Chapter:
    match = FILE_NAME.fullmatch(path.name)
    assert match  # noqa: S101  the caller chose the files by this pattern
    title, lead, body, *_ = [*path.read_text(encoding="utf-8").split("\n\n", 2), "", ""]
    return Chapter(match[2], title.removeprefix("# ").strip(), " ".join(lead.split()), body)


@cache
def _markdown() -> MarkdownIt:
    writer = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name, classes in CLASSES.items():
        writer.add_render_rule(name, _with_class(classes))
    return writer


CLASSES = {
    "paragraph_open": "utrecht-paragraph",
    "bullet_list_open": "utrecht-unordered-list",
    "ordered_list_open": "utrecht-ordered-list",
    "link_open": "utrecht-link utrecht-link--html-a",
    "table_open": "utrecht-table utrecht-table--html-table",
}


def _with_class(classes: str) -> Callable[..., str]:
    def rule(self: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
        tokens[index].attrSet("class", classes)
        return self.renderToken(tokens, index, options, env)

    return rule
