"""Every form of signals, cases, registers and dossiers is filled in badly, one field at a time.

The forms are read from the pages, so a new form is tried from the day it is made.
"""

from __future__ import annotations

import re
import socket
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tests.attacks import forms
from tests.attacks.forms import WORDS, Control, Form
from tests.attacks.routes import RECIPES
from tests.attacks.site import Site, on_a_clone, text_of
from vangnet.vault import envelope
from vangnet.vault.personal import ODD_SIGNS

BSN = "123456782"
LONG = "Lang verhaal. " * 3572  # 50,000 signs
MARKUP = "<script>alert('invoer')</script><img src=x onerror=alert(1)>"
TURNED = "\u202etxt.exe\u202c \x07\x1b[31m\x08 \u2066om\u2069"
ELSEWHERE = "http://169.254.169.254/latest/meta-data/ file:///etc/passwd"
REFUSED = {400, 404, 409, 422}
DONE = {200, 302}
TEXTS = {"empty": "", "long": LONG, "hostile": MARKUP + ELSEWHERE, "turned": TURNED, "nul": "a\0b"}
DAYS = {
    "empty": "",
    "tomorrow": (timezone.localdate() + timedelta(1)).isoformat(),
    "last": "9999-12-31",
    "none": "2026-02-30",
    "words": "gisteren",
}
NUMBERS = {"less": "-1", "huge": "9" * 400, "power": "1e400"}
UNKNOWN = "GM9999' OR 1=1 --\0"
WITH_FORM = sorted(
    {
        *("casework:receive", "casework:import", "casework:weigh", "casework:conclude", "melden:report"),
        *("casework:meeting_new", "casework:meeting_change", "casework:meeting_arrange"),
        *("casework:meeting_item", "melden:partner_report", "cases:reassign"),
        *("cases:new", "cases:task", "cases:measure", "cases:end_measure", "cases:contribution"),
        *("cases:child", "cases:decision", "cases:close", "cases:offer"),
        *("cases:correct", "cases:from_supply", "cases:lapse", "cases:later_outcome"),
        *("registers:gain_new", "registers:gain_correct", "registers:gain_agree", "registers:power"),
        *("registers:group_new", "registers:group_step", "registers:group_review", "registers:find_new"),
        *("registers:find_correct", "registers:resilience_change", "registers:intimidation_new"),
        "registers:intimidation_change",
        *("vault:new", "vault:add_subject", "vault:add_record", "vault:add_file", "vault:weigh"),
        *("meetings:plan", "meetings:adopt", "meetings:agenda", "meetings:attendance", "meetings:raise"),
        *("meetings:note", "meetings:rule", "meetings:agree", "meetings:add_paper", "meetings:feeds"),
        *("meetings:finish", "meetings:change", "meetings:cancel", "meetings:old_list"),
        *("strategy:new", "strategy:edit", "strategy:end", "strategy:revise", "strategy:judge"),
        "strategy:adopt",
        *("strategy:report", "strategy:overrule", "strategy:round_new", "strategy:round_add"),
        *("strategy:round_scores", "strategy:round_text", "strategy:limit_new", "strategy:limit_end"),
        *("strategy:plan_new", "strategy:plan_head", "strategy:plan_report", "strategy:plan_part"),
        *("strategy:plan_step", "strategy:plan_judge", "strategy:plan_line_new", "strategy:plan_line"),
        *("directory:own", "portal:hand_over", "directory:join", "directory:leave"),
        *("directory:seat_new", "directory:appoint", "directory:vacate", "directory:close"),
        *("directory:body_new", "directory:body_end"),
        *("strategy:lesson_new", "strategy:lesson_outcome", "strategy:passage_new", "strategy:passage_end"),
        *("cooperation:contribution_new", "cooperation:contribution_end", "portal:passage_import"),
        *("portal:mail", "portal:score_import", "portal:network_import"),
        *(f"cooperation:advice_{one}" for one in ("antwoord", "doorgeven", "terugvraag", "aanvulling")),
        *(f"cooperation:advice_{one}" for one in ("oordeel", "kennis", "intrekken")),
        *(f"cooperation:item_{one}" for one in ("agenderen", "behandelen", "uitkomst", "intrekken")),
        *(f"cooperation:partnership_{one}" for one in ("new", "join", "leave", "evaluatie", "einde")),
        *(f"cooperation:capacity_{one}" for one in ("gevraagd", "toegezegd", "gebruikt", "change")),
        *("cooperation:capacity_afsluiten", "cooperation:capacity_heropenen"),
        *("cooperation:ask", "cooperation:begin", "cooperation:position", "cooperation:support"),
        *("vault:emergencies", "vault:approve", "vault:marking", "vault:tier", "vault:export"),
    }
)
NOT_KEPT = {("strategy:round_text", "text")}  # looked through, and shown to who sent it
every_form = pytest.mark.parametrize("name", WITH_FORM)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), on_a_clone("bad_forms") as site:
        yield site


