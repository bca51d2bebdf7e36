"""Published values beside ours for the models side by side, removal outside the body, overdose and milk.

    python docs/systemic_cases.py            write docs/reference/systemic-cases.txt
    python docs/systemic_cases.py --check    write nothing; exit code 1 when the page is out of date

Published figures are typed here from the sources; ours are computed when the page is made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, Individual, typical_individual
from eutonia.model.kidney import estimate_filtration
from eutonia.show import show_number
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.exact import solve_exactly
from eutonia.simulate.milk import compute_milk_exposure
from eutonia.simulate.overdose import simulate_overdose
from eutonia.simulate.removal import Session, published_clearances, simulate_with_removal, summarise_session
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.side_by_side import simulate_side_by_side
from eutonia.simulate.summary import average_at_steady_state, terminal_half_life_h

PAGE = Path(__file__).parent / "reference" / "systemic-cases.txt"
KNOWLEDGE = load_knowledge()
MODELS = KNOWLEDGE.models
MODEL = MODELS["oral.reference2026"]
CURVE_HOURS = [0.5, 1, 1.5, 2, 3, 4, 6, 8, 10, 12]
HD = published_clearances(MODELS["removal.reference2026"], "haemodialysis")

SCENARIOS = ("as usual", "over 12 hours", "over 24 hours", "failing kidney")

Row = tuple[str, ...]


def person(age: float, weight: float, filtration: float) -> Individual:
    return typical_individual(MODEL, Covariates(age, weight, filtration))


def child(age: float, weight: float, height: float) -> Covariates:
    """A child whose indexed filtration is 120, scaled to its own body surface."""
    estimate = estimate_filtration(
        KNOWLEDGE.kidney, age_years=age, weight_kg=weight, height_cm=height, indexed_ml_per_min=120
    )
    assert estimate is not None
    return Covariates(age, weight, estimate.value)


def numbers(*values: float, digits: int = 3) -> str:
    return " and ".join(show_number(float(value), digits) for value in values)


def curves() -> Iterator[Row]:
    """Every adult model after one tablet of 10 mg in the same man; ours only."""
    hours = np.unique([*CURVE_HOURS, 240.0])
    found = simulate_side_by_side(
        MODELS, Covariates(50, 76, 100), DoseEvents([0], [10]), hours, seed=1, n=500
    )
    for curve in found.curves:
        levels = [f"{curve.typical[np.searchsorted(hours, hour)]:.0f}" for hour in CURVE_HOURS]
        yield (f"`{curve.model}`", *levels, f"{curve.auc:.0f}", numbers(curve.half_life_h, digits=2))
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
    adult = person(60, 70, 100)
    volume = float((adult.vc + adult.vp)[0])
    yield (
        "Volume from haemodialysis (Brvar 2007), L",
        "50.7",
        numbers(volume),
        f"{100 * (1 - volume / 50.7):.0f} % below; the tolerance is 20 %",
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
            numbers(float(terminal_half_life_h(person(60, 70, gfr))[0])) + " h",
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
        yield case, observed, *levels, f"{found.lowest[-1] / 1000:.1f} to {found.highest[-1] / 1000:.1f}"


def milk() -> Iterator[Row]:
    """Milk and infant, published and ours."""
    mother = person(30, 60, 120)
    single = float(simulate(mother, DoseEvents([0], [20]), [4.0]).concentration[0, 0])
    once = compute_milk_exposure(MODELS["milk.reference2026"], single, 20, 60).milk_ng_per_ml
    yield "Milk 4 h after 20 mg, ng/mL", "130", f"{once[0]:.0f} to {once[1]:.0f}"
    often = compute_milk_exposure(
        MODELS["milk.reference2026"], float(average_at_steady_state(mother, 80)[0]), 80, 60
    )
    low, high = often.milk_ng_per_ml
    yield "Milk on 20 mg four times a day, ng/mL", "297 to 343", f"{low:.0f} to {high:.0f}"
    low, high = often.infant_mg_per_kg_day
    yield "Infant's dose on that, mg per kg a day", "0.048", f"{low:.3f} to {high:.3f}"
    assert often.relative_percent is not None
    low, high = often.relative_percent
    yield "The same, % of the mother's dose per kg", "3.6", f"{low:.1f} to {high:.1f}"


def table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            "# Systemic models: published values beside ours",
            "",
            "Made by `docs/systemic_cases.py`; the columns *ours* are computed when the page is made. What these",
            "figures mean for use stands in [where the model stops](../explanation/where-the-model-stops.md).",
            "",
            "## Models side by side",
            "",
            "One tablet of 10 mg in a man of 50 years, 76 kg and a clearance of 100 mL per minute, ng/mL at hours",
            "after it; exposure in ng h/mL; half-life in hours. The model of children refuses him. The tablets of",
            "`oral.kochak1985` have the reference model's absorption: that study put the drug into the intestine.",
            "",
            TABLES["models side by side"](),
            "",
            "## Against a label seen later",
            "",
            "The exposures of the Swiss product text (registration 36083) were not known when the parameters were",
            "fixed; its peaks had been recalled. It states no number of people, assay or kidney function. Ours for",
            "70 kg and a clearance of 100 to 110 mL per minute (peaks at 110). A bioequivalence study lies on the",
            "other side of ours, so the parameters stay; the label's CL/F of 8.8 L/h is a case of higher exposure.",
            "",
            TABLES["label"](),
            "",
            "## Removal outside the body",
            "",
            "Single cases, reported and not gated, except the volume, which is also a test.",
            "",
            TABLES["removal"](),
            "",
            "## Overdose",
            "",
            "Typical level in mg/L under each explanation, and the range of virtual people over all of them. One",
            "patient each; treatment not in the model. Ours for the second at 12 h.",
            "",
            TABLES["overdose"](),
            "",
            "## Milk",
            "",
            "Two mothers, read second-hand; both made the range, so this is no test. Mother of 60 kg, 120 mL per",
            "minute.",
            "",
            TABLES["milk"](),
            "",
        ]
    )


def main() -> int:
    """Write or check the page."""
    text = page()
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    if "--check" in sys.argv[1:]:
        sys.stdout.write(f"{PAGE.name} is out of date\n")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


TABLES: dict[str, Callable[[], str]] = {
    "models side by side": lambda: table(
        ("model", *(f"{hour:g}" for hour in CURVE_HOURS), "exposure", "half-life"), curves()
    ),
    "label": lambda: table(("dose", "label", "ours", "difference"), label()),
    "removal": lambda: table(("case", "published", "ours", "what to make of it"), removal()),
    "overdose": lambda: table(("case", "observed", *SCENARIOS, "range"), overdoses()),
    "milk": lambda: table(("quantity", "published", "ours"), milk()),
}


if __name__ == "__main__":
    sys.exit(main())
