"""Before anything is served: the keys are those that this database was sealed with, or nothing starts."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from vangnet.vault import doors, keys
from vangnet.vault.records import ZoneKey


def known_keys() -> dict[str, bytes]:
    """Return the fingerprint per zone as this database knows it; empty before the first start."""
    if ZoneKey._meta.db_table not in connection.introspection.table_names():
        return {}
    return {row.zone: bytes(row.fingerprint) for row in ZoneKey.objects.all()}


def keep_keys() -> None:
    """Check the keys against the database; the first start makes and notes them, a rotation is noted too.

    Raises
    ------
    WrongKeys
        The key file is missing or another one; nothing was written.
    KeyServiceDown
        The key service does not answer.
    """
    known = known_keys()
    path = Path(settings.KEY_FILE)
    if not known and not settings.KMS_URL and not path.exists():
        keys.create_key_file(path)
    ring = keys.key_ring()
    keys.check(ring, known)
    with transaction.atomic():
        for zone in keys.ZONES:
            doors.one("vault_note_key", zone, ring.fingerprint(zone))
