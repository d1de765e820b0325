"""Mail about what waits, to a real mail server on this machine that also refuses, drops and delays."""

from __future__ import annotations

import datetime as dt
import email
import email.policy

import pytest
from django.db import transaction
from django.utils import timezone
from tests.logbook import Event

from vangnet.audit.tests.receivers import mail_server
from vangnet.casework.tests.casedesk import CaseDesk
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import operator, service_session
from vangnet.meetings import actions as meetings
from vangnet.meetings.models import ActionPoint
from vangnet.meetings.tests.conftest import Secretary
from vangnet.portal import actions, mail, tasks, waiting
from vangnet.portal.models import MailWish, Told
from vangnet.strategy.tests.round import DISTRICTS, THEME, Desk

pytestmark = pytest.mark.django_db
PAGE = "/account/berichten/"
AMSTERDAM = dt.timezone(dt.timedelta(hours=1))
MORNING = dt.datetime(2026, 11, 25, 8, 0, tzinfo=AMSTERDAM)  # a Wednesday
EARLY = MORNING.replace(hour=6)
DAY = dt.timedelta(days=1)
Rhythm = MailWish.Rhythm


@pytest.fixture
def post(db, settings):
    """Mail goes to this port, on a database of its own: a round commits for each person."""

    def post(port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = "", False, 1
        settings.MAIL_IS_SET = True

    return post


def read(box):
    """Return what each address received, as text with its subject."""
    found = {}
    for envelope in box.messages:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        (to,) = envelope.rcpt_tos
        found[to] = f"{message['Subject']}\n{message.get_content()}"
    return found


def wants(person, rhythm):
    with service_session(person), transaction.atomic():
        actions.choose_rhythm(rhythm, by=person, at=MORNING)


def wish(person):
    with service_session(person), transaction.atomic():
        return MailWish.objects.visible_to(person).first()


def logged(verb):
    with service_session(operator()), transaction.atomic():
        return [one.details for one in Event.objects.filter(verb=verb).order_by("id")]


def test_whoever_has_something_waiting_hears_it_once_and_without_content(post, anna, petra):
    with mail_server() as box:
        post(box.port)
        first = mail.send_round(at=MORNING)
        again = mail.send_round(at=MORNING + dt.timedelta(hours=1))
        next_day = mail.send_round(at=MORNING + dt.timedelta(days=1))

    found = read(box)
    assert first.sent == len(found) > 1
    assert first.failed == again.sent == next_day.sent == 0
    assert "weging" not in found.get(petra.email, "")  # takes in reports and sees none that wait
    assert found[anna.email].startswith("Vangnet: ")
    assert "* Nieuw. Signalen: 4 wachten op weging (" in found[anna.email]
    assert "Hoe vaak u het krijgt" in found[anna.email]
    assert "GEMEENTE-" not in found[anna.email]
    assert len(logged("portal.mail.sent")) == first.sent


def test_only_more_is_news_and_what_was_done_can_be_news_again(post, anna):
    with mail_server() as box:
        post(box.port)
        wants(anna, Rhythm.AT_ONCE)
        mail.send_round(at=MORNING)
        with service_session(anna), transaction.atomic():
            told = Told.objects.visible_to(anna).get(source="signalen")
            assert told.amount == len(told.keys) == 4
            Told.objects.filter(pk=told.pk).update(amount=3, keys=told.keys[1:])
        before = len(box.messages)
        mail.send_round(at=MORNING + dt.timedelta(minutes=10))
        assert len(box.messages) == before + 1  # one signal more
        with service_session(anna), transaction.atomic():
            Told.objects.visible_to(anna).update(amount=9)
        mail.send_round(at=MORNING + dt.timedelta(minutes=20))
        assert len(box.messages) == before + 1  # fewer is no news
    with service_session(anna), transaction.atomic():
        assert Told.objects.visible_to(anna).get(source="signalen").amount == 4


@pytest.mark.parametrize(
    ("rhythm", "moments", "hears"),
    [
        (Rhythm.AT_ONCE, [EARLY], [True]),
        (Rhythm.DAILY, [EARLY, MORNING, EARLY + DAY], [True, True, False]),
        (Rhythm.WEEKLY, [MORNING, MORNING + DAY, MORNING + 5 * DAY], [True, False, True]),
        (Rhythm.NEVER, [MORNING, MORNING + dt.timedelta(days=9)], [False, False]),
    ],
)  # fmt: skip
def test_the_rhythm_says_when_somebody_is_looked_at(post, anna, rhythm, moments, hears):
    wants(anna, rhythm)
    looked = []
    for moment in moments:
        looked.append(anna in mail.due(moment))
        if looked[-1]:
            with service_session(anna), transaction.atomic():
                MailWish.objects.filter(user=anna).update(looked_on=mail._day(moment))
    assert looked == hears


def test_a_server_that_is_away_loses_nothing(post, anna):
    with mail_server() as box:
        closed = box.port
    post(closed)
    assert mail.send_round(at=MORNING).is_server_down
    assert logged("portal.mail.server_down") == [{"fault": "ConnectionRefusedError"}]
    assert wish(anna) is None
    with mail_server() as box:
        post(box.port)
        assert mail.send_round(at=MORNING + dt.timedelta(minutes=10)).sent > 0
    assert anna.email in read(box)


def test_mail_that_is_refused_is_tried_again_later_and_later(post, anna):
    with mail_server("refuse") as box:
        post(box.port)
        first = mail.send_round(at=MORNING)
        soon = mail.send_round(at=MORNING + dt.timedelta(minutes=9))
        later = mail.send_round(at=MORNING + dt.timedelta(minutes=11))
    assert first.sent == soon.sent == later.sent == soon.failed == 0
    assert first.failed == later.failed > 1
    kept = wish(anna)
    assert (kept.failures, kept.sent_at) == (2, None)
    assert kept.retry_at == MORNING + dt.timedelta(minutes=31)
    with mail_server() as box:
        post(box.port)
        mail.send_round(at=kept.retry_at)
    assert anna.email in read(box)
    assert wish(anna).failures == 0


@pytest.mark.parametrize("mood", ["drop", "delay"])
def test_a_line_that_falls_away_or_hangs_marks_nothing_as_told(post, anna, mood):
    with service_session(operator()), transaction.atomic():
        others = [one for one in User.objects.filter(kind="persoon") if one != anna]
    for other in others:
        wants(other, Rhythm.NEVER)
    with mail_server(mood) as box:
        post(box.port)
        assert mail.send_round(at=MORNING).failed == 1
    with service_session(anna), transaction.atomic():
        assert not Told.objects.visible_to(anna).exists()
    assert len(logged("portal.mail.failed")) == 1


def test_without_a_mail_server_in_the_settings_nobody_is_looked_at(anna):
    assert mail.send_round(at=MORNING) == mail.Round()
    assert wish(anna) is None


def test_the_job_sends_the_round(post, anna):
    with mail_server() as box:
        post(box.port)
        tasks.mail_what_waits(0)
    assert anna.email in read(box)


def test_nobody_else_learns_whose_moment_it_is(anna):
    with service_session(anna), transaction.atomic(), mail.connection.cursor() as cursor:
        cursor.execute("SELECT portal_mail_due(now(), today())")
        assert cursor.fetchall() == []
    assert anna in mail.due(MORNING)


# --- the page ---


def test_one_chooses_the_rhythm_and_sees_what_waits(sign_in, anna, django_assert_max_num_queries):
    client = sign_in(anna)
    client.get(PAGE)
    with django_assert_max_num_queries(21):
        page = client.get(PAGE).content.decode()
    assert "Signalen: 4 wachten op weging" in page
    assert anna.email in page
    assert "verstuurt nog geen e-mail" in page
    assert client.post(PAGE, {"rhythm": "week"}).status_code == 302
    assert Event.objects.filter(verb="portal.mail.rhythm_chosen").get().details == {"rhythm": "week"}
    assert client.get(PAGE).context["form"]["rhythm"].value() == "week"


def test_an_unknown_rhythm_is_refused_and_nothing_changes(sign_in, anna):
    page = sign_in(anna).post(PAGE, {"rhythm": "elk uur"})
    assert page.status_code == 422
    assert wish(anna) is None


def test_a_failure_is_said_with_what_to_do(sign_in, anna):
    client = sign_in(anna)
    client.post(PAGE, {"rhythm": "dag"})
    with service_session(anna), transaction.atomic():
        MailWish.objects.visible_to(anna).update(failures=2, retry_at=MORNING)
    page = client.get(PAGE).content.decode()
    assert "Het laatste bericht is niet aangekomen" in page
    client.post(PAGE, {"rhythm": "dag"})
    assert "Het laatste bericht is niet aangekomen" not in client.get(PAGE).content.decode()


def test_the_wish_of_one_is_not_anothers(sign_in, anna, otto):
    sign_in(anna).post(PAGE, {"rhythm": "nooit"})
    assert sign_in(otto).get(PAGE).context["form"]["rhythm"].value() == "dag"


def test_an_outsider_is_sent_to_sign_in(outsider):
    assert outsider.get(PAGE).status_code == 302


def test_a_person_without_a_role_gets_no_mail(db):
    with service_session(operator()), transaction.atomic():
        new = User.objects.create(email="nieuw@zutphen.invalid", name="Nieuw", password="!")
    assert new not in mail.due(MORNING)


def test_a_proposal_waits_at_home_for_whoever_has_the_floor_and_for_nobody_else(anna):
    version = Desk(anna).propose("wijzigingen/nieuw/thema/", **THEME)
    twente, board, author = (Desk(one).client for one in ("dvo-twente", "aanjaagteam", anna))

    def asked(client):
        return f"Strategie: uw oordeel over {THEME['name']}" in client.get("/").content.decode()

    assert [asked(one) for one in (twente, board, author)] == [True, False, False]
    assert f'href="/strategie/wijzigingen/{version.pk}/"' in twente.get("/").content.decode()
    for body, secretary in DISTRICTS.items():
        Desk(secretary).judge(version, "dvo", body)
    assert [asked(one) for one in (twente, board)] == [False, True]


def test_one_for_another_is_news_and_fewer_of_the_same_is_not(frank, greet):
    twente = Secretary(frank, "dvo-twente")
    meeting = twente.held()

    def news():
        with service_session(greet), transaction.atomic():
            return mail._news(greet, waiting.of(greet, today=MORNING.date()), at=MORNING)

    def agrees(what):
        with twente.session():
            told = {"sitting": meeting, "what": what, "owner": greet, "due_on": timezone.localdate()}
            return meetings.agree_action(ActionPoint(**told), **twente.acting())

    def is_done(one):
        with twente.session():
            meetings.finish_action(one, done_on=timezone.localdate(), remark="", **twente.acting())

    first, second = agrees("Bel de politie"), agrees("Maak een plan")
    news()
    is_done(first)
    assert not [one for one in news() if one.source == "acties"]
    is_done(second)
    agrees("Nodig de boa's uit")
    assert [one.amount for one in news() if one.source == "acties"] == [1]
    assert news() == []
    with service_session(greet), transaction.atomic():
        Told.objects.visible_to(greet).update(keys=[])  # told before which were kept
    assert news() == []


def test_one_task_for_another_is_news_too(esra):
    desk = CaseDesk(esra)
    case = desk.a_case()
    first, second = (desk.a_task(case, esra, "riec") for _ in range(2))

    def news():
        with service_session(esra), transaction.atomic():
            found = mail._news(esra, waiting.of(esra, today=timezone.localdate()), at=MORNING)
            return {one.source: one.amount for one in found}

    tasks = news()["taken"]
    desk.done("finish", case, first)
    assert "taken" not in news()
    desk.done("finish", case, second)
    desk.a_task(case, esra, "riec")
    assert news()["taken"] == tasks - 1
    assert news() == {}


def test_the_same_work_at_two_organisations_is_news_twice(post, esra):
    with service_session(operator()), transaction.atomic():
        police = Organisation.objects.get(slug="politie")
    esra_there = [
        waiting.Item("taken", "", 1, "Casussen: 1 taak voor u", "/casussen/").at(one, is_named=True)
        for one in (esra.memberships_on(MORNING.date())[0].organisation, police)
    ]
    with service_session(esra), transaction.atomic():
        assert mail._news(esra, esra_there[:1], at=MORNING) == esra_there[:1]
        assert mail._news(esra, esra_there, at=MORNING) == esra_there[1:]
    assert "(Politie" in "".join(mail._lines(esra_there, "* "))


def test_a_fault_for_one_person_keeps_nobody_else_waiting(post, anna, otto, monkeypatch):
    def of(user, **asked):
        if user == anna:
            raise ValueError("kapot")
        return [waiting.Item("taken", "", 1, "Casussen: 1 taak voor u", "/casussen/")]

    monkeypatch.setattr("vangnet.portal.waiting.of", of)
    with mail_server() as box:
        post(box.port)
        assert mail.send_round(at=MORNING).failed == 1
    assert otto.email in read(box)
    assert wish(anna).failures == 1


def test_mail_counts_proposals_and_names_none():
    one = waiting.Item(
        "voorstel", "a", 1, "Strategie: uw oordeel over Klik hier", "/", "nieuw", in_mail="Een voorstel"
    )
    assert mail._lines([one, one], "* ") == ["* Een voorstel (2 keer)"]
