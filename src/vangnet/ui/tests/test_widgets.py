"""Forms are written in Python for speed; what they say has to be what Django would have said."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.template import Context, Template
from django.test import SimpleTestCase
from django.utils.safestring import SafeString

from vangnet.ui import widgets

same = SimpleTestCase().assertHTMLEqual
HOSTILE = "<script>\"&'"
LISTS = {
    "plain": [("", "Kies"), ("a", "Aalten"), ("b", HOSTILE)],
    "grouped": [(HOSTILE, [("a", "Aalten"), (2, "Twee")]), (None, "Geen")],
    "numbers": [(1, "Een"), (2, "Twee")],
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", [None, "", "a", "2", 2, HOSTILE])
@pytest.mark.parametrize("is_required", [True, False])
def test_a_list_is_written_as_django_writes_it(name, value, is_required):
    class Form(forms.Form):
        field = forms.ChoiceField(choices=LISTS[name], required=is_required, help_text="Help", disabled=False)

    field = Form(initial={"field": value})["field"]
    same(
        widgets.control(field), field.as_widget(attrs={"class": "utrecht-select utrecht-select--html-select"})
    )


def test_a_wrong_choice_is_told_beside_its_list_and_escaped():
    class Form(forms.Form):
        place = forms.ChoiceField(label=HOSTILE, choices=LISTS["plain"], help_text="<em>Help</em>")

    form = Form({"place": HOSTILE * 2})
    form.is_valid()
    written = widgets.written(form["place"])
    assert "<script>" not in written
    assert "<em>Help</em>" in written
    assert 'aria-invalid="true"' in written
    assert 'id="id_place_error"' in written
    assert "utrecht-form-field--invalid" in written
    assert "utrecht-select--invalid" in written


def test_options_by_hand_mark_what_was_chosen():
    page = Template("{% load ui %}<select>{% options choices chosen %}</select>")
    same(
        page.render(Context({"choices": LISTS["numbers"], "chosen": 2})),
        '<select><option value="1">Een</option><option value="2" selected>Twee</option></select>',
    )
    assert page.render(Context({"choices": [("a", SafeString("<b>A</b>"))]})).count("<b>A</b>") == 1


CONTROLS = {
    "text": forms.CharField(
        max_length=20, help_text="Help", widget=forms.TextInput(attrs={"autocomplete": "off"})
    ),
    "words": forms.CharField(widget=forms.Textarea(attrs={"rows": 7, "data-x": HOSTILE})),
    "number": forms.IntegerField(min_value=1, max_value=5000),
    "part": forms.DecimalField(required=False),
    "email": forms.EmailField(),
    "secret": forms.CharField(widget=forms.PasswordInput),
    "hidden": forms.CharField(widget=forms.HiddenInput),
    "day": forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), disabled=True),
    "tick": forms.BooleanField(required=False),
    "one": forms.ChoiceField(choices=LISTS["plain"], widget=forms.RadioSelect),
    "some": forms.MultipleChoiceField(choices=LISTS["plain"], widget=forms.CheckboxSelectMultiple),
}
AnyForm = type("AnyForm", (forms.Form,), dict(CONTROLS))


@pytest.mark.parametrize("name", CONTROLS)
@pytest.mark.parametrize("value", [None, "", "\nmet een regel", "1", 4321, 1.5, True, ["a", "b"], HOSTILE])
@pytest.mark.parametrize("is_bound", [True, False])
def test_a_control_is_written_as_the_templates_of_django_write_it(name, value, is_bound):
    given = {"data": {name: value}} if is_bound else {"initial": {name: value}}
    ours, theirs = AnyForm(**given)[name], AnyForm(**given, renderer=TemplatesSetting())[name]

    same(ours.as_widget(), theirs.as_widget())
    assert [one.tag() for one in ours.subwidgets] == [one.tag().strip() for one in theirs.subwidgets]


def test_a_first_line_break_of_a_text_is_kept():
    assert AnyForm(initial={"words": "\nTwee"})["words"].as_widget().endswith(">\n\nTwee</textarea>")
