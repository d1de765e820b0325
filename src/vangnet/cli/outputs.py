"""Puts files in their places together: all new, or all as they were."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from vangnet.analysis.disclosure.faults import TableFault

KINDS = (".csv", ".xlsx")


def check_kind(path: Path) -> None:
    """Refuse a file of a kind that is not written.

    Raises
    ------
    TableFault
        If the name does not end in `.csv` or `.xlsx`.
    """
    if path.suffix.lower() not in KINDS:
        raise TableFault(
            f"--out {path.name}: only .csv and .xlsx are written; give a name that ends so",
            f"--out {path.name}: alleen .csv en .xlsx worden geschreven; geef een naam die zo eindigt",
        )


def check(files: Sequence[Path], read: Sequence[Path] = ()) -> None:
    """Refuse places where nothing may be written.

    Raises
    ------
    TableFault
        If one is a directory, or a file that is read, or its folder is not there or may not be written in.
    """
    for path in files:
        if path.is_dir():
            raise TableFault(
                f"{path} is a directory; give another name with --out",
                f"{path} is een map; geef met --out een andere naam",
            )
        _check_folder(path.absolute().parent)
        if any(_same(path, other) for other in read):
            raise TableFault(
                f"{path} is read and would be overwritten; give another name with --out",
                f"{path} wordt gelezen en zou worden overschreven; geef met --out een andere naam",
            )


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise TableFault(
            f"there is no folder {folder}; make it, or give another place with --out",
            f"er is geen map {folder}; maak die, of geef met --out een andere plaats",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise TableFault(
            f"nothing may be written in {folder}; give another place with --out",
            f"in {folder} mag niets worden geschreven; geef met --out een andere plaats",
        )


def _same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


def write(files: Mapping[Path, bytes]) -> None:
    """Write files beside their places, then put them there; on failure put back what was there.

    Ctrl-C waits for the second part. Only a machine that stops right then leaves some old and some new.
    """
    waiting: dict[Path, Path] = {}
    old: dict[Path, Path] = {}
    placed: list[Path] = []
    try:
        for path, content in files.items():
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            waiting[path] = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            waiting[path].chmod(_mode(path))
        with _undisturbed():
            try:
                for path, new in waiting.items():
                    if os.path.lexists(path):
                        old[path] = new.with_name(f"{new.name}.oud")
                        _keep(path, old[path])
                    os.replace(new, path)
                    placed.append(path)
            except BaseException:
                kept = dict(old)
                old.clear()  # should putting back fail, then the old files stay under their second name
                _put_back(placed, kept)
                old.update(kept)
                raise
    finally:
        for left in (*waiting.values(), *old.values()):
            left.unlink(missing_ok=True)


def _put_back(placed: Sequence[Path], old: Mapping[Path, Path]) -> None:
    for path in placed:
        if path in old:
            os.replace(old[path], path)
        else:
            path.unlink()


def _keep(path: Path, name: Path) -> None:
    """Give what is at a place a second name, so that the place is never empty."""
    try:
        os.link(path, name, follow_symlinks=False)
    except OSError:  # a disk without such names
        shutil.copy2(path, name, follow_symlinks=False)


def _mode(path: Path) -> int:
    """Return the rights of a file that is replaced, else those that any new file gets here."""
    if path.is_file():
        return path.stat().st_mode & 0o777
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C and a request to stop wait until the end."""
    came: list[int] = []

    def later(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    if threading.current_thread() is not threading.main_thread():  # signals go to the main thread only
        yield
        return
    before = {number: signal.signal(number, later) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for known, handler in before.items():
            signal.signal(known, signal.SIG_DFL if handler is None else handler)
        for number in came:
            signal.raise_signal(number)


def dutch(error: OSError) -> str:
    """Say in Dutch and English why a file cannot be read or written."""
    name = error.filename or "het bestand"
    if isinstance(error, FileNotFoundError):
        found = ("bestaat niet; kijk de naam en de map na", "does not exist; check its name and folder")
    elif isinstance(error, IsADirectoryError):
        found = ("is een map, geen bestand", "is a folder, not a file")
    elif isinstance(error, PermissionError):
        found = (
            "mag niet worden gelezen of geschreven; vraag er rechten op, of neem een andere plaats",
            "may not be read or written; ask for access, or take another place",
        )
    else:
        reason = error.strerror or str(error)
        found = (f"is niet te lezen of te schrijven: {reason}", f"cannot be read or written: {reason}")
    return f"{name} {found[0]} / {name} {found[1]}"
