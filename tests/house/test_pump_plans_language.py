"""What a pump plan tells people follows the display rules, and says the things it always has to say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from eutonia.plan.pump.audit import audit_visits
from eutonia.plan.pump.candidacy import Candidate, consider
from eutonia.plan.pump.change import plan_change
from eutonia.plan.pump.dose_range import dose_range
from eutonia.plan.pump.implant import read_implant
from eutonia.plan.pump.missed import plan_missed_refill
from eutonia.plan.pump.mri import plan_magnet
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal
from eutonia.plan.pump.prime import plan_priming
from eutonia.plan.pump.programme import read_pattern, read_periodic, read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill
from eutonia.plan.pump.replacement import plan_replacement
from eutonia.plan.pump.restart import show_restart_positions
from eutonia.plan.pump.screening import next_screening, plan_screening
from eutonia.plan.pump.start import FirstDose, first_daily_dose, plan_start
from eutonia.plan.pump.titrate import check_dose_change, plan_titration_by_pump
from eutonia.plan.pump.wean import plan_pump_wean
from tests.house.display_rules import violations
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, guide, implant

DEVICE = KNOWLEDGE.devices["prometra_ii_20"]


def every_plan() -> dict[str, object]:
    """One of each, with odd numbers so that all ways of writing them occur."""
    pump = implant(error=Fraction(1, 7), low=Fraction(1, 100))
    dose, other = read_simple(KNOWLEDGE, Decimal("301.7")), read_simple(KNOWLEDGE, 1001)
    pattern = read_pattern(KNOWLEDGE, [(0, 70), (Decimal("7.5"), 130), (Fraction(40, 3), 101)])
    boluses = read_periodic(
        KNOWLEDGE, micrograms=50, duration_h=Fraction(1, 3), every_h=7, base_micrograms_per_day=24
    )
    refill = plan_refill(
        KNOWLEDGE,
        pump,
        dose,
        filled_on=FILLED_ON,
        filled_ml=Decimal("19.3"),
        concentration=2000,
        solution="with clonidine",
    )
    assert isinstance(refill, RefillPlan)
    first = first_daily_dose(guide(), 50, 6, has_responded=True, had_adverse_reaction=False)
    assert isinstance(first, FirstDose)
    priming = plan_priming(
        KNOWLEDGE, pump, dose, concentration=500, fill_ml=18, part="whole path", duration_h=Fraction(1, 3)
    )
    shared = {"old_concentration": 500, "new_concentration": 2000, "fill_ml": 17}
    late = {
        state: plan_missed_refill(
            KNOWLEDGE,
            refill,
            today=day,
            has_signs=signs,
        )
        for state, day, signs in (
            ("not due", date(2026, 12, 1), None),
            ("empty", date(2027, 5, 1), True),
            ("overdue", date(2027, 3, 2), False),
        )
    }
    return {
        "candidacy": consider(KNOWLEDGE, Candidate()),
        "candidacy, against": consider(
            KNOWLEDGE, Candidate(age_years=3, has_infection=True, needs_tone_to_stand=True)
        ),
        "screening": plan_screening(guide("NL", "child"), 25),
        "screening refused": plan_screening(guide(), 75),
        "next screening": next_screening(guide(), 50, Fraction(55, 3), has_responded=False),
        "first dose": first,
        "first dose not read": first_daily_dose(
            guide("BE"), 50, 6, has_responded=True, had_adverse_reaction=False
        ),
        "first dose between texts": first_daily_dose(
            guide("DE"), 50, 12, has_responded=True, had_adverse_reaction=False
        ),
        "start": plan_start(guide("JP"), pump, first, fill_ml=18, concentration=1000, is_primed=False),
        "range not read": dose_range(guide("JP"), 100, "titration"),
        "change of dose": check_dose_change(
            guide(), 900, 1200, "refill", hours_since_start=None, hours_since_change=None
        ),
        "titration": plan_titration_by_pump(
            guide("DE", "cerebral"),
            pump,
            current_micrograms=97,
            goal_micrograms=211,
            percent=Fraction(50, 3),
            every_h=31,
            concentration=500,
            fill_ml=18,
            hours_since_start=None,
            hours_since_change=25,
        ),
        "way down": plan_pump_wean(
            KNOWLEDGE,
            pump,
            current_micrograms=1203,
            floor_micrograms=150,
            percent=17,
            every_h=50,
            pace="planned stop",
            concentration=2000,
            fill_ml=18,
        ),
        "bridge": plan_change(KNOWLEDGE, pump, before=pattern, after=other, **shared),
        "mode": plan_change(KNOWLEDGE, pump, before=boluses, after=pattern, **shared),
        "no path": plan_change(KNOWLEDGE, implant(path=None), before=dose, after=other, **shared),
        "priming": priming,
        "refill": refill,
        "audit": audit_visits(
            KNOWLEDGE,
            pump,
            [
                (date(2027, 1, 5), 19, 3, Decimal("3.7")),
                (date(2027, 4, 5), 19, 3, 5),
                (date(2027, 7, 5), 19, 3, 9),
            ],
        ),
        "magnet": plan_magnet(
            KNOWLEDGE,
            KNOWLEDGE.devices["synchromed_ii_20"],
            read_implant(KNOWLEDGE.devices["synchromed_ii_20"]),
            dose,
            concentration=2000,
            left_ml=10,
            scan_h=1,
        ),
        "magnet refused": plan_magnet(
            KNOWLEDGE, DEVICE, read_implant(DEVICE), dose, concentration=2000, left_ml=10, scan_h=1
        ),
        "replacement": plan_replacement(
            KNOWLEDGE,
            pump,
            today=FILLED_ON,
            replace_by=date(2027, 2, 1),
            refill=refill,
            priming=None,
            keeps_catheter=True,
        ),
        "restart": show_restart_positions(KNOWLEDGE, pump, stopped_h=71, dose_before=403, first_dose=None),
        **late,
    }


PLANS = every_plan()


def texts(found: object) -> Iterator[str]:
    """Every sentence of a plan, however deep; names of fields are not read by people."""
    if isinstance(found, str):
        if " " in found:
            yield found
    elif isinstance(found, tuple):
        for one in found:
            yield from texts(one)
    elif is_dataclass(found) and not isinstance(found, type):
        for field in fields(found):
            if field.name not in {
                "simulated",
                "evidence",
                "policy",
                "numbers",
                "conflicts",
                "positions",
                "differs",
            }:
                yield from texts(getattr(found, field.name))


@pytest.mark.parametrize("name", PLANS)
def test_every_sentence_of_a_plan_is_written_by_the_display_rules(name: str) -> None:
    said = [*texts(PLANS[name])]
    assert said
    assert [v for text in said for v in violations(text, is_page=False)] == []


@pytest.mark.parametrize("name", [n for n, p in PLANS.items() if isinstance(p, PumpPlan)])
def test_every_sentence_begins_with_a_capital_or_a_figure_and_ends(name: str) -> None:
    plan = PLANS[name]
    assert isinstance(plan, PumpPlan)
    for text in (*plan.says, *plan.second_look, *plan.questions, *plan.settle, *plan.not_checked):
        assert text[0].isupper() or text[0].isdigit(), text
        assert text[-1] in ".?", text
        assert "  " not in text and "about about" not in text, text


def test_every_kind_of_number_for_pumps_is_told_by_the_display_rules() -> None:
    said = [n.says for n in KNOWLEDGE.pump] + [n.departs for n in KNOWLEDGE.pump]
    said += [d.says for n in KNOWLEDGE.pump for d in n.differs]
    said += [
        text
        for note in KNOWLEDGE.notes.values()
        if note.topic == "pump"
        for text in (note.title, note.say, note.do)
    ]
    assert [v for text in said for v in violations(text, is_page=False)] == []


@pytest.mark.parametrize("name", [n for n, p in PLANS.items() if isinstance(p, PumpPlan)])
def test_every_plan_is_simulated_or_says_what_was_not(name: str) -> None:
    plan = PLANS[name]
    assert isinstance(plan, PumpPlan) and plan.simulated is not None
    assert plan.simulated.run is not None or plan.simulated.not_simulated


@pytest.mark.parametrize("name", [n for n, p in PLANS.items() if isinstance(p, PumpRefusal)])
def test_every_refusal_says_what_to_do_next(name: str) -> None:
    refusal = PLANS[name]
    assert isinstance(refusal, PumpRefusal)
    assert refusal.says.endswith(".") and refusal.next_step.endswith(".")


def test_of_each_kind_there_is_a_plan_and_of_some_a_refusal() -> None:
    assert sum(isinstance(p, PumpRefusal) for p in PLANS.values()) == 7
    assert sum(isinstance(p, PumpPlan) for p in PLANS.values()) == len(PLANS) - 7 - 3
