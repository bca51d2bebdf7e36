"""Overdose as a range of scenarios, and what reaches milk."""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.errors import OutsideDomain
from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, typical_individual
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.milk import compute_milk_exposure
from eutonia.simulate.overdose import Overdose, simulate_overdose
from eutonia.simulate.run import simulate
from eutonia.simulate.summary import average_at_steady_state

MODELS = load_knowledge().models
REFERENCE, MILK = MODELS["oral.reference2026"], MODELS["milk.reference2026"]
HOURS = np.arange(0, 97.0)


def overdose(person: Covariates, mg: float = 600, n: int = 60) -> Overdose:
    return simulate_overdose(REFERENCE, MODELS["overdose.reference2026"], person, mg, HOURS, seed=3, n=n)


def test_an_overdose_is_never_one_curve() -> None:
    found = overdose(Covariates(40, 70, 100))
    assert [s.name for s in found.scenarios] == [
        "as usual",
        "absorbed over 12 hours",
        "absorbed over 24 hours",
        "failing kidney",
    ]
    for scenario in found.scenarios:
        assert (found.lowest <= scenario.low).all()
        assert (found.highest >= scenario.high).all()
    assert (found.highest[1:] > 2 * found.lowest[1:]).all()
    assert found.cannot_see


def test_with_kidneys_that_already_failed_the_scenario_of_their_failing_is_left_out() -> None:
    assert [s.name for s in overdose(Covariates(60, 70, 20)).scenarios][-1] == "absorbed over 24 hours"


def test_a_small_childs_injured_kidney_filters_less_than_an_adults() -> None:
    child = overdose(Covariates(6, 22, 60)).scenarios[-1]
    assert child.name == "failing kidney"
    assert "13 mL" in child.says  # 30 x (22 / 70)^0.75 = 12.6


def test_the_usual_scenario_is_the_plain_simulation() -> None:
    found = overdose(Covariates(40, 70, 100))
    person = typical_individual(REFERENCE, Covariates(40, 70, 100))
    plain = simulate(person, DoseEvents([0], [600]), HOURS)
    np.testing.assert_array_equal(found.scenarios[0].typical, plain.concentration[:, 0])
    np.testing.assert_array_equal(found.scenarios[0].urine_mg, plain.urine_mg[:, 0])


def test_stretched_absorption_absorbs_the_same_amount_later() -> None:
    person = Covariates(40, 70, 100)
    long = simulate_overdose(
        REFERENCE, MODELS["overdose.reference2026"], person, 600, np.array([0.0, 400.0]), seed=1, n=2
    )
    urine = [scenario.urine_mg[-1] for scenario in long.scenarios[:3]]
    np.testing.assert_allclose(urine, urine[0], rtol=1e-9)
    usual, twelve, day = (scenario.typical for scenario in overdose(person).scenarios[:3])
    assert usual.max() > twelve.max() > day.max()
    assert HOURS[day.argmax()] == 24
    assert usual[24] < twelve[24] < day[24]


@pytest.mark.parametrize("mg", [0, -5, float("nan")])
def test_an_overdose_of_nothing_is_refused(mg: float) -> None:
    with pytest.raises(ValueError, match="above 0 mg"):
        overdose(Covariates(40, 70, 100), mg)


def test_an_infants_overdose_is_refused() -> None:
    with pytest.raises(OutsideDomain):
        overdose(Covariates(1, 9, 40))
    with pytest.raises(ValueError, match="two virtual people"):
        overdose(Covariates(40, 70, 100), n=1)


def test_the_published_infant_dose_lies_within_the_range_from_the_mothers_plasma() -> None:
    # 20 mg four times a day: 0.048 mg per kg a day, 3.6 percent of the mother's; both made the range's upper end
    mother = typical_individual(REFERENCE, Covariates(30, 60, 120))
    level = float(average_at_steady_state(mother, 80)[0])
    found = compute_milk_exposure(MILK, level, 80, 60)
    assert found.infant_mg_per_kg_day[0] < 0.048 < 1.15 * found.infant_mg_per_kg_day[1]
    assert found.milk_ng_per_ml[0] < 320
    assert found.relative_percent is not None
    assert found.relative_percent[1] == pytest.approx(100 * found.infant_mg_per_kg_day[1] / (80 / 60))
    assert found.mark == "ours"


def test_milk_of_the_model_mother_gives_back_the_levels_the_ratios_were_made_from() -> None:
    assert compute_milk_exposure(MILK, 149, 20, 60).milk_ng_per_ml[0] == pytest.approx(130, rel=0.01)
    upper = compute_milk_exposure(MILK, 274, 80, 60)
    assert upper.milk_ng_per_ml[1] == pytest.approx(320, rel=0.01)
    assert upper.infant_mg_per_kg_day[1] == pytest.approx(0.048, rel=0.01)


def test_a_mother_who_takes_nothing_by_mouth_has_no_relative_dose() -> None:
    assert compute_milk_exposure(MILK, 0.5, 0, 60).relative_percent is None


@pytest.mark.parametrize(
    ("level", "dose", "weight"), [(-1, 80, 60), (100, -1, 60), (100, 80, 0), (float("nan"), 80, 60)]
)
def test_impossible_mothers_are_refused(level: float, dose: float, weight: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        compute_milk_exposure(MILK, level, dose, weight)
