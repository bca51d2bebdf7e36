"""Facts read from lists: present when listed, absent only when somebody went through the list."""

from __future__ import annotations

import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import FactDefinition
from tests.unit.facts_base import UNREVIEWED, Change, both, facts, patient

# Those of the recognising room are asked only when something is wrong, and have tests of their own.
FROM_LISTS = [
    f for f in load_knowledge().facts.values() if f.origin in ("problem", "medicine", "sign") and not f.room
]
RECOGNISING = [f for f in load_knowledge().facts.values() if f.origin in ("medicine", "sign") and f.room]


def listed(origin: str, what: str, **more: str) -> Change:
    key = {"problem": "problems", "medicine": "medicines", "sign": "signs"}[origin]
    return {"record": {key: [{"what": what, **more}]}}


@pytest.mark.parametrize("fact", FROM_LISTS, ids=lambda f: f.name)
def test_what_is_listed_is_there(fact: FactDefinition) -> None:
    more = {"status": "past"} if fact.status == "past" else {}
    assert facts(listed(fact.origin, fact.of[0], **more)).get(fact.name) is True


@pytest.mark.parametrize("fact", RECOGNISING, ids=lambda f: f.name)
def test_what_only_matters_when_something_is_wrong_is_read_by_the_recognising_room_alone(
    fact: object,
) -> None:
    from eutonia.knowledge.schema import FactDefinition
    from tests.recognise_base import facts_of

    assert isinstance(fact, FactDefinition)
    change = listed(fact.origin, fact.of[0])
    assert facts(change).get(fact.name) is None
    assert facts_of(change)[fact.name] is True


@pytest.mark.parametrize("name", [f.name for f in FROM_LISTS])
def test_what_is_not_listed_is_absent_only_after_a_review(name: str) -> None:
    assert facts({"record": {"problems": []}}).get(name) is False
    assert facts(both(UNREVIEWED, {"record": {"problems": []}})).get(name) is None


def test_a_past_ulcer_is_no_active_ulcer_and_the_other_way_round() -> None:
    past = facts(listed("problem", "peptic ulcer", status="past"))
    assert (past.get("has_past_peptic_ulcer"), past.get("has_active_peptic_ulcer")) == (True, False)
    active = facts(listed("problem", "peptic ulcer"))
    assert (active.get("has_past_peptic_ulcer"), active.get("has_active_peptic_ulcer")) == (False, True)


def test_an_absent_problem_is_absent_without_a_review() -> None:
    change = both(UNREVIEWED, listed("problem", "epilepsy", status="absent"))
    assert facts(change).get("has_epilepsy") is False
    assert facts(change).get("has_sleep_apnoea") is None


def with_listed(origin: str, *terms: str) -> Change:
    """Nobody went through a list, and these are on it as absent."""
    if origin == "sign":
        return both(UNREVIEWED, {"record": {"signs": [{"what": t, "present": False} for t in terms]}})
    return both(UNREVIEWED, {"record": {"problems": [{"what": t, "status": "absent"} for t in terms]}})


OF_SEVERAL = [
    (f, term) for f in FROM_LISTS if f.origin in ("problem", "sign") and len(f.of) > 1 for term in f.of
]
EXCLUDED = [f for f in FROM_LISTS if f.origin in ("problem", "sign")]


@pytest.mark.parametrize(("fact", "term"), OF_SEVERAL, ids=lambda x: getattr(x, "name", x))
def test_one_of_several_that_is_absent_does_not_rule_out_the_others(fact: FactDefinition, term: str) -> None:
    assert facts(with_listed(fact.origin, term)).get(fact.name) is None


@pytest.mark.parametrize("fact", EXCLUDED, ids=lambda f: f.name)
def test_all_of_them_listed_as_absent_rule_it_out(fact: FactDefinition) -> None:
    assert facts(with_listed(fact.origin, *fact.of)).get(fact.name) is False


@pytest.mark.parametrize("status", ["absent", "past"])
def test_a_narrower_disease_that_is_gone_leaves_the_broader_one_open(status: str) -> None:
    narrower = both(UNREVIEWED, listed("problem", "cirrhosis", status=status))
    assert facts(narrower).get("has_liver_disease") is None
    on_dialysis = both(UNREVIEWED, patient(dialysis=None), listed("problem", "haemodialysis", status=status))
    assert facts(on_dialysis).get("is_on_dialysis") is None


@pytest.mark.parametrize(("to", "taken"), [("2026-11-21", False), ("2026-11-22", True)])
def test_a_medicine_counts_until_its_last_day_is_over(to: str, taken: bool) -> None:
    assert facts(listed("medicine", "morphine", to=to)).get("takes_opioid") is taken