@pytest.fixture
def kept(monkeypatch):
    """What is sealed while a form is handled, in words."""
    texts: list[str] = []
    seal_text = envelope.seal_text

    def noted(key, content, *, context):
        texts.extend(_strings(content))
        return seal_text(key, content, context=context)

    monkeypatch.setattr(envelope, "seal_text", noted)
    return texts


def _strings(content):
    if isinstance(content, dict):
        return [text for value in content.values() for text in _strings(value)]
    return [content] if isinstance(content, str) else []


@pytest.fixture
def no_way_out(monkeypatch):
    """No name is looked up and no line is opened while a form is handled."""
    asked: list[object] = []

    def refuse(*what, **more):
        asked.append(what)
        raise OSError("geen weg naar buiten")

    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    return asked


def send(site: Site, form: Form, told: dict[str, object], *, keep: bool = False):
    """Send a form, and take back what it did."""
    browser = site.browser(site.cast[form.who] if form.who else None)
    with transaction.atomic():
        answer = browser.post(form.action, told)
        transaction.set_rollback(not keep)
    return answer


def bad_values(control: Control) -> dict[str, str]:
    """Return what to fill in badly in one field."""
    if control.is_text:
        return TEXTS
    if control.kind == "date":
        return DAYS
    if control.kind == "number":
        return NUMBERS
    return {}


def complains(page: str) -> bool:
    """Say whether a page names what is wrong, at the top where a reader begins."""
    return "vn-errors" in page or "vn-alert" in page or "utrecht-alert" in page


def of_page(site: Site, name: str) -> list[Form]:
    (route,) = (route for route in forms.asking() if route.name == name)
    return list(forms.of(site, route))


def test_every_page_with_a_form_is_tried(site):
    """A page with a new form belongs in the list above."""
    assert sorted(route.name for route in forms.asking() if any(forms.of(site, route))) == WITH_FORM


@every_form
@pytest.mark.attack("A-02", "A-27", "A-28", "A-32")
def test_a27_a28_a_field_that_is_filled_in_badly_is_refused_or_cleaned_and_breaks_nothing(
    site, name, kept, no_way_out
):
    for form in of_page(site, name):
        honest = form.honest()
        for control in form.controls:
            for what, value in bad_values(control).items():
                kept.clear()
                answer = send(site, form, honest | {control.name: value})
                page = text_of(answer)
                at = f"{form}, {control.name}: {what}"

                assert answer.status_code in REFUSED | DONE, f"{at} answers {answer.status_code}"
                assert MARKUP not in page, at
                assert not [text for text in kept if ODD_SIGNS & set(map(ord, text))], f"{at} is sealed"
                assert no_way_out == [], at
                if answer.status_code == 422:
                    assert complains(page), f"{at} is refused and the page does not say why"
                if what != "long" or (form.route, control.name) in NOT_KEPT:
                    continue
                if control.is_text:
                    assert answer.status_code == 422, f"{at} is taken"
                if control.kind == "textarea":
                    assert LONG[:2000] in page, f"{at}: what was typed is gone"
        chosen = [one.name for one in form.controls if one.options or one.kind == "hidden"]
        for told in (dict.fromkeys(chosen, UNKNOWN), dict.fromkeys(chosen, "")):
            assert send(site, form, honest | told).status_code in REFUSED | DONE | {403}, f"{form}: {told}"


# What the whole network reads takes no number at all: it is refused, and there is nothing to mask it for.
READ_BY_ALL = ("meetings:", "strategy:", "directory:", "portal:", "cooperation:")


@pytest.mark.parametrize("name", [name for name in WITH_FORM if name.startswith(READ_BY_ALL)])
@pytest.mark.requirement("AVG-BSN")
def test_a_bsn_in_a_text_of_the_network_is_refused(site, name):
    for form in of_page(site, name):
        for control in form.controls:
            if not control.is_text or (form.route, control.name) in NOT_KEPT:
                continue
            answer = send(site, form, form.honest() | {control.name: f"Nummer {BSN}"})
            at = f"{form}, {control.name}"

            assert answer.status_code == 422, f"{at} takes it"
            assert complains(text_of(answer)), at


