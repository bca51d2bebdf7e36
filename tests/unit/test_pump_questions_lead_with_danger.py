"""A question for a pump plan about somebody in danger: the danger is read first, the plan after it."""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.consult import Result, consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.report.words import answer
from tests.scenario_files import PUBLISHED, patched, read

CHANGE = read(PUBLISHED / "pump-change.yaml")
UNSURE = {"reviewed": {"signs": None}}


def asked(record: dict[str, Any], pump: dict[str, Any] | None = None) -> Result:
    data = patched(CHANGE, {"record": record})
    if pump is not None:
        data["question"] = {"ask": "pump", "pump": pump}
    return consult_data(data, load_knowledge(), people=0)


def first(result: Result) -> str:
    """The answer up to the end of its first sentence."""
    return answer(result).split(". ")[0]


@pytest.mark.parametrize(
    ("record", "danger"),
    [
        ({"signs": [{"what": "hallucination"}, {"what": "fever"}]}, "hallucination"),
        ({"signs": [{"what": "seizure"}]}, "seizure"),
        ({"signs": [{"what": "somnolence"}, {"what": "hypotonia"}]}, "sleepy"),
        ({"signs": [{"what": "coma"}]}, "coma"),
        ({"signs": [{"what": "motor stall"}]}, "fault at the pump"),
        ({"signs": [{"what": "pump alarm"}]}, "interrogation"),
        ({"problems": [{"what": "pump catheter failure"}]}, "fault at the pump"),
        ({"events": [{"what": "overdose", "from": "2026-11-22 07:00", "amount": "600 mg"}]}, "overdose"),
    ],
)
def test_a_change_that_was_asked_for_stands_behind_the_danger_on_record(
    record: dict[str, Any], danger: str
) -> None:
    result = asked({**UNSURE, **record})
    assert first(result).startswith("Stop: "), first(result)
    assert danger in first(result)
    assert "micrograms" not in first(result)
    assert "The plan that was asked for does not answer this: 300 micrograms" in answer(result)


def test_a_stalled_pump_never_gets_refill_dates_without_a_word_of_the_stall() -> None:
    filled = [{"what": "volume at the last refill", "value": "20 mL", "on": "2026-11-20"}]
    result = asked({"signs": [{"what": "motor stall"}], "observations": filled}, {"plan": "refill dates"})
    assert first(result).startswith("Stop: a fault at the pump")


def test_a_sleepy_patient_with_an_empty_reservoir_is_not_told_to_start_it_again() -> None:
    record = {**UNSURE, "signs": [{"what": "reservoir empty"}, {"what": "somnolence"}]}
    (card,) = [f for f in asked(record).assessment.findings if f.rule == "ITB-01"]
    assert "nothing is started again before" in card.do
    assert "waits for no creatinine" not in card.do


def test_early_signs_of_loss_are_read_before_a_plan_that_asks_for_a_second_look() -> None:
    scan = {"plan": "scan", "scan_lasts": "45 min", "left": "12 mL", "restarted_after": "2 h"}
    result = asked({**UNSURE, "signs": [{"what": "itch"}, {"what": "worse spasticity"}]}, scan)
    assert first(result).startswith("Check: early signs of baclofen withdrawal"), first(result)


def test_hallucinations_days_after_a_pump_stopped_are_no_mere_question_of_the_restart() -> None:
    stopped = [
        {
            "daily_dose": "800 micrograms/day",
            "concentration": "2000 micrograms/mL",
            "from": "2026-05-01",
            "to": "2026-11-19",
        }
    ]
    record = {**UNSURE, "pump_therapy": stopped, "signs": [{"what": "hallucination"}, {"what": "rigidity"}]}
    result = asked(record, {"plan": "restart", "left": "10 mL"})
    assert first(result).startswith("Stop: new hallucination")
    assert "WD-11" in {finding.rule for finding in result.assessment.findings}


OVERDUE = [{"what": "volume at the last refill", "value": "18 mL", "on": "2026-05-01"}]


@pytest.mark.parametrize(
    "pump",
    [
        None,
        {"plan": "scan", "scan_lasts": "45 min", "left": "12 mL", "restarted_after": "2 h"},
        {
            "plan": "way down",
            "pace": "planned stop",
            "daily_dose": "200 micrograms/day",
            "percent": "10 percent",
            "every": "7 days",
            "fill": "18 mL",
        },
    ],
)
def test_nothing_is_changed_at_a_pump_that_must_have_run_dry(pump: dict[str, Any] | None) -> None:
    # 18 mL of 500 micrograms per mL at 300 a day last 30 days, from 01-May-2026.
    result = asked({"observations": OVERDUE}, pump)
    assert (
        first(result)
        == "Stop: by the volume of the last refill the reservoir ran dry on 31-May-2026, and nothing has arrived since"
    )
    found = {"what": "measured residual volume", "value": "5 mL", "on": "2026-11-20"}
    read_since = asked({"observations": [*OVERDUE, found]}, pump)
    assert "ran dry" not in answer(read_since)


def test_a_missed_refill_takes_the_signs_from_the_record_whatever_the_question_says() -> None:
    record = {**UNSURE, "signs": [{"what": "itch"}], "observations": OVERDUE}
    result = asked(record, {"plan": "missed refill", "has_signs": False})
    assert result.pump is not None
    assert "the record names some; they count" in answer(result)
    assert not getattr(result.pump.plan, "questions", ())


def test_doses_by_mouth_beside_a_missed_refill_wait_for_the_kidneys_in_the_first_lines() -> None:
    unknown = asked({"observations": OVERDUE, "patient": {"dialysis": None}}, {"plan": "missed refill"})
    assert "the kidneys are not known" in answer(unknown)
    assert "To answer first: Are there signs of withdrawal" in answer(unknown)
    dialysed = asked(
        {"observations": OVERDUE, "patient": {"dialysis": "haemodialysis"}},
        {"plan": "missed refill", "has_signs": False},
    )
    assert "the kidneys are weak" in answer(dialysed)


def test_a_fault_that_nobody_looked_for_is_not_taken_for_a_pump_that_works() -> None:
    undecided = {u.rule for u in asked({}).assessment.undecided}
    assert {"ITB-01", "ITB-02"} <= undecided, "a review of the signs says nothing about a log nobody read"
