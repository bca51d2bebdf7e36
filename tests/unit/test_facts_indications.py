"""Facts about what baclofen is for."""

from __future__ import annotations

import pytest

from eutonia.assess.limits import apply_limits
from eutonia.knowledge.loader import load_knowledge
from tests.unit.facts_base import Change, both, facts

INJURY = "traumatic brain injury"


def recorded(*problems: Change, indication: Change | None = None) -> Change:
    return {
        "record": {"indication": indication or {"what": "multiple sclerosis"}, "problems": list(problems)}
    }


@pytest.mark.parametrize(
    ("change", "days"),
    [
        (recorded({"what": INJURY, "since": "2026-11-21"}), 1),
        (recorded(indication={"what": INJURY, "since": "2025-11-22"}), 365),
        (
            recorded(
                {"what": INJURY, "since": "2020-01-01", "status": "past"},
                {"what": "tbi", "since": "2026-11-12"},
            ),
            10,
        ),
        (recorded({"what": INJURY}), None),
        (recorded({"what": INJURY, "since": "2026-11-21", "status": "absent"}), None),
        (recorded({"what": "stroke", "since": "2026-11-21"}), None),
    ],
)
def test_the_newest_dated_brain_injury_counts(change: Change, days: float | None) -> None:
    assert facts(change).number("days_since_brain_injury") == days


def test_a_record_of_alcohol_speaks_for_90_days_in_grams() -> None:
    def drunk(value: str, on: str) -> float | None:
        observed = [{"what": "daily alcohol intake", "value": value, "on": on}]
        return facts({"record": {"observations": observed}}).number("daily_alcohol")

    assert drunk("60 g/day", "2026-08-24") == 60
    assert drunk("60 g per day", "2026-11-20") == 60
    assert drunk("60 g/day", "2026-08-23") is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("sequelae of meningitis", "meningitis sequelae"),
        ("detrusor sphincter dyssynergia", "neurogenic bladder"),
        ("rheumatic muscle spasm", "musculoskeletal pain"),
        ("alcohol dependence", "alcohol use disorder"),
        ("focal spasticity", "other"),
    ],
)
def test_what_is_written_becomes_a_row_of_the_matrix(written: str, value: str) -> None:
    assert facts({"record": {"indication": {"what": written}}}).get("indication") == value


@pytest.mark.parametrize("name", ["oral.start.daily_dose", "oral.step.size", "oral.step.days"])
@pytest.mark.parametrize(
    ("indication", "is_cerebral"),
    [
        ("cerebral palsy", True),
        ("stroke", True),
        ("traumatic brain injury", True),
        ("meningitis sequelae", True),
        ("multiple sclerosis", False),
        ("neurogenic bladder", False),
    ],
)
def test_spasticity_from_the_brain_starts_low_and_rises_slowly(
    name: str, indication: str, is_cerebral: bool
) -> None:
    sheet = facts({"record": {"indication": {"what": indication}}})
    held = {limit.id for limit in apply_limits(load_knowledge(), sheet, name).limits}
    assert any(limit.endswith("cerebral") for limit in held) is is_cerebral


def test_pain_on_a_list_nobody_went_through_does_not_exclude_a_disease_of_the_brain_or_cord() -> None:
    pain: Change = {"record": {"indication": None, "problems": [{"what": "low back pain"}]}}
    assert facts(pain).get("has_muscle_pain_alone") is True
    for reviewed in ("2025-11-20", None):
        old = both(pain, {"record": {"reviewed": {"problems": reviewed}}})
        assert facts(old).get("has_muscle_pain_alone") is None
    stroke: Change = {"record": {"indication": None, "reviewed": None}}
    stroke["record"]["problems"] = [{"what": "low back pain"}, {"what": "stroke", "status": "past"}]
    assert facts(stroke).get("has_muscle_pain_alone") is False
