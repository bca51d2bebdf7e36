"""The worked example of “how to add a rule”, followed to the letter."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eutonia.assess.mutation import unnoticed
from eutonia.assess.records import sheet_of
from eutonia.assess.thresholds import vocabulary_of
from eutonia.faces.cli import Exit, app
from eutonia.faces.scenario_folder import examples_in
from eutonia.knowledge.loader import load_knowledge
from tests.scenario_files import SCENARIOS
from tests.unit.broken_base import PACKAGED, copy_of

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "add-a-rule.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    """The block of code that follows a mark."""
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None, mark
    return found[1]


def run(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    return done.exit_code, done.stdout


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_of(tmp_path_factory.mktemp("base"))
    (root / "rules" / "example.yaml").write_text(block("rule"), encoding="utf-8")
    return root


@pytest.fixture
def its_own(tmp_path: Path) -> Path:
    """A folder with the records of the new rule and none of any other."""
    shutil.copytree(SCENARIOS / "bases", tmp_path / "bases")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "EX-01.yaml").write_text(block("records"), encoding="utf-8")
    return tmp_path


def test_the_rule_and_its_records_pass_the_check(base: Path, tmp_path: Path) -> None:
    scenarios = Path(shutil.copytree(SCENARIOS, tmp_path / "scenarios"))
    (scenarios / "rules" / "EX-01.yaml").write_text(block("records"), encoding="utf-8")
    code, out = run("knowledge", "check", base, "--scenarios", scenarios)
    assert not [line for line in out.splitlines() if line.startswith("EX-01")]
    assert code == Exit.ANSWERED, out


def test_without_the_record_of_50_the_check_says_what_the_page_says(base: Path, its_own: Path) -> None:
    records = block("records")
    start, end = records.index("does_not_fire:"), records.index("cannot_tell:")
    (its_own / "rules" / "EX-01.yaml").write_text(records[:start] + records[end:], encoding="utf-8")
    code, out = run("knowledge", "check", base, "--scenarios", its_own)
    assert code == Exit.WANTING
    assert [line for line in out.splitlines() if line.startswith("EX-01")] == block("check").splitlines()


def test_its_records_notice_a_wrong_number(base: Path, its_own: Path) -> None:
    knowledge = load_knowledge(root=base)
    own = [(e, sheet_of(e, knowledge)) for e in examples_in(its_own)]
    tried, missed = unnoticed(knowledge.rule("EX-01"), own, vocabulary_of(knowledge))
    assert tried == 5
    assert not missed


def test_the_comparison_of_versions_names_the_new_rule(base: Path, its_own: Path) -> None:
    code, out = run("knowledge", "diff", PACKAGED, base, "--scenarios", its_own)
    assert code == Exit.ANSWERED
    assert out.splitlines()[0] == block("diff").strip()


def test_every_field_a_rule_can_have_is_one_the_loader_knows(tmp_path: Path) -> None:
    named = {
        f
        for line in PAGE.splitlines()
        if line.startswith("| `")
        for f in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert named == {
        "when",
        "severity",
        "kind",
        "unknown",
        "say",
        "do",
        "cases",
        "merge",
        "until",
        "replaced_by",
    }
    source = (Path(PACKAGED).parent / "reader.py").read_text(encoding="utf-8")
    source += (Path(PACKAGED).parent / "upkeep.py").read_text(encoding="utf-8")
    assert all(f'"{name}"' in source for name in named)
