"""Days at the largest dose, and whether a score shows a response."""

from __future__ import annotations

import pytest

from tests.unit.facts_base import Change, both, facts, phase, taken

BEFORE, ON_IT = "2026-01-20", "2026-11-10"
SINCE_FEBRUARY = phase("10 mg", 3, "2026-02-01")


def scored(*pairs: tuple[str | None, str, str], scale: str = "modified Ashworth", on: str = ON_IT) -> Change:
    """A creatinine, and each place scored before the start and on treatment."""
    entries: list[Change] = [{"what": "creatinine", "value": "0.7 mg/dL", "on": "2026-11-01"}]
    for place, first, last in pairs:
        site = {} if place is None else {"site": place}
        entries += [{"what": scale, "value": first, "on": BEFORE, **site}]
        entries += [{"what": scale, "value": last, "on": on, **site}]
    return {"record": {"indication": {"what": "stroke"}, "observations": entries}}


def three(place: str, first: str, last: str) -> list[tuple[str | None, str, str]]:
    """Three muscles with the same grades: the amounts that matter hold for a mean of three."""
    return [(f"{which} {place}", first, last) for which in ("left", "right", "other")]


def muscles(fallen: int, of: int) -> Change:
    """So many muscles, of which some fell by one grade."""
    return scored(*[(f"elbow {i}", "3", "2" if i < fallen else "3") for i in range(of)])


def test_days_at_the_largest_dose_are_counted_from_the_last_change_of_the_dose() -> None:
    steps = taken(phase("20 mg", 3, "2026-02-01", "2026-10-10"), phase("20 mg", 4, "2026-10-11"))
    assert facts(steps).number("days_at_max") == 42


def test_below_the_largest_dose_there_are_no_days_at_it() -> None:
    assert facts().number("days_at_max") == 0


def test_a_dose_lowered_from_a_higher_one_is_the_largest_that_was_tolerated() -> None:
    steps = taken(phase("20 mg", 3, "2026-02-01", "2026-10-10"), phase("15 mg", 3, "2026-10-11"))
    sheet = facts(steps)
    assert sheet.number("days_at_max") == 42
    assert "higher dose" in sheet.step("days_at_max").how


def test_a_higher_dose_before_a_break_of_months_does_not_count() -> None:
    steps = taken(phase("20 mg", 3, "2025-02-01", "2025-10-10"), phase("15 mg", 3, "2026-10-11"))
    assert facts(steps).number("days_at_max") == 0


def test_a_dose_without_a_first_day_has_no_known_days_at_the_largest() -> None:
    assert facts(taken(phase("20 mg", 4))).number("days_at_max") is None


def test_without_a_kidney_value_the_largest_dose_is_known_only_at_the_labelled_maximum() -> None:
    blind: Change = {"record": {"observations": []}}
    assert facts(blind).number("days_at_max") is None
    at_label = both(blind, taken(phase("20 mg", 4, "2026-10-11")))
    assert facts(at_label).number("days_at_max") == 42


def test_nothing_taken_is_no_day_at_the_largest_dose() -> None:
    assert facts(name="start-us").number("days_at_max") == 0


@pytest.mark.parametrize(("fallen", "response"), [(7, False), (8, True)])
def test_the_mean_over_15_muscles_must_fall_by_more_than_seven_fifteenths(
    fallen: int, response: bool
) -> None:
    # 7 of 15 is 0.467 and 8 of 15 is 0.533: the border of 0.48 lies between them.
    assert facts(muscles(fallen, 15)).get("has_response") is response


@pytest.mark.parametrize(("fallen", "of", "response"), [(12, 25, True), (23, 48, False)])
def test_a_mean_fall_of_exactly_0_48_counts_and_one_just_under_it_does_not(
    fallen: int, of: int, response: bool
) -> None:
    assert facts(muscles(fallen, of)).get("has_response") is response


def test_one_plus_lies_half_a_grade_above_one() -> None:
    assert facts(scored(*three("knee", "1+", "1"))).get("has_response") is True
    assert facts(scored(*three("knee", "1+", "1"), ("ankle", "2", "2"))).get("has_response") is False


def test_spasms_one_grade_less_are_a_response_even_where_tone_is_unchanged() -> None:
    spasms = scored((None, "3", "2"), scale="Penn spasm frequency")
    tone = scored(("knee", "3", "3"))["record"]["observations"]
    spasms["record"]["observations"] += tone[1:]
    assert facts(spasms).get("has_response") is True


def test_a_worse_score_is_no_response() -> None:
    sheet = facts(scored(("knee", "2", "3")))
    assert sheet.get("has_response") is False
    assert "higher by 1" in sheet.step("has_response").how


def test_scores_of_different_muscles_are_not_compared() -> None:
    change = scored(("knee", "3", "3"))
    change["record"]["observations"][2]["site"] = "elbow"
    assert facts(change).get("has_response") is None


@pytest.mark.parametrize(("on", "known"), [("2026-11-14", None), ("2026-11-15", False)])
def test_a_score_speaks_from_the_14th_day_on_the_dose(on: str, known: bool | None) -> None:
    steps = taken(phase("10 mg", 3, "2026-02-01", "2026-10-31"), phase("20 mg", 4, "2026-11-01"))
    assert facts(both(steps, scored(("knee", "3", "3"), on=on))).get("has_response") is known


def test_a_score_of_the_first_day_counts_as_one_before_the_start() -> None:
    first = taken(phase("10 mg", 3, BEFORE))
    assert facts(both(first, scored(*three("knee", "3", "2")))).get("has_response") is True
    later = taken(phase("10 mg", 3, "2026-01-19"))
    assert facts(both(later, scored(("knee", "3", "2")))).get("has_response") is None


