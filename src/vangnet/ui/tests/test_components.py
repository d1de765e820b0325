"""Every component as the browser gets it."""

import datetime
import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from vangnet.ui import flow, views
from vangnet.ui.tables import Column, Table

VOID = {"area", "br", "circle", "col", "hr", "img", "input", "link", "meta", "path", "rect"}


class Balance(HTMLParser):
    """Finds tags that are not closed in order, ids used twice, and inline styles and handlers."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.faults = [], [], []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        self.faults += [f"{tag} {name}" for name, _ in attrs if name == "style" or name.startswith("on")]
        self.faults += ["inline script"] if tag == "script" and "src" not in dict(attrs) else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")


def faults(html):
    parser = Balance()
    parser.feed(html)
    double = sorted({i for i in parser.ids if parser.ids.count(i) > 1})
    return parser.faults + [f"open: {tag}" for tag in parser.open] + [f"twice: {i}" for i in double]


def shown(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace(" ,", ",").strip()


def guide(address="/"):
    request = RequestFactory().get(address)
    form = views.ExampleForm({}) if "fouten" in request.GET else views.ExampleForm()
    return render_to_string("ui/style_guide.html", {"form": form, **views._examples(request)})


@pytest.mark.parametrize("address", ["/", "/?fouten", "/?pagina=12"])
def test_the_style_guide_is_whole_and_fits_the_content_security_policy(address):
    assert faults(guide(address)) == []


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_a_page_for_trouble_needs_no_context(name):
    html = render_to_string(f"{name}.html")
    assert faults(html) == []
    assert "<h1" in html
    assert "Vangnet" in html


def test_the_fault_finder_finds_faults():
    assert faults('<p style="x"><b></p></b>')
    assert faults('<i id="a"></i><i id="a"></i><script>1</script><a onclick="x"></a>') == [
        "inline script",
        "a onclick",
        "twice: a",
    ]


def test_the_style_guide_shows_every_component():
    with open(views.__file__.replace("views.py", "templatetags/ui.py"), encoding="utf-8") as file:
        manual = file.read().split('"""')[1]
    names = set(re.findall(r"{% (\w+)", manual)) - {"load"}
    source = (Template("").engine.find_template("ui/style_guide.html"))[0].source
    # The frame and the form templates call these themselves.
    elsewhere = {"flow_ribbon", "form_field", "error_summary"}
    assert {n for n in names if not n.startswith("end")} - elsewhere <= set(re.findall(r"{% (\w+)", source))


def test_the_title_is_both_heading_and_name_of_the_tab():
    html = Template('{% extends "base.html" %}{% block title %}A & B{% endblock %}').render(
        Context({"region": {"name": "Regio"}})
    )
    assert "<title>A & B – Vangnet Regio</title>" in html
    assert re.search(r"<h1[^>]*>A & B</h1>", html)


def test_the_frame_shows_where_we_are_and_who_we_are():
    html = render_to_string(
        "base.html",
        {
            "navigation": [{"label": "Beelden", "url": "/beelden/", "current": True}],
            "account": {"name": "A. <b>", "organisation": "Gemeente", "sign_out_url": "/uit/"},
            "breadcrumbs": [("Start", "/"), ("Hier", "")],
            "demo": True,
        },
    )
    assert faults(html) == []
    assert 'href="/beelden/" aria-current="page"' in html
    assert 'action="/uit/" method="post"' in html
    assert "A. &lt;b&gt;" in html
    assert '<span aria-current="page">Hier</span>' in html
    assert "Voer hier geen echte gegevens in" in html


@pytest.mark.parametrize(
    ("arguments", "text", "tone"),
    [
        (
            '1876 change=0.123 polarity="bad" versus="2024"',
            "gestegen met 12,3 % t.o.v. 2024, ongunstig",
            "bad",
        ),
        ('68.4 change=0.05 polarity="good"', "gestegen met 5,0 %, gunstig", "good"),
        (
            '605 change=0.004 significant=False versus="2024"',
            "geen aantoonbaar verschil t.o.v. 2024",
            "neutral",
        ),
    ],
)
def test_a_key_figure_says_its_change_in_words(arguments, text, tone):
    html = shown('{% key_figure "Diefstal" ' + arguments + " %}")
    assert text in words(html)
    assert f"vn-figure--{tone}" in html


