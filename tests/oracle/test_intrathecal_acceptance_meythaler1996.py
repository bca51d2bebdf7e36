"""Oracle: 50 micrograms in acquired brain injury (Meythaler et al. 1996, n = 11), abstract.

Ashworth of the legs 4.2 to 2.2 (SD 0.6) after 4 h; check 9, band 1.9 to 2.5. Used in the calibration.
"""

from __future__ import annotations

import numpy as np

from eutonia.model.intrathecal import typical_patient
from tests.spinal_base import ADULT, inject, models


def test_9_a_score_of_4_2_falls_as_published() -> None:
    patient = typical_patient(*models(), ADULT, baseline_ashworth=4.2)
    assert 1.9 <= inject(patient, 50, np.array([4.0])).ashworth[0, 0] <= 2.5
