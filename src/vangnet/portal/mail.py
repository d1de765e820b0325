"""Mail about what waits: counts, never content; once, and later again when it could not be sent."""

from __future__ import annotations

import hashlib
import smtplib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.identity.operator import operator, service_session
from vangnet.portal import waiting
from vangnet.portal.models import MailWish, Told

SENT, FAILED, DOWN = "portal.mail.sent", "portal.mail.failed", "portal.mail.server_down"
MORNING = 7  # o'clock here, before which the mail of a day is that of the day before
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(days=1)
WORDS = """Goedendag {name},

{lines}

{where}

In dit bericht staat met opzet geen inhoud.
Hoe vaak u het krijgt, kiest u in Vangnet bij Berichten per e-mail.
"""
SAYS_NO = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
)  # to this message; the line still works


@dataclass(frozen=True, slots=True)
class Round:
    """What a round of mail did."""

    sent: int = 0
    failed: int = 0
    is_server_down: bool = False


def send_round(*, at: datetime) -> Round:
    """Mail everybody for whom something new waits and whose moment it is.

    What was told is written in the transaction that sends: cut off in between, the mail is sent again rather
    than never. Without a mail server the round ends and nothing is lost: the next one begins anew.
    """
    if not settings.MAIL_IS_SET:
        return Round()
    post, sent, failed = get_connection(), 0, 0
    try:
        post.open()
        for person in due(at):
            try:
                sent += _mail(person, post, at=at)
            except Exception as problem:  # whatever is wrong for one person, the others get their mail
                failed += 1
                _pause(person, problem, at=at)
                if isinstance(problem, OSError) and not isinstance(problem, SAYS_NO):
                    post = _anew(post)
    except OSError as problem:
        with service_session(operator()), transaction.atomic():
            log.record(DOWN, "mail", by=operator(), at=at, fault=type(problem).__name__)
        return Round(sent, failed, is_server_down=True)
    finally:
        post.close()
    return Round(sent, failed)


def _anew(post: BaseEmailBackend) -> BaseEmailBackend:
    post.close()
    fresh = get_connection()
    fresh.open()
    return fresh


def due(at: datetime) -> list[User]:
    """Return whose moment it is; the database tells it to accounts of commands and jobs only."""
    with service_session(operator()), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT portal_mail_due(%s, %s)", [at, _day(at)])
        found = [pk for (pk,) in cursor.fetchall()]
        return list(User.objects.filter(pk__in=found).order_by("pk"))


def _day(at: datetime) -> date:
    return timezone.localdate(at - timedelta(hours=MORNING))


def _mail(person: User, post: BaseEmailBackend, *, at: datetime) -> int:
    """Tell one person what is new, in a session of that person; return whether there was anything."""
    found = _waits(person, at)
    with service_session(person, minutes=5), transaction.atomic():
        wish, _ = MailWish.objects.select_for_update().get_or_create(user=person)
        wish.looked_on, wish.failures, wish.retry_at = _day(at), 0, None
        news = _news(person, found, at=at)
        if news:
            wish.sent_at = at
            log.record(SENT, person.pk, by=person, at=at, items=len(news))
        wish.save()
        if news:
            message(person, found, news, post).send()
    return int(bool(news))


def _waits(person: User, at: datetime) -> list[waiting.Item]:
    """Return what waits for somebody, for each organisation that the person works for and under its name."""
    today = timezone.localdate(at)
    with service_session(person, minutes=5), transaction.atomic():
        organisations = {one.organisation_id: one.organisation for one in person.memberships_on(today)}
    found: dict[tuple[str, str], waiting.Item] = {}
    for organisation in organisations.values():
        with service_session(person, organisation=organisation, minutes=5), transaction.atomic():
            for item in waiting.of(person, today=today):
                mine = item.at(organisation, is_named=len(organisations) > 1)
                found.setdefault((mine.source, mine.subject), mine)
    return list(found.values())


def _pause(person: User, problem: Exception, *, at: datetime) -> None:
    """Keep that a mail failed, and wait longer after each failure: a lost address is not tried all day."""
    with service_session(person, minutes=5), transaction.atomic():
        wish, _ = MailWish.objects.select_for_update().get_or_create(user=person)
        wish.failures += 1
        wish.retry_at = at + min(FIRST_PAUSE * 2 ** min(wish.failures - 1, 10), LONGEST_PAUSE)
        wish.save(update_fields=["failures", "retry_at"])
        log.record(FAILED, person.pk, by=person, at=at, fault=type(problem).__name__, failures=wish.failures)


def _news(person: User, found: Sequence[waiting.Item], *, at: datetime) -> list[waiting.Item]:
    """Return what is new since it was told; keep what is told now, and forget what waits no more."""
    before = {(one.source, one.subject): one for one in Told.objects.visible_to(person)}
    now = {(one.source, one.subject): one for one in found}
    gone = [one.pk for key, one in before.items() if key not in now]
    Told.objects.visible_to(person).filter(pk__in=gone).delete()
    news = [one for key, one in now.items() if _is_news(person, one, before.get(key))]
    for (source, subject), item in now.items():
        told = {"amount": item.amount, "keys": _digests(person, item), "told_at": at}
        Told.objects.update_or_create(user=person, source=source, subject=subject, defaults=told)
    return news


def _is_news(person: User, item: waiting.Item, told: Told | None) -> bool:
    """Say whether there is one that was not told; more than was told, where is not known which they are."""
    if told is None:
        return True
    if item.keys and told.keys:
        return not set(told.keys).issuperset(_digests(person, item))
    return item.amount > told.amount


def _digests(person: User, item: waiting.Item) -> list[str]:
    """Return a short digest of each thing, another one for each person."""
    salt = person.pk.bytes
    return sorted(hashlib.blake2b(key.encode(), digest_size=8, salt=salt).hexdigest() for key in item.keys)


def message(
    person: User, found: Sequence[waiting.Item], news: Sequence[waiting.Item], post: BaseEmailBackend
) -> EmailMessage:
    """Write the mail: all that waits, what is new first."""
    rest = [one for one in found if one not in news]
    lines = [*_lines(news, "* Nieuw. "), *_lines(rest, "* ")]
    things = "1 ding wacht" if len(found) == 1 else f"{len(found)} dingen wachten"
    text = WORDS.format(name=person.name, lines="\n".join(lines), where=_where())
    return EmailMessage(f"Vangnet: {things} op u", text, to=[person.email], connection=post)


def _lines(items: Sequence[waiting.Item], begins: str) -> list[str]:
    """Write each thing on a line; what reads the same is counted."""
    told = Counter(one.in_mail or (f"{one.text} ({one.note})" if one.note else one.text) for one in items)
    return [f"{begins}{text}{f' ({n} keer)' if n > 1 else ''}" for text, n in told.items()]


def _where() -> str:
    host = next((one for one in settings.ALLOWED_HOSTS if "." in one.strip(".") and "*" not in one), "")
    address = f" op https://{host.lstrip('.')}/" if settings.MODE == "production" and host else ""
    return f"Log in bij Vangnet{address}. Onder Wat op u wacht staat bij elk punt een koppeling."
