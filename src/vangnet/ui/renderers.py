"""Writes the plain controls of a form without a template for each: a form has tens of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

PLAIN = ("text", "number", "email", "url", "search", "tel", "color", "password", "hidden", "date", "input")
TICKS = ("checkbox",)


class Written(TemplatesSetting):
    """Django's renderer of forms; inputs and text areas are written here, the rest by their templates."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Return the control, as its template in Django would write it."""
        write = WRITERS.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = widget["value"]
    told = "" if value is None else f' value="{_escaped(value)}"'
    name = conditional_escape(widget["name"])
    return SafeString(f'<input type="{widget["type"]}" name="{name}"{told}{_attributes(widget)}>')


def _option(widget: Mapping[str, Any]) -> SafeString:
    if not widget.get("wrap_label"):
        return _input(widget)
    of = widget["attrs"].get("id")
    leads = f' for="{_escaped(of)}"' if of else ""
    return SafeString(f"<label{leads}>{_input(widget)} {conditional_escape(widget['label'])}</label>")


def _text_area(widget: Mapping[str, Any]) -> SafeString:
    # A browser drops the first line break, so that a text that begins with one needs another.
    shown = conditional_escape(widget["value"] or "")
    name = conditional_escape(widget["name"])
    return SafeString(f'<textarea name="{name}"{_attributes(widget)}>\n{shown}</textarea>')


def _attributes(widget: Mapping[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{_escaped(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _escaped(value: Any) -> str:
    return conditional_escape(str(value))


_FOLDER = "django/forms/widgets/"
WRITERS: dict[str, Callable[[Mapping[str, Any]], SafeString]] = {
    **{f"{_FOLDER}{kind}.html": _input for kind in (*PLAIN, *TICKS)},
    f"{_FOLDER}radio_option.html": _option,
    f"{_FOLDER}checkbox_option.html": _option,
    f"{_FOLDER}textarea.html": _text_area,
}
