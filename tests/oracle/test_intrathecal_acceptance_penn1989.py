"""Oracle: three days of titrated infusion (Penn et al., N Engl J Med 1989;320:1517-21, n = 20), abstract.

Ashworth 4.0 to 1.2 (SD 0.4) and spasms 3.3 to 0.4 (SD 0.8). Check 13: 1.0 to 1.6 at 150 to 250 micrograms a day.
The spasm score has no check on the page; its band here is the published mean plus or minus 1 SD.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.spinal_base import adult, infuse, with_effect


@pytest.mark.parametrize("per_day", [150, 200, 250])
def test_13_three_days_of_infusion_bring_the_score_to_the_published_one(per_day: float) -> None:
    assert 1.0 <= infuse(adult(), per_day, np.array([72.0])).ashworth[0, 0] <= 1.6


@pytest.mark.parametrize("per_day", [150, 200, 250])
def test_three_days_of_infusion_bring_the_spasms_to_the_published_score(per_day: float) -> None:
    patient = with_effect(adult(), baseline_spasms=3.3)
    assert 0 <= infuse(patient, per_day, np.array([72.0])).spasms[0, 0] <= 0.4 + 0.8
