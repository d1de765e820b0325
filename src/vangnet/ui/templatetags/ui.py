"""The components of a page. Load with `{% load ui %}`; every one is shown on /stijlgids/.

The page
    Extend `base.html` and fill the blocks `title` (heading and browser tab), `lead` (one line: what is this
    page for), `actions` (buttons beside the heading), `content`, `next_step`, `scripts`.
    Context that the frame reads (all optional): `region.name`; `navigation` [{label, url, current}];
    `breadcrumbs` [(label, url)], the last one without url; `account` {name, organisation, sign_out_url};
    `sign_in_url`; `flow_step` (key of the current step: shows the ribbon); `flow_urls` {key: url};
    `demo` (True: banner); `messages`.
    Keys of the flow: afspraken signalen beelden doelen aanpakken resultaten.

Blocks (need their end tag; all arguments by name except the first)
    {% card "Titel" level=2 url="" id="" wide=False %}…{% endcard %}
    {% key_figures label="Kerncijfers" %}{% key_figure … %}…{% endkey_figures %}
    {% table_region "Onderschrift" filter=False sortable=False hide_caption=False %}
        <thead>…</thead><tbody>…</tbody>{% endtable_region %}
        for a table whose cells are written by hand; numeric cells get class="num", the first cell of a row
        is `<th scope="row">`, sort keys are `data-sort="…"`
    {% alert tone="info|ok|warning|error" title="" %}…{% endalert %}
    {% details "Samenvatting" open=False %}…{% enddetails %}
    {% definition_list %}{% definition "Term" %}…{% enddefinition %}…{% enddefinition_list %}

Single tags
    {% key_figure "Woninginbraken" 876 unit="" change=-0.347 polarity="bad|good|neutral" significant=True
       versus="2024" note="" url="" status="" %}   value: number (written in Dutch), text or None
    {% change -0.347 polarity="bad" significant=True %}   arrow and words, for running text or a cell
    {% table table filter=False sortable=False hide_caption=False %}   table: vangnet.ui.tables.Table
    {% picture drawing title="" level=2 narrow=None legend=None source="" reference_date=None status=""
       table=None downloads=None note="" %}   drawing: vangnet.ui.pictures.Picture or its svg text; narrow:
       the same for a phone; legend: [(tone, label)], tone 1-5 (light to dark) or none; downloads:
       [("CSV", url), …]; table: shown under "Bekijk als tabel"
    {% status_tag "definitief" %}   also voorlopig, schatting, niet gepubliceerd, niet getoond
    {% tag "tekst" tone="neutral|info|ok|warning|error" %}
    {% source_line "CBS" reference_date=None status="" url="" %}   reference_date: date or text
    {% empty_state "Nog geen plannen" text="" url="" label="" %}
    {% flow_ribbon "beelden" %}          the six steps with the current place
    {% flow_steps "beelden" %}           "Vorige stap / Volgende stap" of the flow, for block next_step
       previous_text="" next_text="" explain both for this page
    {% next_step "Maak een plan" "/plannen/nieuw/" text="" %}   one invitation to go on
    {% pagination page parameter="pagina" %}   page: Django's Page; keeps the other parameters of the address
    {% tabs items label="Weergave" %}    items: [{label, url, current, count}]
    {% timeline items %}                 items: [{date, title, text, url, tone}]
    {% definitions items %}              items: [(term, value)] or [(term, value, url)]
    {% button_link "Tekst" "/pad/" kind="primary|secondary|subtle" download=False %}
    {% print_button "Afdrukken" %}
    {% options choices chosen %}         the options of a `<select>`; choices: [(value, label)]
    {% error_summary form %} {% form_field form.name %}   `{{ form }}` writes both for a whole form

Filters
    |nl_number  |nl_number:2  |nl_percent  |nl_percent:0  |nl_signed_percent  |nl_day  |nl_moment

Classes for plain HTML
    vn-grid (cards beside each other), vn-grid--halves, vn-stack (room between blocks), vn-actions (row of
    buttons), vn-prose (running text), vn-plain (list without bullets), vn-muted, num (numeric cell),
    vn-visually-hidden.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vangnet.ui import flow, formats, widgets
from vangnet.ui.tables import Table

register = template.Library()
register.filter("nl_number", formats.number)
register.filter("nl_percent", formats.percent)
register.filter("nl_signed_percent", formats.signed_percent)
register.filter("nl_day", formats.day, expects_localtime=True)
register.filter("nl_moment", formats.moment, expects_localtime=True)

STATUSES = {
    "definitief": "ok",
    "voorlopig": "warning",
    "schatting": "info",
    "niet gepubliceerd": "neutral",
    "niet getoond": "neutral",
}


# --- the frame ---


@register.simple_tag(takes_context=True)
def render_block(context: template.Context, name: str) -> SafeString:
    """Write a block of the page a second time: the heading repeats the title of the browser tab."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.render(context) if block else SafeString("")


