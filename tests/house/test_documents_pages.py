"""The documents say what is: examples run, links lead somewhere, generated pages are current."""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import eutonia
from eutonia.consult import consult_data
from eutonia.errors import InputRefused
from eutonia.faces.cli import Exit, app
from eutonia.knowledge.loader import load_knowledge
from eutonia.plain_yaml import parse_yaml
from tests.scenario_files import ask, patched

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
HAZARDS = parse_yaml((ROOT / "docs" / "safety" / "hazards.yaml").read_text(encoding="utf-8"))["hazards"]
ERRORS = (ROOT / "docs" / "how-to" / "errors.md").read_text(encoding="utf-8")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(language: str, before: str = "", after: str = "") -> list[Any]:
    """Every block of code in this language, with its page; before: the mark that must precede it.

    after: a pattern of what follows.
    """
    pattern = re.compile(rf"{re.escape(before)}```{language}\n((?:(?!```).)*)```{after}", re.DOTALL)
    return [
        pytest.param(match, id=f"{name(page)}-{index + 1}")
        for page in PAGES
        for index, match in enumerate(pattern.findall(page.read_text(encoding="utf-8")))
    ]


# --- generated -------------------------------------------------------------------------------------------


def test_generated_pages_messages_and_answers_are_current(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    code = importlib.import_module("generate").main()
    assert code == 0, f"Run “python docs/generate.py” and read what changed:\n{capsys.readouterr().out}"


# --- examples --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [p for p in blocks("yaml") if p.values[0].startswith("format:")])
def test_every_scenario_in_the_documents_is_complete_and_answered(text: str) -> None:
    assert ask(parse_yaml(text)).assessment.findings


@pytest.mark.parametrize("text", blocks("json"))
def test_every_json_example_is_a_scenario_that_is_answered(text: str) -> None:
    assert ask(json.loads(text)).assessment.findings


# An example whose print stands on the page is run, and held against it, with the generated parts above.
@pytest.mark.parametrize("text", blocks("python", after=r"(?!\n\n<!-- printed -->)"))
def test_every_python_example_runs(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(text, "example", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out


def base_of_the_errors() -> object:
    found = re.search(r"<!-- base -->\n```yaml\n(.*?)```", ERRORS, re.DOTALL)
    assert found is not None
    return parse_yaml(found[1])


@pytest.mark.parametrize("change", blocks("yaml", "<!-- refused -->\n"))
def test_every_example_of_an_error_is_refused(change: str) -> None:
    with pytest.raises(InputRefused):
        ask(patched(base_of_the_errors(), parse_yaml(change)))


@pytest.mark.parametrize("change", blocks("yaml", "<!-- read -->\n"))
def test_every_mended_example_is_read(change: str) -> None:
    result = consult_data(patched(base_of_the_errors(), parse_yaml(change)), load_knowledge(), people=0)
    assert result.scenario.title


def test_every_error_is_shown_with_its_cure() -> None:
    refused, mended = (len(re.findall(f"<!-- {mark} -->", ERRORS)) for mark in ("refused", "read"))
    assert refused == mended > 0


# --- what is documented is what there is -----------------------------------------------------------------


def test_the_command_line_page_names_every_command_option_and_exit_code() -> None:
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    commands = get_command(app).commands  # type: ignore[attr-defined]
    listed = {name: command for name, command in commands.items() if not hasattr(command, "commands")}
    for name, group in commands.items():
        listed |= {f"{name} {inner}": command for inner, command in getattr(group, "commands", {}).items()}
    for name, command in listed.items():
        assert f"`eutonia {name}" in page
        for parameter in command.params:
            for option in parameter.opts:
                assert not option.startswith("--") or option == "--help" or f"`{option}" in page, option
    for code in Exit:
        assert re.search(rf"^\| {code.value} \|", page, re.MULTILINE), code
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"eutonia {command}" in readme for command in commands)


def test_every_public_name_of_the_front_door_is_documented_and_exists() -> None:
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| `(eutonia[\w.]*)` \|", page, re.MULTILINE)
    documented = {(module, each) for names, module in rows for each in re.findall(r"`(\w+)`", names)}
    for module, each in documented:
        found = getattr(importlib.import_module(module), each)
        assert found.__doc__, f"{module}.{each} has no docstring"
    tree = ast.parse((Path(eutonia.__file__).parent / "consult.py").read_text(encoding="utf-8"))
    public = {
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    }
    assert {("eutonia.consult", each) for each in public} <= documented


def test_the_changelog_knows_the_present_version() -> None:
    assert f"## {eutonia.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = (ROOT / "LICENSE").read_bytes().strip()
    # Of the text as its owner publishes it, without the empty line some copies begin with.
    assert (
        hashlib.sha256(text).hexdigest() == "283ea6cc2997a1a70da0049e09adf9317bb60ca1b51279b65196b83a69e1996b"
    )


# --- links -----------------------------------------------------------------------------------------------


@cache
def anchors(page: Path) -> set[str]:
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)"', text))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_something_that_is_there(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        if path.suffix == ".png":
            continue  # pictures are made from a running report
        assert path.exists(), f"{name(page)} links to {target}"
        if anchor:
            assert anchor in anchors(path), f"{name(page)} links to {target}"


def test_every_page_can_be_reached_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {
        (index.parent / target).resolve()
        for target in re.findall(r"\]\(([^)#\s]+)", index.read_text(encoding="utf-8"))
    }
    missing = [name(p) for p in PAGES if "docs" in p.parts and p != index and p.resolve() not in linked]
    assert not missing


# --- promises and hazards --------------------------------------------------------------------------------


@cache
def functions_of(file: str) -> set[str]:
    path = ROOT / file
    assert path.is_file(), f"{file} does not exist"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda h: str(h["id"]))
def test_every_test_and_control_a_hazard_names_exists(hazard: dict[str, Any]) -> None:
    for test in hazard["tests"]:
        file, _, function = test.partition("::")
        assert function in functions_of(file), test
    for control in hazard["controls"]:
        assert (ROOT / control.partition(" ")[0]).exists(), control


def test_every_hazard_says_what_it_has_to() -> None:
    needed = {
        "id",
        "found_on",
        "hazard",
        "cause",
        "harm",
        "who",
        "severity",
        "likelihood",
        "controls",
        "tests",
        "status",
    }
    severities = {"minor", "significant", "considerable", "major", "catastrophic"}
    likelihoods = {"very low", "low", "medium", "high", "very high"}
    for hazard in HAZARDS:
        assert needed <= hazard.keys() <= needed | {"remains", "history"}, hazard["id"]
        assert hazard["severity"] in severities
        assert hazard["likelihood"] in likelihoods
        assert hazard["status"] in {"controlled", "partly controlled", "open"}
        # What counts as controlled has a test; what is not says what remains.
        assert hazard["tests"] if hazard["status"] == "controlled" else hazard["remains"], hazard["id"]
    ids = [hazard["id"] for hazard in HAZARDS]
    assert ids == [f"H-{number:02d}" for number in range(1, len(ids) + 1)]


def test_every_promise_names_a_test_that_exists() -> None:
    text = (ROOT / "SAFETY.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`test_" in line]
    assert rows
    for function, file in re.findall(r"\[`(test_\w+)`\]\(([^)]+)\)", text):
        assert function in functions_of(file), f"{file}::{function}"
    promised = text.partition("## What is promised")[2].partition("\n## ")[0]
    table = [line for line in promised.splitlines() if line.startswith("| ")][1:]
    assert all("`test_" in line for line in table)
