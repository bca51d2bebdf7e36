"""Facts about the kidneys: which value counts, what is too uncertain to count, and how it moved."""

from __future__ import annotations

import pytest

from tests.unit.facts_base import UNREVIEWED, Change, both, facts, observed, patient

# CKD-EPI 2021 and Cockcroft-Gault as printed, worked here by hand for a woman.
_ALPHA = -0.241


def _ckd_epi_female(creatinine: float, age: float) -> float:
    ratio = creatinine / 0.7
    return float(142 * min(ratio, 1) ** _ALPHA * max(ratio, 1) ** -1.2 * 0.9938**age * 1.012)


def test_egfr_and_clearance_are_computed_from_creatinine_and_name_the_equation() -> None:
    sheet = facts(observed(("creatinine", "1.4 mg/dL", "2026-11-20")))
    assert sheet.number("egfr") == pytest.approx(_ckd_epi_female(1.4, 46))
    assert sheet.number("creatinine_clearance") == pytest.approx((140 - 46) * 70 / (72 * 1.4) * 0.85)
    assert "CKD-EPI 2021" in sheet.step("egfr").how
    assert "Cockcroft-Gault" in sheet.step("creatinine_clearance").how
    assert sheet.step("egfr").sources


def test_creatinine_in_micromoles_is_the_same_creatinine() -> None:
    one = facts(observed(("creatinine", "1.4 mg/dL", "2026-11-20")))
    other = facts(observed(("creatinine", "123.76 umol/L", "2026-11-20")))
    assert one.number("egfr") == pytest.approx(other.number("egfr"))


def test_a_child_is_estimated_by_height_and_gets_no_adult_clearance() -> None:
    sheet = facts(name="child-uk")
    # 0.413 x height in cm / creatinine in mg per dL; 45 micromoles are 45 / 88.4 mg per dL.
    assert sheet.number("egfr") == pytest.approx(0.413 * 138 / (45 / 88.4))
    assert sheet.get("creatinine_clearance") is None
    assert "Schwartz" in sheet.step("egfr").how


@pytest.mark.parametrize("gone", ["age", "sex"])
def test_without_age_or_sex_a_creatinine_says_nothing_about_filtration(gone: str) -> None:
    sheet = facts(patient(**{gone: None}))
    assert sheet.get("egfr") is None
    assert sheet.get("creatinine_clearance") is None


def test_without_a_weight_there_is_an_egfr_and_no_clearance() -> None:
    sheet = facts(patient(weight=None))
    assert sheet.get("egfr") is not None
    assert sheet.get("creatinine_clearance") is None


def test_without_any_kidney_value_nothing_is_assumed() -> None:
    sheet = facts({"record": {"observations": []}})
    for name in (
        "egfr",
        "creatinine_clearance",
        "kidney_function_age",
        "kept_fraction_by_egfr",
        "kept_fraction_by_clearance",
        "oral_ceiling",
    ):
        assert sheet.get(name) is None, name


def test_the_newest_value_counts() -> None:
    sheet = facts(
        observed(
            ("creatinine", "2.0 mg/dL", "2026-11-21"),
            ("creatinine", "0.7 mg/dL", "2026-11-01"),
        )
    )
    assert sheet.number("egfr") == pytest.approx(_ckd_epi_female(2.0, 46))
    assert sheet.get("kidney_function_age") == 1


def test_a_reported_egfr_of_the_same_day_stands_for_the_creatinine() -> None:
    sheet = facts(
        observed(("creatinine", "0.7 mg/dL", "2026-11-21"), ("egfr", "64 mL/min/1.73m2", "2026-11-21"))
    )
    assert sheet.get("egfr") == 64
    assert "equation not stated" in sheet.step("egfr").how


def test_a_creatinine_measured_hours_after_a_reported_egfr_counts() -> None:
    sheet = facts(
        observed(
            ("egfr", "90 mL/min/1.73m2", "2026-11-21 08:00"),
            ("creatinine", "3.0 mg/dL", "2026-11-21 20:00"),
        )
    )
    assert sheet.number("egfr") == pytest.approx(_ckd_epi_female(3.0, 46))


def test_a_creatinine_measured_hours_after_a_measured_clearance_counts() -> None:
    sheet = facts(
        observed(
            ("creatinine clearance", "100 mL/min", "2026-11-21 08:00"),
            ("creatinine", "3.0 mg/dL", "2026-11-21 20:00"),
        )
    )
    assert sheet.number("creatinine_clearance") == pytest.approx((140 - 46) * 70 / (72 * 3.0) * 0.85)


@pytest.mark.parametrize("values", [("0.7 mg/dL", "2.0 mg/dL"), ("2.0 mg/dL", "0.7 mg/dL")])
def test_of_two_values_of_one_day_the_weaker_kidney_counts_in_whatever_order_they_are_listed(
    values: tuple[str, str],
) -> None:
    sheet = facts(observed(*(("creatinine", v, "2026-11-21") for v in values)))
    assert sheet.number("egfr") == pytest.approx(_ckd_epi_female(2.0, 46))
    assert sheet.number("creatinine_rise_48h") == pytest.approx(1.3 * 88.4)
    assert sheet.get("has_acute_kidney_injury") is True


