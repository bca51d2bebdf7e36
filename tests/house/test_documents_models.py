"""The documents about models: the example file loads and runs, and the page of checks hides no failure."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import eutonia
from eutonia.errors import KnowledgeBroken
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Knowledge
from eutonia.model.individual import Covariates
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.side_by_side import simulate_side_by_side

ROOT = Path(__file__).parents[2]
DATA = Path(eutonia.__file__).parent / "knowledge" / "data"
PAGE = (ROOT / "docs" / "explanation" / "where-the-model-stops.md").read_text(encoding="utf-8")
HOW_TO = (ROOT / "docs" / "how-to" / "add-a-model.md").read_text(encoding="utf-8")


def row(start: str) -> str:
    found = [line for line in PAGE.splitlines() if line.startswith(f"| {start}")]
    assert len(found) == 1, start
    return found[0]


# --- adding a model --------------------------------------------------------------------------------------


def example() -> str:
    found = re.search(r"<!-- model -->\n```yaml\n(.*?)```", HOW_TO, re.DOTALL)
    assert found is not None
    return found[1]


def knowledge_with(text: str, folder: Path) -> Knowledge:
    shutil.copytree(DATA, folder / "data")
    (folder / "data" / "models" / "oral.example2026.yaml").write_text(text, encoding="utf-8")
    return load_knowledge(root=folder / "data")


def test_the_example_of_a_model_file_loads_and_runs_beside_the_others(tmp_path: Path) -> None:
    models = knowledge_with(example(), tmp_path).models
    found = simulate_side_by_side(
        models, Covariates(45, 70, 100), DoseEvents([0], [10]), [0.0, 2.0, 500.0], seed=1, n=20
    )
    curve = next(curve for curve in found.curves if curve.model == "oral.example2026")
    assert curve.auc == pytest.approx(1000 * 10 / 10, rel=1e-9)  # dose over clearance
    assert curve.low is not None


def test_the_example_refuses_people_whose_kidneys_fail(tmp_path: Path) -> None:
    models = knowledge_with(example(), tmp_path).models
    found = simulate_side_by_side(
        models, Covariates(45, 70, 30), DoseEvents([0], [10]), [0.0, 2.0], seed=1, n=20
    )
    assert "oral.example2026" in {out.model for out in found.left_out}


def test_a_model_file_with_an_unknown_source_does_not_load(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBroken):
        knowledge_with(example().replace("source: EUTONIA", "source: NOBODY", 1), tmp_path)


def test_every_file_the_page_names_is_there() -> None:
    named = re.findall(r"`((?:src|tests|docs)/[\w./]+\.\w+)`", HOW_TO)
    assert len(named) >= 4
    assert [path for path in named if not (ROOT / path).is_file()] == []


# --- published beside ours -------------------------------------------------------------------------------


def test_all_checks_of_both_models_are_on_the_page() -> None:
    by_mouth, _, by_pump = PAGE.partition("## By pump and puncture")
    for text, last in ((by_mouth, 19), (by_pump, 29)):
        assert {int(n) for n in re.findall(r"^\| (\d+)\. ", text, re.MULTILINE)} == set(range(1, last + 1))


def test_what_the_spinal_model_fails_is_said_to_fail() -> None:
    assert "**fails**" in row("1. The same in 4,000 virtual people")
    assert "**fails**" in row("5. Plasma on 1,200 micrograms a day, ng/mL")
    assert "**not tuned**" in row("22. ")
    assert "**not simulated**" in row("29. ")
    assert "**Not reproduced.**" in row("Level drawn through the pump")
    assert "**Does not fit**" in row("Lumbar level on 50 to 1,200")


def test_what_the_spinal_model_fails_is_said_first() -> None:
    first = PAGE.partition("## How to read")[0]
    for words in ("Check 1", "Check 5", "Check 22", "Check 29", "Lumbar levels", "Dialysis"):
        assert words in first, words


def test_no_check_fails_that_the_page_does_not_name_first() -> None:
    failing = {line.split(".")[0].strip("| ") for line in PAGE.splitlines() if "**fails**" in line}
    assert failing == {"1", "5"}


def test_how_each_published_figure_was_checked_is_said() -> None:
    marks = {"read", "read abstract", "second-hand", "recalled", "as above"}
    by_mouth, _, by_pump = PAGE.partition("## By pump and puncture")
    for text, column in ((by_mouth, 3), (by_pump, 2)):
        rows = [line.strip("| ").split(" | ") for line in text.splitlines() if re.match(r"\| \d+\. ", line)]
        assert rows
        for cells in rows:
            assert set(cells[column].split("; ")) <= marks, cells[0]
