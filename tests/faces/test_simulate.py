"""``eutonia simulate``: the same trial as from Python, pictures and tables whole, refusals clear."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from eutonia.faces.cli import Exit, app
from eutonia.knowledge.loader import load_knowledge
from eutonia.plain_yaml import parse_yaml
from eutonia.report.trial_charts import trial_chart
from eutonia.report.trial_words import trial_data
from eutonia.simulate.table_run import predict_table
from eutonia.simulate.tables import read_csv
from tests.house.display_rules import Violation, json_violations, page_violations, violations
from tests.unit.trial_base import TRIALS, changed, run

FILES = sorted(TRIALS.glob("*.yaml"))
TABLE = (
    "ID,TIME,AMT,EVID,AGE,WT,CRCL\n1,0,10,1,45,70,100\n1,2,,0,45,70,100\n2,0,20,1,60,80,40\n2,6,,0,60,80,40\n"
)
runner = CliRunner()


def shell(*arguments: str | Path) -> tuple[int, str, str]:
    done = runner.invoke(app, ["simulate", *(str(a) for a in arguments)])
    return done.exit_code, done.stdout, done.stderr


def of_few(path: Path) -> dict[str, object]:
    return changed(parse_yaml(path.read_text(encoding="utf-8")), people=20)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_shell_gives_the_same_trial_as_python(path: Path) -> None:
    code, out, _ = shell(path, "--people", "20", "--json")
    assert code == Exit.ANSWERED
    assert json.loads(out) == json.loads(json.dumps(trial_data(run(of_few(path)))))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_everything_shown_of_a_trial_follows_the_display_rules(path: Path) -> None:
    result = run(of_few(path))
    assert json_violations(trial_data(result)) == []
    picture = f"<figure>{trial_chart(result)}</figure>"
    assert page_violations(picture) == []
    _, out, _ = shell(path, "--people", "20")
    shown: list[Violation] = violations(" ".join(out.split()), is_page=False)
    assert shown == []


def test_the_terminal_never_shows_a_bare_number() -> None:
    _, out, _ = shell(TRIALS / "intrathecal-screening.yaml", "--people", "50")
    text = " ".join(out.split())
    assert "per cent" in text
    assert "Monte Carlo" in text
    assert "50 virtual people" in text
    assert "seed 1" in text
    assert "knowledge" in text
    assert "What each model cannot see" in text


def test_the_seed_and_the_models_can_be_chosen_in_the_shell() -> None:
    arguments = [
        TRIALS / "oral-in-adults.yaml",
        "--people",
        "20",
        "--seed",
        "9",
        "--model",
        "oral.marsot2014",
        "--json",
    ]
    _, out, _ = shell(*arguments)
    data = json.loads(out)
    assert data["made_with"]["seed"] == 9
    assert [one["model"] for one in data["models"]] == ["oral.marsot2014"]


def test_the_picture_and_the_people_are_written_whole(tmp_path: Path) -> None:
    picture, people = tmp_path / "trial.svg", tmp_path / "people.parquet"
    file = TRIALS / "intrathecal-screening.yaml"
    code, _, _ = shell(file, "--people", "20", "--svg", picture, "--parquet", people)
    assert code == Exit.ANSWERED
    assert picture.read_text(encoding="utf-8").endswith("</svg>")
    table = pq.read_table(people)
    assert table.num_rows == 20
    assert {"model", "person", "age", "answer to 50 micrograms"} <= set(table.column_names)
    found = run(of_few(file)).runs[0].outcomes[0]
    assert table.column("answer to 50 micrograms").to_pylist() == found.values.tolist()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.parquet", "trial.svg"]


def test_a_png_is_written_on_request(tmp_path: Path) -> None:
    picture = tmp_path / "trial.png"
    code, _, _ = shell(TRIALS / "late-refill.yaml", "--people", "5", "--png", picture)
    assert code == Exit.ANSWERED
    assert picture.read_bytes().startswith(b"\x89PNG\r\n")


def test_a_png_without_the_package_for_it_is_refused_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    code, _, err = shell(TRIALS / "late-refill.yaml", "--people", "5", "--png", tmp_path / "trial.png")
    assert code == Exit.CANNOT_WRITE
    assert "resvg_py" in err
    assert not list(tmp_path.iterdir())


def test_a_picture_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    missing = tmp_path / "no" / "trial.svg"
    code, _, err = shell(TRIALS / "late-refill.yaml", "--people", "5", "--svg", missing)
    assert code == Exit.CANNOT_WRITE
    assert "trial.svg cannot be written" in err


@pytest.mark.parametrize("option", ["--svg", "--png", "--parquet"])
@pytest.mark.parametrize("place", ["no/such/folder/file", "."])
def test_a_file_that_cannot_be_written_is_found_before_anybody_is_simulated(
    option: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("somebody was simulated")

    monkeypatch.setattr("eutonia.simulate.trial_run.run_trial", never)
    code, _, err = shell(TRIALS / "late-refill.yaml", "--people", "5", option, tmp_path / place)
    assert code == Exit.CANNOT_WRITE
    assert "cannot be written" in err
    assert not list(tmp_path.iterdir())


def test_a_refused_trial_leaves_no_file_behind(tmp_path: Path) -> None:
    code, _, _ = shell(
        TRIALS / "late-refill.yaml",
        "--model",
        "oral.none",
        "--svg",
        tmp_path / "a.svg",
        "--parquet",
        tmp_path / "b",
    )
    assert code == Exit.INPUT_REFUSED
    assert not list(tmp_path.iterdir())


def test_a_refused_trial_lists_every_problem_in_words_and_in_json(tmp_path: Path) -> None:
    file = tmp_path / "trial.yaml"
    text = (TRIALS / "late-refill.yaml").read_text(encoding="utf-8")
    file.write_text(
        text.replace("flow_factor: 1", "flow_factor: fast").replace("seed: 1", "seed: -1"), "utf-8"
    )
    code, out, err = shell(file)
    assert (code, out) == (Exit.INPUT_REFUSED, "")
    assert "two problems" in err
    assert "spinal.pump.flow_factor" in err
    _, out, _ = shell(file, "--json")
    assert {p["path"] for p in json.loads(out)["problems"]} == {"seed", "spinal.pump.flow_factor"}


def test_an_event_table_comes_back_with_a_prediction_for_each_row(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(TABLE, encoding="utf-8")
    code, out, _ = shell("--table", file)
    assert code == Exit.ANSWERED
    rows = list(csv.DictReader(io.StringIO(out)))
    expected = predict_table(load_knowledge().models["oral.reference2026"], read_csv(TABLE)).concentration
    assert [float(row["PRED"]) for row in rows] == expected.tolist()
    assert expected[1] > 0
    code, _, _ = shell("--table", file, "--parquet", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").column("PRED").to_pylist() == expected.tolist()


def test_a_seed_draws_a_person_for_each_id_of_a_table(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(TABLE, encoding="utf-8")
    typical, drawn, again = (
        json.loads(shell("--table", file, "--json", *more)[1])["PRED"]
        for more in ([], ["--seed", "3"], ["--seed", "3"])
    )
    assert drawn == again != typical


@pytest.mark.parametrize("seed", [str(2**64), "9" * 40])
def test_an_absurd_seed_for_a_table_is_refused_in_words(seed: str, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(TABLE, encoding="utf-8")
    code, _, err = shell("--table", file, "--seed", seed)
    assert code == Exit.INPUT_REFUSED
    assert "whole number" in " ".join(err.split())


def test_a_table_that_makes_no_sense_is_refused_by_its_row(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(TABLE.replace("1,2,,0", "1,-2,,0"), encoding="utf-8")
    code, _, err = shell("--table", file)
    assert code == Exit.INPUT_REFUSED
    assert "row 2" in err


def test_neither_file_nor_table_is_wrong_use(tmp_path: Path) -> None:
    assert shell()[0] == 2
    assert shell("--table", tmp_path / "a.csv", "--people", "5")[0] == 2
    assert shell("--table", tmp_path / "a.csv")[0] == Exit.INPUT_REFUSED
