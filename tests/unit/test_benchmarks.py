"""What is measured is what there is: every plan of the benchmarks can still be made."""

from __future__ import annotations

import pytest
from benchmarks.pump_plans import plans

from eutonia.plan.pump.outcome import PumpPlan

PLANS = plans()


@pytest.mark.parametrize("name", PLANS)
def test_every_pump_plan_that_is_measured_is_made(name: str) -> None:
    assert isinstance(PLANS[name](), PumpPlan)
