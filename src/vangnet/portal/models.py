"""What this installation is, and what people were told by mail of the work that waits for them."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Installation(models.Model):
    """The one row that says what was loaded here (installatie)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    region = models.SlugField("regiopakket", max_length=60)
    checksum = models.CharField("controlegetal van het pakket", max_length=64)
    is_demo = models.BooleanField("demonstratie", default=False)
    loaded_at = models.DateTimeField("ingelezen op")
    boundaries_asked_at = models.DateTimeField("officiële grenzen gevraagd op", null=True)

    class Meta:
        verbose_name, verbose_name_plural = "installatie", "installaties"
        constraints = [models.CheckConstraint(name="there_is_one_installation", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return self.region


class OwnQuerySet(models.QuerySet[Any]):
    """Reads of what belongs to one person; the policy of the database says the same."""

    def visible_to(self, user: Any) -> Self:
        """Keep one's own."""
        return self.filter(user=user.pk)


class MailWish(models.Model):
    """How often somebody wants mail about the work that waits (berichtwens); without a row: every day."""

    class Rhythm(models.TextChoices):
        AT_ONCE = "direct", "Zodra er iets bij komt (binnen tien minuten)"
        DAILY = "dag", "Eén keer per dag, na zeven uur 's ochtends"
        WEEKLY = "week", "Eén keer per week, op maandag"
        NEVER = "nooit", "Niet; ik kijk zelf bij Start"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    rhythm = models.CharField("ritme", max_length=6, choices=Rhythm, default=Rhythm.DAILY)
    looked_on = models.DateField("laatst gekeken op", null=True)
    sent_at = models.DateTimeField("laatst gemaild op", null=True)
    failures = models.PositiveSmallIntegerField("vergeefse pogingen", default=0)
    retry_at = models.DateTimeField("opnieuw proberen op", null=True)
    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "berichtwens", "berichtwensen"
        constraints = [
            models.CheckConstraint(
                name="rhythm_is_known", condition=models.Q(rhythm__in=["direct", "dag", "week", "nooit"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.get_rhythm_display()}"


class Told(models.Model):
    """What somebody was told last of one thing that waits (verteld): how many and which, as news is new.

    Which is kept as digests of that person alone: they tell nobody what they are of.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    source = models.SlugField("bron", max_length=40)
    subject = models.SlugField("waarover", max_length=60)
    amount = models.PositiveIntegerField("aantal")
    keys = ArrayField(models.CharField(max_length=16), verbose_name="welke", default=list)
    told_at = models.DateTimeField("verteld op")
    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "verteld", "verteld"
        constraints = [models.UniqueConstraint("user", "source", "subject", name="told_once_per_subject")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.source} {self.subject}, {self.amount}"
