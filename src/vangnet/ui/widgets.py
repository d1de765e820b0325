"""The controls of a form in the classes of NL Design System."""

from django.forms import BoundField, widgets
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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


def control(field: BoundField) -> SafeString:
    """Write the control; a group of choices as a list of labelled inputs."""
    if is_group(field):
        return _choices(field)
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{_classes(field)} {own}".strip()})


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
