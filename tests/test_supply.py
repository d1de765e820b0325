"""What comes from outside: every dependency has a reason, every pin a hash, and no file names a registry."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# In pieces, so that this file does not name them either.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "yarn" + "pkg.com",
    "simple" + "/index.html",
]
SECRETS = [
    r"-----BEGIN [A-Z ]*PRIVATE KEY",
    r"\bAKIA[0-9A-Z]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{30,}",
    r"\bxox[abp]-[0-9A-Za-z-]{10,}",
    r"postgres(?:ql)?://[a-z_]+:(?![{$%<*.]|[A-Z-]+@)[^@\s\"'`]{8,}@(?!localhost/none)",
    r"(?i:\b(?:password|secret|token|api_key)\s*=\s*)[\"'](?=[^\"']*\d)(?=[^\"']*[A-Z])[A-Za-z0-9+/_-]{24,}[\"']",
]


def tracked() -> dict[str, str]:
    """Return the text files of the project by path."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {}
    for name in listed.splitlines():
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in content:
            texts[name] = content.decode("utf-8")
    return texts


@pytest.fixture(scope="module")
def files():
    return tracked()


def test_no_file_names_a_registry(files):
    assert "pyproject.toml" in files
    assert [(name, host) for name, text in files.items() for host in REGISTRIES if host in text] == []


@pytest.mark.parametrize("secret", SECRETS)
def test_no_file_holds_a_secret(files, secret):
    assert [(name, m.group()) for name, text in files.items() for m in re.finditer(secret, text)] == []


def test_no_file_knows_the_machine_it_was_made_on(files):
    made_on = re.compile(r"(?<![\w.])/(?:work|home/\w+|root)/")

    assert [(name, m.group()) for name, text in files.items() for m in made_on.finditer(text)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name)
def test_pins_are_exact_hashed_and_free_of_hosts(path):
    text = path.read_text()
    pins = re.split(r"\n(?=[a-zA-Z0-9])", re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE).strip())

    assert "://" not in text
    assert not re.search(r"^--(?:index-url|extra-index-url|find-links|trusted-host)", text, re.MULTILINE)
    assert [pin.split()[0] for pin in pins if not re.match(r"[\w.\[\],-]+==\S+", pin)] == []
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_the_lock_of_the_front_end_names_no_address(files):
    lock = files["src/vangnet/ui/frontend/package-lock.json"]

    assert '"resolved"' not in lock
    assert lock.count('"integrity": "sha512-') > 10


def test_every_dependency_gives_its_reason(files):
    lines = files["pyproject.toml"].splitlines()
    start, end = lines.index("dependencies = ["), lines.index("[project.scripts]")
    named = [line for line in lines[start:end] if re.match(r'\s+"[a-z]', line)]

    assert len(named) > 25
    assert [line for line in named if not re.search(r"#\s+\S.{4,}", line)] == []
