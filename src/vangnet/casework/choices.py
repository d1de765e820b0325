"""What one chooses from in cases: terms, kinds of measures and letters about them, from the region pack."""

from __future__ import annotations

from django.db import models


class Term(models.Model):
    """A choice in cases (keuze in casussen), such as a kind of task; a list of the region pack."""

    class List(models.TextChoices):
        TASK = "taak", "Soort taak"
        DECISION = "besluit", "Soort besluit"
        EFFECT = "effect", "Beoogd effect"
        NO_BASELINE = "geen-nulmeting", "Waarom geen nulmeting"
        OUTCOME = "afloop", "Afloop van een maatregel"
        RESULT = "resultaat", "Resultaat van een casus"
        REFUSAL = "weigering", "Waarom een overdracht is afgewezen"
        CONTRIBUTION = "bijdrage", "Soort bijdrage"
        ADVICE = "advies", "Advies voor de balie"

    id = models.CharField("kenmerk", primary_key=True, max_length=80)  # list/code
    list = models.CharField("lijst", max_length=16, choices=List)
    name = models.CharField("naam", max_length=120)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "keuze in casussen", "keuzes in casussen"
        ordering = ["list", "order"]

    def __str__(self) -> str:
        return self.name


class MeasureKind(models.Model):
    """A kind of measure (soort maatregel): its family, its article, and who is competent."""

    class Family(models.TextChoices):
        ADMINISTRATIVE = "bestuurlijk", "Bestuurlijk"
        CRIMINAL = "strafrechtelijk", "Strafrechtelijk"
        FISCAL = "fiscaal", "Fiscaal"
        CIVIL = "civiel", "Civiel"
        CARE = "zorg", "Zorg en ondersteuning"
        PRESSURE = "drang", "Drang en dwang"

    class Competent(models.TextChoices):
        MAYOR = "burgemeester", "Burgemeester"
        BOARD = "college", "College van burgemeester en wethouders"
        PROSECUTOR = "om", "Openbaar Ministerie"
        TAX = "belastingdienst", "Belastingdienst"
        COURT = "rechter", "Rechter"
        CARE = "zorginstelling", "Zorginstelling"

    code = models.SlugField("code", primary_key=True, max_length=40)
    family = models.CharField("soort", max_length=16, choices=Family)
    name = models.CharField("naam", max_length=120)
    article = models.CharField("artikel", max_length=120, blank=True)
    competent = models.CharField("bevoegd", max_length=16, choices=Competent)
    is_health = models.BooleanField("over gezondheid", default=False)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "soort maatregel", "soorten maatregel"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """A text for a letter about a kind of measure (brief); nobody is named in it."""

    code = models.SlugField("code", primary_key=True, max_length=40)
    kind = models.ForeignKey(
        MeasureKind, models.PROTECT, related_name="letters", verbose_name="soort maatregel"
    )
    name = models.CharField("naam", max_length=120)
    subject = models.CharField("onderwerp", max_length=200)
    paragraphs = models.JSONField("alinea's", default=list)
    order = models.PositiveSmallIntegerField("volgorde")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "brief", "brieven"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name
