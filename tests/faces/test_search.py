"""The shell's search: fits the terminal, the same as JSON, verdicts first, documented exit codes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from eutonia.errors import SearchUnavailable
from eutonia.faces.cli import Exit, app
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.search import search

runner = CliRunner()


def run(*arguments: str) -> tuple[int, str, str]:
    done = runner.invoke(app, ["search", *arguments], env={"COLUMNS": "200"})
    return done.exit_code, done.stdout, done.stderr


def test_a_misspelt_name_is_read_and_said_to_be_misspelt() -> None:
    code, out, _ = run("Bachofen")
    assert code == Exit.ANSWERED
    assert "“Bachofen” is also looked for as baclofen." in out
    assert "misspelling" in out


def test_a_fabricated_study_shows_its_verdict_before_its_words() -> None:
    code, out, _ = run("S0-39")
    assert code == Exit.ANSWERED
    assert out.index("Probably fabricated") < out.index("A study of 2015")
    assert "CON-21" in out
    (result,) = json.loads(run("S0-39", "--json")[1])["results"]
    keys = list(result)
    assert keys.index("verdict") < keys.index("title") < keys.index("snippet")
    assert result["title"].startswith("Probably fabricated: ")


def test_a_dangerous_claim_says_so() -> None:
    _, out, _ = run("S3-31")
    assert "Dangerous when acted on." in out
    assert "AE-13" in out


@pytest.mark.parametrize("query", ["baclofen", "S0-39", "haemodialysis", "status dystonicus", "R. " * 80])
def test_no_line_is_wider_than_80_columns(query: str) -> None:
    _, out, _ = run(query, "--limit", "200")
    assert out
    assert max(cell_len(line) for line in out.splitlines()) <= 80


def test_the_json_is_what_python_finds() -> None:
    code, out, _ = run("dose of a child", "--json", "--limit", "7", "--kind", "rule", "--kind", "limit")
    assert code == Exit.ANSWERED
    data = json.loads(out)
    found = search(load_knowledge(), "dose of a child", ["rule", "limit"], 7)
    assert data["format"] == "eutonia-search/1"
    assert [r["id"] for r in data["results"]] == [hit.id for hit in found.hits]
    assert data["found"] == found.total
    assert {r["kind"] for r in data["results"]} <= {"rule", "limit"}


def test_nothing_found_has_its_exit_code_and_a_suggestion() -> None:
    code, out, _ = run("baclofne")
    assert code == Exit.NOT_FOUND
    assert "Nothing is known here about “baclofne”." in out
    assert "“baclofen”" in out
    code, out, _ = run("baclofne", "--json")
    assert code == Exit.NOT_FOUND
    assert "baclofen" in json.loads(out)["suggestions"]


def test_an_unknown_kind_is_refused_with_the_kinds_there_are() -> None:
    code, out, err = run("baclofen", "--kind", "gossip")
    assert code == 2
    assert out == ""
    assert "gossip" in err
    assert "claim" in err


def test_a_limit_below_one_is_refused() -> None:
    assert run("baclofen", "--limit", "0")[0] == 2


@pytest.mark.parametrize(
    "query", ["", "🙂", '"; DROP TABLE items; --', "[bold]x[/bold]", "[/]", "a" * 10_000]
)
def test_any_text_is_answered_in_the_shell(query: str) -> None:
    for more in ((), ("--json",)):
        code, out, _ = run(query, *more)
        assert code in {Exit.ANSWERED, Exit.NOT_FOUND}
        assert out


def test_bytes_that_are_no_text_are_answered_too() -> None:
    command = [
        sys.executable,
        "-c",
        "from eutonia.faces.cli import main; main()",
        "search",
        b"bac\xff\xfelofen",
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode in {Exit.ANSWERED, Exit.NOT_FOUND}
    assert b"Traceback" not in done.stderr


def test_a_python_that_cannot_search_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise SearchUnavailable("SQLite was built without full-text search (FTS5).")

    monkeypatch.setattr("eutonia.knowledge.search.search_index_of", fail)
    code, out, err = run("baclofen")
    assert code == Exit.CANNOT_SEARCH
    assert out == ""
    assert "FTS5" in err


def test_the_help_and_the_other_commands_do_not_need_sqlite() -> None:
    code = "import sys; sys.modules['sqlite3'] = None; from eutonia.faces.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "cite", "S28"], capture_output=True, check=False)
    assert done.returncode == Exit.ANSWERED
    assert sqlite3.sqlite_version
