"""The controls of a form in the classes of NL Design System."""

from collections.abc import Iterable
from typing import Any

from django.forms import BoundField, widgets
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

FIELD = (
    '<div class="utrecht-form-field vn-field{}">'
    '<label class="utrecht-form-label vn-field__label" for="{}">{}{}</label>{}{}</div>'
)
TICK = (
    '<div class="utrecht-form-field vn-field{}">{}'
    '<label class="vn-choice" for="{}">{} <span>{}</span></label></div>'
)
GROUP = (
    '<fieldset class="utrecht-form-field vn-field{}"{}>'
    '<legend class="utrecht-form-label vn-field__label">{}{}</legend>{}{}</fieldset>'
)
OPTIONAL = ' <span class="vn-field__optional">(niet verplicht)</span>'
HELP = '<div class="utrecht-form-field-description vn-field__help" id="{}_helptext">{}</div>'
WRONG = '<div class="utrecht-form-field-error-message vn-field__error" id="{}_error">{}</div>'
_GROUPS = (widgets.RadioSelect, widgets.CheckboxSelectMultiple)


def is_group(field: BoundField) -> bool:
    """Tell whether the control is a group of choices."""
    return isinstance(field.field.widget, _GROUPS)


def is_tick(field: BoundField) -> bool:
    """Tell whether the control is a single box to tick."""
    return isinstance(field.field.widget, widgets.CheckboxInput)


def target(field: BoundField) -> str:
    """Return the id that a link in the error summary leads to."""
    return f"{field.auto_id}_0" if is_group(field) else field.id_for_label or field.auto_id


def written(field: BoundField) -> SafeString:
    """Write a field with its label, help and errors."""
    told, wrong = _told(field), " utrecht-form-field--invalid" if field.errors else ""
    optional = SafeString("" if field.field.required else OPTIONAL)
    if is_group(field):
        told_by: dict[str, Any] = {"aria-describedby": field.aria_describedby or False}
        return format_html(GROUP, wrong, flatatt(told_by), field.label, optional, told, control(field))
    if is_tick(field):
        return format_html(TICK, wrong, told, field.id_for_label, control(field), field.label)
    return format_html(FIELD, wrong, field.id_for_label, field.label, optional, told, control(field))


def _told(field: BoundField) -> SafeString:
    """Write the help and the errors; help is ours and may hold markup."""
    help_text = SafeString(field.help_text)
    helped = format_html(HELP, field.auto_id, help_text) if help_text else SafeString("")
    if not field.errors:
        return helped
    return helped + format_html(WRONG, field.auto_id, format_html_join("", "<p>{}</p>", zip(field.errors)))


def control(field: BoundField) -> SafeString:
    """Write the control; a group of choices as a list of labelled inputs."""
    if is_group(field):
        return _choices(field)
    widget = field.field.widget
    attrs: dict[str, Any] = {"class": f"{_classes(field)} {widget.attrs.get('class', '')}".strip()}
    if type(widget) is widgets.Select:
        return _select(field, attrs)
    return field.as_widget(attrs=attrs)


def options(choices: Iterable[tuple[Any, Any]], chosen: Any) -> SafeString:
    """Write what a list offers, `chosen` marked: without a template for each: there are 78 municipalities."""
    marked = [str(one) for one in (chosen if isinstance(chosen, list | tuple) else [chosen])]
    return SafeString("".join(_option(value, label, marked) for value, label in choices))


def _classes(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, widgets.CheckboxInput):
        return "utrecht-checkbox utrecht-checkbox--html-input"
    if isinstance(widget, widgets.Textarea):
        return "utrecht-textarea utrecht-textarea--html-textarea"
    if isinstance(widget, widgets.Select):
        invalid = " utrecht-select--invalid" if field.errors else ""
        return "utrecht-select utrecht-select--html-select" + invalid
    if isinstance(widget, widgets.FileInput):
        return "vn-file"
    if isinstance(widget, widgets.HiddenInput):
        return ""
    return "utrecht-textbox utrecht-textbox--html-input"


def _select(field: BoundField, attrs: dict[str, Any]) -> SafeString:
    widget = field.field.widget
    if field.auto_id and "id" not in widget.attrs:
        attrs["id"] = field.auto_id
    attrs = widget.build_attrs(widget.attrs, field.build_widget_attrs(attrs, widget))
    shown = options(widget.choices, widget.format_value(field.value()))
    return format_html('<select name="{}"{}>{}</select>', field.html_name, flatatt(attrs), shown)


def _option(value: Any, label: Any, chosen: list[str]) -> str:
    if isinstance(label, list | tuple):
        within = "".join(_option(one, text, chosen) for one, text in label)
        return f'<optgroup label="{conditional_escape(value)}">{within}</optgroup>'
    told = "" if value is None else str(value)
    mark = " selected" if told in chosen else ""
    return f'<option value="{conditional_escape(told)}"{mark}>{conditional_escape(label)}</option>'


def _choices(field: BoundField) -> SafeString:
    # Django's CheckboxSelectMultiple is a RadioSelect too, so ask for the narrower of the two.
    many = isinstance(field.field.widget, widgets.CheckboxSelectMultiple)
    kind = "checkbox" if many else "radio-button"
    rows = []
    for option in field.subwidgets:
        option.data["attrs"]["class"] = f"utrecht-{kind} utrecht-{kind}--html-input"
        rows.append((option.id_for_label, option.tag(), option.choice_label))
    items = format_html_join(
        "", '<li><label class="vn-choice" for="{}">{} <span>{}</span></label></li>', rows
    )
    return format_html('<ul class="vn-choices">{}</ul>', items)
