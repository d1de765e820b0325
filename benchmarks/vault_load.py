"""Fills the vault in sets for `vault.py`: 200 organisations, four purposes, dossiers of twenty records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

ZONE = "riec"
PURPOSES = 4
ORGANISATIONS = 200
PER_DOSSIER = 20
PURPOSE = "00000000-0000-4000-8000-000000000000"
LOADED = ("vault_dossier", "vault_weighing", "vault_participation", "vault_record", "vault_entry")
# Organisation 0, that of the user who reads, takes part in every tenth dossier: the busiest of the network.
DOSSIERS = """
CREATE TEMP TABLE place AS
    SELECT n, md5('dossier' || n)::uuid AS id,
           ('00000000-0000-4000-8000-00000000000' || n / 10 % {purposes})::uuid AS purpose,
           CASE WHEN n % 10 = 0 THEN 0 ELSE n * 7 % {organisations} END AS owner
      FROM generate_series(0, {dossiers} - 1) n;
CREATE TEMP TABLE part AS
    SELECT DISTINCT ON (p.id, (p.owner + k * (1 + p.n % 61)) % {organisations})
           md5('part' || p.n || '-' || k)::uuid AS id, p.id AS dossier, k = 0 AS is_owner,
           o.id AS organisation
      FROM place p, generate_series(0, 3) k, bench_organisation o
     WHERE k < 2 + p.n % 3 AND o.n = (p.owner + k * (1 + p.n % 61)) % {organisations};
INSERT INTO vault_dossier (id, number, agreement_id, purpose_id, zone, owner_id, tier, status, place,
                           opened_on, opened_by_id, key_id, wrapped_key)
SELECT p.id, 'B-' || p.n, '{agreement}', p.purpose, 'riec', o.id, 2, 'open', 'GM' || p.owner,
       today() - p.n % 700, '{user}', 'bench', 'x'
  FROM place p JOIN bench_organisation o ON o.n = p.owner;
INSERT INTO vault_weighing (id, dossier_id, kind, organisation_id, recipient_id, article, categories, sealed,
    status, asked_by_id, asked_at, decided_by_id, decided_at, sealed_decision, expires_on)
SELECT p.id, p.dossier, 'deelname', p.organisation, p.organisation, '2.17', '[]', 'x', 'toegewezen',
       '{user}', now(), '{service}', now(), 'x', today() + 200
  FROM part p WHERE NOT p.is_owner;
INSERT INTO vault_participation (id, dossier_id, organisation_id, is_owner, weighing_id, since)
SELECT p.id, p.dossier, p.organisation, p.is_owner, CASE WHEN NOT p.is_owner THEN p.id END, today() - 700
  FROM part p;
INSERT INTO vault_record (id, dossier_id, purpose_id, zone, category_id, source_id, entered_by_id, entered_at,
    marking, nature, reliability, provenance, first_processed,
    delete_by, sealed)
SELECT md5('record' || p.n || '-' || k)::uuid, p.id, p.purpose, 'riec',
       (ARRAY['personalia', 'politie8'])[1 + k % 2], o.id, '{user}', now(),
       (ARRAY['amber', 'amber', 'green', 'amber+strict', 'amber'])[1 + k % 5], 'feit', 'bevestigd', 'melding',
       today() - p.n % 700, today() + 300, (SELECT array_agg(t.sealed) FROM bench_text t)[1 + (p.n + k) % 100]
  FROM place p JOIN bench_organisation o ON o.n = p.owner, generate_series(1, {per_dossier}) k;
INSERT INTO vault_scope (organisation_id, purpose_id)
SELECT DISTINCT p.organisation_id, d.purpose_id FROM vault_participation p JOIN vault_dossier d
    ON d.id = p.dossier_id ON CONFLICT DO NOTHING;
ANALYZE;
INSERT INTO vault_entry (scope_id, dossier, record, reader, tier, shielded, since, until, number, place, status,
    owner_id, opened_on, category_id, source_id, marking, first_processed, delete_by)
SELECT scope_id, dossier, record, reader, tier, shielded, since, until, number, place, status,
       owner_id, opened_on, category_id, source_id, marking, first_processed, delete_by
  FROM vault_reach WHERE number LIKE 'B-%'
