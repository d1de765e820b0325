"""The log: append-only tables without foreign keys, because a log outlives users."""

from __future__ import annotations

from typing import Self

from django.db import models


class Outcome(models.TextChoices):
    """What became of a request that the rules decided on; empty where nothing was decided."""

    ALLOWED = "toegestaan", "Toegestaan"
    REFUSED = "geweigerd", "Geweigerd"


class LawfulPurpose(models.TextChoices):
    """The four purposes for which the log may be read (WGS 1.8, fourth paragraph)."""

    LAWFULNESS = "rechtmatigheidscontrole", "Controle van de rechtmatigheid"
    INTERNAL = "interne_controle", "Interne controle"
    SECURITY = "integriteit_en_beveiliging", "Integriteit en beveiliging van gegevens"
    COURT = "gerechtelijke_procedure", "Gerechtelijke procedure"


class EventQuerySet(models.QuerySet["Event"]):
    """Reads of the log; row-level security adds which rows the session may see."""

    def about(self, subject: object) -> Self:
        """Keep the events about one record, newest first."""
        return self.filter(subject=str(subject)).order_by("-id")


class Event(models.Model):
    """One thing that somebody did (logregel). Written only by the SQL functions of this module.

    The table has one column more, `xid`: the transaction that wrote the row. It is not a field, because
    only the rules in the database compare it.
    """

    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField("vastgelegd op")
    actor = models.UUIDField("sessie van", null=True)
    organisation = models.UUIDField("namens", null=True)
    purpose = models.UUIDField("doel", null=True)
    verb = models.CharField("handeling", max_length=100)
    subject = models.CharField("onderwerp", max_length=100)
    by = models.UUIDField("door", null=True)
    at = models.DateTimeField("op")
    outcome = models.CharField("uitkomst", max_length=10, choices=Outcome, blank=True, db_default="")
    reason = models.CharField("reden", max_length=60, blank=True, db_default="")
    motivation = models.UUIDField("motivering", null=True)
    trace_id = models.CharField("keten van verzoeken", max_length=32, blank=True, db_default="")
    span_id = models.CharField("verzoek", max_length=16, blank=True, db_default="")
    origin = models.CharField("herkomst", max_length=100, blank=True, db_default="")
    details = models.JSONField("bijzonderheden")
    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "logregel", "logregels"
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_event_subject"),
            models.Index(fields=["actor", "-id"], name="audit_event_actor"),
            models.Index(fields=["organisation", "-id"], name="audit_event_organisation"),
            models.Index(
                fields=["actor", "-recorded_at"],
                name="audit_event_consulted",
                condition=models.Q(verb="audit.log.consulted"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="audit_event_outcome",
                condition=models.Q(outcome__in=["", "toegestaan", "geweigerd"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Link(models.Model):
    """One link of the chain over the events, made at commit (schakel)."""

    number = models.BigIntegerField("nummer", primary_key=True)
    event = models.OneToOneField(
        Event, models.DO_NOTHING, db_constraint=False, related_name="link", verbose_name="logregel"
    )
    previous = models.BinaryField("vorige controlegetal")
    hash = models.BinaryField("controlegetal")

    class Meta:
        verbose_name, verbose_name_plural = "schakel", "schakels"

    def __str__(self) -> str:
        return str(self.number)


class Processing(models.Model):
    """One line of the logboek dataverwerkingen: one data subject, and nobody of ours (verwerkingsregel)."""

    class Status(models.TextChoices):
        """The words of the standard; a refusal is no error."""

        UNSET = "Unset"
        OK = "Ok"
        ERROR = "Error"

    id = models.BigAutoField(primary_key=True)
    trace_id = models.CharField("keten van verzoeken", max_length=32)
    span_id = models.CharField("verwerking", max_length=16)
    parent_span_id = models.CharField("verzoek", max_length=16, blank=True)
    status = models.CharField("status", max_length=5, choices=Status)
    name = models.CharField("naam", max_length=100)
    started_at = models.DateTimeField("begonnen op")
    ended_at = models.DateTimeField("geëindigd op")
    activity = models.CharField("verwerkingsactiviteit", max_length=300)
    data_subject = models.CharField("betrokkene (pseudoniem)", max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = "verwerkingsregel", "verwerkingsregels"
        indexes = [models.Index(fields=["trace_id"], name="audit_processing_trace")]
        constraints = [
            models.CheckConstraint(
                name="audit_processing_status", condition=models.Q(status__in=["Unset", "Ok", "Error"])
            ),
            models.CheckConstraint(
                name="audit_processing_is_no_bsn", condition=~models.Q(data_subject__regex=r"^\d{8,9}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.trace_id}"


class Checkpoint(models.Model):
    """What the chain was at a moment, signed with a key outside the database (ijkpunt)."""

    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField("nummer")
    hash = models.BinaryField("controlegetal")
    time = models.DateTimeField("gezet op")
    previous = models.CharField("vorig ijkpunt", max_length=64, blank=True)
    signature = models.BinaryField("handtekening")

    class Meta:
        verbose_name, verbose_name_plural = "ijkpunt", "ijkpunten"

    def __str__(self) -> str:
        return f"checkpoint-{self.number:012}"


class Delivery(models.Model):
    """One attempt to bring a checkpoint outside (bezorging); without an error it arrived."""

    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, verbose_name="ijkpunt")
    target = models.CharField("bestemming", max_length=300)
    attempted_at = models.DateTimeField("geprobeerd op")
    error = models.CharField("fout", max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "bezorging", "bezorgingen"
        indexes = [models.Index(fields=["target", "checkpoint"], name="audit_delivery_target")]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.target}"


class Verification(models.Model):
    """One check of the whole chain by the installation itself (ketencontrole)."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("op")
    rows = models.BigIntegerField("regels")
    faults = models.JSONField("gebreken")

    class Meta:
        verbose_name, verbose_name_plural = "ketencontrole", "ketencontroles"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {len(self.faults)}"
