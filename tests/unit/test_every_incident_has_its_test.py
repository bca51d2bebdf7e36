"""The incidents the project was built against: each has at least one test that carries its name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
NAMES = [
    node.name
    for file in ("unit/test_pump_incidents.py", "scenarios/test_incidents_by_mouth.py")
    for node in ast.walk(ast.parse((TESTS / file).read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
]


@pytest.mark.parametrize(
    "incident",
    [
        "60_micrograms_an_hour_programmed_for_60_micrograms_a_day",
        "an_unfinished_session_left_the_pump_stopped",
        "the_concentration_was_changed_while_old_drug_lay_in_the_path",
        "withdrawal_before_a_2_ml_alarm_in_21_of_88",
        "baclofen_5_mg_three_times_a_day_started_in_a_dialysis_patient",
        "phases_hidden_in_notes",
        "an_autoscaled_axis_does_not_hide_a_dose_change",
    ],
)
def test_the_incident_has_a_test_of_its_name(incident: str) -> None:
    assert [name for name in NAMES if incident in name]
