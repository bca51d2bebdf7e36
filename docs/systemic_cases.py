"""Published values beside ours for the models side by side, removal outside the body, overdose and milk.

Published figures are typed here from the sources; ours are computed when the page is made
(docs/explanation/where-the-model-stops.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from side_by_side_tables import MODEL, MODELS, Row, child, person, shown, table
from spinal_course import SPINAL, steady

from eutonia.model.individual import Covariates, typical_individual
from eutonia.model.intrathecal import typical_patient
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.exact import solve_exactly
from eutonia.simulate.milk import compute_milk_exposure
from eutonia.simulate.overdose import simulate_overdose
from eutonia.simulate.removal import Session, published_clearances, simulate_with_removal, summarise_session
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.side_by_side import simulate_side_by_side
from eutonia.simulate.summary import average_at_steady_state, terminal_half_life_h

CURVE_HOURS = [0.5, 1, 1.5, 2, 3, 4, 6, 8, 10, 12]
HD = published_clearances(MODELS["removal.reference2026"], "haemodialysis")
SCENARIOS = ("as usual", "over 12 hours", "over 24 hours", "failing kidney")

#: Curves of 10 mg rebuilt from each study's parameters outside this code, before it existed, ng/mL at CURVE_HOURS.
REBUILT = {
    "oral.simon2018": (73, 100, 107, 105, 93, 80, 58, 43, 31, 22),
    "oral.chevillard2018": (143, 178, 178, 168, 142, 119, 83, 58, 40, 28),
    "oral.marsot2014": (107, 111, 106, 100, 88, 78, 61, 48, 37, 29),
    "oral.kochak1985": (79, 185, 188, 161, 113, 85, 56, 38, 26, 18),
    "oral.reference2026": (54, 134, 144, 130, 99, 78, 55, 41, 31, 24),
}


def curves() -> Iterator[Row]:
    """Every adult model after one tablet of 10 mg in the same man: rebuilt, then by the code."""
    hours = np.unique([*CURVE_HOURS, 240.0])
    found = simulate_side_by_side(
        MODELS, Covariates(50, 76, 100), DoseEvents([0], [10]), hours, seed=1, n=500
    )
    for curve in found.curves:
        levels = [f"{curve.typical[np.searchsorted(hours, hour)]:.0f}" for hour in CURVE_HOURS]
        rebuilt = REBUILT.get(curve.model, ("not yet",) * len(CURVE_HOURS))
        yield (f"`{curve.model}`, rebuilt", *(str(level) for level in rebuilt), "", "")
        yield ("ours", *levels, f"{curve.auc:,.0f}", shown(curve.half_life_h, digits=2))
    yield ("highest over lowest exposure", *[""] * len(CURVE_HOURS), f"{found.fold_between:.2f}", "")


def label() -> Iterator[Row]:
    """The label's exposures and peaks, found after the parameters were fixed."""
    for mg, published_auc, published_peak in ((10, 1135, 180), (20, 2345, 340), (30, 3353, 650)):
        figures = [
            solve_exactly(person(40, 70, gfr), DoseEvents([0], [mg]), 48).summarise_to_the_end()
            for gfr in (100, 110)
        ]
        areas = [figure.auc_inf or 0.0 for figure in figures]
        below = [100 * (1 - area / published_auc) for area in areas]
        yield (
            f"{mg} mg, exposure, ng h/mL",
            f"{published_auc:,}",
            f"{areas[0]:,.0f} to {areas[1]:,.0f}",
            f"{below[0]:.0f} to {below[1]:.0f} % below",
        )
        peak = figures[1].cmax
        off = 100 * (1 - peak / published_peak)
        yield f"{mg} mg, peak, ng/mL", str(published_peak), f"{peak:.0f}", f"{off:.0f} % below"


def removal() -> Iterator[Row]:
    """Case, published, ours, what to make of it."""
    yield (
        "Clearance by haemodialysis, mL/min",
        "128 (one man, 2007); 30 to 35 from 3.05 mg in 3 h (a boy); at least 200 from falls of the level",
        " and ".join(f"{clearance / 0.06:.0f}" for clearance in HD) + " are offered",
        "**Conflict,** fourfold and more. Neither is taken unless it is asked for; run both.",
    )
    falls, halves = [], []
    for clearance in HD:
        early, late = (
            summarise_session(
                person(46, 70, 0), DoseEvents([0], [25]), [Session("haemodialysis", at, at + 4, clearance)], 0
            )
            for at in (3, 12)
        )
        falls.append(f"{early.fall_percent[0]:.0f} and {late.fall_percent[0]:.0f} % at {clearance:g} L/h")
        halves.append(f"{early.half_life_h[0]:.1f} and {late.half_life_h[0]:.1f} h at {clearance:g} L/h")
    when = "begun 3 and 12 h after a dose, without kidneys"
    yield (
        "Fall of the level over a dialysis of 4 h",
        "up to 79 %; above 600 to below 200 ng/mL in one man",
        f"{'; '.join(falls)}, {when}",
        "The published clearance of 7.7 L/h is too low for the largest falls.",
    )
    yield (
        "Half-life during that dialysis",
        "2.06 h (recalled, not confirmed)",
        "; ".join(halves),
        "Agrees at the upper clearance, if the recalled value is right.",
    )
    youth = typical_individual(MODEL, child(14, 51, 160))
    taken = []
    for clearance in HD:
        session = Session("haemodialysis", 15, 18, clearance)
        result = simulate_with_removal(youth, DoseEvents([0], [1200]), [15.0, 18.0], [session])
        level = result.trajectory.concentration[0, 0]
        measured = result.removed_mg[-1, 0] * 882 / level
        taken.append(f"{measured:.0f} mg at {clearance:g} L/h")
    yield (
        "14 years, 1,200 mg, removed by a dialysis of 3 h",
        "3.05 mg",
        f"{'; '.join(taken)}, for a level of 882 ng/mL at its start",
        "**Conflict.** The two published reports of haemodialysis disagree about fourfold; we follow the other one.",
    )
    anuric, day = person(46, 70, 0), DoseEvents([8], [5])
    start = steady_state_amounts(anuric, day)
    peak = simulate(anuric, day, np.arange(0, 1441) / 60, start).concentration.max()
    yield (
        "5 mg a day on haemodialysis, level 2 h into a session",
        "above 600 ng/mL",
        f"never above {peak:.0f} ng/mL, even without any dialysis",
        "**Not reproduced.** No linear model gets there.",
    )
    for name, gfr in (("5 mL/min", 5), ("no kidneys", 0)):
        yield (
            f"Half-life between dialyses, {name}",
            "15.5 h (recalled, not confirmed)",
            shown(float(terminal_half_life_h(person(60, 70, gfr))[0])) + " h",
            "Agrees, if the recalled value is right.",
        )


