"""What intake keeps besides signals: forms that are on, drafts, numbers elsewhere, what belongs together.

No word about anybody: a draft is sealed bytes, a number of another system a keyed hash.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from vangnet.agreements.models import Purpose
from vangnet.identity.models import Organisation, User
from vangnet.vault.models import Scope


class PublicForm(models.Model):
    """The public report form of an organisation is on (openbaar meldformulier); without a row it is off."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="+", verbose_name="organisatie"
    )
    enabled_on = models.DateField("aan sinds")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="aangezet door")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "openbaar meldformulier", "openbare meldformulieren"

    def __str__(self) -> str:
        return f"meldformulier van {self.organisation}"


class VisitorKey(models.Model):
    """The key of a day that visitors are counted with (dagsleutel); thrown away when the day is over."""

    day = models.DateField("dag", primary_key=True)
    key = models.BinaryField("sleutel")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "dagsleutel", "dagsleutels"

    def __str__(self) -> str:
        return str(self.day)


class VisitorCount(models.Model):
    """How many reports came today from one visitor or for one organisation (meldteller); no address in it."""

    mark = models.BinaryField("kenmerk", primary_key=True)
    day = models.DateField("dag")
    count = models.PositiveIntegerField("aantal")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "meldteller", "meldtellers"

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"


class DraftQuerySet(models.QuerySet["Draft"]):
    """Reads of drafts; the database shows one's own, of the last days."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what somebody typed themselves."""
        return self.filter(account=user.pk) if user.is_authenticated else self.none()


class Draft(models.Model):
    """What somebody typed and did not send yet (concept): sealed, for its writer alone, for a week."""

    KEPT = timedelta(days=7)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="van")
    purpose = models.ForeignKey(Purpose, models.CASCADE, related_name="+", verbose_name="doel")
    form = models.CharField("formulier", max_length=20)
    key = models.CharField("waarbij", max_length=100)
    sealed = models.BinaryField("versleutelde inhoud")
    saved_at = models.DateTimeField("bewaard op")
    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "concept", "concepten"
        constraints = [
            models.UniqueConstraint("account", "purpose", "form", "key", name="draft_is_one_per_form")
        ]

    def __str__(self) -> str:
        return f"concept {self.pk}"


class ExternalNumber(models.Model):
    """The number of a signal elsewhere (extern kenmerk), as a keyed hash: it can be found, not read."""

    id = models.BigAutoField(primary_key=True)
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="+")
    mark = models.BinaryField("kenmerk")
    signal = models.ForeignKey("casework.Signal", models.CASCADE, related_name="+", verbose_name="signaal")
    objects: models.Manager[Any] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "extern kenmerk", "externe kenmerken"
        constraints = [models.UniqueConstraint("scope", "mark", name="external_number_comes_in_once")]

    def __str__(self) -> str:
        return f"kenmerk van {self.signal}"


class Likeness(models.Model):
    """What somebody said of two signals that look alike (samenhang): they belong together, or do not."""

    class Verdict(models.TextChoices):
        TOGETHER = "hoort-bij", "Hoort erbij"
        APART = "nee", "Hoort er niet bij"

    id = models.BigAutoField(primary_key=True)
    signal = models.ForeignKey("casework.Signal", models.PROTECT, related_name="+", verbose_name="signaal")
    other = models.ForeignKey(
        "casework.Signal", models.PROTECT, related_name="+", verbose_name="ander signaal"
    )
    verdict = models.CharField("oordeel", max_length=10, choices=Verdict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="door")
    at = models.DateTimeField("op")
    objects: models.Manager[Any] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "samenhang", "samenhang"
        constraints = [
            models.UniqueConstraint("signal", "other", name="likeness_is_judged_once"),
            models.CheckConstraint(name="likeness_is_of_two_in_order", condition=Q(signal__lt=F("other"))),
            models.CheckConstraint(name="likeness_is_known", condition=Q(verdict__in=["hoort-bij", "nee"])),
        ]

    def __str__(self) -> str:
        return f"{self.signal} en {self.other}: {self.get_verdict_display()}"


class PartnerReport(models.Model):
    """A signal that somebody of a partner reported (partnermelding): of which organisation, and the answer.

    The municipality sees the organisation, whoever reported it sees how far it is: both through functions.
    """

    class Answer(models.TextChoices):
        TAKEN_UP = "opgepakt", "Wij pakken dit op"
        WITH_PARTNERS = "samen", "Wij pakken dit samen met partners op"
        NOTHING = "geen-vervolg", "Wij doen hier nu niets mee"
        KNOWN = "bekend", "Dit was al bij ons bekend"

    signal = models.OneToOneField(
        "casework.Signal", models.CASCADE, primary_key=True, related_name="+", verbose_name="signaal"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="partner")
    account = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="gemeld door")
    wants_answer = models.BooleanField("wil antwoord", default=False)
    reported_at = models.DateTimeField("gemeld op")
    answer = models.CharField("antwoord", max_length=20, choices=Answer, blank=True)
    answered_at = models.DateTimeField("beantwoord op", null=True)
    objects: models.Manager[Any] = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "partnermelding", "partnermeldingen"
        constraints = [
            models.CheckConstraint(
                name="partner_report_is_answered_with_an_answer",
                condition=Q(answer="", answered_at=None)
                | Q(answer__in=["opgepakt", "samen", "geen-vervolg", "bekend"], answered_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.signal} van {self.organisation}"