@register.inclusion_tag("ui/flow_ribbon.html", takes_context=True)
def flow_ribbon(context: template.Context, current: str) -> dict[str, Any]:
    """Show the six steps of the flow with the current place."""
    return {"places": flow.places(current, context.get("flow_urls") or {})}


@register.inclusion_tag("ui/flow_steps.html", takes_context=True)
def flow_steps(
    context: template.Context, current: str, previous_text: str = "", next_text: str = ""
) -> dict[str, Any]:
    """Offer the step before and the step after."""
    before, after = flow.neighbours(current, context.get("flow_urls") or {})
    return {"before": before, "after": after, "previous_text": previous_text, "next_text": next_text}


@register.inclusion_tag("ui/next_step.html")
def next_step(label: str, url: str, text: str = "") -> dict[str, Any]:
    """Invite to the one thing to do next."""
    return {"label": label, "url": url, "text": text}


@register.inclusion_tag("ui/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: str = "Weergave") -> dict[str, Any]:
    """Show views of the same thing as links."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], parameter: str = "pagina") -> dict[str, Any]:
    """Show the pages of a list; nothing when there is only one."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)

    def address(number: int) -> str:
        query[parameter] = str(number)
        return "?" + query.urlencode()

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
        "links": [(n, address(n) if isinstance(n, int) else "") for n in numbers],
    }


# --- blocks ---


@register.simple_block_tag
def card(
    content: str, title: str = "", level: int = 2, url: str = "", id: str = "", wide: bool = False
) -> str:
    """Put content on a card with a heading."""
    context = {"content": content, "title": title, "level": level, "url": url, "id": id, "wide": wide}
    return _render("ui/card.html", context)


@register.simple_block_tag
def alert(content: str, tone: str = "info", title: str = "") -> str:
    """Draw attention to something that holds now."""
    words = {"info": "Let op", "ok": "Gelukt", "warning": "Waarschuwing", "error": "Fout"}
    return _render("ui/alert.html", {"content": content, "tone": tone, "title": title, "word": words[tone]})


@register.simple_block_tag
def details(content: str, summary: str, open: bool = False) -> str:
    """Fold content away behind a summary."""
    return _render("ui/details.html", {"content": content, "summary": summary, "open": open})


@register.simple_block_tag
def definition_list(content: str) -> str:
    """Show terms with values that need markup; plain values go through `definitions`."""
    return _render("ui/definition_list.html", {"content": content})


@register.simple_block_tag
def definition(content: str, term: str) -> str:
    """Put one term with its value in a `definition_list`."""
    return _render("ui/definition.html", {"content": content, "term": term})


@register.simple_block_tag
def key_figures(content: str, label: str = "Kerncijfers") -> str:
    """Put key figures beside each other."""
    return _render("ui/key_figures.html", {"content": content, "label": label})


@register.simple_block_tag
def table_region(
    content: str,
    caption: str,
    filter: bool = False,
    sortable: bool = False,
    hide_caption: bool = False,
) -> str:
    """Frame a table whose head and body are written by hand."""
    context = {"content": content, "caption": caption, "filter": filter, "sortable": sortable}
    return _render("ui/table_region.html", {**context, "hide_caption": hide_caption})


# --- figures ---


@register.inclusion_tag("ui/key_figure.html")
def key_figure(
    label: str,
    value: Any,
    unit: str = "",
    change: formats.Number | None = None,
    polarity: formats.Polarity = "neutral",
    significant: bool | None = True,
    versus: str = "",
    note: str = "",
    url: str = "",
    status: str = "",
) -> dict[str, Any]:
    """Show one figure, with its change in words; without `change` and `versus` no change is shown."""
    shown = formats.change(change, polarity=polarity, significant=significant)
    return {
        "label": label,
        "value": (status or formats.NOT_PUBLISHED) if value is None else _written(value),
        "missing": value is None,
        "unit": unit,
        "change": shown if change is not None or versus else None,
        "versus": versus,
        "note": note,
        "url": url,
        "status": "" if value is None else status,
    }