def overdoses() -> Iterator[Row]:
    """Level in mg/L under each explanation."""
    cases = (
        ("14 years, 51 kg, 1,200 mg, 14 h", child(14, 51, 160), 1200, 14, "0.88"),
        ("6 years, 22 kg, 1,300 mg, 10 to 14 h (found late)", child(6, 22, 115), 1300, 12, "4.00"),
    )
    for case, covariates, mg, hour, observed in cases:
        found = simulate_overdose(
            MODEL, MODELS["overdose.reference2026"], covariates, mg, [0.0, float(hour)], seed=1, n=500
        )
        levels = [f"{scenario.typical[-1] / 1000:.1f}" for scenario in found.scenarios]
        width = f"{found.lowest[-1] / 1000:.1f} to {found.highest[-1] / 1000:.1f}"
        yield case, observed, *levels, width, remark(covariates, mg)


def remark(covariates: Covariates, mg: float) -> str:
    """What to make of an overdose, from the course as usual."""
    hours = [10.0, 12.0, 14.0]
    level = simulate(typical_individual(MODEL, covariates), DoseEvents([0], [mg]), hours).concentration[:, 0]
    if covariates.age_years > 10:
        return (
            f"As usual, {level[-1] / 882:.1f} times the measured level. Vomiting, charcoal, less absorbed or less "
            "taken: one case cannot say."
        )
    each = ", ".join(f"{value / 1000:.1f}" for value in level)
    return (
        f"As usual {each} at 10, 12 and 14 h; agrees if the tablets were taken about two hours before the child "
        "was found."
    )


def milk() -> Iterator[Row]:
    """Quantity, published, ours, what to make of it."""
    made = "Made the range; no test."
    mother = person(30, 60, 120)
    single = float(simulate(mother, DoseEvents([0], [20]), [4.0]).concentration[0, 0])
    once = compute_milk_exposure(MODELS["milk.reference2026"], single, 20, 60).milk_ng_per_ml
    yield "Milk 4 h after 20 mg, ng/mL", "130", f"{once[0]:.0f} to {once[1]:.0f}", made
    late = float(simulate(mother, DoseEvents([0], [20]), [26.0]).concentration[0, 0])
    later = compute_milk_exposure(MODELS["milk.reference2026"], late, 20, 60).milk_ng_per_ml
    yield (
        "Milk 26 h after it, ng/mL",
        "11",
        f"{later[0]:.0f} to {later[1]:.0f}",
        "**Not reproduced.** Her milk emptied with a half-life of 5.6 h, our plasma falls faster.",
    )
    often = compute_milk_exposure(
        MODELS["milk.reference2026"], float(average_at_steady_state(mother, 80)[0]), 80, 60
    )
    low, high = often.milk_ng_per_ml
    yield "Milk on 20 mg four times a day, ng/mL", "297 to 343", f"{low:.0f} to {high:.0f}", made
    pump = typical_patient(MODEL, SPINAL, Covariates(30, 60, 120))
    by_pump = compute_milk_exposure(
        MODELS["milk.reference2026"], float(steady(pump, 330).plasma[0, 0]), 0.33, 60
    ).milk_ng_per_ml
    yield (
        "Milk on 330 micrograms a day by pump, ng/mL",
        "0.617",
        f"{by_pump[0]:.1f} to {by_pump[1]:.1f}",
        "**Higher than seen,** in one mother; her plasma and the hour are not known to us.",
    )
    low, high = often.infant_mg_per_kg_day
    yield "Infant's dose on that, mg per kg a day", "0.048", f"{low:.3f} to {high:.3f}", made
    assert often.relative_percent is not None
    low, high = often.relative_percent
    yield "The same, % of the mother's dose per kg", "3.6", f"{low:.1f} to {high:.1f}", made


TABLES: dict[str, Callable[[], str]] = {
    "models side by side": lambda: table(
        ("model", *(f"{hour:g}" for hour in CURVE_HOURS), "exposure", "half-life"), curves()
    ),
    "label": lambda: table(("dose", "label", "ours", "difference"), label()),
    "removal": lambda: table(("case", "published", "ours", "what to make of it"), removal()),
    "overdose": lambda: table(("case", "observed", *SCENARIOS, "range", "what to make of it"), overdoses()),
    "milk": lambda: table(("quantity", "published", "ours", "what to make of it"), milk()),
}
