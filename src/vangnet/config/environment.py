"""Settings from the environment: read once, checked at once, a wrong value stops the start."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import yaml

MODES = ("production", "demo", "test")
CHECKOUT = Path(__file__).resolve().parents[3]


class WrongSetting(SystemExit):
    """A setting has a value that Vangnet refuses to start with."""


def refuse(message: str) -> NoReturn:
    """Stop with one line on standard error."""
    raise WrongSetting(f"vangnet: {message}")


def mode() -> str:
    """Return how this process runs: production (the default), demo or test."""
    value = os.environ.get("VANGNET_MODE", "production")
    if value not in MODES:
        refuse(f"VANGNET_MODE={value!r} is unknown; choose one of {', '.join(MODES)}")
    return value


def integer(name: str, default: int, *, least: int = 1) -> int:
    """Return a whole number of at least `least` from the environment."""
    text = os.environ.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        refuse(f"{name}={text!r} must be a whole number, at least {least}")
    return int(text)


def hosts() -> list[str]:
    """Return the names under which the site may be asked for."""
    text = os.environ.get("VANGNET_HOSTS", "localhost,127.0.0.1,[::1]")
    found = [name.strip() for name in text.split(",") if name.strip()]
    if not found:
        refuse("VANGNET_HOSTS is empty; give the name in the address bar, or leave it out")
    return found


def words(name: str) -> list[str]:
    """Return the parts of a list separated by commas."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def mail_addresses(name: str) -> list[str]:
    """Return e-mail addresses, of which each at least looks like one."""
    for word in (found := words(name)):
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", word):
            refuse(f"{name}: {word!r} is no e-mail address")
    return found


def web_addresses(name: str) -> list[str]:
    """Return addresses with https; in test mode also http on this machine."""
    for word in (found := words(name)):
        parts = urlsplit(word)
        is_ours = mode() == "test" and parts.scheme == "http" and parts.hostname == "127.0.0.1"
        if not parts.hostname or (parts.scheme != "https" and not is_ours):
            refuse(f"{name}: {word!r} must start with https://")
    return found


def data_folder() -> Path:
    """Return where data lives: VANGNET_DATA, else /var/lib/vangnet for root and var/ in the checkout."""
    text = os.environ.get("VANGNET_DATA")
    if text is None:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        return Path("/var/lib/vangnet") if is_root else CHECKOUT / "var"
    if not text.strip():
        refuse("VANGNET_DATA is empty; give a folder or leave it out")
    return Path(text).expanduser().resolve()


def file_named(name: str) -> Path | None:
    """Return the file that a setting names, None when it is not set."""
    text = os.environ.get(name)
    if text is not None and not text.strip():
        refuse(f"{name} is empty; name a file or leave it out")
    return Path(text).expanduser().resolve() if text else None


def service_address(name: str) -> str:
    """Return the address of a service that is given secrets: https, or http on this computer in test mode."""
    text = os.environ.get(name, "").strip()
    parts = urlsplit(text)
    is_near = mode() == "test" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if text and not (
        parts.hostname
        and parts.username is None
        and (parts.scheme == "https" or (parts.scheme == "http" and is_near))
    ):
        refuse(f"{name} must be an address with https:// and no name or password in it")
    return text


def scanner_address(name: str) -> str:
    """Return where the virus scanner listens: unix:/path or tcp:host:port; empty for none."""
    text = os.environ.get(name, "").strip()
    if text and not re.fullmatch(r"unix:/\S+|tcp:[^\s:]+:\d{1,5}|tcp:\[[0-9a-fA-F:]+\]:\d{1,5}", text):
        refuse(f"{name}={text!r} must be unix:/path/of/socket or tcp:host:port")
    return text


def link_hosts(name: str) -> tuple[str, ...]:
    """Return names of machines on the internet, separated by commas; never a number, a port or a path."""
    found = tuple(part.strip().casefold() for part in os.environ.get(name, "").split(",") if part.strip())
    for host in found:
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*[a-z]", host):
            refuse(f"{name}={host!r} must be names such as www.gemeente.example, separated by commas")
    return found


