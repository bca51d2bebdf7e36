"""The shell's face: the same answer as Python, clear refusals, documented exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import eutonia
from eutonia.consult import consult_data
from eutonia.faces.cli import EXIT_CODES, Exit, app
from eutonia.knowledge.loader import load_knowledge
from eutonia.report.data import result_json
from tests.scenario_files import PUBLISHED, SCENARIOS, read

EXAMPLE = PUBLISHED / "worked-example.yaml"
DIALYSIS = SCENARIOS / "practice" / "dialysis-5-mg-three-times-a-day.yaml"
runner = CliRunner()


def _run(*arguments: str | Path) -> tuple[int, str, str]:
    done = runner.invoke(app, [str(a) for a in arguments])
    return done.exit_code, done.stdout, done.stderr


def test_the_version_is_told_without_a_command() -> None:
    assert _run("--version") == (Exit.ANSWERED, f"eutonia {eutonia.__version__}\n", "")


def test_the_package_runs_as_a_module_as_the_command_does() -> None:
    command = [sys.executable, "-m", "eutonia"]
    shown = subprocess.run([*command, "--version"], check=True, capture_output=True, text=True).stdout
    assert shown == _run("--version")[1]
    refused = subprocess.run([*command, "cite", "NO-99"], check=False, capture_output=True, text=True)
    assert refused.returncode == Exit.NOT_FOUND


def test_the_terminal_answers_first_and_shows_the_plan() -> None:
    code, out, _ = _run("consult", EXAMPLE, "--people", "0")
    assert code == Exit.ANSWERED
    assert out.index("No problem found") < out.index("Titration to 60 mg a day")
    assert "Options for" in out


def test_json_from_the_shell_is_the_same_as_from_python() -> None:
    code, out, _ = _run("consult", EXAMPLE, "--json", "--people", "20", "--seed", "7")
    assert code == Exit.ANSWERED
    result = consult_data(read(EXAMPLE), load_knowledge(), people=20, seed=7)
    assert json.loads(out) == json.loads(result_json(result))


def test_two_runs_of_one_scenario_are_equal_byte_for_byte() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "random"}
    command = [Path(sys.executable).with_name("eutonia"), "consult", EXAMPLE, "--json", "--people", "50"]
    first, second = (
        subprocess.run(command, check=True, capture_output=True, env=environment).stdout for _ in range(2)
    )
    assert first == second


def test_the_report_is_written_whole_and_refers_to_nothing_outside_itself(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    code, out, _ = _run("consult", DIALYSIS, "--people", "20", "--report", report)
    assert code == Exit.ANSWERED
    assert str(report.name) in out.replace("\n", "")
    page = report.read_text(encoding="utf-8")
    assert page.rstrip().endswith("</html>")
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', page)
    assert not list(tmp_path.glob(".*"))


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    code, _, err = _run("consult", EXAMPLE, "--people", "0", "--report", tmp_path / "no" / "report.html")
    assert code == Exit.CANNOT_WRITE
    assert "cannot be written" in err


def test_a_refused_input_lists_every_problem_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    text = EXAMPLE.read_text(encoding="utf-8")
    file.write_text(text.replace("64 kg", "5-10").replace("0.7 mg/dL", "3.96 umol/L"), encoding="utf-8")
    code, out, err = _run("consult", file)
    assert code == Exit.INPUT_REFUSED
    assert out == ""
    assert "two problems" in err
    assert "record.patient.weight" in err
    assert "record.observations[0].value" in err


def test_a_refused_input_is_json_when_json_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"format": "eutonia/1"}', encoding="utf-8")
    code, out, _ = _run("consult", file, "--json")
    assert code == Exit.INPUT_REFUSED
    problems = json.loads(out)["problems"]
    assert {"title", "as_of", "jurisdiction", "record", "question"} <= {p["path"] for p in problems}
    assert all(p["why"] and p["code"] for p in problems)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("absent.yaml", None),
        ("half.json", b'{"format": '),
        ("twice.yaml", b"format: a\nformat: b\n"),
        ("twice.json", b'{"a": 1, "a": 2}'),
        ("binary.yaml", b"\xff\xfe\x00"),
        ("tabs.yaml", b"a:\n\t- b"),
        ("empty.yaml", b""),
        ("list.yaml", b"- 1\n- 2\n"),
    ],
)
def test_an_unreadable_file_is_refused_with_its_name(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    code, out, err = _run("consult", tmp_path / name)
    assert code == Exit.INPUT_REFUSED
    assert out == ""
    assert name in err


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (DIALYSIS, Exit.STOP),
        (SCENARIOS / "vignettes" / "C-38.yaml", Exit.CHECK),
        (EXAMPLE, Exit.ANSWERED),
    ],
)
def test_the_exit_code_can_say_the_answer(path: Path, code: Exit) -> None:
    assert _run("consult", path, "--people", "0", "--exit-by-answer")[0] == code


def test_cannot_tell_has_its_own_exit_code(tmp_path: Path) -> None:
    file = tmp_path / "no-kidney.yaml"
    text = EXAMPLE.read_text(encoding="utf-8")
    file.write_text(
        text.replace("- {what: creatinine, value: 0.7 mg/dL, on: 2026-11-09}", ""), encoding="utf-8"
    )
    assert _run("consult", file, "--exit-by-answer", "--people", "0")[0] == Exit.CANNOT_TELL


def test_the_help_documents_every_exit_code() -> None:
    for code in Exit:
        assert re.search(rf"\b{code.value}\b", EXIT_CODES), code


def test_explain_shows_the_condition_the_sources_and_who_disagrees() -> None:
    code, out, _ = _run("explain", "ren-05")
    assert code == Exit.ANSWERED
    for heading in ("Holds when", "Rests on", "Who says otherwise", "Where we depart"):
        assert heading in out
    assert "[CHAUVIN20]" in out


def test_an_unknown_rule_gets_a_suggestion() -> None:
    code, _, err = _run("explain", "REN-5")
    assert code == Exit.NOT_FOUND
    assert "REN-05" in err


def test_cite_gives_the_references_of_a_rule_and_the_whole_register() -> None:
    code, out, _ = _run("cite", "REN-05")
    assert code == Exit.ANSWERED
    assert "[CHAUVIN20]" in out
    everything = _run("cite")[1]
    assert len(everything.splitlines()) == len(load_knowledge().sources)
    assert _run("cite", "NOBODY99")[0] == Exit.NOT_FOUND


def test_schema_prints_the_published_schema() -> None:
    code, out, _ = _run("schema")
    published = Path(__file__).parents[2] / "docs" / "reference" / "scenario.schema.json"
    assert code == Exit.ANSWERED
    assert out == published.read_text(encoding="utf-8")
