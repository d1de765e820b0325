"""The tutorials of the analyses say what comes out: each block is kept as a file, run, or held against it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

FOLDER = Path(__file__).parents[1] / "docs/tutorial"
TUTORIALS = sorted(path.name for path in FOLDER.glob("*.md") if "vangnet analyse" in path.read_text())
# Whose files a tutorial goes on with.
BEFORE = {"audit-a-table.md": "hide-small-figures.md", "round-a-table.md": "hide-small-figures.md",
          "disruption.md": "key-positions.md"}  # fmt: skip


class Block(NamedTuple):
    """Indented lines, and the paragraph before them."""

    before: str
    lines: list[str]


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page in their order."""
    found, before = [], ""
    for part in re.split(r"\n\s*\n", text):
        lines = [line for line in part.split("\n") if line]
        if lines and all(line.startswith("    ") for line in lines):
            code = [line[4:] for line in lines]
            if found and not before:  # an empty line within a block
                found[-1].lines.extend(["", *code])
            else:
                found.append(Block(before, code))
            before = ""
        else:
            before = " ".join(lines)
    return found


class Reader:
    """Somebody who does what a tutorial says, in a folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.output = ""
        self.unproven: list[str] = []

    def follow(self, name: str) -> None:
        found = blocks((FOLDER / name).read_text())
        for at, block in enumerate(found):
            saved = re.search(r"[Ss]ave this as `([\w.]+)`", block.before)
            if saved:
                self._save(saved[1], block.lines)
            elif block.lines[0].startswith("vangnet analyse"):
                wanted = block.lines[0].split()[3]
                shown = next((later for later in found[at:] if later.before.startswith("For these")), None)
                if shown and not (self.folder / wanted).exists():
                    self._save(wanted, shown.lines)
                self._run(block.lines[0])
            elif block.lines[0].startswith("python "):
                self._verify(*block.lines)
            elif block.lines[0].startswith("vangnet: rij "):
                continue  # of a file with a fault; what each fault is called is held where it is found
            elif not self._is_there(block.lines):
                self.unproven.append("\n".join(block.lines))

    def _save(self, name: str, lines: list[str]) -> None:
        (self.folder / name).write_text("\n".join(lines) + "\n")
        if name.endswith(".py"):
            subprocess.run([sys.executable, name], cwd=self.folder, check=True, timeout=60)

    def _run(self, command: str) -> None:
        words = shlex.split(command)[1:]
        if not (self.folder / words[2]).exists():
            return  # says how, about a file that everybody has another of
        done = subprocess.run(
            [sys.executable, "-m", "vangnet.cli.main", *words],
            cwd=self.folder, capture_output=True, text=True, check=False, timeout=170,
        )  # fmt: skip
        self.output = done.stdout + done.stderr

    def _verify(self, command: str, *told: str) -> None:
        script, *words = shlex.split(command)[1:]
        done = subprocess.run(
            [sys.executable, str(FOLDER.parents[1] / script), *words],
            cwd=self.folder, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        if done.stdout.split("\n")[: len(told)] != list(told):
            self.unproven.append(f"{command}: {done.stdout}{done.stderr}")

    def _is_there(self, lines: list[str]) -> bool:
        """Say whether lines were printed or are in a file; a line may be cut, or go on in the next."""
        texts = [self.output, *(path.read_text("utf-8-sig", "replace") for path in self.folder.glob("*.*"))]
        whole = re.sub(r"\n +", " ", "\n".join(lines)).split("\n")
        return any(all(self._holds(text, line) for line in whole) for text in texts)

    @staticmethod
    def _holds(text: str, line: str) -> bool:
        flat = {re.sub(r"\s+", " ", one).strip() for one in text.split("\n")}
        wanted = re.sub(r"\s+", " ", line).strip()
        cut = wanted.removesuffix("...").rstrip()
        return wanted in flat or (cut != wanted and any(one.startswith(cut) for one in flat))


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_says_what_comes_out(tmp_path, name):
    if name in BEFORE:
        Reader(tmp_path).follow(BEFORE[name])
    reader = Reader(tmp_path)
    reader.follow(name)

    assert reader.unproven == []


def test_a_reader_notices_a_figure_that_does_not_come_out(tmp_path):
    reader = Reader(tmp_path)
    reader.output = "cellen: 63\n"

    assert reader._is_there(["cellen: 63"])
    assert not reader._is_there(["cellen: 64"])
