"""Facts about the largest dose for this patient: which limits make it, and when nobody can say."""

from __future__ import annotations

from fractions import Fraction

import pytest

from eutonia.assess.facts import derive_facts
from eutonia.assess.limits import Ceiling, find_ceiling
from eutonia.intake import read_scenario
from eutonia.knowledge.loader import load_knowledge
from tests.scenario_files import base, patched
from tests.unit.facts_base import Change, both, facts, observed, patient

HEALTHY = observed(
    ("egfr", "110 mL/min/1.73m2", "2026-11-20"), ("creatinine clearance", "110 mL/min", "2026-11-20")
)


def ceiling(change: Change, name: str = "adult-us") -> Ceiling:
    knowledge = load_knowledge()
    scenario, _ = read_scenario(patched(base(name), change), knowledge)
    return find_ceiling(knowledge, derive_facts(scenario, knowledge)[0])


@pytest.mark.parametrize(
    ("country", "largest"),
    [("US", 80), ("UK", 100), ("IE", 75), ("DE", 75), ("CH", 75), ("FR", 80), ("CA", 80)],
)
def test_the_labels_largest_dose_is_that_of_the_country(country: str, largest: int) -> None:
    sheet = facts(both({"jurisdiction": country}, HEALTHY))
    assert sheet.get("jurisdiction_maximum") == largest
    assert sheet.get("oral_ceiling") == largest
    assert "most cautious" not in sheet.step("oral_ceiling").how


def test_in_australia_the_label_ends_at_100_and_a_plan_at_75() -> None:
    sheet = facts(both({"jurisdiction": "AU"}, HEALTHY))
    assert sheet.get("jurisdiction_maximum") == 100
    assert sheet.get("oral_ceiling") == 75


def test_a_country_without_a_number_borrows_the_most_cautious_and_says_so() -> None:
    sheet = facts(both({"jurisdiction": "EU"}, HEALTHY))
    assert sheet.get("jurisdiction_maximum") == 75
    assert sheet.get("oral_ceiling") == 75
    for name in ("jurisdiction_maximum", "oral_ceiling"):
        assert "most cautious of the others" in sheet.step(name).how
    assert ceiling(both({"jurisdiction": "EU"}, HEALTHY)).is_fallback


def test_the_largest_single_dose_is_that_of_the_country() -> None:
    assert facts().get("single_dose_maximum") == 20
    assert facts({"jurisdiction": "IE"}).get("single_dose_maximum") == 25


@pytest.mark.parametrize(("age", "largest"), [("7 years", 40), ("8 years", 60), ("17 years", 60)])
def test_a_childs_largest_dose_changes_at_eight(age: str, largest: int) -> None:
    assert facts(patient(age=age), "child-uk").get("child_maximum") == largest


def test_an_adult_has_no_childs_maximum_and_an_unknown_age_leaves_it_open() -> None:
    assert facts().get("child_maximum") is None
    assert facts(patient(age=None)).get("child_maximum") is None


def test_a_child_in_the_united_states_borrows_the_european_maximum_and_the_card_can_say_so() -> None:
    sheet = facts({"jurisdiction": "US"}, "child-uk")
    assert sheet.get("child_maximum") == 60
    assert "most cautious of the others" in sheet.step("child_maximum").how


def test_a_childs_largest_dose_is_also_two_mg_per_kg_a_day() -> None:
    found = ceiling(both(patient(weight="12 kg", height="90 cm", age="6 years"), HEALTHY), "child-uk")
    assert found.mg_per_day == 24
    assert [limit.id for limit in found.binding] == ["oral-per-weight-child"]
    heavy = ceiling(both(patient(weight="35 kg"), HEALTHY), "child-uk")
    assert heavy.mg_per_day == 60
    assert [limit.id for limit in heavy.binding] == ["oral-max-child-from-8"]


def test_a_child_of_unknown_weight_has_no_known_largest_dose() -> None:
    found = ceiling(both(patient(weight=None), HEALTHY), "child-uk")
    assert found.mg_per_day is None
    assert found.missing == ("weight",)
    assert "weight" in facts(both(patient(weight=None), HEALTHY), "child-uk").step("oral_ceiling").how


def test_an_adult_of_unknown_weight_needs_only_a_kidney_value() -> None:
    assert ceiling(both(patient(weight=None), HEALTHY)).mg_per_day == 80


def test_without_an_age_the_largest_dose_is_not_known() -> None:
    found = ceiling(both(patient(age=None), HEALTHY))
    assert found.mg_per_day is None
    assert "age" in found.missing


@pytest.mark.parametrize(
    "change",
    [
        patient(age=None, dialysis="haemodialysis"),
        both(patient(age=None), observed(("egfr", "20 mL/min/1.73m2", "2026-11-20"))),
        both(patient(age=None), observed(("creatinine clearance", "20 mL/min", "2026-11-20"))),
    ],
)
def test_failed_kidneys_allow_no_dose_whatever_the_age(change: Change) -> None:
    assert ceiling(change).mg_per_day == 0


def test_of_two_kidney_cuts_the_larger_counts_and_both_are_considered() -> None:
    found = ceiling(
        observed(
            ("egfr", "55 mL/min/1.73m2", "2026-11-20"), ("creatinine clearance", "62 mL/min", "2026-11-20")
        )
    )
    assert found.mg_per_day == 40
    allowed = {limit.id: mg for limit, mg in found.considered}
    assert allowed["kept-clearance-50"] == Fraction(160, 3)


def test_dialysis_nobody_asked_for_leaves_the_largest_dose_open_when_the_kidneys_are_weak() -> None:
    unasked = both(patient(dialysis=None), {"record": {"reviewed": None}})
    weak = ceiling(both(unasked, observed(("egfr", "45 mL/min/1.73m2", "2026-11-20"))))
    assert weak.mg_per_day is None
    assert "is_on_dialysis" in weak.missing
    strong = ceiling(both(unasked, observed(("egfr", "95 mL/min/1.73m2", "2026-11-20"))))
    assert strong.mg_per_day == 80
    by_clearance = ceiling(both(unasked, observed(("creatinine clearance", "95 mL/min", "2026-11-20"))))
    assert by_clearance.mg_per_day is None


def test_from_65_years_an_unknown_egfr_leaves_the_largest_dose_open() -> None:
    found = ceiling(
        both(patient(age="70 years"), observed(("creatinine clearance", "95 mL/min", "2026-11-20")))
    )
    assert found.mg_per_day is None
    assert found.missing == ("egfr",)


def test_from_65_years_with_weak_kidneys_the_dose_stays_below_20_mg() -> None:
    change = both(patient(age="65 years"), observed(("egfr", "59 mL/min/1.73m2", "2026-11-20")))
    assert ceiling(change).mg_per_day == 19
    assert ceiling(both(change, patient(age="64 years"))).mg_per_day == 40
