"""Which PostgreSQL: the one named by DATABASE_URL, else our own embedded one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from vangnet.config import environment
from vangnet.config.embedded import Cluster


@dataclass(frozen=True)
class DatabaseUrls:
    """The two roles: the weak one of web and jobs, and the owner that only migrations use."""

    app: str
    owner: str


def is_embedded() -> bool:
    """Say whether this installation runs its own PostgreSQL."""
    return not os.environ.get("DATABASE_URL")


def embedded_cluster(data: Path, *, durable: bool = True) -> Cluster:
    """Return the embedded server of a data folder (not started yet)."""
    return Cluster(data / "postgres", durable=durable)


def database_urls(data: Path, *, durable: bool = True) -> DatabaseUrls:
    """Return the addresses of the database, starting the embedded server when needed."""
    if is_embedded():
        urls = embedded_cluster(data, durable=durable).ensure()
        return DatabaseUrls(app=urls.app, owner=urls.owner)
    app = os.environ["DATABASE_URL"]
    owner = os.environ.get("DATABASE_OWNER_URL", "")
    if not app.startswith(("postgresql://", "postgres://")):
        environment.refuse("DATABASE_URL must start with postgresql://; Vangnet runs on PostgreSQL only")
    return DatabaseUrls(app=app, owner=owner)