def test_a_creatinine_that_cannot_be_used_does_not_make_an_old_egfr_look_fresh() -> None:
    change = both(
        observed(("egfr", "85 mL/min/1.73m2", "2024-11-22"), ("creatinine", "4 mg/dL", "2026-11-21")),
        patient(sex=None),
    )
    sheet = facts(change)
    assert sheet.get("egfr") == 85
    assert sheet.get("kidney_function_age") == 730


def test_the_dates_in_the_working_are_written_for_people() -> None:
    assert facts().step("kidney_function_age").how == "newest value of 01-Nov-2026"


def test_someone_who_has_just_turned_18_is_an_adult_also_by_a_creatinine_of_last_week() -> None:
    sheet = facts(
        both(patient(age="18 years", height=None), observed(("creatinine", "0.7 mg/dL", "2026-11-15")))
    )
    assert sheet.number("egfr") == pytest.approx(_ckd_epi_female(0.7, 18))


def test_a_creatinine_from_before_the_eighteenth_birthday_is_a_childs() -> None:
    change = both(
        patient(age=None, birth_date="2008-11-20"), observed(("creatinine", "0.7 mg/dL", "2026-11-19"))
    )
    assert "Schwartz" in facts(change).step("egfr").how


def test_a_measurement_of_the_day_of_the_question_is_not_younger_than_the_question() -> None:
    sheet = facts(observed(("creatinine", "0.7 mg/dL", "2026-11-22 14:00")))
    assert sheet.get("kidney_function_age") == 0


# -- dialysis -------------------------------------------------------------------------------------------


def test_dialysis_is_known_when_it_is_recorded_or_on_the_problem_list() -> None:
    assert facts(patient(dialysis="peritoneal dialysis")).get("kidney_replacement") == "peritoneal dialysis"
    listed = both(patient(dialysis=None), {"record": {"problems": [{"what": "haemodialysis"}]}})
    assert facts(listed).get("kidney_replacement") == "haemodialysis"
    assert facts(listed).get("is_on_dialysis") is True
    assert facts(patient(dialysis="none")).get("is_on_dialysis") is False


def test_dialysis_that_is_not_listed_is_absent_only_after_a_review() -> None:
    assert facts(patient(dialysis=None)).get("is_on_dialysis") is False
    sheet = facts(both(patient(dialysis=None), UNREVIEWED))
    assert sheet.get("is_on_dialysis") is None
    assert sheet.get("kidney_replacement") is None


def test_no_dialysis_in_one_place_and_dialysis_in_another_counts_as_dialysis() -> None:
    sheet = facts(both(patient(dialysis="none"), {"record": {"problems": [{"what": "haemodialysis"}]}}))
    assert sheet.get("is_on_dialysis") is True
    assert "problem list" in sheet.step("is_on_dialysis").how


def test_on_dialysis_a_creatinine_makes_no_estimate_and_a_measured_clearance_counts() -> None:
    creatinine = facts(
        both(patient(dialysis="haemodialysis"), observed(("creatinine", "3 mg/dL", "2026-11-20")))
    )
    assert creatinine.get("egfr") is None
    assert creatinine.get("creatinine_clearance") is None
    measured = observed(("creatinine clearance", "6 mL/min", "2026-11-20"))
    assert facts(both(patient(dialysis="haemodialysis"), measured)).get("creatinine_clearance") == 6


# -- change ---------------------------------------------------------------------------------------------


def _risen(first: tuple[str, str], second: tuple[str, str]) -> Change:
    return observed(("creatinine", *first), ("creatinine", *second))


def test_a_rise_is_measured_within_48_hours() -> None:
    within = _risen(("0.7 mg/dL", "2026-11-19 08:00"), ("1.0 mg/dL", "2026-11-21 08:00"))
    beyond = _risen(("0.7 mg/dL", "2026-11-19 08:00"), ("1.0 mg/dL", "2026-11-21 09:00"))
    assert facts(within).number("creatinine_rise_48h") == pytest.approx(0.3 * 88.4)
    assert facts(within).get("has_acute_kidney_injury") is True
    assert facts(beyond).get("creatinine_rise_48h") == 0


def test_the_ratio_compares_the_newest_with_the_lowest_of_7_days() -> None:
    sheet = facts(_risen(("0.7 mg/dL", "2026-11-15"), ("1.4 mg/dL", "2026-11-21")))
    assert sheet.number("creatinine_ratio_7d") == pytest.approx(2)
    assert sheet.get("has_acute_kidney_injury") is True
    older = facts(_risen(("0.7 mg/dL", "2026-11-14"), ("1.4 mg/dL", "2026-11-21")))
    assert older.get("creatinine_ratio_7d") == 1