def test_a_review_of_signs_speaks_for_seven_days() -> None:
    def asked(on: str) -> object:
        return facts({"record": {"reviewed": {"signs": on}}}).get("has_confusion")

    assert asked("2026-11-15") is False
    assert asked("2026-11-14") is None


def test_a_sign_that_was_looked_for_and_not_there_is_absent() -> None:
    change = both(UNREVIEWED, {"record": {"signs": [{"what": "confusion", "present": False}]}})
    assert facts(change).get("has_confusion") is False


def test_one_neurotoxic_sign_is_enough_and_all_must_be_excluded() -> None:
    one = both(UNREVIEWED, {"record": {"signs": [{"what": "myoclonus"}]}})
    assert facts(one).get("has_neurotoxic_sign") is True
    without = both(UNREVIEWED, {"record": {"signs": [{"what": "myoclonus", "present": False}]}})
    assert facts(without).get("has_neurotoxic_sign") is None
    assert facts().get("has_neurotoxic_sign") is False


def medicines(*names: str) -> Change:
    return {"record": {"medicines": [{"what": name} for name in names]}}


def test_central_depressants_are_counted_by_class() -> None:
    two_of_a_class = facts(medicines("diazepam", "lorazepam"))
    assert two_of_a_class.get("takes_two_depressants") is False
    two = facts(medicines("diazepam", "morphine"))
    assert (two.get("takes_two_depressants"), two.get("takes_three_depressants")) == (True, False)
    three = facts(medicines("diazepam", "morphine", "gabapentin"))
    assert three.get("takes_three_depressants") is True


def test_two_listed_depressants_are_two_even_without_a_review_and_one_may_be_more() -> None:
    two = facts(both(UNREVIEWED, medicines("diazepam", "morphine")))
    assert (two.get("takes_two_depressants"), two.get("takes_three_depressants")) == (True, None)
    assert facts(both(UNREVIEWED, medicines("diazepam"))).get("takes_two_depressants") is None


def test_morphine_equivalents_are_added_up() -> None:
    opioids = [
        {"what": "morphine", "morphine_equivalent": "40 mg/day"},
        {"what": "tramadol", "morphine_equivalent": "20 mg/day"},
    ]
    assert facts({"record": {"medicines": opioids}}).get("opioid_morphine_equivalent") == 60
    assert facts().get("opioid_morphine_equivalent") == 0


def test_an_opioid_without_its_equivalent_leaves_the_sum_open_and_the_working_says_why() -> None:
    sheet = facts(medicines("morphine"))
    assert sheet.get("opioid_morphine_equivalent") is None
    assert sheet.step("opioid_morphine_equivalent").how == "an opioid without its morphine equivalent"
    unasked = facts(UNREVIEWED)
    assert unasked.get("opioid_morphine_equivalent") is None
    assert "opioid" not in unasked.step("opioid_morphine_equivalent").how


MEASURED = [
    ("albumin", "albumin", "32 g/L", 32, 180),
    ("systolic_pressure", "systolic blood pressure", "95 mmHg", 95, 30),
    ("heart_rate", "heart rate", "112 per min", 112, 7),
    ("temperature", "body temperature", "38.2 degC", 38.2, 7),
    ("creatine_kinase", "creatine kinase", "1500 U/L", 1500, 7),
]


@pytest.mark.parametrize(("name", "what", "written", "value", "days"), MEASURED)
def test_a_measurement_speaks_for_its_time_and_not_longer(
    name: str, what: str, written: str, value: float, days: int
) -> None:
    from datetime import date, timedelta

    def measured(days_ago: int) -> object:
        on = (date(2026, 11, 22) - timedelta(days=days_ago)).isoformat()
        return facts({"record": {"observations": [{"what": what, "value": written, "on": on}]}}).get(name)

    assert measured(0) == value
    assert measured(days) == value
    assert measured(days + 1) is None
    assert facts().get(name) is None


def test_albumin_is_the_same_in_either_unit() -> None:
    change = {"record": {"observations": [{"what": "albumin", "value": "3.2 g/dL", "on": "2026-11-20"}]}}
    assert facts(change).get("albumin") == 32


@pytest.mark.parametrize(
    ("which", "fact", "last_day", "day_before"),
    [
        ("problems", "has_epilepsy", "2025-11-22", "2025-11-21"),
        ("medicines", "takes_opioid", "2026-08-24", "2026-08-23"),
    ],
)
def test_a_review_of_long_ago_no_longer_makes_an_unlisted_entry_absent(
    which: str, fact: str, last_day: str, day_before: str
) -> None:
    # A year for problems, 90 days for medicines, counted back from 22-Nov-2026.
    assert facts({"record": {"reviewed": {which: last_day}}}).get(fact) is False
    assert facts({"record": {"reviewed": {which: day_before}}}).get(fact) is None