def test_without_a_known_start_no_response_is_read() -> None:
    assert facts(both(taken(phase("10 mg", 3)), scored(("knee", "3", "2")))).get("has_response") is None


def tone(*entries: tuple[str, str, str]) -> Change:
    """Modified Ashworth grades as (place, grade, day); baclofen is taken since 1 February 2026."""
    listed = [{"what": "modified ashworth", "site": s, "value": v, "on": on} for s, v, on in entries]
    return {"record": {"indication": {"what": "stroke"}, "observations": listed}}


def dystonia(before: str, now: str) -> Change:
    """Two Burke-Fahn-Marsden movement scores of an adult with dystonia."""
    scores = [{"what": "BFMDRS", "value": v, "on": on} for v, on in ((before, BEFORE), (now, ON_IT))]
    return {"record": {"indication": {"what": "dystonia"}, "observations": scores}}


def test_tone_is_compared_place_by_place_with_the_last_score_before_treatment() -> None:
    change = tone(
        ("left elbow", "4", "2025-12-01"),
        ("left elbow", "3", "2026-01-30"),
        ("right wrist", "2", "2026-01-30"),
        ("right elbow", "2", "2026-01-30"),
        ("left knee", "3", "2026-01-30"),
        ("left elbow", "1+", "2026-11-20"),
        ("right wrist", "2", "2026-11-20"),
        ("right elbow", "2", "2026-11-20"),
    )
    sheet = facts(change)
    assert sheet.get("has_response") is True
    assert "in the arms lower by 0.5" in sheet.step("has_response").how
    assert "in the legs" not in sheet.step("has_response").how


@pytest.mark.parametrize(
    ("before", "now", "known"),
    [
        ("2025-08-04", "2026-11-20", None),
        ("2025-08-05", "2026-11-20", True),  # 180 days before the start
        ("2026-01-30", "2026-05-25", None),
        ("2026-01-30", "2026-05-26", True),  # 180 days ago
        ("2026-02-02", "2026-11-20", None),
    ],
)
def test_a_score_long_before_the_start_or_long_ago_is_no_comparison(
    before: str, now: str, known: bool | None
) -> None:
    sites = ("left knee", "right knee", "left ankle")
    change = tone(*[(site, *score) for site in sites for score in (("3", before), ("1", now))])
    assert facts(change).get("has_response") is known


@pytest.mark.parametrize(("places", "response"), [("knee", True), ("elbow", False), ("neck", None)])
def test_legs_need_a_smaller_fall_than_arms_and_no_amount_is_known_for_other_places(
    places: str, response: bool | None
) -> None:
    # 9 of 20 is 0.45: enough in the legs alone.
    pairs = [(f"{places} {i}", "3", "2" if i < 9 else "3") for i in range(20)]
    assert facts(scored(*pairs)).get("has_response") is response


def test_the_legs_are_a_response_although_the_arms_are_as_before() -> None:
    pairs = [("left elbow", "3", "3"), ("right elbow", "3", "3"), *three("knee", "3", "2")]
    assert facts(scored(*pairs)).get("has_response") is True


@pytest.mark.parametrize(
    ("before", "now", "response"),
    [
        ("100 points", "83.4 points", False),  # 16.6 per cent: more is asked for
        ("100 points", "83.3 points", True),
        ("40 points", "48 points", False),
        ("0 points", "0 points", None),
    ],
)
def test_dystonia_must_be_better_by_more_than_16_6_per_cent(
    before: str, now: str, response: bool | None
) -> None:
    assert facts(dystonia(before, now)).get("has_response") is response


# -- whom the published amounts do not fit --------------------------------------------------------------


def test_in_multiple_sclerosis_a_fall_of_tone_is_told_but_no_published_amount_judges_it() -> None:
    sclerosis: Change = {"record": {"indication": {"what": "multiple sclerosis"}}}
    sheet = facts(both(scored(*three("knee", "3", "1")), sclerosis))
    assert sheet.get("has_response") is None
    assert "lower by 2 (no published amount applies to this patient" in sheet.step("has_response").how
    unchanged = facts(both(scored(*three("knee", "3", "3")), sclerosis))
    assert unchanged.get("has_response") is False


def test_without_an_indication_the_answer_says_what_is_missing() -> None:
    nothing: Change = {"record": {"indication": None}}
    sheet = facts(both(scored(*three("knee", "3", "1")), nothing))
    assert sheet.get("has_response") is None
    assert "not known without indication" in sheet.step("has_response").how


def test_where_tone_cannot_be_judged_the_spasms_decide() -> None:
    def judged(spasms: str) -> object:
        change = scored(*three("knee", "3", "1"))
        change["record"]["indication"] = {"what": "multiple sclerosis"}
        change["record"]["observations"] += scored((None, "3", spasms), scale="Penn spasm frequency")[
            "record"
        ]["observations"][1:]
        return facts(change).get("has_response")

    assert judged("2") is True
    assert judged("3") is False


def test_two_muscles_are_no_mean_of_three() -> None:
    sheet = facts(scored(*three("knee", "3", "2")[:2]))
    assert sheet.get("has_response") is None
    assert "mean of 3 muscles" in sheet.step("has_response").how


@pytest.mark.parametrize(
    "other", [{"patient": {"age": "12 years"}}, {"indication": {"what": "cerebral palsy"}}]
)
def test_the_published_share_of_dystonia_is_for_adults_with_dystonia_only(other: Change) -> None:
    assert facts(both(dystonia("100 points", "50 points"), {"record": other})).get("has_response") is None
