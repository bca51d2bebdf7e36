"""Bad input to a pump plan: what was wrong, where, what would be right; nothing is guessed and all is told at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from eutonia.errors import Code, InputRefused, Problem
from eutonia.plan.pump.audit import audit_visits
from eutonia.plan.pump.candidacy import Candidate, consider
from eutonia.plan.pump.change import plan_change
from eutonia.plan.pump.dose_range import dose_range
from eutonia.plan.pump.exact import Reading, show_amount, show_hours
from eutonia.plan.pump.implant import read_implant
from eutonia.plan.pump.missed import plan_missed_refill
from eutonia.plan.pump.prime import plan_priming
from eutonia.plan.pump.programme import read_pattern, read_periodic, read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill
from eutonia.plan.pump.replacement import plan_replacement
from eutonia.plan.pump.screening import judge_response, plan_screening
from eutonia.plan.pump.titrate import check_dose_change, plan_titration_by_pump
from eutonia.plan.pump.wean import plan_pump_wean, wean_oral_by_percent
from eutonia.units import Quantity, unit
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, guide, implant

DAY = date(2027, 3, 15)


def problems(work: Callable[[], object]) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as refused:
        work()
    return refused.value.problems


def only(work: Callable[[], object]) -> Problem:
    (found,) = problems(work)
    return found


def quantity(value: str, symbol: str) -> Quantity:
    return Quantity(Decimal(value), unit(symbol))


# --- amounts ---------------------------------------------------------------------------------------------


def test_a_binary_fraction_is_refused_because_dates_turn_on_it() -> None:
    found = only(lambda: read_simple(KNOWLEDGE, 0.1))  # type: ignore[arg-type]
    assert (found.code, found.path) == (Code.WRONG_TYPE, "micrograms_per_day")
    assert "Decimal" in found.next_step


@pytest.mark.parametrize("value", [True, "300", None, float("nan")])
def test_what_is_no_exact_number_is_refused(value: object) -> None:
    assert only(lambda: read_simple(KNOWLEDGE, value)).code is Code.WRONG_TYPE  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0, -5, Decimal("NaN"), Decimal("Infinity")])
def test_a_dose_that_is_not_above_0_is_refused(value: int | Decimal) -> None:
    assert only(lambda: read_simple(KNOWLEDGE, value)).code is Code.IMPOSSIBLE_VALUE


@pytest.mark.parametrize("dose", [quantity("0.3", "mg/day"), quantity("300", "microgram/day"), 300])
def test_a_quantity_is_converted_exactly(dose: Quantity | int) -> None:
    assert read_simple(KNOWLEDGE, dose).daily == 300


def test_a_quantity_of_another_kind_is_refused() -> None:
    assert only(lambda: read_simple(KNOWLEDGE, quantity("300", "microgram"))).code is Code.WRONG_DIMENSION


@pytest.mark.parametrize("dose", [Fraction(2, 5), 20_000])
def test_milligrams_told_as_micrograms_and_the_other_way_round_are_refused_for_the_route(
    dose: int | Fraction,
) -> None:
    found = only(lambda: read_simple(KNOWLEDGE, dose))
    assert found.code is Code.IMPLAUSIBLE_FOR_ROUTE
    assert found.accepted == ("1 to 5,000 micrograms a day",)


def test_numbers_are_shown_by_the_rules_of_the_house() -> None:
    shown = [show_amount(Fraction(x)) for x in ("2000", "0.5", "137.5", "1/3", "-1/4")]
    assert shown == ["2,000", "0.5", "137.5", "about 0.3333", "-0.25"]
    assert show_hours(Fraction(45)) == "45 hours"
    assert show_hours(Fraction(60)) == "60 hours (2.5 days)"


# --- programmes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "steps", [[], [(1, 100)], [(0, 50), (0, 50)], [(0, 50), (6, 50), (5, 50)], [(0, 50), (24, 50)]]
)
def test_the_steps_of_a_day_begin_at_0_rise_and_end_within_the_day(steps: list[tuple[int, int]]) -> None:
    assert Code.CROSSED_DATES in {p.code for p in problems(lambda: read_pattern(KNOWLEDGE, steps))}


def test_a_day_of_14_steps_is_more_than_the_pump_takes() -> None:
    steps = [(Fraction(k), 20) for k in range(14)]
    assert only(lambda: read_pattern(KNOWLEDGE, steps)).accepted == ("up to 13 steps",)


def test_a_bolus_that_runs_into_the_next_is_refused() -> None:
    found = only(lambda: read_periodic(KNOWLEDGE, micrograms=50, duration_h=6, every_h=6))
    assert found.code is Code.CONFLICTING_VALUES


def test_boluses_that_add_up_to_an_impossible_day_are_refused() -> None:
    found = only(lambda: read_periodic(KNOWLEDGE, micrograms=300, duration_h=Fraction(1, 2), every_h=1))
    assert found.code is Code.IMPLAUSIBLE_FOR_ROUTE
    assert "7,200" in found.given


# --- the pump --------------------------------------------------------------------------------------------


def test_a_pump_of_which_no_reservoir_is_known_is_refused_until_it_is_filled_in() -> None:
    device = KNOWLEDGE.devices["synchromed_iii"]
    assert only(lambda: read_implant(device)).path == "filled_in.reservoir_volume"
    assert read_implant(device, filled_in={"reservoir_volume": 20}).reservoir_ml == 20


def test_every_slip_in_what_the_clinic_filled_in_is_told_at_once() -> None:
    found = problems(
        lambda: read_implant(
            KNOWLEDGE.devices["synchromed_ii_20"],
            KNOWLEDGE.devices["indura_1p"],
            implanted_cm=120,
            filled_in={
                "tubing": 1,
                "tubing_volume": -1,
                "flow_tolerance": 15,
                "maximum_flow": Decimal("0.01"),
            },
        )
    )
    assert [p.path for p in found] == [
        "filled_in.tubing",
        "filled_in.tubing_volume",
        "filled_in.flow_tolerance",
        "implanted_cm",
        "filled_in.minimum_flow",
    ]


def test_a_shortest_length_above_the_longest_is_refused() -> None:
    parts = KNOWLEDGE.devices["prometra_ii_20"], KNOWLEDGE.devices["prometra_catheter"]
    assert only(lambda: read_implant(*parts, implanted_cm=(90, 80))).code is Code.CONFLICTING_VALUES


def test_the_tubing_no_source_states_stays_unknown_and_is_never_a_default() -> None:
    for name in ("synchromed_ii_20", "synchromed_ii_40", "prometra_ii_20"):
        catheter = KNOWLEDGE.devices["prometra_catheter"]
        found = read_implant(KNOWLEDGE.devices[name], catheter, implanted_cm=80)
        assert found.path_ml is None
        assert found.missing_for_path == ("tubing_volume",)


# --- plans -----------------------------------------------------------------------------------------------


def refill(**changes: object) -> object:
    settings: dict[str, object] = {
        "filled_on": FILLED_ON,
        "filled_ml": 20,
        "concentration": 2000,
        "solution": "baclofen alone",
        **changes,
    }
    return plan_refill(KNOWLEDGE, implant(), read_simple(KNOWLEDGE, 300), **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"filled_ml": 21}, "filled_ml"),
        ({"filled_ml": 2}, "filled_ml"),
        ({"concentration": 2}, "concentration"),
        ({"solution": "baclofen"}, "solution"),
        ({"lead_days": Fraction(1, 2)}, "lead_days"),
        ({"stability_days": 0}, "stability_days"),
        ({"expires_on": date(2026, 11, 21)}, "expires_on"),
    ],
)
def test_a_refill_that_cannot_be_is_refused_at_its_place(changes: dict[str, object], path: str) -> None:
    assert only(lambda: refill(**changes)).path == path


@pytest.mark.parametrize(
    ("visit", "code"),
    [
        ((DAY, 20, 2, 21), Code.IMPOSSIBLE_VALUE),
        ((DAY, 20, 20, 3), Code.IMPOSSIBLE_VALUE),
        ((DAY, 25, 2, 3), Code.IMPOSSIBLE_VALUE),
        ((DAY, 20, -1, 3), Code.IMPOSSIBLE_VALUE),
    ],
)
def test_volumes_that_cannot_be_are_refused(visit: tuple[date, int, int, int], code: Code) -> None:
    assert code in {p.code for p in problems(lambda: audit_visits(KNOWLEDGE, implant(), [visit]))}


def test_visits_out_of_order_and_no_visit_are_refused() -> None:
    two = [(DAY, 20, 2, 3), (DAY, 20, 2, 3)]
    assert only(lambda: audit_visits(KNOWLEDGE, implant(), two)).code is Code.CROSSED_DATES
    assert only(lambda: audit_visits(KNOWLEDGE, implant(), [])).code is Code.MISSING_VALUE


def test_a_refill_cannot_be_missed_before_the_pump_was_filled() -> None:
    plan = refill()
    assert isinstance(plan, RefillPlan)

    def ask() -> object:
        return plan_missed_refill(KNOWLEDGE, plan, today=date(2026, 11, 21), has_signs=None)

    assert only(ask).code is Code.CROSSED_DATES


def test_a_replacement_that_lies_in_the_past_is_refused() -> None:
    found = only(
        lambda: plan_replacement(
            KNOWLEDGE,
            implant(),
            today=DAY,
            replace_by=FILLED_ON,
            refill=None,
            priming=None,
            keeps_catheter=None,
        )
    )
    assert found.code is Code.CROSSED_DATES


def test_a_change_with_a_misplaced_point_is_refused_at_every_place() -> None:
    simple = read_simple(KNOWLEDGE, 300)
    found = problems(
        lambda: plan_change(
            KNOWLEDGE,
            implant(),
            before=simple,
            after=simple,
            old_concentration=2,
            new_concentration=20_000,
            fill_ml=40,
            midnight_h=25,
        )
    )
    assert [p.path for p in found] == ["old_concentration", "new_concentration", "fill_ml", "midnight_h"]


@pytest.mark.parametrize(
    ("work", "path"),
    [
        (lambda: plan_screening(guide(), -50), "first_micrograms"),
        (lambda: dose_range(guide(), 300, "holiday"), "occasion"),
        (
            lambda: check_dose_change(
                guide(), 300, 250, "titration", hours_since_start=None, hours_since_change=None
            ),
            "proposed_micrograms",
        ),
        (
            lambda: plan_titration_by_pump(
                guide(),
                implant(),
                current_micrograms=100,
                goal_micrograms=100,
                percent=10,
                every_h=24,
                concentration=500,
                fill_ml=20,
                hours_since_start=None,
                hours_since_change=None,
            ),
            "goal_micrograms",
        ),
        (lambda: wean_oral_by_percent(KNOWLEDGE, 80, 25, 0), "count"),
        (
            lambda: plan_pump_wean(
                KNOWLEDGE,
                implant(),
                current_micrograms=400,
                floor_micrograms=400,
                percent=20,
                every_h=48,
                pace="planned stop",
                concentration=2000,
                fill_ml=20,
            ),
            "floor_micrograms",
        ),
        (
            lambda: plan_priming(
                KNOWLEDGE,
                implant(),
                read_simple(KNOWLEDGE, 100),
                concentration=500,
                fill_ml=20,
                part="pump",
                duration_h=1,
            ),
            "part",
        ),
        (lambda: judge_response(KNOWLEDGE, [4, 3], [2]), "after"),
        (lambda: consider(KNOWLEDGE, Candidate(has_infection="no")), "has_infection"),  # type: ignore[arg-type]
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(work: Callable[[], object], path: str) -> None:
    assert only(work).path == path


def test_problems_are_collected_not_raised_one_by_one() -> None:
    reading = Reading(KNOWLEDGE)
    reading.daily_dose("a", -1)
    reading.concentration("b", 0)
    reading.word("c", "x", ("y",))
    assert [p.path for p in problems(reading.done)] == ["a", "b", "c"]