"""


@dataclass
class World:
    """Who reads, and what was really sealed under the key of its dossier."""

    user: Any
    organisation: Any
    scope: int
    sealed: list[tuple[UUID, UUID]]


def filled(records: int, *, opened: int) -> World:
    """Migrate, make an agreement by the rules, load the rest in sets and seal what will be opened."""
    import psycopg
    from django.conf import settings
    from django.utils import timezone

    from vangnet.config import migration, pack
    from vangnet.identity.models import Membership, Role
    from vangnet.identity.operator import operator, service_session
    from vangnet.vault import start

    migration.migrate()
    start.keep_keys()
    with service_session(operator()):
        pack.load(settings.REGION_FOLDER, by=operator(), at=timezone.now(), demo=True)
        reader = (
            Membership.objects.filter(role=Role.ADVISER).select_related("user", "organisation").earliest("pk")
        )
    with psycopg.connect(settings.OWNER_URL) as owner:
        organisations(owner, reader.organisation.pk)
        agreement = agree(owner, reader)
        load(owner, records, agreement=agreement, user=reader.user.pk, service=operator().pk)
        sealed = really_sealed(owner, reader.organisation.pk, opened)
        (scope,) = owner.execute(
            "SELECT id FROM vault_scope WHERE organisation_id = %s AND purpose_id = %s",
            [reader.organisation.pk, PURPOSE],
        ).fetchone()  # type: ignore[misc]
        owner.commit()
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE")
    return World(reader.user, reader.organisation, scope, sealed)


def organisations(owner: Any, reader: UUID) -> None:
    """Number two hundred organisations, the one that reads first."""
    owner.execute("CREATE TEMP TABLE bench_organisation (n int PRIMARY KEY, id uuid)")
    owner.execute("INSERT INTO bench_organisation VALUES (0, %s)", [reader])
    owner.execute("ALTER TABLE identity_organisation DISABLE TRIGGER USER")
    owner.execute(
        "INSERT INTO bench_organisation SELECT n, md5('organisation' || n)::uuid FROM generate_series(1, %s) n",
        [ORGANISATIONS - 1],
    )
    owner.execute(
        "INSERT INTO identity_organisation (id, slug, name, place)"
        " SELECT id, 'bench-' || n, 'Organisatie ' || n, '' FROM bench_organisation WHERE n > 0"
    )
    owner.execute("ALTER TABLE identity_organisation ENABLE TRIGGER USER")


def agree(owner: Any, reader: Any) -> UUID:
    """Put one agreement with four purposes into force, and authorise the reader for all of them."""
    import vangnet.agreements.models as terms  # the models fill in what a row needs

    agreement, version = UUID(int=1), UUID(int=2)
    period = "daterange(today() - 30, today() + 300)"
    tables = ("agreement", "version", "purpose", "purposecategory", "partner", "authorisation")
    for table in tables:
        owner.execute(f"ALTER TABLE agreements_{table} DISABLE TRIGGER USER")
    lead = reader.organisation.pk
    put(
        owner,
        terms.Agreement,
        id=agreement,
        code="bench",
        name="Bench",
        zone=ZONE,
        regime="riec",
        lead_id=lead,
    )
    put(
        owner, terms.Version, id=version, agreement_id=agreement, number=1, max_retention=60, status="concept"
    )
    for n in range(PURPOSES):
        purpose = UUID(PURPOSE[:-1] + str(n))
        put(
            owner, terms.Purpose, id=purpose, agreement_id=agreement, version_id=version, regime="riec",
            code=f"p{n}", name=f"P{n}", ground="e", law="BWBR0049962", article="2.17", activity="b",
            activity_uri=f"urn:x:{n}",
        )  # fmt: skip
        for category, tier, kind, ground in (
            ("personalia", 1, "gewoon", ""),
            ("politie8", 2, "strafrechtelijk", "x"),
        ):
            put(
                owner, terms.PurposeCategory, purpose_id=purpose, version_id=version, category_id=category,
                kind=kind, is_health=False, regime="riec", activity="b", tier=tier, retention=36, exception=ground,
            )  # fmt: skip
    for n, organisation in owner.execute("SELECT n, id FROM bench_organisation").fetchall():
        put(
            owner, terms.Partner, id=UUID(int=1000 + n), agreement_id=agreement, version_id=version,
            organisation_id=organisation, task="t",
        )  # fmt: skip
    for n in range(PURPOSES):
        put(
            owner, terms.Authorisation, agreement_id=agreement, partner_id=UUID(int=1000),
            purpose_id=UUID(PURPOSE[:-1] + str(n)), organisation_id=lead, user_id=reader.user.pk, max_tier=2,
            document="b", given_by_id=service_account(), given_at=now(),
        )  # fmt: skip
    owner.execute(
        f"UPDATE agreements_version SET status = 'actief', activated_at = now(), period = {period},"
        " dpia_adopted_on = today(), advice = 'positief', contact_point = 'c', signed_on = today(),"
        " coordinator_id = %s WHERE id = %s",
        [reader.user.pk, version],
    )
    owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        owner.execute(f"ALTER TABLE agreements_{table} ENABLE TRIGGER USER")
    return agreement


def service_account() -> UUID:
    """Return the account that gives the authorisations."""
    from vangnet.identity.operator import operator

    key: UUID = operator().pk
    return key


def now() -> Any:
    from django.utils import timezone

    return timezone.now()


def put(owner: Any, model: Any, **given: Any) -> None:
    """Insert one row as the owner, with the defaults of the model for the rest."""
    from django.utils import timezone
    from psycopg.types.range import Range

    names = {field.attname for field in model._meta.concrete_fields}
    if "period" in names:
        today = timezone.localdate()
        given["period"] = Range(today - timedelta(30), today + timedelta(300))
    row = model(**given)
    values = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields}
    values = {name: value for name, value in values.items() if value is not None}
    owner.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})",
        list(values.values()),
    )


def load(owner: Any, records: int, **who: Any) -> None:
    """Load dossiers, records and entries, with rules, arrows and indexes put back afterwards."""
    from vangnet.vault import envelope

    key = envelope.new_key()
    owner.execute("SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '256MB'")
    owner.execute("CREATE TEMP TABLE bench_text (sealed bytea)")
    for n in range(100):
        sealed = envelope.seal_text(key, {"text": f"melding {n} " * 40}, context=b"pool")
        owner.execute("INSERT INTO bench_text VALUES (%s)", [sealed])
    indexes = owner.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = 'vault_entry'::regclass AND NOT i.indisunique"
    ).fetchall()
    with unhindered(owner, LOADED):
        for name, _ in indexes:
            owner.execute(f"DROP INDEX {name}")
        owner.execute(
            DOSSIERS.format(
                purposes=PURPOSES,
                organisations=ORGANISATIONS,
                dossiers=records // PER_DOSSIER,
                per_dossier=PER_DOSSIER,
                **who,
            )
        )
        for _, definition in indexes:
            owner.execute(definition)


@contextmanager
def unhindered(owner: Any, tables: tuple[str, ...]) -> Iterator[None]:
    """Do without the triggers and foreign keys of some tables for the length of the block, then put them back."""
    arrows = owner.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])",
        [list(tables)],
    ).fetchall()
    for table in tables:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for table, name, _ in arrows:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in arrows:
        owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for table in tables:
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def really_sealed(owner: Any, organisation: UUID, dossiers: int) -> list[tuple[UUID, UUID]]:
    """Give some dossiers of the reader a key of their own and seal one record in each under it."""
    from vangnet.vault import envelope, sealing

    found = owner.execute(
        "SELECT r.id, r.dossier_id FROM vault_record r JOIN vault_dossier d ON d.id = r.dossier_id"
        " WHERE d.owner_id = %s AND d.purpose_id = %s"
        " AND r.id = md5('record' || substr(d.number, 3) || '-4')::uuid"
        " ORDER BY r.id LIMIT %s",
        [organisation, PURPOSE, dossiers],
    ).fetchall()
    owner.execute("ALTER TABLE vault_dossier DISABLE TRIGGER USER")
    owner.execute("ALTER TABLE vault_record DISABLE TRIGGER USER")
    for record, dossier in found:
        key_id, wrapped = sealing.new_dossier_key(ZONE, dossier)
        key = sealing.unwrap(ZONE, wrapped, dossier)
        text = envelope.seal_text(key, {"text": "geheim " * 60}, context=sealing.bound_to("record", record))
        owner.execute(
            "UPDATE vault_dossier SET key_id = %s, wrapped_key = %s WHERE id = %s", [key_id, wrapped, dossier]
        )
        owner.execute("UPDATE vault_record SET sealed = %s WHERE id = %s", [text, record])
    owner.execute("ALTER TABLE vault_dossier ENABLE TRIGGER USER")
    owner.execute("ALTER TABLE vault_record ENABLE TRIGGER USER")
    return [(record, dossier) for record, dossier in found]
