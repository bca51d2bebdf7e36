"""What pump plans say, ask and leave open, plan by plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from eutonia.knowledge.schema import Word
from eutonia.plan.pump.audit import audit_visits
from eutonia.plan.pump.candidacy import Candidate, consider
from eutonia.plan.pump.change import ChangePlan, bridge_range, plan_change
from eutonia.plan.pump.compare import compare_programmes
from eutonia.plan.pump.dose_range import dose_range
from eutonia.plan.pump.exact import show_amount
from eutonia.plan.pump.implant import Implant, read_implant
from eutonia.plan.pump.missed import MissedRefillPlan, plan_missed_refill
from eutonia.plan.pump.mri import MagnetPlan, plan_magnet
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.prime import plan_priming
from eutonia.plan.pump.programme import read_back, read_pattern, read_periodic, read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill
from eutonia.plan.pump.replacement import months_before, plan_replacement
from eutonia.plan.pump.restart import RestartPositions, show_restart_positions
from eutonia.plan.pump.screening import ScreeningPlan, judge_response, next_screening, plan_screening
from eutonia.plan.pump.start import FirstDose, StartPlan, first_daily_dose, plan_start
from eutonia.plan.pump.titrate import TitrationPlan, check_dose_change, plan_titration_by_pump
from eutonia.plan.pump.wean import PumpWean, plan_pump_wean
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, guide, implant
from tests.spinal_base import adult

D, F = Decimal, Fraction

# --- candidacy -------------------------------------------------------------------------------------------

ALL_CLEAR = Candidate(
    age_years=40,
    is_from_brain_injury=False,
    is_severe=True,
    has_failed_oral=True,
    has_infection=False,
    is_allergic=False,
    spine_allows_catheter=True,
    body_holds_pump=True,
    can_come_for_refills=True,
    needs_tone_to_stand=False,
    takes_anticoagulant=False,
    has_agreed_goal=True,
)


def but(**changes: object) -> Candidate:
    values = {name: getattr(ALL_CLEAR, name) for name in ALL_CLEAR.__dataclass_fields__}
    return Candidate(**{**values, **changes})  # type: ignore[arg-type]


def test_a_candidate_against_whom_nothing_speaks_is_no_problem_found() -> None:
    found = consider(KNOWLEDGE, ALL_CLEAR)
    assert (found.word, found.against, found.not_known) == (Word.NO_PROBLEM, (), ())


def test_a_candidate_of_whom_nothing_is_known_cannot_be_told() -> None:
    found = consider(KNOWLEDGE, Candidate())
    assert found.word is Word.CANNOT_TELL
    assert len(found.not_known) == 12
    assert found.met == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"age_years": 3},
        {"has_infection": True},
        {"is_allergic": True},
        {"spine_allows_catheter": False},
        {"can_come_for_refills": False},
        {"is_from_brain_injury": True, "months_since_brain_injury": 11},
    ],
)
def test_what_excludes_a_pump_stops(changes: dict[str, object]) -> None:
    assert consider(KNOWLEDGE, but(**changes)).word is Word.STOP


@pytest.mark.parametrize(
    "changes", [{"age_years": 4}, {"is_from_brain_injury": True, "months_since_brain_injury": 12}]
)
def test_on_the_line_of_age_and_of_the_year_after_an_injury_nothing_speaks_against(
    changes: dict[str, object],
) -> None:
    assert consider(KNOWLEDGE, but(**changes)).word is Word.NO_PROBLEM


@pytest.mark.parametrize(
    "name", ["age_years", "has_infection", "is_allergic", "can_come_for_refills", "is_from_brain_injury"]
)
def test_an_answer_nobody_gave_is_not_a_no(name: str) -> None:
    found = consider(KNOWLEDGE, but(**{name: None}))
    assert found.word is Word.CANNOT_TELL
    assert len(found.not_known) == 1


def test_stiffness_that_is_used_to_stand_is_taken_care_of_not_excluded() -> None:
    found = consider(KNOWLEDGE, but(needs_tone_to_stand=True))
    assert found.word is Word.CHECK
    assert "lower one" in found.with_care[0]


# --- screening -------------------------------------------------------------------------------------------


def test_screening_by_the_united_states_text_goes_50_75_100_a_day_apart() -> None:
    found = plan_screening(guide(), 50)
    assert isinstance(found, ScreeningPlan)
    assert [d.micrograms for d in found.doses] == [50, 75, 100]
    assert [d.ml for d in found.doses] == [1, F(3, 2), 2]
    assert [d.earliest_h for d in found.doses] == [0, 24, 48]
    assert found.watch_h == (4, 8)
    assert found.says[-1] == "No response to 100 micrograms: not a candidate for the pump."


def test_a_first_dose_above_the_text_is_refused_and_a_japanese_child_begins_with_25() -> None:
    assert isinstance(plan_screening(guide(), 75), PumpRefusal)
    assert isinstance(plan_screening(guide("JP", "child"), 50), PumpRefusal)
    found = plan_screening(guide("JP", "child"), 25)
    assert isinstance(found, ScreeningPlan)
    assert [d.micrograms for d in found.doses] == [25, 50, 75, 100]
    assert found.watch_h == (1, 8)


def test_a_text_that_was_not_read_for_the_watch_says_so_with_the_others() -> None:
    found = plan_screening(guide("NL", "child"), 25)
    assert isinstance(found, ScreeningPlan)
    assert found.watch_h is None
    assert any("how long to watch was not read in the Dutch formulary" in t for t in found.not_checked)


def test_the_belgian_text_names_no_largest_dose_and_the_plan_stops_after_the_second() -> None:
    found = plan_screening(guide("BE"), 25)
    assert isinstance(found, ScreeningPlan)
    assert [d.micrograms for d in found.doses] == [25, 50]
    assert any("largest screening dose" in t for t in found.not_checked)


def test_screening_shows_the_course_of_tone_of_a_described_patient() -> None:
    found = plan_screening(guide(), 50, who=adult())
    assert (
        isinstance(found, ScreeningPlan) and found.simulated is not None and found.simulated.tone is not None
    )
    tone = found.simulated.tone
    best = float(tone.times_h[np.argmin(tone.ashworth[:, 0])])
    assert 3 <= best <= 5  # the label's “about 4 hours”


def test_after_a_response_or_the_largest_dose_there_is_no_next_one() -> None:
    for last, responded in ((50, True), (100, False)):
        found = next_screening(guide(), last, 48, has_responded=responded)
        assert isinstance(found, PumpRefusal) and found.reason is Why.NO_RESPONSE


def test_both_definitions_of_a_response_are_answered() -> None:
    found = judge_response(KNOWLEDGE, [4, 4, 3, 3], [2, 3, 3, 3])
    assert (found.mean_fall, found.by_mean) == (F(3, 4), False)
    assert (found.largest_fall, found.by_points) == (2, True)
    assert "does not count" in found.says


# --- start -----------------------------------------------------------------------------------------------


def started(**changes: object) -> StartPlan | PumpRefusal:
    first = first_daily_dose(guide(), 50, 6, has_responded=True, had_adverse_reaction=False)
    assert isinstance(first, FirstDose)
    settings = {"fill_ml": 20, "is_primed": True, **changes}
    device = settings.pop("device", implant())
    assert isinstance(device, Implant)
    return plan_start(guide(), device, first, **settings)  # type: ignore[arg-type]


def test_a_start_uses_500_micrograms_per_ml_and_stays_for_24_hours() -> None:
    found = started()
    assert isinstance(found, StartPlan)
    assert (found.concentration, found.flow, found.no_rise_h) == (500, F(1, 5), 24)
    assert found.says[0] == "0 micrograms in 24 hours before, 100 after: nothing ran before."
    assert found.conflicts[0].id == "CON-63"


def test_an_unprimed_start_gives_nothing_for_45_hours_and_asks_who_watches() -> None:
    found = started(is_primed=False)
    assert isinstance(found, StartPlan) and found.simulated is not None
    hours, primed = found.simulated.tip_by_hour()
    assert np.allclose(hours[:45], 0, atol=1e-9) and np.allclose(hours[46:], 100 / 24)
    assert np.allclose(primed, 100 / 24)
    assert "who watches" in found.settle[0]


def test_a_start_below_the_lowest_flow_is_refused() -> None:
    found = started(device=implant(low=F(48, 1000)), concentration=4000)
    assert isinstance(found, PumpRefusal)
    assert found.reason is Why.DEVICE and "0.025 mL a day" in found.says


def test_what_is_not_known_of_the_pump_is_listed_as_not_checked() -> None:
    found = started()
    assert isinstance(found, StartPlan)
    assert "Not checked: the lowest flow of the pump is not known." in found.not_checked
    assert "Not checked: the highest flow of the pump is not known." in found.not_checked


# --- titration -------------------------------------------------------------------------------------------


def titrated(label: str = "US", population: str = "spinal", **changes: object) -> TitrationPlan | PumpRefusal:
    settings: dict[str, object] = {
        "current_micrograms": 100,
        "goal_micrograms": 150,
        "percent": 10,
        "every_h": 24,
        "concentration": 500,
        "fill_ml": 20,
        "hours_since_start": 100,
        "hours_since_change": 30,
        **changes,
    }
    return plan_titration_by_pump(guide(label, population), implant(), **settings)  # type: ignore[arg-type]


def test_a_ladder_ends_exactly_at_its_goal_and_its_last_step_is_smaller() -> None:
    found = titrated()
    assert isinstance(found, TitrationPlan)
    assert [s.micrograms for s in found.steps] == [110, 121, F(1331, 10), F(14641, 100), 150]
    assert found.whole.ratio == F(3, 2)
    assert "rise of more than 1.3 times" in found.second_look[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"percent": 31}, Why.OVER_LIMIT),
        ({"every_h": 23}, Why.TOO_EARLY),
        ({"hours_since_start": 10, "hours_since_change": 10}, Why.TOO_EARLY),
        ({"label": "NL", "population": "child", "percent": 10, "goal_micrograms": 1001}, Why.OVER_LIMIT),
        ({"label": "NL"}, Why.NOT_READ),
        ({"label": "JP"}, Why.NOT_READ),
    ],
)
def test_a_ladder_outside_its_text_is_refused(changes: dict[str, object], reason: Why) -> None:
    settings = dict(changes)
    found = titrated(str(settings.pop("label", "US")), str(settings.pop("population", "spinal")), **settings)
    assert isinstance(found, PumpRefusal)
    assert found.reason is reason


def test_a_wait_before_the_first_step_counts_towards_the_24_hours() -> None:
    found = titrated(hours_since_start=10, hours_since_change=10, first_at_h=14)
    assert isinstance(found, TitrationPlan)
    assert found.steps[0].at_h == 14


def test_times_nobody_knows_become_questions() -> None:
    found = titrated(hours_since_start=None, hours_since_change=None)
    assert isinstance(found, TitrationPlan)
    assert len(found.questions) == 2


def test_the_dutch_ceiling_of_a_child_leaves_no_rise_from_1000() -> None:
    found = dose_range(guide("NL", "child"), 1000, "titration")
    assert isinstance(found, PumpRefusal) and found.reason is Why.OVER_LIMIT


def test_less_for_side_effects_is_10_to_20_per_cent_less() -> None:
    def ask(dose: int) -> PumpPlan | PumpRefusal:
        return check_dose_change(
            guide(), 300, dose, "side effects", hours_since_start=None, hours_since_change=None
        )

    assert isinstance(ask(240), PumpPlan)
    below = ask(239)
    assert isinstance(below, PumpRefusal)
    assert "withdrawal" in below.next_step and "emergency" in below.next_step


def test_a_planned_stop_is_at_most_a_fifth_every_two_days() -> None:
    def ask(percent: int, hours: int, pace: str) -> PumpWean | PumpRefusal:
        return plan_pump_wean(
            KNOWLEDGE,
            implant(),
            current_micrograms=400,
            floor_micrograms=100,
            percent=percent,
            every_h=hours,
            pace=pace,
            concentration=2000,
            fill_ml=20,
        )

    found = ask(20, 48, "planned stop")
    assert isinstance(found, PumpWean)
    assert found.steps[-1].micrograms == 100 and found.steps[1].at_h == 48
    assert found.conflicts[0].id == "CON-62"
    for percent, hours, pace in ((21, 48, "planned stop"), (20, 47, "planned stop"), (51, 24, "in hospital")):
        assert isinstance(ask(percent, hours, pace), PumpRefusal)


# --- programmes and changes ------------------------------------------------------------------------------


def test_a_day_pattern_is_read_back_as_its_total_and_each_step() -> None:
    pattern = read_pattern(KNOWLEDGE, [(0, 40), (6, 180), (D("22.5"), 10)])
    assert pattern.daily == 230
    assert read_back(pattern) == (
        "230 micrograms in 24 hours.",
        "From 00:00 to 06:00: 40 micrograms, about 6.67 micrograms an hour.",
        "From 06:00 to 22:30: 180 micrograms, about 10.91 micrograms an hour.",
        "From 22:30 to 24:00: 10 micrograms, about 6.67 micrograms an hour.",
    )


def test_a_change_of_mode_keeps_its_total_and_warns_of_the_clock() -> None:
    pattern = read_pattern(KNOWLEDGE, [(0, 100), (8, 200)])
    found = plan_change(
        KNOWLEDGE,
        implant(),
        before=read_simple(KNOWLEDGE, 300),
        after=pattern,
        old_concentration=2000,
        new_concentration=2000,
        fill_ml=20,
        midnight_h=4,
    )
    assert isinstance(found, ChangePlan)
    assert found.change.ratio_words == "the same amount"
    assert found.second_look == () and found.bridge is None
    assert "time zone" in found.settle[0]
    assert found.simulated is not None
    hours, _ = found.simulated.tip_by_hour()
    assert np.allclose(hours[4:12], 100 / 8) and np.allclose(hours[12:28], 200 / 16)


def test_without_the_length_of_the_catheter_the_bridge_is_a_range_and_is_not_planned() -> None:
    unsure = read_implant(
        KNOWLEDGE.devices["prometra_ii_20"],
        KNOWLEDGE.devices["prometra_catheter"],
        implanted_cm=(60, 100),
        filled_in={"tubing_volume": D("0.1")},
    )
    assert unsure.path_ml is None and unsure.path_range_ml == (F(256, 1000), F(360, 1000))
    dose = read_simple(KNOWLEDGE, 400)
    found = plan_change(
        KNOWLEDGE, unsure, before=dose, after=dose, old_concentration=500, new_concentration=2000, fill_ml=20
    )
    assert isinstance(found, PumpRefusal)
    short, long = bridge_range(unsure.path_range_ml, F(500), F(2000), F(400), F(400))
    for plan in (short, long):
        assert show_amount(plan.micrograms) in found.says
        assert show_amount(plan.hours) in found.says


@pytest.mark.parametrize(
    ("before", "after", "words", "asks"),
    [
        (100, 130, "1.3 times as much", False),
        (100, 131, "1.31 times as much", True),
        (130, 100, "about 0.7692 times as much", False),
        (131, 100, "about 0.7634 times as much", True),
        (200, 100, "half as much", True),
        (60, 1440, "24 times as much", True),
        (300, 300, "the same amount", False),
    ],
)
def test_before_and_after_are_compared_in_words_and_asked_about_beyond_the_line(
    before: int, after: int, words: str, asks: bool
) -> None:
    found = compare_programmes(KNOWLEDGE, read_simple(KNOWLEDGE, before), read_simple(KNOWLEDGE, after))
    assert found.ratio_words == words
    assert bool(found.second_look) is asks


def test_a_pump_that_is_switched_off_asks_for_a_second_look() -> None:
    found = compare_programmes(KNOWLEDGE, read_simple(KNOWLEDGE, 300), None)
    assert "Withdrawal" in found.second_look


# --- refill, audit ---------------------------------------------------------------------------------------


def refilled(**changes: object) -> RefillPlan | PumpRefusal:
    settings: dict[str, object] = {
        "filled_on": FILLED_ON,
        "filled_ml": 20,
        "concentration": 2000,
        "solution": "baclofen alone",
        **changes,
    }
    device = settings.pop("device", implant())
    dose = settings.pop("dose", 300)
    return plan_refill(KNOWLEDGE, device, read_simple(KNOWLEDGE, dose), **settings)  # type: ignore[arg-type]


def test_a_mixture_with_clonidine_ends_after_14_weeks_and_another_mixture_has_to_be_told() -> None:
    mixed = refilled(solution="with clonidine")
    assert isinstance(mixed, RefillPlan)
    assert mixed.refill_by == date(2027, 2, 28)
    other = refilled(solution="with another drug")
    assert isinstance(other, PumpRefusal) and other.missing == ("stability_days",)
    told = refilled(solution="with another drug", stability_days=30)
    assert isinstance(told, RefillPlan) and told.refill_by == date(2026, 12, 22)


def test_the_expiry_of_the_drug_comes_first_where_it_is_first() -> None:
    found = refilled(expires_on=date(2027, 1, 31))
    assert isinstance(found, RefillPlan)
    assert (found.refill_by, found.because) == (date(2027, 1, 31), "the expiry date of the drug")


def test_a_reservoir_too_small_for_the_lead_is_refused() -> None:
    found = refilled(dose=4000, lead_days=10)
    assert isinstance(found, PumpRefusal) and found.reason is Why.DEVICE


def test_without_the_alarm_volume_no_date_is_given() -> None:
    found = refilled(device=implant(alarm=None))
    assert isinstance(found, PumpRefusal) and found.missing == ("alarm_volume",)


def test_the_simulated_pump_sounds_and_empties_on_the_planned_days() -> None:
    found = refilled()
    assert isinstance(found, RefillPlan) and found.simulated is not None and found.simulated.run is not None
    at = {o.kind: o.at_h / 24 for o in found.simulated.run.occurrences}
    assert at["low reservoir alarm"] == pytest.approx(float(found.alarm.days), rel=1e-12)
    assert at["empty"] == pytest.approx(float(found.empty.days), rel=1e-12)


def test_without_the_error_of_the_pump_an_audit_judges_nothing_and_says_so() -> None:
    found = audit_visits(KNOWLEDGE, implant(), [(date(2027, 3, 15), 20, 2, 6)])
    assert found.word is Word.CANNOT_TELL
    assert "fill it in" in found.not_checked[0]
    assert "about 77.78 per cent" in found.says[0]


def test_a_pump_that_loses_a_little_more_at_each_visit_is_seen_in_the_trend() -> None:
    visits = [(date(2027, month, 1), 20, 2, D(left)) for month, left in ((1, "2.9"), (4, "3.8"), (7, "4.5"))]
    found = audit_visits(KNOWLEDGE, implant(error=F(145, 1000)), visits)
    assert found.is_one_sided
    assert found.drift == (F(155, 180) - F(171, 180)) * 100
    assert found.share == F(171 + 162 + 155, 540)
    assert found.word is Word.NO_PROBLEM
    worse = audit_visits(
        KNOWLEDGE, implant(error=F(145, 1000)), [*visits, (date(2027, 10, 1), 20, 2, D("4.7"))]
    )
    assert worse.word is Word.CHECK
    assert "withdrawal" in worse.second_look[0] and "aspirate" in worse.second_look[1]


def test_more_gone_than_reckoned_names_the_opposite_danger() -> None:
    found = audit_visits(KNOWLEDGE, implant(40, error=F(1, 20)), [(date(2027, 3, 15), 20, 4, 2)])
    assert "too much baclofen" in found.second_look[0]


# --- magnet, replacement ---------------------------------------------------------------------------------


def scanned(name: str, **changes: object) -> MagnetPlan | PumpRefusal:
    device = KNOWLEDGE.devices[name]
    filled = {"tubing_volume": D("0.15"), "reservoir_volume": 20}
    settings: dict[str, object] = {"concentration": 2000, "left_ml": 10, "scan_h": 1, **changes}
    return plan_magnet(
        KNOWLEDGE,
        device,
        read_implant(device, filled_in=filled),
        read_simple(KNOWLEDGE, 480),
        **settings,  # type: ignore[arg-type]
    )


def test_a_rotor_pump_may_stand_for_a_day_after_the_magnet() -> None:
    found = scanned("synchromed_ii_20")
    assert isinstance(found, MagnetPlan)
    assert (found.standstill_h, found.missed, found.at_once) == (25, 500, 0)
    assert any("stopped" in text for text in found.before)
    assert found.simulated is not None and found.simulated.run is not None
    assert found.simulated.run.delivered([24, 49])[1] == found.simulated.run.delivered([24])[0]


def test_a_valve_pump_is_not_planned_without_somebody_who_resets_it() -> None:
    assert isinstance(scanned("prometra_ii_20"), PumpRefusal)
    found = scanned("prometra_ii_20", reset_h=2)
    assert isinstance(found, MagnetPlan)
    assert (found.missed, found.at_once) == (40, 20)


def test_a_pump_whose_behaviour_in_a_magnet_was_not_read_is_refused() -> None:
    found = scanned("synchromed_iii")
    assert isinstance(found, PumpRefusal)
    assert "Nothing is taken over from another pump." in found.next_step


def test_a_replacement_is_planned_three_months_before_the_pumps_own_date() -> None:
    assert months_before(date(2027, 1, 31), 2) == date(2026, 11, 30)
    refill = refilled()
    assert isinstance(refill, RefillPlan)
    found = plan_replacement(
        KNOWLEDGE,
        implant(),
        today=FILLED_ON,
        replace_by=date(2027, 5, 31),
        refill=refill,
        priming=None,
        keeps_catheter=None,
    )
    assert found.book_by == date(2027, 2, 28) and not found.is_late
    assert any("Does the catheter stay?" in q for q in found.questions)
    assert any("15-Mar-2027" in text for text in found.says)
    late = plan_replacement(
        KNOWLEDGE,
        implant(),
        today=FILLED_ON,
        replace_by=date(2027, 1, 15),
        refill=None,
        priming=None,
        keeps_catheter=True,
    )
    assert late.is_late and "has passed" in late.second_look[0]


# --- missed refill, restart ------------------------------------------------------------------------------


def missed(
    today: date, has_signs: bool | None = False, dose: int = 300, strength: int = 2000
) -> MissedRefillPlan:
    plan = refilled(device=implant(error=F(1, 10)), dose=dose, concentration=strength)
    assert isinstance(plan, RefillPlan)
    return plan_missed_refill(
        KNOWLEDGE,
        plan,
        today=today,
        has_signs=has_signs,
    )


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2027, 3, 4), "not due"),  # by the early edge: 120 / 1.1 = 109 days, less 7
        (date(2027, 3, 5), "overdue"),
        (date(2027, 3, 22), "past the alarm"),
        (date(2027, 3, 24), "may be empty"),  # day 122; a pump 10 per cent fast is empty after 121.2
        (date(2027, 4, 4), "may be empty"),
        (date(2027, 4, 5), "empty"),
    ],
)
def test_a_missed_refill_names_the_state_of_the_reservoir(today: date, state: str) -> None:
    assert missed(today).state == state


def test_with_signs_the_reservoir_does_not_reassure() -> None:
    found = missed(date(2027, 3, 1), has_signs=True)
    assert found.state == "not due"
    assert found.what_now[0].startswith("Treat what is seen, in hospital")
    asked = missed(date(2027, 3, 1), has_signs=None)
    assert "Look for signs first" in asked.what_now[0]


def test_what_is_given_by_mouth_is_a_bridge_only_and_never_follows_from_the_pumps_dose() -> None:
    small, large = missed(date(2027, 5, 1), dose=100, strength=500), missed(date(2027, 5, 1), dose=600)
    assert small.by_mouth == large.by_mouth
    assert "bridge only" in large.by_mouth[1] and "nobody is covered" in large.by_mouth[1]
    text = " ".join((*large.says, *large.what_now, *large.by_mouth, *large.second_look))
    assert " covered" in text and "is covered by it" in text
    assert "10 to 20 mg by mouth every 6 hours" in text  # what a panel names, for everybody alike


def restart(**changes: object) -> RestartPositions:
    settings: dict[str, object] = {
        "stopped_h": 72,
        "dose_before": 400,
        "first_dose": 100,
        "concentration": 2000,
        "left_ml": 15,
        **changes,
    }
    found = show_restart_positions(KNOWLEDGE, implant(), **settings)  # type: ignore[arg-type]
    assert isinstance(found, RestartPositions)
    return found


def test_after_an_interruption_the_positions_are_shown_and_no_rate_is_worked_out() -> None:
    found = restart()
    sources = {c.source for side in found.positions for c in side.evidence}
    assert sources == {"SAUL16T", "JP-BACLOFEN-POD", "DELHAAS91", "FDA02", "HEETLA09"}
    names = {name for name in RestartPositions.__dataclass_fields__ if "rate" in name or "restart" in name}
    assert not names
    assert "no dose to restart at is worked out" in found.says[-1]
    numbers = {w for text in found.says for w in text.replace(",", "").split() if w[0].isdigit()}
    assert numbers <= {"72", "3", "400", "100", "15", "24", "27", "55", "6"} | {
        w for w in numbers if w.startswith("(")
    }


def test_both_positions_are_simulated_and_the_one_gives_four_times_the_other() -> None:
    found = restart()
    assert found.simulated is not None
    before, first = found.simulated.tip_by_hour()
    assert before[100] == pytest.approx(400 / 24) and first[100] == pytest.approx(100 / 24)
    assert sum(before[24:96]) == 0


def test_what_is_not_known_of_an_interruption_is_asked() -> None:
    found = restart(stopped_h=None, dose_before=None, first_dose=None)
    assert len(found.questions) == 7
    assert found.simulated is not None and found.simulated.run is None
    assert "Not simulated" in found.not_checked[-1]


def test_priming_more_than_was_filled_in_is_refused() -> None:
    found = plan_priming(
        KNOWLEDGE,
        implant(),
        read_periodic(KNOWLEDGE, micrograms=20, duration_h=1, every_h=6),
        concentration=500,
        fill_ml=D("0.3"),
        part="whole path",
        duration_h=1,
    )
    assert isinstance(found, PumpRefusal) and found.reason is Why.DEVICE
