"""What the embedded database asks of the machine: accounts, folders, processes, and the log's last words."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")


def account(name: str) -> pwd.struct_passwd:
    """Return the account `name`, made when missing; needs root.

    Raises
    ------
    OSError
        The account is missing and cannot be made; the message says how to make it.
    """
    reason = "useradd is missing"
    for _ in range(20):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
        if (useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")) is None:
            break
        arguments = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        command = [useradd, *arguments, "--shell", "/usr/sbin/nologin", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        reason = last_line(done.stderr)
        if done.returncode:  # another process may hold the lock of /etc/passwd, or have just made it
            time.sleep(0.1)
    raise OSError(f"the account {name} is missing and could not be made ({reason}); make it by hand")


def blocked_at(path: Path, who: pwd.struct_passwd) -> Path | None:
    """Return the first folder on the way to and including `path` that `who` may not enter, if any."""
    groups = set(os.getgrouplist(who.pw_name, who.pw_gid))
    for folder in (*reversed(path.parents), path):
        about = folder.stat()
        for_group = 0o010 if about.st_gid in groups else 0o001
        needed = 0o100 if about.st_uid == who.pw_uid else for_group
        if not about.st_mode & needed:
            return folder
    return None


def works_in(pid: int, folder: Path) -> bool:
    """Tell whether process `pid` lives and has `folder` as its working folder.

    So a zombie, and another program that got the number of a dead one, are both told from our server.
    """
    if _PROC.joinpath("self").exists():
        try:
            return os.path.samefile(_PROC / str(pid) / "cwd", folder)
        except OSError:
            return False
    command = ["ps", "-o", "stat=,command=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return "postgres" in shown and not shown.startswith("Z")


def end_orphans(folder: Path, *, patience: float = 0.5) -> None:
    """End the backends that a killed server left behind in its data `folder`.

    Idle ones notice the death of their server and go; one in the middle of a long query would hold the
    shared memory for as long as that query takes. Their work was not committed, so nothing is lost.
    """
    asked = time.monotonic()
    while orphans := list(_backends(folder)):
        if time.monotonic() - asked > patience:
            for pid in orphans:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if time.monotonic() - asked > patience + 5:
            return
        time.sleep(0.02)


def _backends(folder: Path) -> Iterator[int]:
    for process in _PROC.glob("[0-9]*"):
        if works_in(int(process.name), folder):
            try:
                program = os.readlink(process / "exe").removesuffix(" (deleted)")
            except OSError:
                continue
            if Path(program).name == "postgres":
                yield int(process.name)


def recent_log(folder: Path, since: float) -> str:
    """Return the ends of the logs in `folder` that were written after `since` (seconds of the epoch)."""
    files = [file for file in folder.glob("*.log") if file.stat().st_mtime >= since - 1]
    texts = []
    for file in sorted(files, key=lambda file: file.stat().st_mtime):
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - 4000))
            texts.append(log.read().decode(errors="replace"))
    return "\n".join(texts)


def complaint(text: str) -> str:
    """Return the line of a program's output that names the fault, without time and process number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for word in ("PANIC:", "FATAL:", "error:", "ERROR:", "could not"):
        for line in lines:
            if word in line:
                return re.sub(r"^.*?(?=PANIC:|FATAL:|ERROR:|error:|could not)", "", line)
    return last_line(text)


def last_line(text: str) -> str:
    """Return the last line with text on it."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no message")
