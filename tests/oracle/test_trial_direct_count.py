"""Oracle: the same people drawn and simulated by hand, and counted.

The trial must count the same people exactly; medians and exposures to 1e-9 relative, for another order of sums.
"""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.model.individual import Covariates, draw_individuals
from eutonia.model.intrathecal import draw_patients
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.intrathecal import responder_fraction, simulate_intrathecal
from eutonia.simulate.run import simulate
from eutonia.simulate.spinal_events import Injection, SpinalTherapy
from tests.unit.trial_base import KNOWLEDGE, ORAL, SCREENING, changed, run

ADULT = Covariates(45, 70, 100)
GRID = np.arange(0, 48.1, 0.25)


@pytest.mark.parametrize(("people", "seed"), [(300, 3), (700, 4)])
def test_the_fraction_over_a_concentration_is_that_of_a_count(people: int, seed: int) -> None:
    everybody = draw_individuals(KNOWLEDGE.models["oral.reference2026"], ADULT, people, seed)
    day = DoseEvents([8, 14, 20], [10, 10, 10])
    level = simulate(everybody, repeat_daily(day, 2), GRID)
    last_day = GRID >= 24
    over, highest, exposure = run(changed(ORAL, people=people, seed=seed)).runs[0].outcomes
    assert over.fraction is not None
    counted = (level.concentration[last_day] > 150).any(axis=0)
    assert 0 < counted.sum() < people
    assert over.fraction.value == counted.sum() / people
    assert highest.spread is not None
    by_hand = level.concentration[last_day].max(axis=0)
    assert highest.spread.median.value == pytest.approx(np.median(by_hand), rel=1e-9)
    assert (highest.spread.p10, highest.spread.p90) == pytest.approx(
        np.percentile(by_hand, [10, 90]), rel=1e-9
    )
    np.testing.assert_allclose(exposure.values, level.exposure[-1] - level.exposure[96], rtol=1e-9)


def test_the_time_above_all_the_while_is_that_of_a_count() -> None:
    outcome = {**ORAL["outcomes"][0], "level": "40 ng/mL", "holds": "all the time"}
    found = run(changed(ORAL, people=300, outcomes=[outcome])).runs[0].outcomes[0]
    everybody = draw_individuals(KNOWLEDGE.models["oral.reference2026"], ADULT, 300, 7)
    level = simulate(everybody, repeat_daily(DoseEvents([8, 14, 20], [10, 10, 10]), 2), GRID)
    counted = (level.concentration[GRID >= 24] > 40).all(axis=0)
    assert 0 < counted.sum() < 300
    assert found.fraction is not None
    assert found.fraction.value == counted.mean()


def test_the_fraction_that_answers_an_injection_is_that_of_a_count() -> None:
    models = KNOWLEDGE.models
    crowd = draw_patients(
        models["oral.reference2026"],
        models["intrathecal.reference2026"],
        ADULT,
        200,
        7,
        baseline_ashworth=4.0,
    )
    therapy = SpinalTherapy(injections=(Injection(0, 50),))
    by_hand = responder_fraction(simulate_intrathecal(crowd, therapy, np.arange(0, 24.1, 0.25)), 1.0, 0, 24)
    found = run(changed(SCREENING, people=200)).runs[0].outcomes[0]
    assert found.fraction is not None
    assert 0 < by_hand < 1
    assert found.fraction.value == by_hand
