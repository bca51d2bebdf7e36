"""Oracle: the worked examples J1 to J26 of the facts page on intrathecal baclofen, met by the plans, exactly.

Fractions on both sides; no tolerance, except where the model's floating point enters (said there). The path of 0.375 mL
and the 14.5 per cent are arithmetic only: no source supports them. J27 is of the model alone and stands in
``test_pump_worked_examples.py``, with the same examples run through the simulated pump.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import exp

import pytest

from eutonia.knowledge.schema import Word
from eutonia.plan.pump.audit import audit_visits
from eutonia.plan.pump.change import BridgePlan, ChangePlan, bridge, plan_change
from eutonia.plan.pump.dose_range import DoseRange, dose_range
from eutonia.plan.pump.implant import read_implant
from eutonia.plan.pump.mri import MagnetPlan, plan_magnet
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.overdose import (
    LabelledPhysostigmine,
    drained_share,
    labelled_drainage,
    labelled_physostigmine,
)
from eutonia.plan.pump.prime import PrimingPlan, flushed, plan_priming
from eutonia.plan.pump.programme import read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill
from eutonia.plan.pump.screening import ScreeningDose, next_screening
from eutonia.plan.pump.start import FirstDose, first_daily_dose
from eutonia.plan.pump.titrate import TitrationPlan, check_dose_change, plan_titration_by_pump
from eutonia.plan.pump.wean import PumpWean, plan_pump_wean, wean_oral_by_percent
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, PATH, guide, implant
from tests.spinal_base import adult

D, F = Decimal, Fraction


def refill(fill: int, alarm: int, dose: int, concentration: int, error: Fraction | None = None) -> RefillPlan:
    found = plan_refill(
        KNOWLEDGE,
        implant(fill, alarm=alarm, error=error),
        read_simple(KNOWLEDGE, dose),
        filled_on=FILLED_ON,
        filled_ml=fill,
        concentration=concentration,
        solution="baclofen alone",
        lead_days=7,
    )
    assert isinstance(found, RefillPlan)
    return found


REFILLS = [
    # fill, alarm, dose, concentration; flow, days to alarm, alarm on, days to empty, empty on, refill by
    ("J1", 20, 2, 300, 2000, F(15, 100), F(120), (2027, 3, 22), F(400, 3), (2027, 4, 4), (2027, 3, 15)),
    ("J2", 40, 2, 300, 2000, F(15, 100), F(760, 3), (2027, 8, 2), F(800, 3), (2027, 8, 15), (2027, 5, 21)),
    ("J3", 40, 2, 600, 2000, F(3, 10), F(380, 3), (2027, 3, 28), F(400, 3), (2027, 4, 4), (2027, 3, 21)),
    ("J4", 20, 2, 100, 500, F(2, 10), F(90), (2027, 2, 20), F(100), (2027, 3, 2), (2027, 2, 13)),
    ("J5", 20, 4, 600, 2000, F(3, 10), F(160, 3), (2027, 1, 14), F(200, 3), (2027, 1, 27), (2027, 1, 7)),
    ("J6", 40, 2, 350, 1000, F(35, 100), F(760, 7), (2027, 3, 10), F(800, 7), (2027, 3, 16), (2027, 3, 3)),
    (
        "J7",
        20,
        2,
        850,
        2000,
        F(425, 1000),
        F(720, 17),
        (2027, 1, 3),
        F(800, 17),
        (2027, 1, 8),
        (2026, 12, 27),
    ),
    ("J8", 40, 2, 90, 500, F(18, 100), F(1900, 9), (2027, 6, 21), F(2000, 9), (2027, 7, 2), (2027, 5, 21)),
]


@pytest.mark.parametrize("case", REFILLS, ids=[c[0] for c in REFILLS])
def test_j1_to_j8_every_date_is_the_one_worked_out(case: tuple[object, ...]) -> None:
    _, fill, alarm, dose, strength, flow, to_alarm, alarm_on, to_empty, empty_on, by = case
    found = refill(fill, alarm, dose, strength)  # type: ignore[arg-type]
    assert (found.flow, found.alarm.days, found.empty.days) == (flow, to_alarm, to_empty)
    assert found.alarm_on == date(*alarm_on)  # type: ignore[misc]
    assert found.empty_on == date(*empty_on)  # type: ignore[misc]
    assert found.refill_by == date(*by)  # type: ignore[misc]


@pytest.mark.parametrize("case", ["J2", "J8"])
def test_j2_and_j8_the_stability_limit_comes_before_the_alarm(case: str) -> None:
    row = next(r for r in REFILLS if r[0] == case)
    assert refill(*row[1:5]).because == "the stability limit of the solution"


def test_j9_the_early_edge_of_the_flow_error_is_planned_on() -> None:
    found = refill(20, 2, 300, 2000, error=F(145, 1000))
    assert found.alarm.early == F(120) / F(1145, 1000) == F(24000, 229)
    assert found.alarm.late == F(120) / F(855, 1000)
    assert round(float(found.alarm.early), 2) == 104.80
    assert round(float(found.alarm.late), 2) == 140.35
    assert round(float(refill(20, 2, 300, 2000, error=F(1, 100)).alarm.early or 0), 2) == 118.81
    assert found.refill_by == date(2027, 2, 27)  # 104 days after the fill, less 7
    assert found.nominal_by == date(2027, 3, 15)


def test_j10_a_prometra_is_due_when_3_ml_are_left() -> None:
    pump = read_implant(KNOWLEDGE.devices["prometra_ii_20"], None)
    assert pump.alarm_ml == 3
    found = plan_refill(
        KNOWLEDGE,
        pump,
        read_simple(KNOWLEDGE, 300),
        filled_on=FILLED_ON,
        filled_ml=20,
        concentration=2000,
        solution="baclofen alone",
    )
    assert isinstance(found, RefillPlan)
    assert found.alarm.days == F(340, 3)
    assert found.alarm_on == date(2027, 3, 15)


CHANGES = [
    # path, old and new concentration, old and new dose; micrograms, flow, hours;
    # left out: micrograms a day, hours; new flow
    ("J11", PATH, 500, 2000, 400, 400, F(1875, 10), F(8, 10), F(45, 4), F(100), F(45), F(2, 10)),
    ("J12", PATH, 2000, 500, 400, 400, F(750), F(2, 10), F(45), F(1600), F(45, 4), F(8, 10)),
    (
        "J13",
        PATH,
        500,
        2000,
        250,
        275,
        F(1875, 10),
        F(5, 10),
        F(18),
        F(6875, 100),
        F(720, 11),
        F(1375, 10000),
    ),
    (
        "J14",
        F(342, 1000),
        2000,
        3000,
        900,
        900,
        F(684),
        F(45, 100),
        F(1824, 100),
        F(600),
        F(2736, 100),
        F(3, 10),
    ),
]


@pytest.mark.parametrize("case", CHANGES, ids=[c[0] for c in CHANGES])
def test_j11_to_j14_the_bridge_and_its_omission_are_the_ones_worked_out(case: tuple[object, ...]) -> None:
    _, path, old, new, before, after, amount, flow, hours, omitted, omitted_h, new_flow = case
    found = plan_change(
        KNOWLEDGE,
        implant(path=path),  # type: ignore[arg-type]
        before=read_simple(KNOWLEDGE, before),  # type: ignore[arg-type]
        after=read_simple(KNOWLEDGE, after),  # type: ignore[arg-type]
        old_concentration=old,  # type: ignore[arg-type]
        new_concentration=new,  # type: ignore[arg-type]
        fill_ml=20,
    )
    assert isinstance(found, ChangePlan) and found.bridge is not None
    assert found.bridge == BridgePlan(path, amount, flow, hours, omitted, omitted_h)  # type: ignore[arg-type]
    assert found.flow == new_flow


def test_j11_leaves_a_quarter_of_the_dose_when_it_is_left_out_and_j12_four_times_it() -> None:
    assert bridge(PATH, F(500), F(2000), F(400), F(400)).omitted_ratio == F(1, 4)
    assert bridge(PATH, F(2000), F(500), F(400), F(400)).omitted_ratio == 4


@pytest.mark.parametrize(
    ("part", "ml", "micrograms"),
    [("whole path", F(375, 1000), F(1875, 10)), ("catheter only", F(176, 1000), F(88))],
)
def test_j15_priming_takes_what_the_part_holds(part: str, ml: Fraction, micrograms: Fraction) -> None:
    found = plan_priming(
        KNOWLEDGE,
        implant(),
        read_simple(KNOWLEDGE, 100),
        concentration=500,
        fill_ml=20,
        part=part,
        duration_h=F(1, 2),
    )
    assert isinstance(found, PrimingPlan)
    assert (found.ml, found.micrograms) == (ml, micrograms)
    if part == "whole path":
        assert found.unprimed_h == 45


def test_j16_flushing_a_full_catheter_of_80_cm_drives_352_micrograms_into_the_fluid() -> None:
    assert flushed(80 * F(22, 10000), F(2000)) == 352
    assert "Aspirate" in KNOWLEDGE.notes["PUMP-04"].do


def test_j17_a_prometra_catheter_of_80_cm_holds_416_micrograms_and_its_valve_lets_20_through() -> None:
    device = KNOWLEDGE.devices["prometra_ii_20"]
    pump = read_implant(
        device,
        KNOWLEDGE.devices["prometra_catheter"],
        implanted_cm=110 - 30,
        filled_in={"tubing_volume": D("0.15")},
    )
    assert pump.catheter_ml == (F(208, 1000), F(208, 1000))
    assert flushed(pump.catheter_ml[0], F(2000)) == 416
    scan = plan_magnet(
        KNOWLEDGE,
        device,
        pump,
        read_simple(KNOWLEDGE, 300),
        concentration=2000,
        left_ml=10,
        scan_h=1,
        reset_h=3,
    )
    assert isinstance(scan, MagnetPlan)
    assert scan.at_once == 20


@pytest.mark.parametrize(
    ("found", "share", "word"),
    [
        (D(1), F(19, 18), Word.NO_PROBLEM),
        (D("4.5"), F(31, 36), Word.NO_PROBLEM),
        (D(6), F(7, 9), Word.CHECK),
    ],
)
def test_j18_the_volume_found_says_what_share_was_delivered(
    found: Decimal, share: Fraction, word: Word
) -> None:
    visits = [(date(2027, 3, 15), 20, 2, found)]
    trend = audit_visits(KNOWLEDGE, implant(error=F(145, 1000)), visits)
    assert trend.visits[0].share == share
    assert trend.visits[0].word is word


# --- dose rules ------------------------------------------------------------------------------------------


def start(
    dose: int, hours: Decimal | int, *, reaction: bool = False, responded: bool = True
) -> FirstDose | PumpRefusal:
    return first_daily_dose(guide(), dose, hours, has_responded=responded, had_adverse_reaction=reaction)


@pytest.mark.parametrize(
    ("dose", "hours", "daily"), [(50, 6, 100), (50, 9, 50), (50, D("8.0"), 100), (75, 5, 150)]
)
def test_j19_the_first_daily_dose_follows_the_united_states_text(
    dose: int, hours: Decimal | int, daily: int
) -> None:
    found = start(dose, hours)
    assert isinstance(found, FirstDose)
    assert found.micrograms == daily


def test_j19_after_an_adverse_reaction_the_dose_is_not_doubled() -> None:
    found = start(75, 5, reaction=True)
    assert isinstance(found, FirstDose)
    assert found.micrograms == 75


def test_j19_no_response_to_100_is_no_candidate() -> None:
    found = start(100, 0, responded=False)
    assert isinstance(found, PumpRefusal)
    assert found.reason is Why.NO_RESPONSE and "not a candidate" in found.says


def test_j19_the_next_screening_dose_waits_24_hours() -> None:
    early = next_screening(guide(), 50, D("23.9"), has_responded=False)
    assert isinstance(early, PumpRefusal) and early.reason is Why.TOO_EARLY
    ready = next_screening(guide(), 50, 24, has_responded=False)
    assert isinstance(ready, ScreeningDose)
    assert (ready.micrograms, ready.ml) == (75, F(3, 2))


def allowed(
    label: str, population: str, current: int, occasion: str = "titration"
) -> tuple[Fraction, Fraction]:
    found = dose_range(guide(label, population), current, occasion)
    assert isinstance(found, DoseRange)
    return found.lowest, found.highest


def test_j20_a_spinal_adult_on_100_may_have_110_to_130_and_not_135() -> None:
    assert allowed("US", "spinal", 100) == (110, 130)

    def ask(dose: int, started: int, changed: int) -> PumpPlan | PumpRefusal:
        return check_dose_change(
            guide(), 100, dose, "titration", hours_since_start=started, hours_since_change=changed
        )

    assert isinstance(ask(130, 48, 24), PumpPlan)
    over, first_day, too_soon = ask(135, 48, 24), ask(110, 23, 23), ask(110, 100, 23)
    assert isinstance(over, PumpRefusal) and over.reason is Why.OVER_LIMIT
    assert isinstance(first_day, PumpRefusal) and first_day.reason is Why.TOO_EARLY
    assert isinstance(too_soon, PumpRefusal) and too_soon.reason is Why.TOO_EARLY


def ladder(population: str, start_at: int, goal: Decimal, percent: int) -> list[Fraction]:
    found = plan_titration_by_pump(
        guide("US", population),
        implant(),
        current_micrograms=start_at,
        goal_micrograms=goal,
        percent=percent,
        every_h=24,
        concentration=500,
        fill_ml=20,
        hours_since_start=24,
        hours_since_change=24,
    )
    assert isinstance(found, TitrationPlan)
    return [step.micrograms for step in found.steps]


def test_j20_thirty_per_cent_a_day_from_100() -> None:
    expected = [F(130), F(169), F(2197, 10), F(28561, 100), F(371293, 1000)]
    assert ladder("spinal", 100, D("371.293"), 30) == expected
    assert [round(float(x), 2) for x in expected] == [130, 169, 219.7, 285.61, 371.29]


def test_j20_ten_per_cent_a_day_from_100() -> None:
    found = ladder("spinal", 100, D("194.8717100"), 10)
    assert [round(float(x), 2) for x in found] == [110, 121, 133.1, 146.41, 161.05, 177.16, 194.87]
    assert found[-1] == F(11, 10) ** 7 * 100


@pytest.mark.parametrize("population", ["cerebral", "child"])
def test_j21_from_the_brain_and_in_children_100_becomes_105_to_115(population: str) -> None:
    assert allowed("US", population, 100) == (105, 115)


def test_j21_fifteen_per_cent_a_day_in_a_child_from_50() -> None:
    found = ladder("child", 50, D("115.65303828125"), 15)
    assert found[1] == F("66.125")
    assert found == [50 * F(115, 100) ** k for k in range(1, 7)]
    assert [round(float(x), 2) for x in found[2:]] == [76.04, 87.45, 100.57, 115.65]
    assert float(found[0]) == 57.5


@pytest.mark.parametrize(("population", "most"), [("spinal", 420), ("cerebral", 360), ("child", 360)])
def test_j22_at_a_refill_300_may_become_at_most(population: str, most: int) -> None:
    assert allowed("US", population, 300, "refill")[1] == most
    assert allowed("US", population, 300, "side effects") == (240, 270)


def change(current: int, proposed: int) -> PumpPlan:
    found = check_dose_change(
        guide(), current, proposed, "refill", hours_since_start=5000, hours_since_change=2000
    )
    assert isinstance(found, PumpPlan)
    return found


def test_j22_a_step_of_more_than_20_per_cent_is_warned_of() -> None:
    assert any("more than 20 per cent" in text for text in change(600, 726).second_look)
    assert not any("more than 20 per cent" in text for text in change(600, 720).second_look)


def test_j22_above_1000_the_device_is_looked_at_first() -> None:
    assert any("catheter" in text for text in change(900, 1001).second_look)
    assert not any("catheter" in text for text in change(900, 1000).second_look)


def test_j23_tablets_are_weaned_by_a_quarter_or_a_half() -> None:
    assert wean_oral_by_percent(KNOWLEDGE, 80, 25, 3) == (60, 45, F(135, 4))
    assert wean_oral_by_percent(KNOWLEDGE, 80, 50, 3) == (40, 20, 10)
    assert isinstance(wean_oral_by_percent(KNOWLEDGE, 80, 51, 3), PumpRefusal)


def test_j24_physostigmine_of_the_label_and_those_who_advise_against_it() -> None:
    grown, child = (
        labelled_physostigmine(KNOWLEDGE, is_child=False, weight_kg=None),
        labelled_physostigmine(KNOWLEDGE, is_child=True, weight_kg=20),
    )
    assert isinstance(grown, LabelledPhysostigmine) and isinstance(child, LabelledPhysostigmine)
    assert (grown.mg, grown.seconds_at_least) == (2, 120)
    assert (child.mg, child.seconds_at_least, child.doses_at_most) == (F(4, 10), 48, 5)
    assert len(child.conflict.sides) == 3 and "recommends" in child.conflict.policy


@pytest.mark.parametrize(("ml", "percent"), [(30, 37.0), (40, 46.0), (50, 53.7)])
def test_j25_letting_fluid_out_takes_its_share_of_the_lumbar_drug(ml: int, percent: float) -> None:
    csf = adult().csf
    share = float(drained_share(csf, ml)[0])
    # floating point: the model's exponential against the library's
    assert share == pytest.approx(1 - exp(-ml / 65), rel=1e-12)
    assert round(100 * share, 1) == percent
    assert labelled_drainage(KNOWLEDGE, csf).ml == (30, 40)


def test_j26_an_inpatient_wean_of_20_per_cent_a_day_from_400() -> None:
    found = plan_pump_wean(
        KNOWLEDGE,
        implant(),
        current_micrograms=400,
        floor_micrograms=D("104.8576"),
        percent=20,
        every_h=24,
        pace="in hospital",
        concentration=2000,
        fill_ml=20,
    )
    assert isinstance(found, PumpWean)
    assert [s.micrograms for s in found.steps] == [400 * F(4, 5) ** k for k in range(1, 7)]
    assert [round(float(s.micrograms), 2) for s in found.steps] == [320, 256, 204.8, 163.84, 131.07, 104.86]
