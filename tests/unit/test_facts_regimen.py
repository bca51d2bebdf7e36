"""How often baclofen is given, whether doses are being missed, and which liquid follows which."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.facts_base import UNREVIEWED, both, facts, phase, proposed, taken


def liquid(concentration: str) -> dict[str, Any]:
    return {"product": {"form": "liquid", "concentration": f"{concentration} mg/mL"}}


def test_only_days_of_at_least_15_mg_count_for_the_fewest_doses() -> None:
    ladder = proposed(phase("5 mg", 1, "2026-11-22", "2026-11-24"), phase("5 mg", 3, "2026-11-25"))
    assert facts(ladder, "start-us").number("fewest_split_doses") == 3
    assert facts(taken(phase("7.5 mg", 2, "2026-02-01"))).number("fewest_split_doses") == 2
    assert facts(taken(phase("7 mg", 2, "2026-02-01"))).number("fewest_split_doses") is None


def test_two_phases_side_by_side_give_their_doses_together() -> None:
    day = {"dose": "10 mg", "times": ["08:00", "14:00"], "from": "2026-02-01"}
    night = {"dose": "10 mg", "times": ["22:00"], "from": "2026-02-01"}
    assert facts(taken(day, night)).number("fewest_split_doses") == 3


def missed(**dates: str) -> dict[str, Any]:
    return {"record": {"events": [{"what": "missed doses", **dates}]}}


def test_missed_doses_without_an_end_are_being_missed_now() -> None:
    assert facts(missed(**{"from": "2026-11-21"})).get("is_missing_doses") is True
    assert facts(missed(**{"from": "2026-11-19", "to": "2026-11-20"})).get("is_missing_doses") is False


def test_without_a_recent_review_nobody_knows_whether_doses_are_missed() -> None:
    assert facts().get("is_missing_doses") is False
    assert facts(UNREVIEWED).get("is_missing_doses") is None


@pytest.mark.parametrize(("mg", "kept"), [("10 mg", False), ("50 mg", True)])
def test_the_same_millilitres_of_another_strength_are_seen(mg: str, kept: bool) -> None:
    sheet = facts(proposed(phase(mg, 3, "2026-11-22", **liquid("5"))), "child-uk")
    assert sheet.get("changes_liquid_strength") is True
    assert sheet.get("keeps_liquid_volume") is kept


def test_a_switch_of_the_last_7_days_is_seen_and_an_older_one_is_not() -> None:
    def switched(last: str, first: str) -> Any:
        steps = taken(
            phase("5 mg", 3, "2026-06-01", last, **liquid("1")), phase("5 mg", 3, first, **liquid("5"))
        )
        return facts(steps, "child-uk").get("changes_liquid_strength")

    assert switched("2026-11-15", "2026-11-16") is True
    assert switched("2026-11-14", "2026-11-15") is False


def test_a_weaker_liquid_in_the_same_volume_is_seen_too() -> None:
    steps = taken(
        phase("25 mg", 3, "2026-06-01", "2026-11-19", **liquid("5")),
        phase("5 mg", 3, "2026-11-20", **liquid("1")),
    )
    assert facts(steps, "child-uk").get("keeps_liquid_volume") is True


def test_a_liquid_beside_a_product_nobody_recorded_leaves_the_strength_open() -> None:
    sheet = facts(proposed(phase("10 mg", 3, "2026-11-22")), "child-uk")
    assert sheet.get("changes_liquid_strength") is None
    assert sheet.get("keeps_liquid_volume") is None


def test_tablets_without_a_recorded_product_are_no_change_of_liquid() -> None:
    both_open = both(taken(phase("10 mg", 3, "2026-02-01")), proposed(phase("10 mg", 3, "2026-11-22")))
    assert facts(both_open).get("changes_liquid_strength") is False
