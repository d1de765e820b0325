"""What comes with a report and is sealed for itself: who reported it, and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from vangnet.casework.attachments import Attachment
from vangnet.vault import doors, envelope, files, sealing


def attach(attachments: Sequence[Attachment], *, record: UUID, key: bytes) -> None:
    """Seal the files of a report that is being taken in; when one is refused, none is left in the store."""
    stored: list[str] = []
    try:
        for one in attachments:
            pk = uuid4()
            file = files.put(
                key, one.content, filename=one.name, context=sealing.bound_to("file-content", pk)
            )
            stored.append(file.name)
            called = envelope.seal_text(key, one.name, context=sealing.bound_to("file", pk))
            doors.one("casework_attach", pk, record, file.name, called, file.kind, file.size, file.digest)
    except Exception:
        for name in stored:
            files.remove(name)
        raise


def seal_reporter(reporter: Mapping[str, str], zone: str) -> tuple[UUID, UUID, str, bytes, bytes]:
    """Return ids, wrapped key and sealed words of a dossier for a reporter alone."""
    dossier, record = uuid4(), uuid4()
    key_id, wrapped = sealing.new_dossier_key(zone, dossier)
    words = "\n".join(f"{label}: {value}" for label, value in reporter.items() if value)
    key = sealing.unwrap(zone, wrapped, dossier)
    sealed = envelope.seal_text(key, {"text": words}, context=sealing.bound_to("record", record))
    return dossier, record, key_id, wrapped, sealed
