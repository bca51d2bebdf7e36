"""What a trial can give and look at: a vein, granules, drained fluid, answers the other way round, measured levels."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from eutonia.errors import InputRefused
from eutonia.model.csf import concentration_along_canal
from eutonia.model.individual import GRANULES, Covariates, check_domain, draw_individuals, typical_individual
from eutonia.model.intrathecal import draw_patients
from eutonia.model.residual import measure, residual_error
from eutonia.report.trial_charts import trial_chart
from eutonia.report.trial_words import trial_data
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.intrathecal import level_along_canal, simulate_intrathecal
from eutonia.simulate.run import simulate
from eutonia.simulate.spinal_events import Drainage, Injection, SpinalTherapy
from eutonia.simulate.trial_run import TrialResult, run_trial
from eutonia.simulate.trial_table import PeopleTable
from tests.unit.trial_base import KNOWLEDGE, ORAL, SCREENING, changed, read, run

MODEL, SPINAL = KNOWLEDGE.models["oral.reference2026"], KNOWLEDGE.models["intrathecal.reference2026"]
MAN = Covariates(45, 70, 100)
BOLUS = SpinalTherapy(injections=(Injection(0, 50),))


def outcome(kind: str, of: str = "plasma", **more: Any) -> dict[str, Any]:
    return {"name": f"{kind} of {of}", "kind": kind, "of": of, "from": "0 h", "to": "24 h", **more}


def values(result: TrialResult) -> list[np.ndarray]:
    return [found.values for found in result.runs[0].outcomes]


def refused(data: object) -> set[str]:
    with pytest.raises(InputRefused) as error:
        read(data)
    return {problem.path for problem in error.value.problems}


def test_a_dose_into_a_vein_is_read_from_a_file_and_given_with_the_tablets() -> None:
    vein = [{"at": "2 h", "dose": "5 mg"}, {"at": "4 h", "dose": "20 mg", "lasting": "90 minutes"}]
    doses = read(changed(ORAL, vein=vein)).doses
    assert doses is not None
    assert [doses.route[i] for i in np.flatnonzero(doses.time_h < 5)] == ["iv", "iv"]
    assert doses.duration_h[doses.time_h == 4].tolist() == [1.5]
    alone = run(changed(ORAL, oral=None, vein=vein, outcomes=[outcome("auc")], people=5))
    who = draw_individuals(MODEL, MAN, 5, 7)
    expected = simulate(who, DoseEvents([2, 4], [5, 20], "iv", [0, 1.5]), [24.0]).exposure[0]
    np.testing.assert_allclose(values(alone)[0], expected, rtol=1e-9)


def test_a_dose_into_a_vein_out_of_order_or_after_the_end_is_refused() -> None:
    vein = [{"at": "4 h", "dose": "5 mg"}, {"at": "2 h", "dose": "5 mg"}]
    assert refused(changed(ORAL, vein=vein)) == {"vein[1].at"}
    assert refused(changed(ORAL, oral=None, vein=[{"at": "70 h", "dose": "5 mg"}])) == {"vein"}


def test_granules_are_simulated_as_tablets_and_say_so() -> None:
    granules = Covariates(45, 70, 100, "granules")
    one, other = typical_individual(MODEL, granules), typical_individual(MODEL, MAN)
    assert one == other
    assert [note.because for note in check_domain(MODEL, granules)] == [GRANULES]
    given = run(changed(ORAL, oral=[{**ORAL["oral"][0], "form": "granules"}]))
    for ours, tablets in zip(values(given), values(run(ORAL)), strict=True):
        np.testing.assert_array_equal(ours, tablets)
    assert GRANULES in given.runs[0].notes.remarks
    with pytest.raises(ValueError, match="tablet, solution, granules"):
        typical_individual(MODEL, Covariates(45, 70, 100, "syrup"))  # type: ignore[arg-type]


def test_draining_fluid_after_an_injection_leaves_less_of_it() -> None:
    data = changed(SCREENING, outcomes=[outcome("peak", "sedation"), outcome("auc", "lumbar fluid")])
    drained = changed(data, spinal={**SCREENING["spinal"], "drainages": [{"at": "2 h", "volume": "40 mL"}]})
    for less, more in zip(values(run(drained)), values(run(data)), strict=True):
        assert (less < more).all()
    assert not run(changed(drained, people=500)).is_compiled
    therapy = replace(BOLUS, drainages=(Drainage(2, 40),))
    patient = draw_patients(MODEL, SPINAL, MAN, 40, 7, baseline_ashworth=4)
    expected = simulate_intrathecal(patient, therapy, [24.0]).lumbar_exposure[0]
    np.testing.assert_allclose(values(run(drained))[1], expected, rtol=1e-9)


def test_a_drainage_after_the_end_is_refused_with_its_place_in_the_file() -> None:
    spinal = {**SCREENING["spinal"], "drainages": [{"at": "2 days", "volume": "40 mL"}]}
    assert refused(changed(SCREENING, spinal=spinal)) == {"spinal.drainages[0].at"}


@pytest.mark.parametrize("people", [400, 500])
def test_people_who_answer_with_more_tone_are_flagged_only_where_the_trial_lets_them(people: int) -> None:
    lowest = outcome("trough", "Ashworth score")
    data = changed(SCREENING, outcomes=[lowest], people=people)
    plain, alternative = run(data), run(changed(data, paradoxical_responders=True))
    assert plain.runs[0].paradoxical is None
    sink = io.BytesIO()
    trial = read(changed(data, paradoxical_responders=True))
    with PeopleTable(sink, trial, KNOWLEDGE.hash) as table:
        run_trial(trial, KNOWLEDGE, give=table.write)
    flagged = pq.read_table(sink).column("is_paradoxical").to_numpy(zero_copy_only=False)
    assert alternative.runs[0].paradoxical == flagged.sum() > 0
    np.testing.assert_array_equal(values(alternative)[0] == 4, flagged)  # their score never falls
    assert (values(plain)[0] < 4).all()
    assert any("more tone instead of less" in text for text in alternative.runs[0].notes.remarks)
    assert trial_data(alternative)["models"][0]["paradoxical_responders"] == flagged.sum()


def test_more_tone_is_not_asked_of_a_trial_of_levels() -> None:
    assert refused(changed(ORAL, paradoxical_responders=True)) == {"paradoxical_responders"}


@pytest.mark.parametrize("people", [30, 500])
def test_reflex_spasms_and_sedation_are_those_of_the_spinal_simulation(people: int) -> None:
    asked = [outcome("trough", "H reflex"), outcome("trough", "spasm score"), outcome("peak", "sedation")]
    result = run(changed(SCREENING, outcomes=asked, people=people))
    patient = draw_patients(MODEL, SPINAL, MAN, people, 7, baseline_ashworth=4)
    direct = simulate_intrathecal(patient, BOLUS, np.arange(0, 24.1, 0.25))
    expected = (direct.reflex.min(axis=0), direct.spasms.min(axis=0), direct.sedation.max(axis=0))
    for found, known in zip(values(result), expected, strict=True):
        np.testing.assert_allclose(found, known, atol=1e-5)
    picture = trial_chart(result)
    assert "H to M ratio" in picture
    assert "Spasm score" in picture


def test_a_score_is_not_counted_as_a_concentration() -> None:
    over = outcome("fraction_over_concentration", "sedation", level="1 microgram/mL")
    assert "outcomes[0].of" in refused(changed(SCREENING, outcomes=[over]))


@pytest.mark.parametrize("kind", ["peak", "auc"])
def test_the_level_along_the_canal_falls_with_the_height_asked_for(kind: str) -> None:
    asked = [
        outcome(kind, "lumbar fluid"),
        {**outcome(kind, "lumbar fluid"), "name": "up", "height": "20 cm"},
    ]
    at_tip, higher = values(run(changed(SCREENING, outcomes=asked)))
    np.testing.assert_allclose(higher / at_tip, 0.43, rtol=0.01)


def test_the_level_along_the_canal_follows_from_a_simulated_course() -> None:
    patient = draw_patients(MODEL, SPINAL, MAN, 3, 7)
    run_ = simulate_intrathecal(patient, BOLUS, [1.0, 4.0])
    np.testing.assert_array_equal(
        level_along_canal(run_, 20), concentration_along_canal(run_.lumbar, 20, patient.csf)
    )
    np.testing.assert_array_equal(level_along_canal(run_, 0), run_.lumbar)
    with pytest.raises(ValueError, match="at least 0 cm"):
        level_along_canal(run_, -1)


def test_a_height_belongs_to_the_fluid() -> None:
    assert refused(changed(ORAL, outcomes=[outcome("peak", height="20 cm")])) == {"outcomes[0].height"}


@pytest.mark.parametrize("people", [40, 500])
def test_measured_levels_carry_the_error_the_model_states(people: int) -> None:
    data = changed(ORAL, residual=True, people=people, outcomes=[outcome("peak"), outcome("average")])
    found, true = run(data), run(changed(data, residual=None))
    who = draw_individuals(MODEL, MAN, people, 7)
    doses = read(ORAL).doses
    assert doses is not None
    error = residual_error(MODEL)
    assert error is not None
    hours = np.arange(0, 48.1, 0.25)
    measured = measure(simulate(who, doses, hours).concentration, error, 7)[:97]
    np.testing.assert_allclose(values(found)[0], measured.max(axis=0), rtol=1e-9)
    np.testing.assert_allclose(values(found)[1], np.trapezoid(measured, hours[:97], axis=0) / 24, rtol=1e-9)
    assert not np.allclose(values(found)[0], values(true)[0])
    assert any("measured one" in text for text in found.runs[0].notes.remarks)


def test_a_model_without_a_stated_error_measures_nothing() -> None:
    silent = [
        name for name, m in KNOWLEDGE.models.items() if name.startswith("oral.") and residual_error(m) is None
    ]
    assert silent
    result = run(changed(ORAL, residual=True, models=["oral.reference2026", silent[0]]))
    assert "no residual error" in " ".join(result.left_out[0].because)
    assert refused(changed(SCREENING, residual=True)) == {"residual"}


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_a_switch_is_true_or_false(value: object) -> None:
    assert "residual" in refused({**ORAL, "residual": value})
