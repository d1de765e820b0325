"""The vault: the one place for data about data subjects, behind the database's own rules.

The runtime role reads no table here but `vault_entry`, whose one policy is that its scope is that of the
session, and what says nothing about a case (notices, own emergencies). Content comes out through
`vault_open()`, which demands a committed line in the log. The rules are in the migrations:
`vault_decision()` decides about one record, `vault_reach` says what belongs in the list. What a dossier is
made of is in `records`; here is how it is listed, shared, recalled and opened.
"""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vangnet.agreements.models import Category, Purpose
from vangnet.identity.models import Organisation, User
from vangnet.vault.records import (
    Dossier,
    DossierCircle,
    Marking,
    Participation,
    Record,
    Scope,
    Subject,
    Weighing,
    ZoneKey,
)

__all__ = [
    "BulkLoad",
    "Derivation",
    "Dossier",
    "DossierCircle",
    "Emergency",
    "Entry",
    "Export",
    "Marking",
    "Motivation",
    "Notice",
    "Participation",
    "Reading",
    "Recipient",
    "Record",
    "RecordSubject",
    "Scope",
    "SealedFile",
    "Subject",
    "Supply",
    "Weighing",
    "ZoneKey",
]


class Recipient(models.Model):
    """Who may see a record with a strict marking (ontvanger): an organisation, or one person there."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "ontvanger", "ontvangers"

    def __str__(self) -> str:
        return str(self.person or self.organisation)


class RecordSubject(models.Model):
    """Whom a record is about (betrokkene bij gegeven)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "betrokkene bij gegeven", "betrokkenen bij gegevens"
        constraints = [models.UniqueConstraint("record", "subject", name="record_names_subject_once")]

    def __str__(self) -> str:
        return f"{self.subject} in {self.record}"


class Derivation(models.Model):
    """A record was made from another (afleiding); it is never marked looser or kept longer."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="+")
    origin = models.ForeignKey(Record, models.PROTECT, related_name="+")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "afleiding", "afleidingen"
        constraints = [
            models.UniqueConstraint("record", "origin", name="derivation_is_not_doubled"),
            models.CheckConstraint(name="record_is_not_its_own_origin", condition=~Q(record=F("origin"))),
        ]

    def __str__(self) -> str:
        return f"{self.record} uit {self.origin}"


class SealedFile(models.Model):
    """A file with a record (bijlage); name and content are sealed, the content lies outside the database."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="+")
    stored_as = models.CharField("opgeslagen als", max_length=200, unique=True)
    sealed_name = models.BinaryField("versleutelde naam")
    media_type = models.CharField("soort bestand", max_length=100)
    size = models.PositiveIntegerField("grootte")
    digest = models.BinaryField("sha256 van het versleutelde bestand")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "bijlage", "bijlagen"

    def __str__(self) -> str:
        return f"bijlage {self.pk}"


class Supply(models.Model):
    """A copy of a record was given to a partner under another purpose (verstrekking)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    weighing = models.ForeignKey(Weighing, models.PROTECT, related_name="+")
    origin = models.ForeignKey(Record, models.PROTECT, related_name="+")
    copy = models.OneToOneField(Record, models.PROTECT, related_name="+")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    supplied_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    supplied_at = models.DateTimeField("verstrekt op")
    recalled_at = models.DateTimeField("teruggeroepen op", null=True)
    recalled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "verstrekking", "verstrekkingen"

    def __str__(self) -> str:
        return f"verstrekking {self.pk}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices; the database shows only those of the organisation of the session."""

    def visible_to(self, user: User) -> Self:
        """Keep what the database shows, what was not seen yet first."""
        return self.select_related("acknowledged_by").order_by(
            F("acknowledged_at").desc(nulls_first=True), "-created_at"
        )


