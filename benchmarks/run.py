"""Runs every benchmark and says which promise holds; exits 1 when one does not."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
OURS = HERE.parent / ".venv" / "bin" / "python"
CHALLENGERS = HERE.parent / ".venv-bench" / "bin" / "python"
PARTS = {Path(__file__).name, "vault_load.py", "vault_measures.py"}
NEEDS_CHALLENGERS = {"part_year.py", "nowcast.py"}


def main() -> int:
    """Run them one after another, so that they do not slow each other down."""
    broken = []
    for script in sorted(HERE.glob("*.py")):
        if script.name in PARTS:
            continue
        python = CHALLENGERS if script.name in NEEDS_CHALLENGERS and CHALLENGERS.exists() else OURS
        print(f"\n=== {script.stem} ===", flush=True)
        started = time.monotonic()
        done = subprocess.run([python, script], check=False)
        verdict = "kept" if done.returncode == 0 else "BROKEN"
        print(f"--- {script.stem}: {verdict}, {time.monotonic() - started:.0f} s")
        if done.returncode:
            broken.append(script.stem)
    print(f"\nbroken promises: {', '.join(broken)}" if broken else "\nevery promise kept")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
