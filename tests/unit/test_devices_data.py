"""Pumps and catheters: sourced values, and settings the clinic has to fill in."""

from __future__ import annotations

import pytest

from eutonia.errors import InputRefused
from eutonia.knowledge.schema import Check
from eutonia.model.device import assemble_system
from tests.pump_base import packaged, read

ENTRY = """
devices:
  some_pump:
    title: A pump
    kind: pump
    says: For a test.
    evidence: [{source: EUTONIA, check: ours, on: 2026-11-22}]
    settings:
      tubing_volume: {%s}
"""


def test_the_constants_nobody_could_source_have_no_value() -> None:
    pump, catheter = packaged()["synchromed_ii_20"], packaged()["ascenda"]
    unsourced = ("tubing_volume", "maximum_flow", "flow_tolerance", "alarm_interval")
    for setting in [*(pump.settings[name] for name in unsourced), catheter.settings["volume_per_cm"]]:
        assert setting.value is None
        assert "The clinic fills this in" in setting.says


@pytest.mark.parametrize(
    ("device", "setting", "value"),
    [
        ("synchromed_ii_20", "reservoir_volume", 20),
        ("synchromed_ii_40", "reservoir_volume", 40),
        ("synchromed_ii_40", "minimum_flow", 0.048),
        ("prometra_catheter", "volume_per_cm", 0.0026),
        ("prometra_ii_40", "alarm_volume", 3),
        ("indura_1p", "length", 89),
    ],
)
def test_the_sourced_constants_are_those_of_the_makers(device: str, setting: str, value: float) -> None:
    found = packaged()[device].settings[setting]
    assert found.value == value
    assert all(citation.check is not Check.RECALLED for citation in found.evidence)


def test_nothing_of_the_synchromed_iii_is_guessed() -> None:
    assert all(setting.value is None for setting in packaged()["synchromed_iii"].settings.values())


def test_a_setting_without_value_must_say_that_the_clinic_fills_it_in() -> None:
    _, problems = read(ENTRY % "value: null, unit: mL, says: Unknown.")
    assert "does not say that the clinic fills it in" in problems[0].why


def test_a_value_without_source_is_refused() -> None:
    _, problems = read(ENTRY % "value: 0.2, unit: mL, says: Some volume., grade: ours")
    assert any("evidence" in problem.why for problem in problems)


def test_a_misspelt_key_is_refused() -> None:
    _, problems = read(ENTRY % "valu: 0.2, unit: mL, says: The clinic fills this in.")
    assert any("valu" in problem.why for problem in problems)


def test_a_pump_with_an_unknown_dead_volume_is_refused_with_what_to_fill_in() -> None:
    with pytest.raises(InputRefused) as refusal:
        assemble_system(packaged()["synchromed_ii_20"], packaged()["ascenda"], 80)
    found = {problem.path: problem for problem in refusal.value.problems}
    assert set(found) == {"synchromed_ii_20.tubing_volume", "ascenda.volume_per_cm"}
    assert "manual" in found["ascenda.volume_per_cm"].next_step


def test_the_clinics_own_values_complete_the_pump() -> None:
    system = assemble_system(
        packaged()["synchromed_ii_20"],
        packaged()["ascenda"],
        80,
        {"tubing_volume": 0.199, "volume_per_cm": 0.0022, "alarm_volume": 4},
    )
    assert system.path_ml == pytest.approx(0.375)
    assert (system.alarm_ml, system.minimum_flow, system.maximum_flow) == (4, 0.048, None)


def test_an_80_cm_prometra_catheter_holds_the_volume_of_the_manual() -> None:
    """Worked example J17: 110 less 30 cm, 0.208 mL."""
    system = assemble_system(
        packaged()["prometra_ii_20"], packaged()["prometra_catheter"], 110 - 30, {"tubing_volume": 0.1}
    )
    assert system.catheter_ml == pytest.approx(0.208)


def test_a_catheter_longer_than_it_is_made_is_refused() -> None:
    with pytest.raises(InputRefused, match="whole catheter"):
        assemble_system(
            packaged()["synchromed_ii_20"],
            packaged()["indura_1p"],
            90,
            {"tubing_volume": 0.2, "volume_per_cm": 0.002},
        )


@pytest.mark.parametrize(
    ("name", "value"), [("tubing_volum", 0.2), ("tubing_volume", -1), ("tubing_volume", float("nan"))]
)
def test_a_setting_that_does_not_exist_or_cannot_be_is_refused(name: str, value: float) -> None:
    with pytest.raises(InputRefused) as refusal:
        assemble_system(packaged()["synchromed_ii_20"], packaged()["indura_1p"], 50, {name: value})
    assert any(problem.path == f"filled_in.{name}" for problem in refusal.value.problems)
