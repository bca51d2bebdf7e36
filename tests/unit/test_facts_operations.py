"""An operation that lies ahead, is under way, or is over."""

from __future__ import annotations

import pytest

from tests.unit.facts_base import Change, both, facts


def operation(start: str, end: str | None = None) -> Change:
    event = {"what": "surgery", "from": start} | ({"to": end} if end else {})
    return {"record": {"events": [event]}}


@pytest.mark.parametrize(
    ("start", "end", "planned"),
    [
        ("2026-11-23", None, True),
        ("2026-11-22", None, True),
        ("2026-11-21", None, False),
        ("2026-11-20", "2026-11-22", True),
        ("2026-11-20", "2026-11-21", False),
    ],
)
def test_an_operation_is_ahead_until_its_last_day_is_over(start: str, end: str | None, planned: bool) -> None:
    assert facts(operation(start, end)).get("has_planned_surgery") is planned


def test_the_fact_names_the_first_operation() -> None:
    two = {
        "record": {
            "events": [{"what": "surgery", "from": "2026-12-20"}, {"what": "surgery", "from": "2026-12-06"}]
        }
    }
    assert facts(two).step("has_planned_surgery").how == "operation on 06-Dec-2026"


def test_no_operation_is_known_only_when_somebody_asked_in_the_last_week() -> None:
    def asked(on: str | None) -> object:
        return facts({"record": {"reviewed": {"events": on}}}).get("has_planned_surgery")

    assert asked("2026-11-15") is False
    assert asked("2026-11-14") is None
    assert asked(None) is None


def test_an_operation_this_afternoon_does_not_move_the_question_to_the_afternoon() -> None:
    measured = {
        "record": {"observations": [{"what": "oxygen saturation", "value": "91 percent", "on": "2026-11-21"}]}
    }
    afternoon = operation("2026-11-22 14:00")
    assert facts(both(measured, afternoon)).get("oxygen_saturation") == 91
