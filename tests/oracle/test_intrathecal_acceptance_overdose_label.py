"""Oracle: accidental overdose (label text, read in a copy): coma for up to 72 h, mostly reversible.

Check 27: after 10 mg at once the brain site stays above the concentration for half of deep sedation for 12 to 72 h.
"""

from __future__ import annotations

import numpy as np

from tests.spinal_base import adult, inject


def test_27_ten_milligrams_sedate_for_hours_to_days_but_not_longer() -> None:
    times = np.arange(0, 120, 0.1)
    run = inject(adult(), 10_000, times)
    assert 12 <= (run.sedation[:, 0] > 0.5).sum() * 0.1 <= 72
