"""Oracle: screening with up to 100 micrograms (Coffey et al., J Neurosurg 1993;78:226-32), abstract.

88 of 93 responded; 86.5 percent in a later series of 37 (Yoon et al. 2017). Check 19, band 85 to 99 percent, here with
every spread of the model file in 2000 virtual people.
"""

from __future__ import annotations

import numpy as np

from eutonia.simulate.intrathecal import responder_fraction
from tests.spinal_base import crowd, inject


def test_19_most_people_respond_to_screening() -> None:
    run = inject(crowd(2000), 100, np.linspace(0, 24, 49))
    assert 0.85 <= responder_fraction(run, points=1.0, from_h=0, to_h=24) <= 0.99
