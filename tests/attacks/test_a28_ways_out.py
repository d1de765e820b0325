"""A-28: the product speaks only to addresses of its settings and of its own list; no page takes one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from vangnet.config import environment
from vangnet.config.environment import WrongSetting
from vangnet.figures import forms

pytestmark = pytest.mark.attack("A-28")

ROOT = Path(__file__).parents[2] / "src"
# Modules that open a line, and who says where to.
WAYS_OUT = {
    "vangnet.audit.delivery": "VANGNET_CHECKPOINT_HTTP and VANGNET_CHECKPOINT_MAIL",
    "vangnet.cli.demo": "the address that the demonstration itself listens on",
    "vangnet.config.supervisor": "the port that the product itself listens on",
    "vangnet.figures.opendata": "the services of open data that the source names, over https",
    "vangnet.portal.mail": "VANGNET_SMTP_HOST",
    "vangnet.strategy.links": "VANGNET_LINK_HOSTS, over https and to public machines",
    "vangnet.vault.scanner": "VANGNET_CLAMD",
    "vangnet.vault.transit": "VANGNET_KEY_SERVICE",
}
LINES = {"httpx", "socket", "urllib.request", "http.client", "smtplib", "ftplib", "telnetlib", "asyncio"}
LINES |= {"requests", "aiohttp", "urllib3", "xmlrpc.client", "socketserver", "paramiko", "imaplib"}
HIDDEN_ADDRESSES = (
    *("http://169.254.169.254/latest/", "../../elders", "47018NED/../x", "47018NED?a=b", "47018NED#a"),
    *("@elders.invalid/", "//elders.invalid/", "47018NED%2f..", "47018NED\\..\\x", "file:///etc/passwd"),
)


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, also late."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def sources():
    for path in sorted((ROOT / "vangnet").rglob("*.py")):
        if "tests" not in path.parts:
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def test_a28_only_these_modules_open_a_line_to_another_machine():
    found = {name for name, path in sources() if imported(path) & LINES}

    assert found == set(WAYS_OUT)


def test_a28_no_page_and_no_form_of_reports_cases_registers_or_dossiers_imports_one_of_them():
    """A job or a verb may; what a browser sends never comes near an address."""
    ours = (
        "vangnet.casework.",
        "vangnet.registers.",
        "vangnet.vault.",
        "vangnet.reports.",
        "vangnet.picture.",
    )
    for name, path in sources():
        if name.startswith(ours) and name.endswith(("views", "forms", "urls", "answers")):
            assert not imported(path) & set(WAYS_OUT), name


def test_a28_no_line_follows_an_answer_to_another_place():
    """Where an answer says to go next, a browser would go; a program that reads figures or keys does not."""
    for name, path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "httpx.Client":
                told = {one.arg: ast.unparse(one.value) for one in node.keywords}
                assert told.get("follow_redirects") == "False", f"{name}:{node.lineno}"


@pytest.mark.parametrize("table", HIDDEN_ADDRESSES)
def test_a28_the_number_of_a_table_is_no_address(table):
    with pytest.raises(ValidationError):
        forms.FetchForm.base_fields["table"].clean(table)


@pytest.mark.parametrize(
    "address", ["http://elders:1", "tcp:elders", "unix:relatief", "elders:3310", "tcp:a b:1"]
)
def test_a28_a_scanner_is_a_socket_or_a_port_and_no_page(monkeypatch, address):
    monkeypatch.setenv("VANGNET_CLAMD", address)

    with pytest.raises(WrongSetting):
        environment.scanner_address("VANGNET_CLAMD")
