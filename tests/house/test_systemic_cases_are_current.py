"""The tables of published values beside ours are the ones the code makes today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_published_values_beside_ours_are_current() -> None:
    # When this fails after an intended change: python docs/systemic_cases.py, and read what changed
    command = [sys.executable, ROOT / "docs" / "systemic_cases.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_cases_that_do_not_fit_are_said_to_not_fit() -> None:
    text = (ROOT / "docs" / "reference" / "systemic-cases.txt").read_text(encoding="utf-8")
    rows = {line.split(" | ")[0].strip("| "): line for line in text.splitlines() if line.startswith("| ")}
    assert "**Not reproduced.**" in rows["5 mg a day on haemodialysis, level 2 h into a session"]
    assert "**Conflict.**" in rows["14 years, 1,200 mg, removed by a dialysis of 3 h"]
    assert "below" in rows["10 mg, exposure, ng h/mL"]
