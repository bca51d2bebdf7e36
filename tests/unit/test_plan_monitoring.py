"""What to check when: the schedule on the plan's own days, the fewest visits that keep every window."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.plan.monitor import stab
from eutonia.plan.outcome import Check, Plan
from tests.plan_base import ON_30, planned
from tests.unit.facts_base import observed, patient, taken

START = date(2026, 11, 22)


def titration() -> Plan:
    return planned(taken(), name="start-us", ask="titration", target="60 mg/day")


def named(plan: Plan, item: str) -> list[Check]:
    return [check for check in plan.checks if check.why.startswith(item)]


def test_before_the_first_dose_kidneys_pressure_alertness_and_scores_are_measured() -> None:
    plan = titration()
    first = {c.why.split(":")[0] for c in plan.checks if c.last == plan.steps[0].first}
    assert {"MON-01", "MON-02", "MON-03", "MON-07"} <= first


def test_one_creatinine_in_the_weeks_after_serves_every_step_of_a_short_ladder() -> None:
    plan = titration()
    (check,) = [c for c in named(plan, "MON-01") if "each increase" in c.why]
    for step in plan.steps:
        assert step.first + timedelta(days=28) <= check.last
        assert check.first <= step.first + timedelta(days=42)
    # from 28 days after the last rise to 42 days after the first
    assert check.first == plan.steps[-1].first + timedelta(days=28)
    assert check.last == plan.steps[0].first + timedelta(days=42)


def test_in_an_older_patient_the_creatinine_comes_after_a_week_and_again() -> None:
    plan = planned(taken(), patient(age="70 years"), name="start-us", ask="titration", target="20 mg/day")
    early = [c for c in named(plan, "MON-01") if "each increase" in c.why]
    assert (early[0].first - plan.steps[0].first).days >= 7
    for step in plan.steps:
        low, high = step.first + timedelta(days=7), step.first + timedelta(days=14)
        assert any(low <= c.last and c.first <= high for c in early)


def test_before_each_next_step_somebody_asks_how_it_is_borne() -> None:
    plan = titration()
    asked = [c.first for c in plan.checks if "before the next step" in c.what]
    assert asked == [step.last for step in plan.steps if step.last is not None]


def test_the_decision_falls_six_to_eight_weeks_after_the_largest_dose() -> None:
    plan = titration()
    (check,) = [c for c in plan.checks if c.why == "no benefit on the largest dose"]
    assert check.first == plan.steps[-1].first + timedelta(days=42)
    assert check.last == plan.steps[-1].first + timedelta(days=56)
    assert "No benefit by" in {g.kind for g in plan.guidance}


def test_in_alcohol_dependence_in_france_the_decision_falls_three_months_after_the_start() -> None:
    drinker = {
        "jurisdiction": "FR",
        "record": {"indication": {"what": "alcohol use disorder"}, "problems": []},
    }
    plan = planned(taken(), drinker, name="start-us", ask="titration", target="30 mg/day")
    (check,) = [c for c in plan.checks if c.why == "no effect since the start"]
    assert check.first == plan.steps[0].first + timedelta(days=90)


def test_a_row_that_only_its_words_decide_is_named_and_not_dropped() -> None:
    plan = titration()
    assert "Diabetes" in {c.for_whom for c in plan.open_checks}


def test_after_each_cut_of_a_taper_signs_of_withdrawal_are_asked_for_within_three_days() -> None:
    plan = planned(name=ON_30, ask="taper")
    signs = [c for c in plan.checks if c.what.startswith("Ask for poor sleep")]
    assert [c.first for c in signs] == [step.first for step in plan.steps]
    assert all((c.last - c.first).days <= 3 for c in plan.checks)


windows = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 12)).map(lambda w: (w[0], w[0] + w[1])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(windows)
def test_no_fewer_visits_would_keep_every_window(spans: list[tuple[int, int]]) -> None:
    dated = [(START + timedelta(days=a), START + timedelta(days=b)) for a, b in spans]
    found = stab(dated)
    for first, last in dated:
        assert any(first <= a <= last and first <= b <= last for a, b in found)

    def keeps(days: tuple[int, ...]) -> bool:
        return all(any(a <= day <= b for day in days) for a, b in spans)

    fewest = next(n for n in range(1, 7) if any(keeps(days) for days in combinations(range(43), n)))
    assert len(found) == fewest


# --- on a way down ------------------------------------------------------------------------------------------------


def test_tone_and_function_are_scored_before_the_first_cut_and_after_the_last() -> None:
    plan = planned(ask="taper")
    scored = [c for c in plan.checks if c.what == "One score of tone and one of function"]
    assert [c.first for c in scored] == [plan.steps[0].first, plan.steps[-1].first + timedelta(days=14)]


def test_with_epilepsy_the_seizure_diary_is_read_before_each_cut() -> None:
    plan = planned({"record": {"problems": [{"what": "epilepsy"}]}}, ask="taper")
    diary = [c.first for c in plan.checks if c.what == "Seizure diary" and "next cut" in c.why]
    assert diary == [s.last for s in plan.steps if s.last]


def test_with_reduced_kidneys_the_creatinine_goes_on_every_three_months_of_a_long_taper() -> None:
    reduced = observed(
        ("egfr", "45 mL/min/1.73m2", "2026-11-20"), ("creatinine clearance", "44 mL/min", "2026-11-20")
    )
    plan = planned(reduced, ask="taper", taper={"way": "slow", "every": "28 days"})
    creatinine = [c.first for c in plan.checks if c.what.startswith("Creatinine")]
    start, end = plan.steps[0].first, plan.steps[-1].first
    assert creatinine == [start + timedelta(days=91 * n) for n in range(1, (end - start).days // 91 + 1)]
    assert len(creatinine) >= 3


def test_the_curve_after_an_abrupt_stop_knows_the_product_that_was_taken() -> None:
    plan = planned(ask="taper", taper={"way": "at once", "life_threatening": True})
    assert plan.course is not None
    assert not any("product is not recorded" in line for line in plan.course.assumptions)
