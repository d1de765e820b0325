"""Brings checkpoints outside: to a folder, by mail and over https. A lost target stops nothing here."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from vangnet.audit import checkpoints
from vangnet.audit.models import Checkpoint, Delivery

TIMEOUT_S = 10.0
PER_RUN = 100


class Undeliverable(Exception):
    """A target answers, and does not take the checkpoint."""


@dataclass(frozen=True)
class Target:
    """Where checkpoints go; the label is kept and shown, so it holds no secret of an address."""

    label: str
    send: Callable[[Checkpoint], None]


def targets() -> list[Target]:
    """Return the targets of the settings."""
    found = [Target(f"map {settings.CHECKPOINT_FOLDER}", _to_folder)]
    found += [Target(f"mail {address}", _to_mail(address)) for address in settings.CHECKPOINT_MAIL]
    return found + [Target(_label(url), _to_web(url)) for url in settings.CHECKPOINT_HTTP]


def deliver(*, at: datetime) -> list[Delivery]:
    """Bring to each target what it did not get yet, oldest first, and keep what became of it."""
    return [attempt for target in targets() for attempt in _deliver_to(target, at)]


def waiting(target: Target) -> list[Checkpoint]:
    """Return what a target still has to get, oldest first; a new target begins with the latest."""
    attempts = Delivery.objects.filter(target=target.label)
    arrived = attempts.filter(error="").order_by("-checkpoint").first()
    first = attempts.order_by("checkpoint").first()
    key = checkpoints.private_key().public_key()
    if arrived is not None:
        return list(checkpoints.trusted(key, after=arrived.checkpoint_id))[::-1]
    if first is not None:
        return list(checkpoints.trusted(key, after=first.checkpoint_id - 1))[::-1]
    latest = next(checkpoints.trusted(key), None)
    return [latest] if latest else []


def _deliver_to(target: Target, at: datetime) -> list[Delivery]:
    attempts = []
    for one in waiting(target)[:PER_RUN]:
        try:
            target.send(one)
            error = ""
        except (OSError, httpx.HTTPError, httpx.InvalidURL, Undeliverable) as problem:
            error = _reason(problem)
        attempts.append(
            Delivery.objects.create(checkpoint=one, target=target.label, attempted_at=at, error=error)
        )
        if error:
            break  # the rest waits behind it, so that a partner gets an unbroken series
    return attempts


def _reason(problem: Exception) -> str:
    """Say what went wrong without the address, which may hold a secret."""
    text = str(problem) if isinstance(problem, Undeliverable) else getattr(problem, "strerror", None)
    return " ".join(f"{type(problem).__name__}: {text or ''}".split())[:300]


def _to_folder(one: Checkpoint) -> None:
    folder: Path = settings.CHECKPOINT_FOLDER
    if settings.CHECKPOINT_FOLDER_IS_OURS:
        folder.mkdir(parents=True, exist_ok=True)  # another folder that is gone was not mounted
    path, text = folder / f"{one}.json", checkpoints.as_file(one)
    draft = folder / f".{one}.{os.getpid()}"
    try:
        with draft.open("w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # never over a checkpoint that is there
    except FileExistsError:
        if path.read_text(encoding="ascii", errors="replace") != text:
            raise Undeliverable("a different checkpoint with this number is there") from None
    finally:
        draft.unlink(missing_ok=True)


def _to_mail(address: str) -> Callable[[Checkpoint], None]:
    def send(one: Checkpoint) -> None:
        text = checkpoints.as_file(one)
        message = EmailMessage(f"Vangnet {one}", f"Keep this file.\n\n{text}", to=[address])
        message.attach(f"{one}.json", text, "application/json")
        message.send()

    return send


def _to_web(url: str) -> Callable[[Checkpoint], None]:
    def send(one: Checkpoint) -> None:
        content = checkpoints.as_file(one).encode()
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=content, headers=_headers(one)) as answer,
        ):
            if not answer.is_success:
                raise Undeliverable(f"answered {answer.status_code}")

    return send


def _headers(one: Checkpoint) -> dict[str, str]:
    return {"Content-Type": "application/json", "Content-Disposition": f'attachment; filename="{one}.json"'}


def _label(url: str) -> str:
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"web {parts.hostname}{port}{parts.path}"[:300]


def checkpoint_now() -> tuple[Checkpoint | None, list[Delivery]]:
    """Sign when there is something new, and deliver what waits."""
    at = timezone.now()
    one = checkpoints.take(at=at)
    return one, deliver(at=at)
