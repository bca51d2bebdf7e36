"""Oracle: the reference simulation written down when the model was specified, before this code existed.

Every figure is held to half a unit of the last digit it was printed with: the equations are exact here, so
nothing but the rounding of the printed figure may differ. One figure was rounded twice when it was printed
(85.46 as 85.5 and then 86) and is held to 1 percent.
"""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, FloatArray, Individual, typical_individual
from eutonia.model.oral import compute_disposition_rates
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.summary import average_at_steady_state, summarise_exposure, terminal_half_life_h

# 0.005 h around the peaks, then hourly until nothing is left even with a half-life of 18 h.
TIMES = np.unique(np.concatenate([np.arange(0, 4801) * 0.005, np.arange(24.0, 1500.0)]))


def adult(creatinine_clearance: float) -> Individual:
    """The typical adult of 70 kg."""
    model = load_knowledge().models["oral.reference2026"]
    return typical_individual(model, Covariates(45, 70, creatinine_clearance))


def printed(text: str) -> object:
    """A printed figure and half a unit of its last digit (a touch more, for binary fractions)."""
    decimals = len(text.partition(".")[2])
    return pytest.approx(float(text), rel=0, abs=0.5 * 10.0**-decimals * (1 + 1e-9))


def curve_after(person: Individual, events: DoseEvents) -> tuple[FloatArray, FloatArray]:
    """Concentration and its integral since hour 0 at TIMES."""
    result = simulate(person, events, TIMES)
    return result.concentration[:, 0], result.exposure[:, 0]


def test_an_injection_decays_with_the_printed_constants() -> None:
    person = adult(100)
    fast, slow = (float(rate[0]) for rate in compute_disposition_rates(person))
    result = simulate(person, DoseEvents([0], [1], "iv"), np.array([0.0, 5.0, 400.0]))
    early = np.array([[1.0, 1.0], [np.exp(-fast * 5), np.exp(-slow * 5)]])
    first, second = np.linalg.solve(early, result.concentration[:2, 0] / 1000)
    assert fast == printed("0.96354")
    assert slow == printed("0.14424")
    assert first == printed("0.017729")
    assert second == printed("0.015604")
    assert result.exposure[-1, 0] / 1000 == printed("0.126582")
    assert np.log(2) / fast == printed("0.72")
    assert terminal_half_life_h(person)[0] == printed("4.81")


def test_ten_mg_by_mouth_give_the_printed_peak_time_exposure_and_urine() -> None:
    person = adult(100)
    result = simulate(person, DoseEvents([0], [10]), TIMES)
    day = summarise_exposure(result, 0, TIMES[-1])
    assert day.cmax[0] == printed("153.9")
    assert day.tmax_h[0] == printed("1.35")
    assert day.auc[0] == printed("937")
    assert 100 * result.urine_mg[-1, 0] / 10 == printed("56.2")


def test_with_a_clearance_of_110_ten_and_fifty_mg_give_the_printed_figures() -> None:
    person = adult(110)
    ten, ten_exposure = curve_after(person, DoseEvents([0], [10]))
    _, fifty_exposure = curve_after(person, DoseEvents([0], [50]))
    assert ten.max() == printed("152")
    assert ten_exposure[-1] == printed("871")
    assert person.cl[0] / person.f[0] == printed("11.5")
    assert terminal_half_life_h(person)[0] == printed("4.52")
    assert fifty_exposure[np.searchsorted(TIMES, 24.0)] == printed("4248")
    assert fifty_exposure[-1] == printed("4353")


@pytest.mark.parametrize(("minutes", "peak"), [(10, "476"), (60, "385")])
def test_fifteen_mg_into_a_vein_peak_as_printed(minutes: int, peak: str) -> None:
    length = minutes / 60
    times = np.unique(np.append(TIMES, length))
    result = simulate(adult(110), DoseEvents([0], [15], "iv", [length]), times)
    assert result.concentration.max() == printed(peak)
    assert result.exposure[-1, 0] == printed("1765")


# creatinine clearance, CL/F, relative to 108, half-life, 5 mg: Cmax and AUC, AUC24 for each mg a day
BY_KIDNEY = [
    (108, "11.3", "1.00", "4.6", "76", "442", "88"),
    (80, "9.05", "0.80", "5.5", "79", "552", "110"),
    (65, "7.84", "0.69", "6.3", "80", "638", "128"),
    (40, "5.81", "0.51", "8.3", "83", "860", "172"),
    (30, "5.00", "0.44", "9.5", "84", "1000", "200"),
    (20, "4.19", "0.37", "11.3", "86", "1194", "239"),
    (10, "3.38", "0.30", "13.8", "87", "1480", "296"),
    (5, "2.97", "0.26", "15.6", "87", "1682", "336"),
    (0, "2.57", "0.23", "18.0", "88", "1947", "389"),
]


@pytest.mark.parametrize("row", BY_KIDNEY, ids=lambda row: f"clearance {row[0]}")
def test_the_table_by_kidney_function_is_reproduced(row: tuple[int, str, str, str, str, str, str]) -> None:
    clearance, cl_f, relative, half_life, peak, auc, auc_per_mg = row
    person, normal = adult(clearance), adult(108)
    concentration, exposure = curve_after(person, DoseEvents([0], [5]))
    assert person.cl[0] / person.f[0] == printed(cl_f)
    assert (person.cl / person.f / (normal.cl / normal.f))[0] == printed(relative)
    assert terminal_half_life_h(person)[0] == printed(half_life)
    if clearance == 20:  # the figure that was rounded twice
        assert concentration.max() == pytest.approx(86, rel=0.01)
    else:
        assert concentration.max() == printed(peak)
    assert exposure[-1] == printed(auc)
    assert 24 * average_at_steady_state(person, 1)[0] == printed(auc_per_mg)


STEADY = [
    (100, 15, "102", "30"),
    (100, 30, "204", "60"),
    (100, 60, "408", "120"),
    (100, 80, "543", "159"),
    (40, 30, "300", "150"),
    (40, 60, "600", "299"),
    (20, 15, "191", "115"),
    (20, 30, "382", "230"),
    (20, 60, "765", "460"),
]


@pytest.mark.parametrize(("clearance", "mg_per_day", "peak", "trough"), STEADY)
def test_peaks_and_troughs_of_three_doses_a_day_are_as_printed(
    clearance: int, mg_per_day: int, peak: str, trough: str
) -> None:
    person = adult(clearance)
    day = DoseEvents([0, 8, 16], [mg_per_day / 3] * 3)
    times = np.arange(0, 2401) * 0.01
    result = simulate(person, day, times, steady_state_amounts(person, day))
    figures = summarise_exposure(result, 0, 24)
    assert figures.cmax[0] == printed(peak)
    assert figures.trough[0] == printed(trough)


def test_without_kidneys_one_tablet_of_25_mg_is_still_there_after_two_days() -> None:
    concentration, _ = curve_after(adult(0), DoseEvents([0], [25]))
    assert concentration.max() == printed("440")
    assert concentration[np.searchsorted(TIMES, 24.0)] == printed("149")
    assert concentration[np.searchsorted(TIMES, 48.0)] == printed("59")
