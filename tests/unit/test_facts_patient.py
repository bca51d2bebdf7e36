"""Facts about who the patient is and what is asked."""

from __future__ import annotations

import pytest

from tests.unit.facts_base import UNREVIEWED, both, facts, patient


def test_country_and_question_are_facts() -> None:
    sheet = facts({"jurisdiction": "UK"})
    assert sheet.get("jurisdiction") == "UK"
    assert sheet.get("asks") == "check"


def test_the_indication_is_named_as_in_the_glossary_and_anything_else_is_other() -> None:
    assert facts().get("indication") == "multiple sclerosis"
    assert facts({"record": {"indication": {"what": "hiccups"}}}).get("indication") == "hiccups"
    assert (
        facts({"record": {"indication": {"what": "itching of unknown cause"}}}).get("indication") == "other"
    )


def test_an_indication_nobody_wrote_down_is_not_known() -> None:
    sheet = facts({"record": {"indication": None}})
    assert sheet.get("indication") is None
    assert sheet.step("indication").how == "not recorded"


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("1961-11-23", "2026-11-22", 64),  # the day before the birthday
        ("1961-11-22", "2026-11-22", 65),  # on the birthday
        ("2008-02-29", "2026-02-28", 17),  # born on a leap day: of age on 1-Mar, not a day before
        ("2008-02-29", "2026-03-01", 18),
        ("2018-11-22", "2026-11-22", 8),
        ("2018-11-23", "2026-11-22", 7),
    ],
)
def test_age_bands_change_on_the_birthday_and_not_a_day_before(born: str, on: str, age: int) -> None:
    change = both(
        {"as_of": on, "record": {"oral_therapy": [], "observations": [], "reviewed": None}},
        patient(age=None, birth_date=born),
    )
    assert facts(change).get("age") == age


def test_under_two_years_the_age_has_a_fraction() -> None:
    change = both({"record": {"observations": []}}, patient(age=None, birth_date="2026-05-22", weight="7 kg"))
    assert facts(change).number("age") == pytest.approx(184 / 365.25)


def test_an_age_that_was_written_down_is_taken_as_written() -> None:
    sheet = facts(patient(age="18 months", weight="11 kg"))
    assert sheet.get("age") == 1.5
    assert sheet.step("age").how == "as recorded"


@pytest.mark.parametrize("name", ["age", "weight", "sex", "is_frail", "is_pregnant", "is_breastfeeding"])
def test_what_is_not_recorded_about_the_patient_is_not_known_and_says_so(name: str) -> None:
    missing = patient(
        age=None, weight=None, sex=None, height=None, frail=None, pregnant=None, breastfeeding=None
    )
    sheet = facts(missing)
    assert sheet.get(name) is None
    assert sheet.step(name).value == "not known"
    assert sheet.step(name).how == "not recorded"


def test_weight_sex_and_frailty_are_read_as_recorded() -> None:
    sheet = facts(patient(weight="70.5 kg", frail=True))
    assert sheet.get("weight") == 70.5
    assert sheet.get("sex") == "female"
    assert sheet.get("is_frail") is True
    assert facts(patient(frail=False)).get("is_frail") is False


def test_a_man_is_not_asked_for_pregnancy_or_breastfeeding() -> None:
    sheet = facts(patient(sex="male", pregnant=None, breastfeeding=None))
    assert sheet.get("is_pregnant") is False
    assert sheet.get("is_breastfeeding") is False


@pytest.mark.parametrize(
    ("years", "asked"), [("9 years", False), ("10 years", True), ("60 years", True), ("61 years", False)]
)
def test_a_woman_is_asked_for_pregnancy_between_10_and_60_years(years: str, asked: bool) -> None:
    change = both(
        {"record": {"observations": []}}, patient(age=years, weight=None, height=None, pregnant=None)
    )
    assert facts(change).get("is_pregnant") is (None if asked else False)


def test_when_the_sex_is_not_known_pregnancy_is_asked() -> None:
    assert facts(patient(sex=None, pregnant=None)).get("is_pregnant") is None


def test_pregnancy_and_breastfeeding_are_read_as_recorded_at_any_age() -> None:
    sheet = facts(patient(age="61 years", pregnant=True, breastfeeding=True))
    assert sheet.get("is_pregnant") is True
    assert sheet.get("is_breastfeeding") is True


def test_weeks_to_delivery_are_counted_from_the_day_of_the_question() -> None:
    sheet = facts(patient(pregnant=True, expected_delivery_on="2026-12-20"))
    assert sheet.get("weeks_to_delivery") == 4
    assert facts(patient(pregnant=True)).get("weeks_to_delivery") is None


def _phase_of(*problems: dict[str, str]) -> object:
    change = {"record": {"problems": list(problems), "indication": {"what": "multiple sclerosis"}}}
    return facts(change).get("spasticity_phase")


def test_the_phase_of_a_spasticity_is_read_from_what_is_active() -> None:
    assert _phase_of({"what": "multiple sclerosis", "phase": "stable"}) == "stable"
    assert _phase_of({"what": "stroke", "phase": "acute"}) == "acute"
    assert _phase_of({"what": "stroke"}) is None


def test_an_acute_phase_that_is_past_or_was_excluded_does_not_count_as_acute() -> None:
    assert _phase_of({"what": "spinal cord injury", "phase": "acute", "status": "past"}) is None


def test_of_two_phases_the_one_that_has_not_settled_counts() -> None:
    settled, new = (
        {"what": "multiple sclerosis", "phase": "stable"},
        {"what": "stroke", "phase": "acute"},
    )
    assert _phase_of(settled, new) == "acute"


def test_quoted_advice_is_compared_and_no_advice_is_zero() -> None:
    quotes = [{"text": "a page", "daily_dose": "300 mg/day"}, {"text": "another", "daily_dose": "50 mg/day"}]
    assert facts({"question": {"ask": "check", "quotes": quotes}}).get("quoted_daily_dose") == 300
    assert facts().get("quoted_daily_dose") == 0


def test_a_study_that_could_not_be_found_is_recognised_by_all_words_of_its_name() -> None:
    def cites(study: str) -> object:
        quotes = [{"text": "a page", "study": study}]
        return facts({"question": {"ask": "check", "quotes": quotes}}).get("cites_study_not_found")

    assert cites("JNNP, 2015, dystonia") is True
    assert cites("JNNP 2016") is False
    assert facts().get("cites_study_not_found") is False


def test_a_fall_counts_for_a_year_and_is_excluded_only_by_a_review_of_that_year() -> None:
    def fell(on: str) -> object:
        return facts({"record": {"events": [{"what": "fall", "from": on}]}}).get("has_recent_fall")

    assert fell("2026-01-15") is True
    assert fell("2024-01-15") is False
    assert facts().get("has_recent_fall") is False
    assert facts(UNREVIEWED).get("has_recent_fall") is None
    long_ago = {"record": {"reviewed": {"events": "2020-01-01"}}}
    assert facts(long_ago).get("has_recent_fall") is None
