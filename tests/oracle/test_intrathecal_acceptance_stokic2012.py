"""Oracle: H to M ratio 1 h after 50 micrograms (Stokic et al., Clin Neurophysiol 2012;123:2200-4), abstract.

Down by 77 percent after a puncture (n = 27), 63 percent through a pump; check 17, band 60 to 90 percent.
"""

from __future__ import annotations

import numpy as np

from tests.spinal_base import adult, inject


def test_17_the_reflex_is_down_at_one_hour_as_published() -> None:
    assert 0.60 <= 1 - inject(adult(), 50, np.array([1.0])).reflex[0, 0] <= 0.90
