"""The command: the answer first, JSON that is whole, a refusal that is plain."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from eutonia.faces.cli import app
from tests.scenario_files import PUBLISHED

FILE = str(PUBLISHED / "worse-after-missed-doses.yaml")


def _run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["recognise", *arguments])
    return done.exit_code, " ".join(done.output.split())


def test_red_flags_come_before_any_explanation_and_the_question_before_the_bands() -> None:
    code, text = _run(FILE)
    assert code == 0
    order = [
        "First",
        "Too little or too much?",
        "What to find out next",
        "Likely",
        "Published rules",
        "Hours",
    ]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert "expected from hour" in text
    assert "a weight of ours" in text


def test_the_json_holds_fits_against_and_unknown_with_weight_and_source() -> None:
    code = CliRunner().invoke(app, ["recognise", FILE, "--json"])
    data = json.loads(code.output)
    assert data["format"] == "eutonia-recognition/1"
    first = data["explanations"][0]
    assert first["id"] == "oral-withdrawal"
    assert first["band"] == "likely"
    for said in (*first["fits"], *first["against"], *first["unknown"]):
        assert said["weight"] in {"strong", "moderate", "weak"}
        assert said["evidence"]
    assert data["direction"]["is"] == "loss"
    assert data["course"]["expected_from_h"] < data["course"]["expected_to_h"]
    assert not any("%" in json.dumps(e) for e in data["explanations"])


def test_the_simulation_can_be_left_out() -> None:
    _, text = _run(FILE, "--no-simulate")
    assert "The simulation was left out." in text


def test_the_picture_is_written_whole(tmp_path: Path) -> None:
    target = tmp_path / "loss.svg"
    assert _run(FILE, "--svg", str(target))[0] == 0
    assert target.read_text(encoding="utf-8").startswith("<svg")


def test_an_unreadable_file_is_refused_with_exit_code_3(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: eutonia/1\ntitle: x\n", encoding="utf-8")
    assert _run(str(bad))[0] == 3


def test_a_device_with_steps_shows_the_accuracy_and_the_dead_volume_as_the_clinics_to_fill_in(
    tmp_path: Path,
) -> None:
    from tests.scenario_files import SCENARIOS

    text = (SCENARIOS / "bases" / "recognise-pump.yaml").read_text(encoding="utf-8")
    scenario = tmp_path / "pump.yaml"
    scenario.write_text(
        text.replace("  signs: []", "  signs: [{what: itch, onset: 2026-11-22}, {what: worse spasticity}]"),
        encoding="utf-8",
    )
    _, shown = _run(str(scenario))
    assert "At the device" in shown
    assert "the clinic fills it in" in shown
    data = json.loads(CliRunner().invoke(app, ["recognise", str(scenario), "--json"]).output)
    contrast = next(step for step in data["device"] if step["id"] == "E6")
    assert contrast["accuracy"][0]["positive"] == 11.7381  # 17/21 over 2/29
