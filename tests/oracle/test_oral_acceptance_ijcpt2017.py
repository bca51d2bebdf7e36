"""Oracle: 22 healthy men, one 10 mg tablet (Int J Clin Pharmacol Ther 2017;55:194-200), library record.

Peak 141.4 (SD 29.4) and 138.8 (31.4) ng/mL for two products, at a median of 1.50 and 1.25 h. Tolerances were
set with the model and have not been touched: mean within 20 percent of 140, its coefficient of variation 15
to 30 percent, median time 1.0 to 1.9 h. The values were known when the central volume was chosen, so passing
is weak evidence. Weight 70 kg and creatinine clearance 110 mL per minute are assumed for the men.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, draw_individuals
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate
from eutonia.simulate.summary import Exposure, summarise_exposure


@cache
def ten_mg_in_many_men() -> Exposure:
    men = draw_individuals(load_knowledge().models["oral.reference2026"], Covariates(30, 70, 110), 2000, 2017)
    return summarise_exposure(simulate(men, DoseEvents([0], [10]), np.arange(0, 161) * 0.05), 0, 8)


def test_the_mean_peak_of_10_mg_is_within_a_fifth_of_the_measured_one() -> None:
    assert abs(ten_mg_in_many_men().cmax.mean() - 140) <= 0.20 * 140


def test_the_peaks_of_10_mg_vary_between_men_as_measured() -> None:
    peaks = ten_mg_in_many_men().cmax
    assert 0.15 <= peaks.std(ddof=1) / peaks.mean() <= 0.30


def test_the_peak_of_10_mg_comes_when_it_was_measured() -> None:
    assert 1.0 <= np.median(ten_mg_in_many_men().tmax_h) <= 1.9