def test_a_fall_of_egfr_is_measured_against_the_value_before_within_90_days() -> None:
    def fall(first_on: str) -> float | None:
        return facts(
            observed(("egfr", "80 mL/min/1.73m2", first_on), ("egfr", "60 mL/min/1.73m2", "2026-11-20"))
        ).number("egfr_fall_percent")

    assert fall("2026-08-24") == pytest.approx(25)  # exactly 90 days before the question
    assert fall("2026-08-23") == 0


def _injured(start: str, end: str | None = None) -> object:
    event = {"what": "acute kidney injury", "from": start} | ({"to": end} if end else {})
    return facts({"record": {"events": [event]}}).get("has_acute_kidney_injury")


def test_an_acute_kidney_injury_counts_until_7_days_after_its_end() -> None:
    assert _injured("2026-11-16") is True
    assert _injured("2026-10-01", "2026-11-20") is True
    assert _injured("2026-10-01", "2026-10-20") is False


def test_an_acute_kidney_injury_without_an_end_may_still_be_going_on() -> None:
    assert _injured("2026-11-01") is None


def test_where_nobody_measured_creatinine_nobody_says_that_it_did_not_rise() -> None:
    sheet = facts({"record": {"observations": []}})
    for name in (
        "creatinine_rise_48h",
        "creatinine_ratio_7d",
        "egfr_fall_percent",
        "has_acute_kidney_injury",
    ):
        assert sheet.get(name) is None, name


def test_one_creatinine_or_one_egfr_of_the_week_shows_no_rise() -> None:
    for what, value in (("creatinine", "0.7 mg/dL"), ("egfr", "90 mL/min/1.73m2")):
        sheet = facts(observed((what, value, "2026-11-20")))
        assert sheet.get("creatinine_rise_48h") == 0
        assert sheet.get("creatinine_ratio_7d") == 1
        assert sheet.get("egfr_fall_percent") == 0
        assert sheet.get("has_acute_kidney_injury") is False


def test_a_sleepy_patient_needs_a_creatinine_of_the_week_before_kidney_injury_is_excluded() -> None:
    sleepy: Change = {"record": {"signs": [{"what": "somnolence", "onset": "2026-11-20"}]}}
    assert facts().get("has_acute_kidney_injury") is False  # well, asked, and measured three weeks ago
    assert facts(sleepy).get("has_acute_kidney_injury") is None
    fresh = both(sleepy, observed(("creatinine", "0.7 mg/dL", "2026-11-20")))
    assert facts(fresh).get("has_acute_kidney_injury") is False


def test_a_kidney_value_that_is_too_old_does_not_exclude_kidney_injury() -> None:
    def injured(on: str) -> object:
        return facts(observed(("creatinine", "0.7 mg/dL", on))).get("has_acute_kidney_injury")

    assert injured("2026-08-24") is False  # 90 days
    assert injured("2026-08-23") is None


def test_acute_kidney_injury_is_excluded_only_when_it_was_asked_for() -> None:
    assert facts().get("has_acute_kidney_injury") is False
    assert facts(UNREVIEWED).get("has_acute_kidney_injury") is None


# -- how much of the dose is kept -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "kept"), [(90, 1), (89.9, 2 / 3), (60, 2 / 3), (59.9, 0.5), (30, 0.5), (29.9, 0)]
)
def test_the_fraction_kept_by_egfr_changes_at_90_60_and_30(rate: float, kept: float) -> None:
    sheet = facts(observed(("egfr", f"{rate} mL/min/1.73m2", "2026-11-20")))
    assert sheet.number("kept_fraction_by_egfr") == pytest.approx(kept)


@pytest.mark.parametrize(
    ("clearance", "kept"), [(80.1, 1), (80, 2 / 3), (50, 2 / 3), (49.9, 0.5), (30, 0.5), (29.9, 0)]
)
def test_the_fraction_kept_by_clearance_changes_at_80_50_and_30(clearance: float, kept: float) -> None:
    sheet = facts(observed(("creatinine clearance", f"{clearance} mL/min", "2026-11-20")))
    assert sheet.number("kept_fraction_by_clearance") == pytest.approx(kept)


# -- the age of the day of the creatinine ---------------------------------------------------------------


@pytest.mark.parametrize("age", [{"birth_date": "1976-03-01", "age": None}, {"age": "50 years"}])
def test_a_creatinine_of_ten_years_ago_is_read_with_the_age_of_then(age: dict[str, str | None]) -> None:
    old = both(patient(**age), observed(("creatinine", "1.4 mg/dL", "2016-11-20")))
    sheet = facts(old)
    assert sheet.number("egfr") == pytest.approx(_ckd_epi_female(1.4, 40))
    assert sheet.number("creatinine_clearance") == pytest.approx((140 - 40) * 70 / (72 * 1.4) * 0.85)


def test_a_creatinine_of_childhood_gives_an_adult_no_clearance_by_cockcroft_and_gault() -> None:
    change = both(
        patient(birth_date="2006-03-01", age=None), observed(("creatinine", "0.7 mg/dL", "2021-11-20"))
    )
    assert facts(change).number("creatinine_clearance") is None
