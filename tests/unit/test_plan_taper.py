"""Tapers: each way down against steps worked by hand, what is refused and why, and what goes with a plan."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from eutonia.knowledge.schema import Word
from eutonia.plan.outcome import Plan, PlanKind, Reason
from eutonia.report.words import answer_parts, verdict
from tests.plan_base import ON_30, asked, levels, planned, refused
from tests.unit.facts_base import Change, observed, patient, phase, taken

DROPS = [{"form": "liquid", "concentration": "1 mg/mL"}]
SCORED_10 = [{"form": "tablet", "strength": "10 mg", "scored": True}]
SHORT: Change = taken(phase("20 mg", 3, "2026-06-01"))  # under a year, but from 60 mg the slow taper holds


def test_from_60_mg_after_three_years_the_slow_taper_takes_twelve_weekly_cuts() -> None:
    plan = planned(ask="taper")
    assert levels(plan) == [55, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5, 0]
    assert all(b.first - a.first == timedelta(days=7) for a, b in pairwise(plan.steps))
    assert plan.fall is not None
    assert plan.fall.days == 77
    assert plan.fall.biggest_early_percent == 25  # 20 to 15 mg
    assert "taper-cut-slow" in {limit.id for limit in plan.limits_used}


def test_from_50_mg_the_usual_taper_is_the_one_worked_by_hand() -> None:
    # 50 40 30 25 20 15 10 5 0: ten while that is a quarter or less, else five; from 15 mg on five.
    plan = planned(
        taken(phase("10 mg", 3, "2026-06-01", "2026-06-02"), phase("12.5 mg", 4, "2026-06-03")), ask="taper"
    )
    assert levels(plan) == [40, 30, 25, 20, 15, 10, 5, 0]


def test_when_nobody_asked_for_epilepsy_the_slow_taper_is_planned_and_says_so() -> None:
    history = taken(phase("12.5 mg", 4, "2026-06-03"))
    plan = planned(history, {"record": {"reviewed": {"problems": None}}}, ask="taper")
    assert levels(plan)[:3] == [45, 40, 35]
    assert any("slow one is planned" in remark for remark in plan.remarks)


def test_epilepsy_makes_the_taper_slow() -> None:
    history = taken(phase("12.5 mg", 4, "2026-06-03"))
    plan = planned(history, {"record": {"problems": [{"what": "epilepsy"}]}}, ask="taper")
    assert levels(plan)[:3] == [45, 40, 35]


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        # the oral wean of the facts page (J23): 80 mg by 25 percent and by 50 percent
        ("25 percent", [Fraction(60), Fraction(45), Fraction("33.8"), Fraction("25.4")]),
        ("50 percent", [Fraction(40), Fraction(20), Fraction(10)]),
    ],
)
def test_a_percentage_of_the_current_dose_is_the_published_wean_in_a_liquid(
    percent: str, expected: list[Fraction]
) -> None:
    history = taken(phase("20 mg", 4, "2026-06-03"))
    taper = {"way": "percent of current", "percent": percent}
    result = asked(history, ask="taper", taper=taper, stock=DROPS)
    if percent == "50 percent":
        # Half at once is what the rule on stopping warns of: it is not offered.
        assert result.plan is not None
        assert getattr(result.plan, "reason", None) is Reason.STOPPED
        return
    plan = planned(history, ask="taper", taper=taper, stock=DROPS)
    assert [s.daily_mg for s in plan.steps][: len(expected)] == expected
    # 33.75 mg cannot be measured to a tenth of a millilitre; the step above it is used, and that is said.
    assert any(
        r.daily_mg == Fraction("33.75") and "33.8 mg" in r.why and "33.7 mg" in r.why for r in plan.rejected
    )


def test_a_percentage_of_the_start_is_the_same_cut_each_time() -> None:
    plan = planned(
        SHORT, ask="taper", taper={"way": "percent of start", "percent": "12.5 percent"}, stock=DROPS
    )
    assert levels(plan) == [52.5, 45, 37.5, 30, 22.5, 15, 7.5, 0]


def test_a_fixed_amount_is_cut_each_time_and_the_last_cut_ends_it() -> None:
    plan = planned(
        SHORT, ask="taper", taper={"way": "fixed amount", "cut": "8 mg/day", "every": "10 days"}, stock=DROPS
    )
    assert levels(plan) == [52, 44, 36, 28, 20, 12, 4, 0]
    assert plan.steps[0].days == 10


@pytest.mark.parametrize(("country", "days"), [("UK", 14), ("DE", 21), ("US", 14), ("AU", 21)])
def test_the_label_minimum_takes_at_least_the_shortest_time_of_the_country(country: str, days: int) -> None:
    plan = planned(
        {"jurisdiction": country}, name=ON_30, ask="taper", taper={"way": "label minimum"}, stock=DROPS
    )
    assert plan.fall is not None
    assert days <= plan.fall.days < days + 3
    assert levels(plan) == [20, 10, 0]
    assert any("not the aim" in remark for remark in plan.remarks)
    assert plan.assessment.word is Word.CHECK  # the card on a taper faster than our default


def test_a_partial_taper_ends_at_its_target_and_goes_on() -> None:
    plan = planned(name=ON_30, ask="taper", target="20 mg/day")
    assert levels(plan) == [25, 20]
    assert plan.steps[-1].last is None


def test_a_target_at_or_above_the_present_dose_is_no_taper() -> None:
    assert refused(name=ON_30, ask="taper", target="30 mg/day").reason is Reason.NOT_DOWNWARDS


def test_a_step_that_cannot_be_made_offers_its_two_neighbours_and_is_not_rounded() -> None:
    packets = [{"form": "granules", "strength": "10 mg"}]
    refusal = refused(ask="taper", stock=packets)
    assert refusal.reason is Reason.CANNOT_BE_MADE
    assert refusal.nearest_mg == (50, 60)
    assert "55 mg a day" in refusal.says


def test_a_target_that_cannot_be_made_offers_its_two_neighbours() -> None:
    refusal = refused(name=ON_30, ask="taper", target="22 mg/day", stock=SCORED_10)
    assert refusal.reason is Reason.CANNOT_BE_MADE
    assert refusal.nearest_mg == (20, 25)


def test_an_abrupt_stop_is_refused_with_its_sources() -> None:
    refusal = refused(ask="taper", taper={"way": "at once"})
    assert refusal.reason is Reason.ABRUPT
    assert {"S01b", "S55"} <= {citation.source for citation in refusal.sources}
    assert "not answered" in refusal.says


def test_an_abrupt_stop_stays_refused_when_life_is_not_threatened() -> None:
    assert refused(ask="taper", taper={"way": "at once", "life_threatening": False}).reason is Reason.ABRUPT


def test_against_life_threatening_toxicity_both_dangers_are_shown_and_withdrawal_is_watched_for() -> None:
    result = asked(ask="taper", taper={"way": "at once", "life_threatening": True})
    plan = planned(ask="taper", taper={"way": "at once", "life_threatening": True})
    assert plan.kind is PlanKind.STOP_AT_ONCE
    assert levels(plan) == [0]
    assert "TAP-01" in {f.rule for f in plan.assessment.problems}
    assert verdict(result) is Word.STOP
    assert answer_parts(result)[0].startswith("two dangers meet")
    watch = plan.checks[0]
    assert (watch.last - watch.first).days == 3  # 72 hours
    assert "seizures" in watch.what
    assert {g.kind for g in plan.guidance} == {"Two dangers", "Before the first night"}


def test_after_stopping_at_once_the_curve_falls_and_does_not_go_on() -> None:
    plan = planned(ask="taper", taper={"way": "at once", "life_threatening": True})
    assert plan.course is not None
    assert plan.course.days[-1].daily_mg == 0
    assert plan.course.typical[-1] < 0.01 * plan.course.typical.max()


def test_a_taper_that_falls_by_half_is_stopped_by_the_rule_that_judges_prescriptions() -> None:
    refusal = refused(ask="taper", taper={"way": "fixed amount", "cut": "40 mg/day"})
    assert refusal.reason is Reason.STOPPED
    assert "Baclofen stopped or cut too fast" in refusal.says


def test_what_stops_the_present_dose_does_not_stop_the_way_down() -> None:
    weak = observed(
        ("egfr", "22 mL/min/1.73m2", "2026-11-20"), ("creatinine clearance", "25 mL/min", "2026-11-20")
    )
    result = asked(weak, ask="taper")
    assert result.assessment.word is Word.STOP
    assert levels(planned(weak, ask="taper"))[-1] == 0


def test_after_an_overdose_no_taper_is_drawn_up() -> None:
    overdose: Change = {"record": {"events": [{"what": "overdose", "from": "2026-11-21"}]}}
    assert refused(overdose, ask="taper").reason is Reason.AVOID


def test_doses_that_are_being_missed_leave_no_dose_to_lower() -> None:
    missed: Change = {"record": {"events": [{"what": "missed doses", "from": "2026-11-15"}]}}
    assert refused(missed, ask="taper").reason is Reason.MISSING_FACTS


# --- back, and then more slowly -----------------------------------------------------------------------------------

CUT: Change = taken(phase("15 mg", 3, "2026-02-01", "2026-11-18"), phase("10 mg", 3, "2026-11-19"))
SIGNS: Change = {"record": {"signs": [{"what": "insomnia", "onset": "2026-11-20"}]}}
SEES_THINGS: Change = {"record": {"signs": [{"what": "hallucination", "onset": "2026-11-20"}]}}
BACK = {"way": "after withdrawal signs"}


def test_after_signs_of_withdrawal_the_plan_goes_back_holds_and_falls_more_slowly() -> None:
    plan = planned(CUT, SIGNS, ask="taper", taper=BACK)
    assert levels(plan) == [45, 40, 35, 30, 25, 20, 15, 10, 5, 0]
    assert plan.steps[0].days == 7
    assert {step.days for step in plan.steps[1:-1]} == {14}


def test_with_hallucinations_the_rule_against_the_next_cut_is_shown_beside_the_plan() -> None:
    fresh = observed(("creatinine", "0.9 mg/dL", "2026-11-21"))
    plan = planned(CUT, SEES_THINGS, fresh, ask="taper", taper=BACK)
    assert "TAP-08" in {f.rule for f in plan.assessment.problems}
    assert "goes back first" in plan.conflict


@pytest.mark.parametrize(
    "reason",
    [
        observed(
            ("egfr", "41 mL/min/1.73m2", "2026-11-20"), ("creatinine clearance", "45 mL/min", "2026-11-20")
        ),
        {"record": {"events": [{"what": "acute kidney injury", "from": "2026-11-20"}]}},
    ],
    ids=["weak kidneys", "acute kidney injury"],
)
def test_where_toxicity_could_explain_the_signs_nothing_is_raised_and_the_question_is_asked(
    reason: Change,
) -> None:
    refusal = refused(CUT, SEES_THINGS, reason, ask="taper", taper=BACK)
    assert refusal.reason is Reason.AVOID
    assert "creatinine" in refusal.next_step


def test_hallucinations_with_a_creatinine_of_three_weeks_ago_ask_for_a_new_one_before_a_higher_dose() -> None:
    refusal = refused(CUT, SEES_THINGS, ask="taper", taper=BACK)
    assert refusal.missing == ("has_acute_kidney_injury",)
    assert "creatinine" in refusal.next_step


def test_where_nobody_knows_the_kidneys_going_back_is_not_planned() -> None:
    refusal = refused(CUT, SEES_THINGS, observed(), ask="taper", taper=BACK)
    assert refusal.reason is Reason.MISSING_FACTS
    assert "egfr" in refusal.missing


def test_without_a_cut_and_signs_there_is_nothing_to_catch_up_with() -> None:
    assert refused(ask="taper", taper=BACK).reason is Reason.AVOID


# --- what goes with it --------------------------------------------------------------------------------------------


def test_pause_step_back_and_ran_out_rules_stand_under_every_taper_with_sources() -> None:
    plan = planned(ask="taper")
    kinds = {g.kind for g in plan.guidance}
    assert {"Pause", "Step back", "Ran out, or cannot swallow", "A dose was missed"} <= kinds
    assert all(g.evidence for g in plan.guidance)


def test_a_child_is_never_cut_by_more_than_a_quarter_of_the_first_dose() -> None:
    child = patient(age="6 years", weight="18 kg", height="110 cm")
    drops = {"product": {"form": "liquid", "concentration": "1 mg/mL"}}
    history = taken(phase("2 mg", 4, "2026-06-01") | drops)
    plan = planned(history, child, {"jurisdiction": "UK"}, name="child-uk", ask="taper", stock=DROPS)
    assert levels(plan) == [6, 4, 2, 0]


def test_under_the_staircase_the_model_sees_less_rebound_than_after_stopping_at_once() -> None:
    fall = planned(people=60, ask="taper").fall
    assert fall is not None
    assert fall.too_little is not None
    tone = fall.too_little
    assert 0 <= tone.plan.rebound < tone.at_once.rebound
    assert tone.plan.share <= tone.at_once.share
    assert len(tone.steps) == 12
    assert "Hallucinations, fever and seizures are not in it" in tone.cannot_see


def test_where_tone_is_not_simulated_the_reason_is_said() -> None:
    small = patient(age="3 years", weight="15 kg", height="95 cm")
    history = taken(phase("2 mg", 4, "2026-06-01"))
    plan = planned(history, small, {"jurisdiction": "UK"}, name="child-uk", ask="taper", stock=DROPS)
    assert plan.fall is not None
    assert plan.fall.too_little is None
    assert plan.fall.why_not


def test_the_fewest_strengths_need_one_bottle_where_the_fewest_pieces_need_four() -> None:
    pieces = planned(ask="taper")
    strengths = planned(ask="taper", prefer="fewest strengths")
    assert len({s.name for s in strengths.supply}) < len({s.name for s in pieces.supply})
    assert levels(pieces) == levels(strengths)


def test_a_taper_that_begins_later_is_dated_from_its_first_day() -> None:
    assert planned(ask="taper", start_on="2026-12-01").steps[0].first == date(2026, 12, 1)


def test_a_way_down_with_more_doses_a_day_than_are_taken_says_so() -> None:
    twice = planned(taken(phase("20 mg", 2, "2026-06-01")), ask="taper")
    assert len(twice.steps[0].doses) == 3
    assert any("3 doses a day where 2 are taken now" in remark for remark in twice.remarks)
    thrice = planned(SHORT, ask="taper")
    assert not any("doses a day where" in remark for remark in thrice.remarks)


def test_a_patient_whose_age_nobody_recorded_is_lowered_as_slowly_as_a_child_and_the_plan_says_so() -> None:
    history = taken(phase("5 mg", 3, "2024-01-01"))
    plan = planned(history, patient(age=None, birth_date=None), ask="taper", stock=DROPS)
    assert levels(plan) == [11.3, 7.6, 3.9, 0]
    assert "taper-cut-child" in {limit.id for limit in plan.limits_used}
    assert any("age is not recorded" in remark for remark in plan.remarks)
    of_an_adult = planned(history, ask="taper", stock=DROPS)
    assert levels(of_an_adult) == [10, 5, 0]
    assert not any("age" in remark for remark in of_an_adult.remarks)


def test_what_rounding_leaves_over_is_no_step_of_a_childs_taper() -> None:
    # 15 mg in quarters of 3.75 mg, each rounded up to a tenth of a millilitre, would leave 0.2 mg for a week.
    child = patient(age="10 years", weight="30 kg", height="140 cm")
    history = taken(phase("5 mg", 3, "2024-01-01"))
    plan = planned(history, child, {"jurisdiction": "UK"}, name="child-uk", ask="taper", stock=DROPS)
    assert levels(plan) == [11.3, 7.6, 3.9, 0]


# --- small doses, as the old and those with weak kidneys take them ------------------------------------------------

ONE_MG_PER_ML = [{"form": "liquid", "concentration": "1 mg/mL"}]
FIVE_HALVED = [{"form": "tablet", "strength": "5 mg", "scored": True}]
FIVE_WHOLE = [{"form": "tablet", "strength": "5 mg"}]


def on(mg: str, times: int, since: str = "2025-01-05") -> Change:
    return {"record": {"oral_therapy": [{"dose": f"{mg} mg", "times_per_day": times, "from": since}]}}


@pytest.mark.parametrize(
    ("change", "stock", "expected"),
    [
        (on("5", 1), FIVE_HALVED, [2.5, 0]),
        (on("5", 1), ONE_MG_PER_ML, [2.5, 0]),
        (on("2.5", 3), FIVE_HALVED, [5, 2.5, 0]),
        (on("2.5", 3), FIVE_WHOLE, [5, 0]),
        (on("2", 3), ONE_MG_PER_ML, [3, 0]),
        (on("2.5", 3), ONE_MG_PER_ML, [3.8, 0]),
        (on("5", 2), FIVE_HALVED, [5, 0]),
        (on("5", 3), FIVE_HALVED, [10, 5, 0]),
    ],
)
def test_a_small_dose_is_not_taken_away_almost_whole_in_the_first_cut(
    change: Change, stock: list[dict[str, Any]], expected: list[float]
) -> None:
    assert levels(planned(change, ask="taper", stock=stock)) == expected


def test_where_a_small_dose_cannot_be_halved_the_refusal_says_what_would_help() -> None:
    refusal = refused(on("5", 1), ask="taper", stock=FIVE_WHOLE)
    assert refusal.reason is Reason.STOPPED
    assert (
        "A smaller strength, tablets that may be halved or a liquid would allow smaller cuts."
        in refusal.next_step
    )


def test_five_mg_taken_for_three_weeks_may_end_in_one_cut() -> None:
    plan = planned(on("5", 1, "2026-11-01"), ask="taper", stock=FIVE_WHOLE)
    assert levels(plan) == [0]
    assert "the last cut takes all that is left" in plan.rejected[0].why


def test_rounding_a_share_of_the_first_dose_leaves_no_last_drop() -> None:
    way = {"way": "percent of start", "percent": "25 percent"}
    plan = planned(on("5", 1), ask="taper", stock=ONE_MG_PER_ML, taper=way)
    assert levels(plan) == [3.8, 2.6, 1.4, 0]


def volumes(plan: Plan, step: int) -> list[float]:
    return [float(d.dose.pieces[0].units) for d in plan.steps[step].doses]


def test_a_liquid_is_measured_in_half_millilitres_where_the_doses_stay_nearly_alike() -> None:
    plan = planned(ask="taper", stock=ONE_MG_PER_ML)
    assert volumes(plan, 1) == [16.5, 16.5, 17]  # 50 mg, not 16.6 and twice 16.7 mL
    for index, step in enumerate(plan.steps):
        assert sum(volumes(plan, index)) == step.daily_mg


def test_a_small_volume_stays_exact_rather_than_uneven() -> None:
    plan = planned(ask="taper", stock=ONE_MG_PER_ML)
    assert levels(plan)[9] == 10
    assert volumes(plan, 9) == [3.3, 3.3, 3.4]  # 3, 3.5 and 3.5 mL would be a seventh apart
