"""An answer nobody gave is asked for in a pump plan; it is never the answer that lets the plan go on."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from eutonia.errors import InputRefused
from eutonia.plan.pump.change import ChangePlan, plan_change
from eutonia.plan.pump.implant import read_implant
from eutonia.plan.pump.mri import plan_magnet
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.overdose import LabelledPhysostigmine, labelled_physostigmine
from eutonia.plan.pump.prime import PrimingPlan, plan_priming
from eutonia.plan.pump.programme import read_pattern, read_simple
from eutonia.plan.pump.replacement import plan_replacement
from eutonia.plan.pump.screening import next_screening, plan_screening
from eutonia.plan.pump.start import FirstDose, StartPlan, first_daily_dose, plan_start
from eutonia.plan.pump.titrate import TitrationPlan, check_dose_change, plan_titration_by_pump
from eutonia.plan.pump.visit import LAST_ROW, close_visit
from eutonia.plan.pump.wean import plan_pump_wean, wean_oral_by_percent
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, guide, implant

F = Fraction


def refused(found: object) -> PumpRefusal:
    assert isinstance(found, PumpRefusal)
    assert found.next_step.endswith(".")
    return found


# --- too much baclofen -----------------------------------------------------------------------------------


def test_physostigmine_is_not_given_as_to_an_adult_while_nobody_said_that_it_is_no_child() -> None:
    unknown = refused(labelled_physostigmine(KNOWLEDGE, is_child=None, weight_kg=12))
    assert unknown.reason is Why.NOT_KNOWN and unknown.missing == ("is_child",)
    assert "adult" in unknown.says and "child" in unknown.says
    weightless = refused(labelled_physostigmine(KNOWLEDGE, is_child=True, weight_kg=None))
    assert weightless.missing == ("weight_kg",)


def test_physostigmine_of_an_adult_needs_no_weight_and_that_of_a_child_follows_it() -> None:
    grown = labelled_physostigmine(KNOWLEDGE, is_child=False, weight_kg=None)
    small = labelled_physostigmine(KNOWLEDGE, is_child=True, weight_kg=12)
    assert isinstance(grown, LabelledPhysostigmine) and isinstance(small, LabelledPhysostigmine)
    assert (grown.mg, small.mg, small.seconds_at_least) == (2, F(24, 100), F(288, 10))
    with pytest.raises(InputRefused):
        labelled_physostigmine(KNOWLEDGE, is_child=True, weight_kg=12_000)


# --- screening and start ---------------------------------------------------------------------------------


def test_a_larger_screening_dose_waits_until_somebody_said_whether_the_last_one_worked() -> None:
    found = refused(next_screening(guide(), 50, 48, has_responded=None))
    assert found.reason is Why.NOT_KNOWN and found.missing == ("has_responded",)


@pytest.mark.parametrize("unknown", ["has_responded", "had_adverse_reaction"])
@pytest.mark.parametrize("label", ["US", "DE", "NL", "JP"])
def test_no_screening_dose_is_doubled_while_its_reaction_or_its_response_is_not_known(
    label: str, unknown: str
) -> None:
    answers = {"has_responded": True, "had_adverse_reaction": False, unknown: None}
    found = first_daily_dose(guide(label), 50, 6, **answers)
    if label == "JP" and unknown == "had_adverse_reaction":  # a text that never doubles
        assert isinstance(found, FirstDose) and found.micrograms == 50
    else:
        assert refused(found).missing == (unknown,)


def test_a_path_of_which_nobody_said_that_it_is_full_is_asked_for_and_drawn_empty() -> None:
    first = first_daily_dose(guide(), 50, 6, has_responded=True, had_adverse_reaction=False)
    assert isinstance(first, FirstDose)
    found = plan_start(guide(), implant(), first, fill_ml=20, is_primed=None)
    assert isinstance(found, StartPlan) and found.simulated is not None
    assert found.questions[0].startswith("Is the path primed?")
    hours, _ = found.simulated.tip_by_hour()
    assert sum(hours[:45]) < 1e-9


def test_a_text_without_the_numbers_of_a_screening_or_a_start_refuses_instead_of_failing() -> None:
    def without(*names: str) -> object:
        kept = tuple(n for n in KNOWLEDGE.pump if n.name not in names)
        return replace(guide(), knowledge=replace(KNOWLEDGE, pump=kept))

    first = first_daily_dose(guide(), 50, 6, has_responded=True, had_adverse_reaction=False)
    assert isinstance(first, FirstDose)
    for name in ("screen.first.most", "screen.interval", "screen.concentration"):
        assert refused(plan_screening(without(name), 50)).reason is Why.NOT_READ  # type: ignore[arg-type]
    for name in ("screen.increment", "screen.interval"):
        found = next_screening(without(name), 50, 48, has_responded=False)  # type: ignore[arg-type]
        assert refused(found).reason is Why.NOT_READ
    for name in ("start.concentration", "start.watch"):
        start = plan_start(without(name), implant(), first, fill_ml=20, is_primed=True)  # type: ignore[arg-type]
        assert refused(start).reason is Why.NOT_READ
    silent = without("start.unmultiplied_above")
    daily = first_daily_dose(silent, 50, 6, has_responded=True, had_adverse_reaction=False)  # type: ignore[arg-type]
    assert refused(daily).reason is Why.NOT_READ


# --- what a plan left out without a word -----------------------------------------------------------------


def test_an_hour_of_the_change_that_is_not_known_is_not_taken_for_midnight() -> None:
    def changed(midnight_h: int | None) -> ChangePlan:
        found = plan_change(
            KNOWLEDGE,
            implant(),
            before=read_simple(KNOWLEDGE, 300),
            after=read_pattern(KNOWLEDGE, [(0, 100), (8, 200)]),
            old_concentration=2000,
            new_concentration=2000,
            fill_ml=20,
            midnight_h=midnight_h,
        )
        assert isinstance(found, ChangePlan)
        return found

    assert any("the hour of the change" in text for text in changed(None).not_checked)
    assert not any("the hour of the change" in text for text in changed(4).not_checked)


def test_a_text_without_a_largest_dose_says_that_none_was_read() -> None:
    ladder = plan_titration_by_pump(
        guide(),
        implant(),
        current_micrograms=100,
        goal_micrograms=150,
        percent=10,
        every_h=24,
        concentration=500,
        fill_ml=20,
        hours_since_start=100,
        hours_since_change=30,
    )
    one = check_dose_change(guide(), 100, 110, "titration", hours_since_start=100, hours_since_change=30)
    dutch = check_dose_change(
        guide("NL", "child"), 100, 110, "titration", hours_since_start=100, hours_since_change=30
    )
    assert isinstance(ladder, TitrationPlan) and isinstance(one, PumpPlan) and isinstance(dutch, PumpPlan)
    for plan in (ladder, one):
        assert any("the largest daily dose was not read" in text for text in plan.not_checked)
    assert not any("the largest daily dose" in text for text in dutch.not_checked)


def test_a_replacement_without_the_dates_of_the_filling_says_that_the_refill_was_not_looked_at() -> None:
    found = plan_replacement(
        KNOWLEDGE,
        implant(),
        today=FILLED_ON,
        replace_by=date(2027, 5, 31),
        refill=None,
        priming=None,
        keeps_catheter=None,
    )
    assert any("whether a refill falls due" in text for text in found.not_checked)


def test_priming_is_not_planned_for_a_programme_the_pump_cannot_run() -> None:
    found = plan_priming(
        KNOWLEDGE,
        implant(low=F(48, 1000)),
        read_simple(KNOWLEDGE, 20),
        concentration=2000,
        fill_ml=20,
        part="whole path",
        duration_h=1,
    )
    assert refused(found).reason is Why.DEVICE


def test_a_way_down_is_checked_against_the_highest_flow_of_the_pump_as_well() -> None:
    found = plan_pump_wean(
        KNOWLEDGE,
        implant(high=F(1, 2)),
        current_micrograms=800,
        floor_micrograms=100,
        percent=20,
        every_h=48,
        pace="planned stop",
        concentration=500,
        fill_ml=20,
    )
    assert "highest flow" in refused(found).says


def test_a_path_of_nothing_is_neither_bridged_nor_primed() -> None:
    empty = replace(implant(), tubing_ml=F(0), catheter_ml=(F(0), F(0)))
    dose = read_simple(KNOWLEDGE, 300)
    primed = plan_priming(
        KNOWLEDGE, empty, dose, concentration=2000, fill_ml=20, part="whole path", duration_h=1
    )
    changed = plan_change(
        KNOWLEDGE, empty, before=dose, after=dose, old_concentration=500, new_concentration=2000, fill_ml=20
    )
    for found in (primed, changed):
        assert "0 mL cannot be" in refused(found).says


def test_what_one_pump_does_in_a_magnet_is_not_told_of_another() -> None:
    rotor, valve = KNOWLEDGE.devices["synchromed_ii_20"], KNOWLEDGE.devices["prometra_ii_20"]
    with pytest.raises(InputRefused) as found:
        plan_magnet(
            KNOWLEDGE,
            rotor,
            read_implant(valve),
            read_simple(KNOWLEDGE, 300),
            concentration=2000,
            left_ml=10,
            scan_h=1,
            reset_h=2,
        )
    assert [p.path for p in found.value.problems] == ["device"]


def test_a_ladder_of_countless_small_steps_is_refused_instead_of_worked_out() -> None:
    up = plan_titration_by_pump(
        guide(),
        implant(40),
        current_micrograms=100,
        goal_micrograms=2000,
        percent=Decimal("0.001"),
        every_h=24,
        concentration=2000,
        fill_ml=40,
        hours_since_start=100,
        hours_since_change=30,
    )
    down = plan_pump_wean(
        KNOWLEDGE,
        implant(40),
        current_micrograms=2000,
        floor_micrograms=100,
        percent=Decimal("0.001"),
        every_h=48,
        pace="planned stop",
        concentration=2000,
        fill_ml=40,
    )
    assert "steps" in refused(up).says and "steps" in refused(down).says
    with pytest.raises(InputRefused):
        wean_oral_by_percent(KNOWLEDGE, 80, 25, 10**9)


def test_a_text_that_names_no_largest_screening_dose_does_not_climb_without_end() -> None:
    once = next_screening(guide("BE"), 50, 48, has_responded=False)
    assert not isinstance(once, PumpRefusal) and once.micrograms == 75
    again = refused(next_screening(guide("BE"), 75, 48, has_responded=False))
    assert again.reason is Why.NOT_READ and "100 micrograms" in again.says


def test_a_dose_that_worked_for_no_time_at_all_gives_no_first_daily_dose() -> None:
    with pytest.raises(InputRefused) as found:
        first_daily_dose(guide(), 50, 0, has_responded=True, had_adverse_reaction=False)
    assert [p.path for p in found.value.problems] == ["effect_h"]


def test_an_implanted_length_without_its_catheter_is_not_passed_over() -> None:
    with pytest.raises(InputRefused) as found:
        read_implant(KNOWLEDGE.devices["synchromed_ii_20"], implanted_cm=80)
    assert [p.path for p in found.value.problems] == ["catheter"]


def test_a_visit_whose_list_forgot_the_running_pump_is_not_closed() -> None:
    rows = ["Every step of the programme read back."]
    assert refused(close_visit(KNOWLEDGE, rows, rows, pump_says="running")).missing == (LAST_ROW,)


def test_which_part_of_the_path_is_primed_is_always_said() -> None:
    parameter = inspect.signature(plan_priming).parameters["part"]
    assert parameter.default is inspect.Parameter.empty
    parts = {
        part: plan_priming(
            KNOWLEDGE,
            implant(),
            read_simple(KNOWLEDGE, 300),
            concentration=2000,
            fill_ml=20,
            part=part,
            duration_h=1,
        )
        for part in ("whole path", "catheter only")
    }
    whole, catheter = parts.values()
    assert isinstance(whole, PrimingPlan) and isinstance(catheter, PrimingPlan)
    assert catheter.micrograms < whole.micrograms
    assert "Priming a full path drives its content into the patient" in whole.settle[0]
