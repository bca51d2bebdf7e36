"""What could happen to somebody on tablets: hours against simple sums, the same curve where nothing happens."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from eutonia.knowledge.schema import Word
from eutonia.plan.outcome import Reason
from eutonia.report.plan_words import expected_lines
from eutonia.report.words import answer, verdict
from tests.plan_base import asked, expected, refused
from tests.unit.facts_base import Change, observed, taken

GAP = {"what": "supply gap", "from": "2026-11-24", "to": "2026-11-26"}


def injury(filtration: str, **more: str) -> dict[str, str]:
    return {"what": "acute kidney injury", "from": "2026-11-24 08:00", "filtration": filtration, **more}


def test_in_a_supply_gap_the_level_falls_below_the_usual_lowest_after_the_first_missed_dose() -> None:
    one = expected(GAP)
    assert one.last_dose_at == datetime(2026, 11, 23, 20)
    assert one.next_dose_at == datetime(2026, 11, 27, 8)
    assert one.too_little is not None
    # The usual lowest is just before 08:00; the dose of 08:00 on the 24th is the first that is missing.
    assert 8 < one.too_little.from_h <= 9
    assert one.too_little.to_h is not None
    assert 80 <= one.too_little.to_h < 84  # the doses come back in hour 80
    assert one.too_much is None


def test_the_published_hours_of_withdrawal_are_counted_from_the_last_dose() -> None:
    one = expected(GAP)
    # 20:00 on the 23rd and 18 to 31 hours
    assert one.signs == (datetime(2026, 11, 24, 14), datetime(2026, 11, 25, 3))
    assert one.is_long_gap
    assert any("lower step first" in line for line in expected_lines(one))


def test_one_missed_dose_is_no_published_reason_for_withdrawal() -> None:
    one = expected({"what": "missed doses", "from": "2026-11-24 12:00", "to": "2026-11-24 15:00"})
    assert one.signs is None
    assert not one.is_long_gap


def test_a_gap_in_which_no_dose_falls_changes_nothing() -> None:
    one = expected({"what": "missed doses", "from": "2026-11-24 09:00", "to": "2026-11-24 13:00"})
    np.testing.assert_allclose(one.typical, one.usual, rtol=1e-12)
    assert one.too_little is None
    assert one.too_much is None


def test_kidneys_that_do_not_change_leave_the_usual_course() -> None:
    same = expected(injury("110 mL/min"), observed(("creatinine clearance", "110 mL/min", "2026-11-20")))
    np.testing.assert_allclose(same.typical, same.usual, rtol=1e-9)


def test_the_worse_the_kidneys_the_higher_the_level_in_an_injury() -> None:
    runs = [expected(injury(f"{rate} mL/min")) for rate in (60, 30, 10)]
    peaks = [run.typical.max() for run in runs]
    assert peaks == sorted(peaks)
    assert all(run.too_much is not None and run.too_little is None for run in runs)
    assert runs[-1].too_much is not None
    assert runs[-1].too_much.to_h is None  # it goes on beyond what was followed


def test_after_the_kidneys_recover_the_level_comes_back_to_the_usual() -> None:
    one = expected(injury("15 mL/min", to="2026-11-26 08:00"))
    assert one.too_much is not None
    assert one.too_much.to_h is not None
    assert one.typical[-1] == pytest.approx(one.usual[-1], rel=0.02)


def test_what_the_rules_would_say_then_decides_the_word() -> None:
    result = asked(ask="what if", what_if=[injury("15 mL/min")])
    assert result.assessment.word is Word.NO_PROBLEM
    assert verdict(result) is Word.STOP
    assert answer(result).startswith("Stop: if this happened: kidney function falling while on baclofen.")


def test_fasting_before_surgery_brings_the_card_on_operations() -> None:
    one = expected({"what": "fasting before surgery", "from": "2026-11-24 00:00", "to": "2026-11-24 16:00"})
    assert "PREOP-01" in {f.rule for f in one.findings}
    assert one.too_little is not None


def test_vomiting_says_that_the_truth_lies_between_the_curves() -> None:
    one = expected({"what": "vomiting", "from": "2026-11-24 07:00", "to": "2026-11-24 21:00"})
    assert any("between this curve and the usual one" in text for text in one.assumptions)


def test_each_virtual_person_is_held_against_their_own_ordinary_day() -> None:
    one = expected(GAP, people=60)
    assert one.too_little is not None
    assert one.too_little.share == 1.0
    assert one.too_little.soonest_h is not None
    assert one.too_little.latest_h is not None
    assert 8 < one.too_little.soonest_h <= one.too_little.latest_h < 12


def test_two_runs_are_equal() -> None:
    first, again = expected(GAP, people=20), expected(GAP, people=20)
    assert first.low is not None
    assert again.low is not None
    np.testing.assert_array_equal(first.low, again.low)


def test_without_kidney_function_nothing_is_simulated() -> None:
    refusal = refused(observed(), ask="what if", what_if=[GAP])
    assert refusal.reason is Reason.MISSING_FACTS


def test_somebody_who_takes_nothing_cannot_run_out() -> None:
    assert refused(taken(), ask="what if", what_if=[GAP]).reason is Reason.NOT_DOWNWARDS


def test_after_an_overdose_the_prescribed_doses_are_not_simulated() -> None:
    overdose: Change = {"record": {"events": [{"what": "overdose", "from": "2026-11-21"}]}}
    assert refused(overdose, ask="what if", what_if=[GAP]).reason is Reason.AVOID
