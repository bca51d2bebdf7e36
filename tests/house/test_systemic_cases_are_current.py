"""The page of published values beside ours says of each case that does not fit that it does not.

That the tables are the ones the code makes today is tested with the other generated pages.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "where-the-model-stops.md").read_text(encoding="utf-8")
ROWS = {line.split(" | ")[0].strip("| "): line for line in PAGE.splitlines() if line.startswith("| ")}


def test_cases_that_do_not_fit_are_said_to_not_fit() -> None:
    assert "**Not reproduced.**" in ROWS["5 mg a day on haemodialysis, level 2 h into a session"]
    assert "**Conflict.**" in ROWS["14 years, 1,200 mg, removed by a dialysis of 3 h"]
    assert "**Conflict,**" in ROWS["Clearance by haemodialysis, mL/min"]
    assert "**Not reproduced.**" in ROWS["Milk 26 h after it, ng/mL"]
    assert "below" in ROWS["10 mg, exposure, ng h/mL"]


def test_published_values_are_kept_in_one_place() -> None:
    assert not (ROOT / "docs" / "reference" / "systemic-cases.txt").exists()
