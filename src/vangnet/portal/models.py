"""What this installation is: which region pack it holds and whether it is a demonstration."""

from __future__ import annotations

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