class Notice(models.Model):
    """Something about a dossier that an organisation has to know (bericht); free of data about people."""

    class Kind(models.TextChoices):
        SUPPLIED = "verstrekt", "Er is een gegeven aan u verstrekt"
        RECALLED = "teruggeroepen", "Een gegeven is teruggeroepen en afgesloten"
        EMERGENCY = "noodtoegang", "Er is noodtoegang verleend"
        JOINED = "deelname", "U neemt deel aan een dossier"
        TIGHTENED = "strenger", "De vertrouwelijkheid van een gegeven is strenger geworden"
        ACCEPTED = "overgedragen", "Een casus die u aanbood, is aanvaard en overgedragen"
        REJECTED = "afgewezen", "Een casus die u aanbood, is afgewezen en blijft van u"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    kind = models.CharField("soort", max_length=16, choices=Kind)
    created_at = models.DateTimeField("gemaakt op")
    acknowledged_at = models.DateTimeField("gezien op", null=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "bericht", "berichten"

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def answers_offer(self) -> bool:
        """Whether it is the answer to an offer, which stands with the cases."""
        return self.kind in (self.Kind.ACCEPTED, self.Kind.REJECTED)


class Emergency(models.Model):
    """Access for when the rules cannot wait (noodtoegang): a reason, a second person, an end."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="voor wie")
    sealed_reason = models.BinaryField("versleutelde reden")
    asked_at = models.DateTimeField("gevraagd op")
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="goedgekeurd door"
    )
    approved_at = models.DateTimeField("goedgekeurd op", null=True)
    until = models.DateTimeField("tot", null=True)
    ended_at = models.DateTimeField("beëindigd op", null=True)
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "noodtoegang", "noodtoegangen"
        constraints = [
            models.CheckConstraint(
                name="another_approves_the_emergency",
                condition=Q(approved_by=None) | ~Q(approved_by=F("person")),
            ),
            models.CheckConstraint(
                name="approved_emergency_ends_within_a_day",
                condition=Q(approved_by=None, approved_at=None, until=None)
                | Q(approved_by__isnull=False, until__gt=F("approved_at"))
                & Q(until__lte=F("approved_at") + models.Value("1 day", output_field=models.DurationField())),
            ),
        ]

    def __str__(self) -> str:
        return f"noodtoegang {self.pk}"


class Motivation(models.Model):
    """The free words with a reading (motivatie), sealed, because they can be about a case."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    sealed = models.BinaryField("versleutelde tekst")
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "motivatie", "motivaties"

    def __str__(self) -> str:
        return f"motivatie {self.pk}"


class ExportQuerySet(models.QuerySet["Export"]):
    """Reads of exports; the database shows one's own, for the organisation one works for."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own."""
        return self.filter(person=user)


class Export(models.Model):
    """Records of a dossier that somebody asked for as a file (export); made by a job, sealed, short-lived."""

    class State(models.TextChoices):
        QUEUED = "wacht", "Wordt gemaakt"
        READY = "klaar", "Klaar"
        REFUSED = "geweigerd", "Geweigerd: de toegang is vervallen"
        FETCHED = "opgehaald", "Opgehaald en gewist"
        EXPIRED = "verlopen", "Niet opgehaald en gewist"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.UUIDField("dossier")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="gevraagd door")
    asked_at = models.DateTimeField("gevraagd op")
    reason = models.CharField("reden", max_length=20)
    records = models.JSONField("gegevens")
    state = models.CharField("stand", max_length=10, choices=State, default=State.QUEUED)
    until = models.DateTimeField("op te halen tot", null=True)
    stored_as = models.CharField("opgeslagen als", max_length=200, blank=True)
    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "export", "exports"

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def is_ready(self) -> bool:
        """Whether the file can be fetched now."""
        return self.state == self.State.READY and self.until is not None and self.until > timezone.now()


class Reading(models.Model):
    """A line of the log that was used to read (gebruikte logregel); a line gives one reading."""

    event = models.BigIntegerField("logregel", primary_key=True)
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "gebruikte logregel", "gebruikte logregels"

    def __str__(self) -> str:
        return f"logregel {self.event}"


class BulkLoad(models.Model):
    """A transaction in which many dossiers are added at once (bulkinvoer); empty outside of it.

    Only functions of the owner write it: they fill the list by the set, and the triggers leave it to them.
    """

    xid = models.BigIntegerField("transactie", primary_key=True)
    objects = models.Manager()

    class Meta:
        verbose_name, verbose_name_plural = "bulkinvoer", "bulkinvoer"

    def __str__(self) -> str:
        return f"transactie {self.xid}"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads of the list; the database shows only what is in the scope of this session and purpose."""

    def visible_to(self, user: User) -> Self:
        """Keep what the database shows; it decides by the session, not by what it is told here."""
        return self

    def of_dossier(self, dossier: UUID) -> Self:
        """Keep a dossier and its records, the newest first; without their days, which may be endless."""
        return self.filter(dossier=dossier).defer("since", "until").order_by("-first_processed", "record")

    def dossiers(self) -> Self:
        """Keep one entry per dossier, the newest first."""
        return self.filter(record=None).defer("since", "until").order_by("-opened_on", "-number")

    def records_of(self, dossier: UUID) -> Self:
        """Keep the records of one dossier, the newest first."""
        return self.filter(dossier=dossier, record__isnull=False).order_by("-first_processed", "record")


COPY: Any = {
    "on_delete": models.DO_NOTHING, "related_name": "+", "db_constraint": False, "db_index": False
}  # fmt: skip


class Entry(models.Model):
    """A dossier or record in the list of one scope (verwijzing): a stub without data about people.

    Made by the database from `vault_reach`; nobody writes it.
    """

    # Owner, source and category are copies of what is held where they come from, so they are not held twice.
    id = models.BigAutoField(primary_key=True)
    scope = models.ForeignKey(Scope, models.DO_NOTHING, related_name="+", db_index=False)
    dossier = models.UUIDField("dossier")
    record = models.UUIDField("gegeven", null=True)
    reader = models.UUIDField("alleen voor", null=True)
    tier = models.PositiveSmallIntegerField("trede")
    shielded = models.BooleanField("afgeschermd")
    since = models.DateField("sinds")
    until = models.DateField("tot")
    number = models.CharField("nummer", max_length=30)
    place = models.CharField("gebiedscode", max_length=40, blank=True)
    status = models.CharField("status", max_length=12, choices=Dossier.Status)
    owner = models.ForeignKey(Organisation, **COPY, verbose_name="eigenaar")
    opened_on = models.DateField("geopend op")
    category = models.ForeignKey(Category, **COPY, null=True)
    source = models.ForeignKey(Organisation, **COPY, null=True, verbose_name="bron")
    marking = models.CharField("vertrouwelijkheid", max_length=12, choices=Marking, blank=True)
    first_processed = models.DateField("eerste verwerking", null=True)
    delete_by = models.DateField("verwijderen uiterlijk", null=True)
    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "verwijzing", "verwijzingen"
        indexes = [
            models.Index(  # with all that the policy asks per row, so that counting reads the index alone
                fields=["scope", "-opened_on", "-number"],
                name="vault_entry_list",
                condition=Q(record=None),
                include=["tier", "since", "until", "reader", "shielded"],
            ),
            models.Index(fields=["scope", "dossier"], name="vault_entry_dossier"),
            models.Index(fields=["dossier"], name="vault_entry_refresh"),
        ]

    def __str__(self) -> str:
        return self.number
