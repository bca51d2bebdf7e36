"""Checks of the reference model against published values, as tables of docs/explanation/where-the-model-stops.md.

Published figures and tolerances are typed here from the sources; ours are computed when the page is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np
from side_by_side_tables import MODEL, MODELS, Row, child, near, person, shown, spread, table, within

from eutonia.model.individual import Covariates, Individual, draw_individuals, typical_individual
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.removal import Session, summarise_session
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.summary import (
    Exposure,
    average_at_steady_state,
    summarise_exposure,
    terminal_half_life_h,
)

#: How the published figures were checked, where not in the study's abstract.
CHECKED = {
    "11": "second-hand",
    "14": "read",
    "15": "second-hand",
    "16": "read abstract; second-hand; second-hand",
    "19": "read abstract; second-hand",
}
MINUTES = np.arange(0, 48 * 60 + 1) / 60  # two days, one point a minute


@cache
def ten_mg_in_men() -> Exposure:
    men = draw_individuals(MODEL, Covariates(30, 70, 110), 2000, 2017)
    return summarise_exposure(simulate(men, DoseEvents([0], [10]), MINUTES), 0, 8)


def one_dose(who: Individual, mg: float, hours: float = 24) -> Exposure:
    return summarise_exposure(simulate(who, DoseEvents([0], [mg]), MINUTES), 0, hours)


def oral_clearance(who: Individual) -> float:
    return float((who.cl / who.f)[0])


def relative_clearance(filtration: float) -> float:
    return oral_clearance(person(55, 70, filtration)) / oral_clearance(person(55, 70, 108))


def peak_ratio() -> float:
    ill, well = (one_dose(person(55, 70, gfr), 5).cmax[0] for gfr in (20, 108))
    return float(ill / well)


def exposure_spread() -> float:
    people = draw_individuals(MODEL, Covariates(30, 70, 110), 4000, 2015)
    return spread(average_at_steady_state(people, 10))


def urine_percent() -> float:
    who = person(30, 70, 100)
    return float(100 * who.f[0] * who.cl_renal[0] / who.cl[0])


def filtered_half_life() -> float:
    """Half-life under haemofiltration when the total clearance is the published 6.6 L/h."""
    extra = MODELS["removal.reference2026"].value("clearance_haemofiltration")
    who = replace(person(45, 70, 100), cl=np.array([6.6 - extra]))
    late = [Session("haemofiltration", *hours, extra) for hours in ((0, 30), (30, 40))]
    return float(summarise_session(who, DoseEvents([0], [500]), late, 1).half_life_h[0])


def linearity() -> float:
    ten, forty = (
        simulate(person(40, 70, 110), DoseEvents([0], [mg]), [240.0]).exposure[0, 0] for mg in (10, 40)
    )
    return float(forty / ten)


def checks() -> Iterator[Row]:
    """Check, source, published value, tolerance, ours, verdict."""
    men = ten_mg_in_men()
    ijcpt, iran = "22 men, Int J Clin Pharmacol Ther 2017;55:194", "Foroutan, Iran J Pharm Res 2003;2(3)"
    peak, cv, when = float(men.cmax.mean()), spread(men.cmax), float(np.median(men.tmax_h))
    yield (
        "1. Mean peak after 10 mg, ng/mL",
        ijcpt,
        "141.4 and 138.8",
        "20 % of 140",
        shown(peak),
        near(peak, 140, 20),
    )
    yield "2. Spread of that peak, CV %", ijcpt, "20.8 and 22.6", "15 to 30", shown(cv), within(cv, 15, 30)
    yield (
        "3. Median time of the peak, h",
        ijcpt,
        "1.50 and 1.25",
        "1.0 to 1.9",
        shown(when),
        within(when, 1, 1.9),
    )
    fifty = one_dose(person(30, 70, 110), 50)
    for number, name, value, published in (
        ("4", "Peak after 50 mg, ng/mL", float(fifty.cmax[0]), (737.6, 739.5)),
        ("5", "Exposure over 24 h after 50 mg, ng h/mL", float(fifty.auc[0]), (3980.3, 4066.7)),
    ):
        middle = sum(published) / 2
        given = " and ".join(str(p) for p in published)
        yield f"{number}. {name}", iran, given, "20 %", shown(value), near(value, middle, 20)
    for gfr, published_ratio, words in (
        (65, 2 / 3, "two thirds"),
        (40, 1 / 2, "one half"),
        (20, 1 / 3, "one third"),
    ):
        ratio = relative_clearance(gfr)
        yield (
            f"6. CL/F at a clearance of {gfr} mL/min against normal",
            "Vlavonou, J Clin Pharmacol 2014;54:584",
            words,
            "15 %",
            shown(ratio, digits=2),
            near(ratio, published_ratio, 15),
        )
    ratio = peak_ratio()
    yield (
        "7. Peak below 30 mL/min against normal",
        "Vlavonou 2014",
        "no difference found",
        "ratio 0.9 to 1.3",
        shown(ratio),
        within(ratio, 0.9, 1.3),
    )
    boy = typical_individual(MODEL, child(8, 25, 128))
    per_kg, half_life = oral_clearance(boy) / 25, float(terminal_half_life_h(boy)[0])
    yield (
        "8. CL/F of a child of 25 kg, L/h per kg",
        "He, J Pediatr 2014;164:1181",
        "0.273",
        "20 %",
        shown(per_kg),
        near(per_kg, 0.273, 20),
    )
    yield (
        "9. Half-life of that child, h",
        "He 2014 and two smaller studies",
        "4.5; 2.3 to 3.4; 5.1",
        "2.3 to 5.2",
        shown(half_life),
        within(half_life, 2.3, 5.2),
    )
    yield from later_checks()


def later_checks() -> Iterator[Row]:
    """Checks 10 to 19."""
    wiersma = "Wiersma, Ther Drug Monit 2003;25:93"
    young = [typical_individual(MODEL, child(*who)) for who in ((2, 8, 80), (2, 10, 86), (3, 12, 92))]
    per_kg = [oral_clearance(one) / kg for one, kg in zip(young, (8, 10, 12), strict=True)]
    yield (
        "10. CL/F of children of 8 to 12 kg, L/h per kg",
        f"{wiersma}; weights assumed",
        "0.316",
        "25 %",
        f"{shown(min(per_kg))} to {shown(max(per_kg))}",
        near(max(per_kg, key=lambda value: abs(value - 0.316)), 0.316, 25),
    )
    half_life = float(terminal_half_life_h(person(30, 70, 110))[0])
    yield (
        "11. Half-life of healthy adults, h",
        "20 mg study and a solution's label",
        "5.3 and 5.7",
        "25 % of 5.5",
        shown(half_life),
        near(half_life, 5.5, 25),
    )
    adult = person(60, 70, 100)
    volume = float((adult.vc + adult.vp)[0])
    yield (
        "12. Volume from haemodialysis, L",
        "Brvar, Eur J Clin Pharmacol 2007;63:1143",
        "50.7 (7.70 over 0.152)",
        "20 %",
        shown(volume),
        near(volume, 50.7, 20),
    )
    filtered = filtered_half_life()
    yield (
        "13. Half-life under haemofiltration, total clearance 6.6 L/h, h",
        "one patient, Eur J Clin Pharmacol 2015, doi 10.1007/s00228-014-1802-y",
        "4.8",
        "25 %",
        shown(filtered),
        near(filtered, 4.8, 25),
    )
    peak = float(one_dose(person(30, 70, 110), 20).cmax[0])
    yield (
        "14. Peak after 20 mg, ng/mL",
        "patent US 12,011,502; into muscle, a weak test",
        "257 to 478",
        "inside",
        shown(peak),
        within(peak, 257, 478),
    )
    half_life = float(terminal_half_life_h(person(30, 65, 120))[0])
    yield (
        "15. Half-life after birth, one woman, h",
        "Hale, forum of InfantRisk (second-hand)",
        "3.9",
        "30 %",
        shown(half_life),
        near(half_life, 3.9, 30),
    )
    drinkers = oral_clearance(person(50, 74, 100))
    yield (
        "16. CL/F in alcohol use disorder, L/h",
        "Simon 2018, Marsot 2014, Chevillard 2018",
        "11.6; 9.9; 8.0",
        "8.0 to 12.3",
        shown(drinkers),
        within(drinkers, 8, 12.3),
    )
    urine = urine_percent()
    yield (
        "17. Unchanged in the urine, % of the dose",
        "Kochak 1985, Wuis 1989 and 1990 (made the model)",
        "57; 65; 69",
        "50 to 75",
        shown(urine),
        within(urine, 50, 75),
    )
    cv = exposure_spread()
    yield (
        "18. Spread of the exposure, CV %",
        "Agarwal, J Child Neurol 2015;30:37",
        "18 to 24",
        "16 to 28",
        shown(cv),
        within(cv, 16, 28),
    )
    fourfold = linearity()
    yield (
        "19. Exposure after 40 mg against 10 mg",
        "Kochak 1985, and volunteers cited by Sanchez-Ponce 2012",
        "4",
        "1 %",
        shown(fourfold),
        within(fourfold, 3.96, 4.04) + ", by construction",
    )


def stress_cases() -> Iterator[Row]:
    """Case, observed, ours, what to make of it."""
    youth = simulate(typical_individual(MODEL, child(14, 51, 160)), DoseEvents([0], [1200]), MINUTES)
    urine = float(youth.urine_mg[38 * 60, 0] - youth.urine_mg[14 * 60, 0])
    yield (
        "14 years, 51 kg, 1,200 mg at once, urine of a day",
        "42 mg",
        f"{shown(urine)} mg from hour 14 to 38",
        "Agrees if collection began on admission, which is not stated.",
    )
    young, old = person(30, 70, 110), person(75, 70, 55)
    more = 100 * (float(average_at_steady_state(old, 10)[0] / average_at_steady_state(young, 10)[0]) - 1)
    yield (
        "Older people, 10 mg",
        "exposure as in the young, later and lower peak",
        f"exposure {shown(more, digits=2)} % higher at a clearance of 55 mL/min",
        "**Disagrees.** The study is of 1985 and its kidney function was not seen; ours errs towards more drug.",
    )
    stable = person(30, 70, 100)
    fluctuations = []
    for hours in ([0, 8, 16], [0, 6, 12]):
        doses = DoseEvents(hours, [10] * 3)
        c = simulate(
            stable, doses, np.arange(0, 1441) / 60, steady_state_amounts(stable, doses)
        ).concentration
        fluctuations.append(100 * float((c.max() - c.min()) / c.min()))
    yield (
        "Fluctuation in patients with spasticity",
        "188 to 439 %",
        f"{shown(fluctuations[0])} % at every 8 h, {shown(fluctuations[1])} % at 0, 6 and 12 h",
        "How the study defined it is not known; ours is highest less lowest over lowest.",
    )
    yield from kinetics_elsewhere()
    yield (
        "Newborn at term, half-life",
        "10 h",
        "refused",
        "Nobody under 2 years is computed.",
    )


def kinetics_elsewhere() -> Iterator[Row]:
    """Volumes, half-lives and times of the peak of studies that the model was not made from."""
    infant = typical_individual(MODEL, Covariates(2, 12, 40))
    volume = float((infant.vc + infant.vp)[0] / infant.f[0] / 12)
    yield (
        "Volume of distribution in children with reflux, L/kg",
        "2.58 (Wiersma 2003, 8 children, to 8 h, read abstract)",
        f"{shown(volume, digits=2)} over the absorbed part, at 2 years and 12 kg",
        "**Not reproduced.** Theirs is an outlier against all other studies; sampling ended at 8 h.",
    )
    half = float(terminal_half_life_h(person(40, 70, 110))[0])
    yield (
        "Half-life in volunteers, h",
        "5.24 by mouth, 5.79 into a vein (2015 or 2017; second-hand, the page does not name the study)",
        shown(half, digits=2),
        f"**Shorter,** {100 * (1 - half / 5.24):.0f} and {100 * (1 - half / 5.79):.0f} % below; see check 11.",
    )
    drunk = typical_individual(MODEL, Covariates(40, 70, 110, "solution"))
    level = simulate(drunk, DoseEvents([0], [20]), MINUTES).concentration[:, 0]
    peak = float(MINUTES[int(level.argmax())])
    yield (
        "Time of the peak of a solution of 20 mg, h",
        "about 0.75 (label as quoted by its maker, second-hand)",
        shown(peak, digits=2),
        "Later than told." if peak > 0.9 else "Agrees.",
    )


def checked() -> Iterator[Row]:
    """The checks, with how the published figure was checked after it."""
    for row in checks():
        mark = CHECKED.get(row[0].partition(".")[0], "read abstract")
        yield (*row[:3], mark, *row[3:])


TABLES: dict[str, Callable[[], str]] = {
    "checks": lambda: table(
        ("check", "source", "published", "checked", "tolerance", "ours", "verdict"), checked()
    ),
    "stress cases": lambda: table(("case", "observed", "ours", "what to make of it"), stress_cases()),
}
