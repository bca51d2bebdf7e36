"""The language of conditions: three answers, and a clear refusal of everything outside it."""

from __future__ import annotations

import pytest

from eutonia.knowledge.condition import ConditionError, Holds, Vocabulary, parse_condition

TERMS = Vocabulary(
    {
        "egfr": "number",
        "oral_daily_dose": "number",
        "jurisdiction": "text",
        "takes_opioid": "boolean",
        "is_pregnant": "boolean",
    },
    {"jurisdiction": ("US", "UK")},
)


def _holds(text: str, **facts: object) -> Holds:
    return parse_condition(text, TERMS).evaluate(facts).holds  # type: ignore[arg-type]


def test_a_threshold_fires_below_it_and_not_at_it() -> None:
    assert _holds("egfr < 30", egfr=29.9) is Holds.YES
    assert _holds("egfr < 30", egfr=30.0) is Holds.NO


def test_a_missing_fact_is_never_taken_for_normal() -> None:
    assert _holds("egfr < 30", egfr=None) is Holds.UNKNOWN
    assert _holds("not takes_opioid", takes_opioid=None) is Holds.UNKNOWN
    assert _holds("jurisdiction = 'US'") is Holds.UNKNOWN


def test_a_missing_fact_that_cannot_matter_does_not_block_the_answer() -> None:
    assert _holds("egfr < 30 and takes_opioid", egfr=None, takes_opioid=False) is Holds.NO
    assert _holds("egfr < 30 or takes_opioid", egfr=None, takes_opioid=True) is Holds.YES
    assert _holds("egfr between 30 and 59", egfr=None) is Holds.UNKNOWN


def test_only_the_facts_that_kept_it_open_are_blamed() -> None:
    condition = parse_condition(
        "(egfr < 30 and takes_opioid) or (is_pregnant and oral_daily_dose > 0)", TERMS
    )
    outcome = condition.evaluate(
        {"egfr": None, "takes_opioid": False, "is_pregnant": None, "oral_daily_dose": 30.0}
    )
    assert outcome.holds is Holds.UNKNOWN
    assert outcome.missing == ("is_pregnant",)


def test_the_parts_that_held_are_reported_one_by_one() -> None:
    outcome = parse_condition("egfr < 30 and oral_daily_dose > 0", TERMS).evaluate(
        {"egfr": 20.0, "oral_daily_dose": 15.0}
    )
    assert [(p.text, p.holds, p.facts) for p in outcome.parts] == [
        ("egfr < 30", Holds.YES, ("egfr",)),
        ("oral_daily_dose > 0", Holds.YES, ("oral_daily_dose",)),
    ]


def test_a_division_by_nothing_is_not_known() -> None:
    assert _holds("oral_daily_dose / egfr > 1", oral_daily_dose=1.0, egfr=0.0) is Holds.UNKNOWN


def test_a_misspelt_fact_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConditionError) as refused:
        parse_condition("egfrr < 30", TERMS)
    assert "egfr" in refused.value.problem.next_step


def test_a_value_the_fact_can_never_have_is_refused() -> None:
    # 'GB' would simply never hold, and the rule would be silent for ever.
    with pytest.raises(ConditionError, match="GB"):
        parse_condition("jurisdiction in ('US', 'GB')", TERMS)
    with pytest.raises(ConditionError, match="us"):
        parse_condition("jurisdiction = 'us'", TERMS)


@pytest.mark.parametrize(
    "text",
    [
        "egfr",
        "takes_opioid < 3",
        "egfr = 'low'",
        "jurisdiction > 'US'",
        "coalesce(egfr, 90) < 30",
        "egfr < (select 1)",
        "case when takes_opioid then true else false end",
        "egfr < 30; drop table rules",
        "egfr <",
        "",
        "egfr is true",
        "lower(jurisdiction) = 'us'",
        "egfr in (takes_opioid)",
        "now() > 3",
    ],
)
def test_what_is_outside_the_language_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse_condition(text, TERMS)
