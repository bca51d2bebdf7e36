"""What a laboratory would report of a level that is known."""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.residual import ResidualError, measure, residual_error
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.virtual import Trial, run_chunk

MODELS = load_knowledge().models


def test_the_reference_model_has_a_part_of_the_level_and_a_constant() -> None:
    assert residual_error(MODELS["oral.reference2026"]) == ResidualError(0.24, 5.0)


def test_a_published_model_has_the_error_its_paper_gave_or_none() -> None:
    assert residual_error(MODELS["oral.simon2018"]) == ResidualError(0.24, 0.0)
    assert residual_error(MODELS["oral.marsot2014"]) == ResidualError(0.0, 96.0)
    assert residual_error(MODELS["oral.kochak1985"]) is None


@pytest.mark.parametrize("level", [20.0, 100.0, 400.0])
def test_measured_levels_scatter_around_the_true_one_as_the_model_says(level: float) -> None:
    n = 40_000
    error = ResidualError(0.10, 2.0)  # small enough that nothing is cut at 0
    found = measure(np.full((1, n), level), error, seed=3)[0]
    spread = np.hypot(0.10 * level, 2.0)
    # Four standard errors of a mean and of a standard deviation of 40,000 normal numbers.
    assert found.mean() == pytest.approx(level, abs=4 * spread / np.sqrt(n))
    assert found.std() == pytest.approx(spread, rel=4 / np.sqrt(2 * n))


def test_nothing_in_the_blood_is_measured_as_nothing_or_a_little_never_less() -> None:
    found = measure(np.zeros((3, 2_000)), ResidualError(0.24, 5.0), seed=1)
    assert found.min() == 0
    assert 0.45 < (found == 0).mean() < 0.55  # half of the errors point downwards


def test_a_person_gets_the_same_errors_whatever_the_company() -> None:
    true = np.linspace(10, 300, 5 * 40).reshape(5, 40)
    error = ResidualError(0.24, 5.0)
    whole = measure(true, error, seed=8)
    assert (measure(true[:, 13:20], error, seed=8, first=13) == whole[:, 13:20]).all()
    assert (measure(true, error, seed=9) != whole).any()


def test_errors_at_different_times_and_of_different_people_are_unrelated() -> None:
    n = 20_000
    error = ResidualError(0.1, 0.0)
    found = measure(np.full((6, n), 100.0), error, seed=2)
    related = np.corrcoef(found)
    np.fill_diagonal(related, 0)
    assert np.abs(related).max() < 5 / np.sqrt(n)


@pytest.mark.parametrize("bad", [np.array([[-1.0]]), np.array([[np.nan]]), np.array([1.0])])
def test_what_is_no_level_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        measure(bad, ResidualError(0.24, 5.0), seed=1)


def _trial(model: str, measured: tuple[float, ...]) -> Trial:
    knowledge = load_knowledge()
    return Trial(
        model=knowledge.models[model],
        population=knowledge.populations["adults_multiple_sclerosis"],
        surface_divisor=knowledge.kidney["mosteller"].coefficients["divisor"],
        events=repeat_daily(DoseEvents([8, 14, 20], [10, 10, 10]), 3),
        times_h=np.linspace(0, 72, 145),
        seed=5,
        is_fast=False,
        measured_at_h=measured,
    )


def test_a_virtual_population_is_measured_at_the_hours_asked_for_whatever_the_chunk() -> None:
    trial = _trial("oral.reference2026", (50.0, 56.0))
    whole = run_chunk(trial, 0, 30).table
    names = ["measured at 50 h", "measured at 56 h"]
    assert set(names) <= set(whole.column_names)
    part = run_chunk(trial, 10, 5).table
    for name in names:
        # The curve of a person is the same to rounding in any company; the error is the same bit for bit.
        assert part.column(name).to_numpy() == pytest.approx(whole.column(name).to_numpy()[10:15], rel=1e-9)


def test_an_hour_that_is_not_simulated_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="not among the output times"):
        run_chunk(_trial("oral.reference2026", (50.1,)), 0, 3)