@register.inclusion_tag("ui/change.html", name="change")
def change_tag(
    ratio: formats.Number | None, polarity: formats.Polarity = "neutral", significant: bool | None = True
) -> dict[str, Any]:
    """Show a change with arrow and words."""
    return {"change": formats.change(ratio, polarity=polarity, significant=significant)}


@register.inclusion_tag("ui/table.html", name="table")
def table_tag(
    table: Table, filter: bool = False, sortable: bool = False, hide_caption: bool = False
) -> dict[str, Any]:
    """Show a table given as data."""
    return {"table": table, "filter": filter, "sortable": sortable, "hide_caption": hide_caption}


@register.inclusion_tag("ui/picture.html")
def picture(
    drawing: Any,
    title: str = "",
    level: int = 2,
    narrow: Any = None,
    legend: Sequence[tuple[str, str]] | None = None,
    source: str = "",
    reference_date: datetime.date | str | None = None,
    status: str = "",
    table: Table | None = None,
    downloads: Sequence[tuple[str, str]] | None = None,
    note: str = "",
) -> dict[str, Any]:
    """Show a chart or map with its source, its table and its downloads."""
    return {
        "svg": _drawn(drawing),
        "narrow": _drawn(narrow) if narrow else "",
        "title": title or getattr(drawing, "title", ""),
        "level": level,
        "legend": legend,
        "source": source,
        "reference_date": reference_date,
        "status": status,
        "table": table,
        "downloads": downloads,
        "note": note,
    }


@register.simple_tag
def status_tag(status: str) -> SafeString:
    """Show the standing of a figure."""
    if status not in STATUSES:
        raise ValueError(f"unknown status {status!r}: choose one of {', '.join(STATUSES)}")
    text = "niet getoond (herleidbaar)" if status == "niet getoond" else status
    return tag(text, STATUSES[status])


@register.simple_tag
def tag(text: str, tone: str = "neutral") -> SafeString:
    """Show a short label; most rows of a list have one, so it needs no template."""
    return format_html('<span class="vn-tag vn-tag--{}">{}</span>', tone, text)


@register.inclusion_tag("ui/source_line.html")
def source_line(
    source: str, reference_date: datetime.date | str | None = None, status: str = "", url: str = ""
) -> dict[str, Any]:
    """Say where figures come from, of which day they are, and how firm."""
    shown = formats.day(reference_date) if isinstance(reference_date, datetime.date) else reference_date
    return {"source": source, "reference_date": shown, "status": status, "url": url}


# --- lists and other small parts ---


@register.inclusion_tag("ui/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", label: str = "") -> dict[str, Any]:
    """Say that there is nothing yet, and what to do about it."""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("ui/timeline.html")
def timeline(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Show what happened, in the order given."""
    return {"items": items}


@register.inclusion_tag("ui/definitions.html")
def definitions(items: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Show terms with their values; a third element is the address of the value."""
    return {"items": [(*item, "")[:3] for item in items]}


@register.inclusion_tag("ui/button_link.html")
def button_link(label: str, url: str, kind: str = "secondary", download: bool = False) -> dict[str, Any]:
    """Show a link as a button."""
    return {"label": label, "url": url, "kind": kind, "download": download}


@register.inclusion_tag("ui/print_button.html")
def print_button(label: str = "Afdrukken") -> dict[str, Any]:
    """Offer to print the page; shown only when scripts run."""
    return {"label": label}


# --- forms ---


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """List what is wrong in a form, with a link to each field."""
    fields = [(field, widgets.target(field)) for field in form if field.errors and not field.is_hidden]
    hidden = [f"{field.label}: {error}" for field in form.hidden_fields() for error in field.errors]
    general = [*form.non_field_errors(), *hidden]
    return {"general": general, "fields": fields, "count": len(general) + len(fields)}


@register.simple_tag
def form_field(field: BoundField) -> SafeString:
    """Write a field with its label, help and errors."""
    return widgets.written(field)


@register.simple_tag
def nl_widget(field: BoundField) -> SafeString:
    """Write the control of a field in the classes of NL Design System."""
    return widgets.control(field)


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """Write the options of a list, with what was chosen marked."""
    return widgets.options(choices, chosen)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else formats.number(value)


def _render(name: str, context: dict[str, Any]) -> str:
    return render_to_string(name, context)


def _drawn(drawing: Any) -> SafeString:
    """Take the svg of a picture; only `vangnet.ui.pictures` makes those, with every text escaped."""
    svg = getattr(drawing, "svg", drawing)
    if not str(svg).startswith("<svg"):
        raise ValueError("a picture is drawn by vangnet.ui.pictures and starts with <svg")
    return SafeString(svg)