def vault_storage(data: Path) -> dict[str, Any]:
    """Return where sealed files lie: a folder of this account alone, or a bucket when one is named."""
    bucket = os.environ.get("VANGNET_S3_BUCKET", "").strip()
    if not bucket:
        options = {
            "location": data / "vault",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        }
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    endpoint = service_address("VANGNET_S3_ENDPOINT")
    keys = file_named("VANGNET_S3_KEYS_FILE")
    if not endpoint or keys is None:
        refuse("VANGNET_S3_BUCKET is set; set VANGNET_S3_ENDPOINT and VANGNET_S3_KEYS_FILE too")
    options = _bucket_options() | _bucket_keys(keys)
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": options | {"bucket_name": bucket, "endpoint_url": endpoint},
    }


def _bucket_options() -> dict[str, Any]:
    """Return what holds for every bucket: nothing public, no long waits, nothing only Amazon understands."""
    from botocore.config import Config

    return {
        "region_name": os.environ.get("VANGNET_S3_REGION", "us-east-1"),
        "default_acl": None,
        "querystring_expire": 1,  # nothing asks for an address; if it did, it would be of no use
        "file_overwrite": False,
        "object_parameters": {"ContentType": "application/octet-stream", "CacheControl": "no-store"},
        "client_config": Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=3,
            read_timeout=15,
            retries={"total_max_attempts": 2},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }


def _bucket_keys(path: Path) -> dict[str, str]:
    try:
        if path.stat().st_mode & 0o077:
            refuse(f"{path} can be read by others; run: chmod 600 {path}")
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(content[name]) for name in ("access_key", "secret_key")}
    except (OSError, ValueError, LookupError, TypeError) as error:
        refuse(
            f"{path} cannot be used ({type(error).__name__}); write access_key and secret_key in it, as JSON"
        )


def demo_folder() -> Path:
    """Return where a demonstration keeps its data: in the checkout, else where the server's account can."""
    wanted = CHECKOUT / "var" / "demo"
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root and any(not folder.stat().st_mode & 0o001 for folder in CHECKOUT.parents):
        return Path("/var/lib/vangnet") / f"demo-{hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]}"
    return wanted


def region_folder() -> Path:
    """Return the region pack: VANGNET_REGION (a folder or a name below regions/), else the default pack."""
    text = os.environ.get("VANGNET_REGION")
    if text:
        for candidate in (Path(text), CHECKOUT / "regions" / text):
            if (candidate / "pack.yaml").is_file():
                return candidate.resolve()
        refuse(f"VANGNET_REGION={text!r}: no pack.yaml found there")
    found = [p.parent for p in sorted((CHECKOUT / "regions").glob("*/pack.yaml")) if _is_default(p)]
    if len(found) != 1:
        refuse("set VANGNET_REGION: regions/ does not hold exactly one pack marked 'default: true'")
    return found[0]


def read_yaml(path: Path) -> Any:
    """Return what a YAML file says; every start reads one, and libyaml needs a tenth of the time."""
    text = path.read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  both are safe


def region(folder: Path) -> dict[str, Any]:
    """Return pack.yaml, of which the site shows the name, the country and the unit on every page."""
    path = folder / "pack.yaml"
    try:
        content = read_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        refuse(" ".join(f"{path} cannot be read: {error}".split()))
    missing = {"slug", "name", "country", "unit"} - (content.keys() if isinstance(content, dict) else set())
    if missing:
        refuse(f"{path} lacks: {', '.join(sorted(missing))}")
    return dict(content)


def _is_default(pack: Path) -> bool:
    return any(line.strip() == "default: true" for line in pack.read_text(encoding="utf-8").splitlines())


def secret(name: str) -> str:
    """Return a secret from a file 0600 in the data folder, made at the first start."""
    folder = data_folder() / "secrets"
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        draft = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # of two processes that start at once, one wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    if path.stat().st_mode & 0o077:
        refuse(f"{path} can be read by others; run: chmod 600 {path}")
    return path.read_text()