def test_a_figure_that_may_not_be_shown_never_reads_zero():
    assert "niet gepubliceerd" in words(shown('{% key_figure "Diefstal" None %}'))
    hidden = words(shown('{% key_figure "Diefstal" None status="niet getoond" %}'))
    assert "niet getoond" in hidden
    assert "0" not in hidden


@pytest.mark.attack("A-27")
def test_text_from_people_is_escaped_everywhere():
    bad = "<script>x</script>"
    table = Table(bad, [Column(bad)], [[bad]])
    html = shown(
        "{% table t %}{% card b %}{{ b }}{% endcard %}{% alert title=b %}{{ b }}{% endalert %}{% tag b %}"
        "{% key_figure b b note=b %}{% empty_state b b %}{% source_line b b %}{% next_step b '/' b %}"
        "{% timeline i %}{% definitions d %}{% tabs i %}{% details b %}{{ b }}{% enddetails %}",
        t=table,
        b=bad,
        i=[{"title": bad, "text": bad, "label": bad, "url": "/", "date": bad}],
        d=[(bad, bad)],
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 15


def test_only_a_drawing_is_put_in_the_page_as_it_is():
    with pytest.raises(ValueError, match="starts with <svg"):
        shown("{% picture d %}", d="<script>x</script>")


def test_an_unknown_status_or_step_is_a_mistake_of_the_author():
    with pytest.raises(ValueError, match="unknown status 'ongeveer'"):
        shown('{% status_tag "ongeveer" %}')
    with pytest.raises(ValueError, match="unknown step 'weging'"):
        shown('{% flow_steps "weging" %}')


@pytest.mark.parametrize(("at", "before", "after"), [(0, 5, 1), (2, 1, 3), (5, 4, 0)])
def test_each_step_of_the_flow_offers_the_one_before_and_after(at, before, after):
    steps = flow.FLOW
    html = shown("{% flow_steps k %}", k=steps[at].key, flow_urls={steps[after].key: "/verder/"})
    assert f"Vorige stap {steps[before].label}" in words(html)
    assert f"Volgende stap {steps[after].label}" in words(html)
    assert html.count('href="/verder/"') == 1
    ribbon = shown("{% flow_ribbon k %}", k=steps[at].key)
    assert re.findall(r"vn-ribbon__step--(\w+)", ribbon) == ["before"] * at + ["current"] + ["after"] * (
        5 - at
    )


def test_pages_of_a_list_keep_the_question():
    request = RequestFactory().get("/?q=fiets+diefstal&pagina=2")
    html = shown("{% pagination p %}", p=Paginator(range(95), 20).page(2), request=request)
    assert 'href="?q=fiets+diefstal&amp;pagina=3"' in html
    assert "21–40 van 95" in words(html)
    assert shown("{% pagination p %}", p=Paginator(range(5), 20).page(1)).strip() == ""


class Form(forms.Form):
    name = forms.CharField(label="Naam", help_text="Voluit.")
    level = forms.ChoiceField(label="Niveau", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    angles = forms.MultipleChoiceField(
        label="Invalshoek", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple, required=False
    )
    token = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.requirement("TOE-01")
def test_a_form_ties_help_and_errors_to_its_fields():
    html = str(Form({"token": "x"}))
    assert faults(html) == []
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'class="utrecht-textbox utrecht-textbox--html-input"' in html


def test_the_error_summary_leads_to_the_fields_that_exist():
    html = str(Form({}))
    assert "Er zijn 3 dingen niet goed ingevuld" in html
    links = re.findall(r'href="#(\w+)"', html)
    assert links == ["id_name", "id_level_0"]
    assert all(f'id="{link}"' in html for link in links)
    assert "Token: Dit veld is verplicht." in words(html)


def test_ticks_and_dots_are_told_apart():
    html = str(Form())
    assert re.search(r'type="radio"[^>]*utrecht-radio-button', html)
    assert re.search(r'type="checkbox"[^>]*utrecht-checkbox', html)
    assert "vn-errors" not in html


def test_a_moment_on_a_page_is_that_of_the_clock_here():
    context = Context({"moment": datetime.datetime(2026, 11, 23, 23, 30, tzinfo=datetime.UTC)})
    page = Template("{% load ui %}{{ moment|nl_moment }}; {{ moment|nl_day }}").render(context)

    assert page == "24 november 2026, 00.30\N{NO-BREAK SPACE}uur; 24 november 2026"
