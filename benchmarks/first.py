"""What a fresh process needs before it can answer: imports, kernels, B1 and B2 of 32 people."""

from __future__ import annotations

import numpy as np

from benchmarks.yardsticks import DOSE_H, DOSES, TIMES, yardstick
from eutonia.model.kernel_numpy import read_fast, tone_fast
from eutonia.model.kernel_plan import plan_read, plan_tone


def first_result() -> None:
    """Both yardsticks once."""
    who = yardstick(32)
    add = np.zeros((DOSES, 4))
    add[:, 0] = who.dose
    cuts = np.arange(DOSES) * DOSE_H
    read_fast(who.rates, who.read, plan_read(TIMES, cuts, add[:, :3], np.ones(3)), np.zeros((3, 32)))
    tone_fast(who.with_site, plan_tone(TIMES, cuts, add, np.ones(4)), np.zeros((4, 32)), who.tone, ())