@pytest.mark.parametrize("name", [name for name in WITH_FORM if not name.startswith(READ_BY_ALL)])
@pytest.mark.requirement("AVG-BSN")
def test_a_bsn_in_a_free_text_is_warned_for_and_masked_on_request(site, name, kept):
    for form in of_page(site, name):
        for control in form.controls:
            if not control.is_text:
                continue
            told = form.honest() | {control.name: f"{WORDS} Zijn nummer is {BSN}."}
            kept.clear()
            answer = send(site, form, told)
            at = f"{form}, {control.name}"

            if control.kind != "textarea" and answer.status_code == 422:
                assert kept == [], at  # refused, as a number or as what does not belong there
                continue
            assert answer.status_code == 422, f"{at} takes it without a word"
            assert "burgerservicenummer" in text_of(answer), at
            assert 'value="verbergen"' in text_of(answer), f"{at} cannot be masked"
            assert kept == [], at
            hidden = send(site, form, told | {"bsn": "verbergen"})
            assert hidden.status_code in DONE, f"{at} is not taken when masked"
            assert any("[BSN]" in text for text in kept), at
            assert not any(BSN in text for text in kept), at


# --- asked badly ---

QUESTIONS = ("pagina", "jaar", "dag", "periode", "status", "plaats", "vorm", "branche", "nummer", "district")
QUESTIONS += ("fase", "signaal", "concept", "overleg", "betrokkene", "van", "tot", "q", "op", "soort")
ANSWERS = ("9" * 400, "\0' OR 1=1 --" + "(" * 3000, "2026-99-99")
LARGEST = 2_000_000  # bytes of a page


@pytest.mark.attack("A-32", "A-27")
def test_a32_no_question_in_an_address_breaks_or_swells_a_page(site):
    for route in forms.asking():
        recipe = RECIPES.get(route.name)
        who = forms.BY.get(route.name, recipe.owners[0] if recipe else "anna")
        person = site.cast[who] if who else None
        for address in site.addresses(route, recipe)[:1]:
            for answer in ANSWERS[:1] if recipe and "record" in route.parts else ANSWERS:
                told = site.browser(person).get(address, dict.fromkeys(QUESTIONS, answer))

                assert told.status_code in {200, 302, 403, 404, 405, 422}, f"{address} with {answer[:20]!r}"
                assert len(text_of(told)) < LARGEST, address


@pytest.mark.attack("A-32")
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("[" * 200_000, "application/json"),
        ('{"a":' * 50_000, "application/json"),
        ("&".join(f"a{n}=1" for n in range(5_000)), "application/x-www-form-urlencoded"),
        ("text=" + "%FF" * 1_000_000, "application/x-www-form-urlencoded"),
        ("x" * 1000, "multipart/form-data; boundary=" + "b" * 500),
        ("x" * 1000, "multipart/form-data"),
    ],
    ids=["brackets", "braces", "fields", "size", "boundary", "no-boundary"],
)
def test_a32_a_body_that_is_deep_wide_or_broken_is_refused(site, body, kind):
    for name, who in (("casework:receive", "anna"), ("melden:report", None), ("cases:new", "esra")):
        (route,) = (route for route in forms.asking() if route.name == name)
        (address,) = site.addresses(route, RECIPES[name])
        browser = site.browser(site.cast[who] if who else None)
        answer = browser.generic("POST", address, body, content_type=kind)

        # What is no form counts as nothing sent: the page asks anew, and nothing was done.
        assert answer.status_code in REFUSED | {200, 403, 413}, f"{name}: {answer.status_code}"


# --- sent twice ---

# Lines of the log and drafts say that somebody asked; the rest is what there is.
NOT_COUNTED = "^(audit_|procrastinate_|django_|identity_session|casework_draft|casework_visitor)"


@contextmanager
def _counting(owner):
    names = [
        name
        for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        if not re.match(NOT_COUNTED, name)
    ]
    query = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names)
    yield lambda: dict(owner.execute(query).fetchall())


@pytest.mark.parametrize("name", [name for name in WITH_FORM if not name.startswith("vault:")])
def test_a_form_that_is_sent_twice_does_its_work_once(site, name):
    from django.db import connection

    from tests import databases

    with databases.as_owner(connection.settings_dict["NAME"]) as owner, _counting(owner) as rows:
        for form in of_page(site, name):
            told = form.honest()
            first = send(site, form, told, keep=True)
            once = rows()
            second = send(site, form, told, keep=True)

            assert first.status_code in DONE | REFUSED
            assert second.status_code in DONE | REFUSED, f"{form} fails the second time"
            assert rows() == once, f"{form} did its work twice"
