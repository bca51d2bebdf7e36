"""Running trials: people stay the same however they are cut, and every figure comes with its uncertainties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eutonia.errors import InputRefused
from eutonia.model.individual import Covariates
from eutonia.simulate import trial_run
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.trial_run import run_trial
from tests.unit.trial_base import KNOWLEDGE, ORAL, PUMP, SCREENING, changed, read, run


def values(result: trial_run.TrialResult) -> list[np.ndarray]:
    return [found.values for one in result.runs for found in one.outcomes]


@pytest.mark.parametrize("data", [ORAL, SCREENING], ids=["oral", "spinal"])
def test_a_larger_trial_begins_with_the_same_people(data: dict[str, object]) -> None:
    small, large = run(data), run(changed(data, people=90))
    for few, many in zip(values(small), values(large), strict=True):
        np.testing.assert_allclose(many[: len(few)], few, rtol=1e-9)


def test_threads_do_not_change_a_result_at_all() -> None:
    data = changed(ORAL, people=1200)
    for one, two in zip(values(run(data)), values(run(data, threads=2)), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("model", ["oral.reference2026", "oral.marsot2014", "oral.simon2018"])
def test_the_compiled_path_agrees_with_numpy_by_mouth(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = changed(ORAL, people=500, models=[model])
    fast = run(data)
    assert fast.is_compiled
    monkeypatch.setattr(trial_run, "_FROM_HERE_COMPILED", 501)
    for one, two in zip(values(fast), values(run(data)), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-9)


def test_an_infusion_into_a_vein_gives_the_same_peaks_to_four_hundred_people_and_to_six_hundred() -> None:
    infusion = DoseEvents([1.0, 24.0, 26.0], [20.0, 10.0, 15.0], "iv", [4.0, 6.0, 0.0])
    few, many = (
        run_trial(replace(read(changed(ORAL, people=people)), doses=infusion), KNOWLEDGE)
        for people in (400, 600)
    )
    assert not few.is_compiled
    assert many.is_compiled
    for some, every in zip(values(few), values(many), strict=True):
        np.testing.assert_allclose(every[:400], some, rtol=1e-9)
    assert (values(many)[1] > 0).all()


def test_the_compiled_path_agrees_with_numpy_in_the_spinal_fluid(monkeypatch: pytest.MonkeyPatch) -> None:
    lowest = {"name": "lowest", "kind": "trough", "of": "Ashworth score", "from": "0 h", "to": "24 h"}
    data = changed(SCREENING, people=500, outcomes=[lowest])
    fast = run(data)
    assert fast.is_compiled
    monkeypatch.setattr(trial_run, "_FROM_HERE_COMPILED", 501)
    np.testing.assert_allclose(values(fast)[0], values(run(data))[0], atol=2e-5)  # the score has 4 points


def test_without_numba_a_large_trial_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_run, "find_spec", {"numba": None}.get)
    result = run(changed(ORAL, people=500))
    assert not result.is_compiled
    assert result.runs[0].outcomes[0].n == 500


def test_progress_reaches_its_end_over_all_models() -> None:
    seen: list[tuple[int, int]] = []
    data = changed(ORAL, models=["oral.reference2026", "oral.marsot2014"], people=1300)
    run(data, progress=lambda done, of: seen.append((done, of)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


def test_a_session_of_dialysis_lowers_the_exposure_of_everybody() -> None:
    session = {"kind": "haemodialysis", "from": "30 h", "to": "34 h", "clearance": "8 L/h"}
    without, dialysed = run(ORAL), run(changed(ORAL, sessions=[session]))
    assert (values(dialysed)[2] < values(without)[2]).all()


def test_a_population_is_drawn_with_its_covariates_and_its_outsiders_are_counted() -> None:
    data = changed(ORAL, people=300, patient=None, population="adults_multiple_sclerosis")
    result = run(changed(data, models=["oral.reference2026", "oral.marsot2014"]))
    assert result.people is not None
    heavy = int((result.people.weight > 128).sum())
    assert heavy > 0
    assert any(text.startswith(f"{heavy} of 300 people") for text in result.runs[0].notes.outside)
    assert [out.model for out in result.left_out] == [
        "oral.marsot2014"
    ]  # somebody's kidneys are below its domain


def test_a_model_that_does_not_admit_the_patient_is_left_out_and_says_why() -> None:
    result = run(changed(ORAL, models=["oral.reference2026", "oral.he2014"]))
    assert [one.model for one in result.runs] == ["oral.reference2026"]
    assert result.left_out[0].model == "oral.he2014"
    assert "children" in result.left_out[0].because[0]


@pytest.mark.parametrize("model", ["oral.simon2018", "oral.kochak1985"])
def test_a_model_of_tablets_is_left_out_of_a_trial_into_a_vein_and_refused_alone(model: str) -> None:
    injected = replace(
        read(ORAL), doses=DoseEvents([1.0], [10.0], "iv"), models=("oral.reference2026", model)
    )
    result = run_trial(injected, KNOWLEDGE)
    assert [one.model for one in result.runs] == ["oral.reference2026"]
    assert result.left_out[0].model == model
    assert "by mouth only" in result.left_out[0].because[0]
    with pytest.raises(InputRefused, match=r"models\[0\].*by mouth only"):
        run_trial(replace(injected, models=(model,)), KNOWLEDGE)


def test_a_model_made_with_tablets_does_not_answer_for_a_liquid() -> None:
    liquid = [{**ORAL["oral"][0], "form": "liquid"}]
    result = run(changed(ORAL, oral=liquid, models=["oral.reference2026", "oral.simon2018"]))
    assert result.left_out[0].because == ("It was made with tablets.",)
    with pytest.raises(InputRefused, match="made with tablets"):
        run(changed(ORAL, oral=liquid, models=["oral.simon2018"]))


def test_a_patient_on_a_liquid_is_not_run_as_a_trial_of_tablets() -> None:
    who = Covariates(45, 70, 100, "solution")
    with pytest.raises(InputRefused, match="formulation"):
        run_trial(replace(read(ORAL), who=who), KNOWLEDGE)


def test_when_no_model_admits_the_patient_the_trial_is_refused() -> None:
    with pytest.raises(InputRefused, match=r"oral\.he2014"):
        run(changed(ORAL, models=["oral.he2014"]))


def test_one_typical_person_is_not_given_an_uncertainty() -> None:
    result = run(changed(ORAL, models=["oral.kochak1985"]))
    found = result.runs[0].outcomes[1]
    assert found.n == 1
    assert not found.has_people
    assert found.spread is not None
    assert found.spread.median.low is None
    assert "one typical person stands for all" in result.runs[0].notes.remarks[0]


def test_tablets_lower_the_score_through_the_cord() -> None:
    lowest = {"name": "lowest", "kind": "trough", "of": "Ashworth score", "from": "24 h", "to": "48 h"}
    result = run(changed(ORAL, outcomes=[lowest], people=20, untreated_ashworth=4))
    assert result.spinal_model == "intrathecal.reference2026"
    assert (values(result)[0] < 4).all()


def test_whoever_is_settled_on_the_dose_of_the_pump_stays_where_they_are() -> None:
    scores = [
        {"name": kind, "kind": kind, "of": "Ashworth score", "from": "0 h", "to": "48 h"}
        for kind in ("peak", "trough", "average")
    ]
    spinal = {"settled_on": "300 micrograms/day", "pump": PUMP}
    result = run(changed(SCREENING, days=2, people=20, spinal=spinal, outcomes=scores))
    highest, lowest, average = values(result)
    np.testing.assert_allclose(highest, lowest, atol=1e-6)
    np.testing.assert_allclose(average, lowest, atol=1e-6)


def test_a_trial_made_in_python_is_checked_like_a_file() -> None:
    trial = replace(read(ORAL), people=0)
    with pytest.raises(InputRefused, match="people"):
        run_trial(trial, KNOWLEDGE)
    with pytest.raises(ValueError, match="threads"):
        run_trial(read(ORAL), KNOWLEDGE, threads=0)


BEFORE = {"dose": "10 mg", "times": ["08:00", "14:00", "20:00"], "form": "tablet"}


@pytest.mark.parametrize("people", [30, 500])
def test_whoever_has_taken_the_tablets_before_has_the_same_days_one_after_another(people: int) -> None:
    exposures = [
        {"name": f"day {day}", "kind": "auc", "from": f"{24 * day - 24} h", "to": f"{24 * day} h"}
        for day in (1, 2)
    ]
    settled = run(changed(ORAL, taken_before=BEFORE, outcomes=exposures, people=people))
    assert settled.is_compiled is (people == 500)
    first, second = values(settled)
    np.testing.assert_allclose(first, second, rtol=1e-9)
    assert any("30 mg a day for so long" in text for text in settled.runs[0].notes.remarks)
    assert (values(run(changed(ORAL, outcomes=exposures, people=people)))[0] < first).all()


@pytest.mark.parametrize("spinal", [None, {"settled_on": "300 micrograms/day", "pump": PUMP}])
def test_tablets_taken_before_have_shaped_the_score_too(spinal: dict[str, object] | None) -> None:
    scores = [
        {"name": name, "kind": "average", "of": "Ashworth score", "from": start, "to": end}
        for name, start, end in (("first", "0 h", "24 h"), ("second", "24 h", "48 h"))
    ]
    data = changed(ORAL, taken_before=BEFORE, outcomes=scores, people=20, untreated_ashworth=4, spinal=spinal)
    first, second = values(run(data))
    np.testing.assert_allclose(first, second, atol=1e-6)


def test_a_trial_can_be_about_stopping_what_was_taken_before() -> None:
    lowest = {"name": "lowest", "kind": "trough", "from": "0 h", "to": "48 h"}
    stopped = run(changed(ORAL, oral=None, taken_before=BEFORE, outcomes=[lowest], people=20))
    going_on = run(changed(ORAL, taken_before=BEFORE, outcomes=[lowest], people=20))
    assert (values(stopped)[0] > 0).all()
    assert (values(stopped)[0] < values(going_on)[0] / 2).all()
