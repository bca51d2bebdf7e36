"""The traps of the pathways: opposite treatments, two causes, normal tests, contradictory ticks, nothing known."""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.recognition import Direction, Urgency
from eutonia.knowledge.schema import Check
from eutonia.recognise.explain import Opposite
from eutonia.recognise.timing import Span, first_sign_after
from eutonia.recognise.weigh import Band
from eutonia.record import Moment
from tests.recognise_base import facts_of, on_facts, recognised

HALLUCINATES = {"record": {"signs": [{"what": "hallucination", "onset": "2026-11-21 21:00"}]}}
MISSED = [{"what": "missed doses", "from": "2026-11-20 20:00", "to": "2026-11-22 08:00"}]
KIDNEYS = [{"what": "creatinine", "value": "2.6 mg/dL", "on": "2026-11-21"}]


def _dated(change: Any) -> Any:
    """Dates as the file reader gives them."""
    from datetime import date

    if isinstance(change, dict):
        return {k: _dated(v) for k, v in change.items()}
    if isinstance(change, list):
        return [_dated(v) for v in change]
    if isinstance(change, str) and len(change) == 10 and change[:3] == "202":
        return date.fromisoformat(change)
    return change


def _on(**record: Any) -> Any:
    signs = record.pop("signs", HALLUCINATES["record"]["signs"])
    return recognised(_dated({"record": {"signs": signs, **record}}))


def test_the_same_hallucination_points_up_after_a_loss_and_down_with_failing_kidneys() -> None:
    after_loss, with_kidneys = _on(events=MISSED), _on(observations=KIDNEYS)
    assert after_loss.opposite is Opposite.LOSS
    assert with_kidneys.opposite is Opposite.EXCESS
    assert not after_loss.answer("oral-withdrawal").held_back
    assert after_loss.answer("accumulation").held_back
    assert not with_kidneys.answer("accumulation").held_back
    assert with_kidneys.answer("oral-withdrawal").held_back


def test_when_neither_is_known_the_answer_is_to_ask_and_never_to_act() -> None:
    answer = _on(observations=[], reviewed={})
    assert answer.opposite is Opposite.UNKNOWN
    assert answer.questions[0].decides_direction
    for one in answer.answers:
        if one.weighed.explanation.direction is not Direction.NEITHER:
            assert one.held_back


def test_a_known_loss_with_kidneys_nobody_measured_is_still_a_question() -> None:
    answer = _on(events=MISSED, observations=[])
    assert answer.opposite is Opposite.UNKNOWN
    assert "egfr" in answer.opposite_missing
    assert "creatinine" in answer.questions[0].ask.lower()


def test_when_both_are_known_neither_giving_nor_taking_away_is_named() -> None:
    answer = _on(events=MISSED, observations=KIDNEYS)
    assert answer.opposite is Opposite.BOTH
    assert answer.answer("oral-withdrawal").band is Band.LIKELY
    assert answer.answer("oral-withdrawal").held_back
    assert answer.answer("accumulation").held_back


def test_a_trigger_that_was_found_does_not_end_the_search() -> None:
    signs = [
        {"what": "worse spasticity", "onset": "2026-11-22 04:00"},
        {"what": "agitation", "onset": "2026-11-22 04:00"},
        {"what": "cloudy urine", "onset": "2026-11-22"},
        {"what": "foul urine", "onset": "2026-11-22"},
    ]
    answer = _on(signs=signs, events=MISSED)
    assert "G3" in {f.id for f in answer.red_flags}
    assert answer.answer("oral-withdrawal").band is Band.LIKELY
    assert answer.answer("urinary-infection").band is Band.POSSIBLE


def test_a_pump_with_fever_is_failed_delivery_until_shown_otherwise_also_beside_an_infection() -> None:
    answer = on_facts(has_pump_therapy=True, temperature=39.5, has_infection_focus=True)
    assert {"G2", "A-E2"} <= {f.id for f in answer.red_flags}
    assert answer.urgency is Urgency.EMERGENCY


def test_normal_tests_do_not_exclude_a_kink_that_comes_with_position() -> None:
    answer = on_facts(
        has_pump_therapy=True,
        has_worse_spasticity=True,
        has_position_dependence=True,
        has_abnormal_indium=False,
        has_abnormal_contrast=False,
        has_xray_fault=False,
        has_pump_alarm=False,
        has_motor_stall=False,
        residual_difference=0.0,
    )
    assert answer.answer("intrathecal-under-delivery").band is not Band.UNLIKELY
    assert "G4" in {f.id for f in answer.red_flags}


def test_two_explanations_are_likely_at_once_when_both_fit() -> None:
    answer = _on(
        signs=[
            {"what": "hallucination", "onset": "2026-11-21"},
            {"what": "agitation", "onset": "2026-11-21"},
            {"what": "tremor", "onset": "2026-11-21"},
            {"what": "alcohol stopped", "onset": "2026-11-20"},
        ],
        events=MISSED,
    )
    likely = {a.id for a in answer.banded(Band.LIKELY)}
    assert {"oral-withdrawal", "alcohol-withdrawal"} <= likely


def test_paradoxical_worsening_is_not_told_to_restart_and_withdrawal_is_not_told_to_reduce() -> None:
    directions = {e.id: e.direction for e in load_knowledge().recognition.explanations.values()}
    assert directions["paradoxical"] is Direction.REDUCE
    assert directions["oral-withdrawal"] is Direction.RESTORE
    fever = on_facts(
        ever_had_baclofen=True, days_since_any_increase=5.0, has_worse_spasticity=True, has_fever=True
    )
    calm = on_facts(
        ever_had_baclofen=True, days_since_any_increase=5.0, has_worse_spasticity=True, has_fever=False
    )
    assert fever.answer("paradoxical").weighed.score < calm.answer("paradoxical").weighed.score


def test_with_nothing_on_record_nothing_is_weighed_and_no_red_flag_counts_as_excluded() -> None:
    answer = on_facts()
    assert answer.presentations == ()
    assert answer.answers == ()
    assert answer.red_flags == ()
    assert {o.flag.id for o in answer.open_flags} == set(load_knowledge().recognition.red_flags)


def test_a_review_of_the_signs_says_nothing_about_a_test_nobody_made() -> None:
    from datetime import date

    facts = facts_of({"record": {"reviewed": {"signs": date(2026, 11, 22)}}}, "recognise-pump")
    assert facts["has_hallucination"] is False
    assert facts["has_abnormal_indium"] is None
    assert facts["has_pump_alarm"] is None


def test_whoever_has_no_pump_has_no_alarm_and_no_stall() -> None:
    facts = facts_of()
    assert facts["has_pump_alarm"] is False
    assert facts["has_delivery_fault"] is False


@pytest.mark.parametrize(
    ("signs", "hours"),
    [
        # A day without an hour leaves 24 hours open at both ends.
        (["2026-11-21"], (0.0, 48.0)),
        (["2026-11-22"], (0.0, 72.0)),
    ],
)
def test_a_day_without_an_hour_leaves_the_hours_open(signs: list[str], hours: tuple[float, float]) -> None:
    from datetime import date

    spans = [Span.of(Moment(date.fromisoformat(s))) for s in signs]
    cause = Span.of(Moment(date(2026, 11, 20)))
    low, high = first_sign_after(cause, spans)
    # By hand: from the end of the 20th to the start of the sign's day, and from its start to the end of that day.
    assert high == hours[1]
    assert low == (spans[0].earliest - cause.latest).total_seconds() / 3600


def test_no_dose_that_nobody_read_stands_in_a_ladder() -> None:
    ladders = load_knowledge().recognition.ladders.values()
    doses = [d for ladder in ladders for rung in ladder.rungs for d in rung.doses]
    assert doses
    for dose in doses:
        assert any(c.check not in {Check.RECALLED, Check.OURS} for c in dose.evidence)
    shown = " ".join(f"{d.what} {d.amount}" for d in doses)
    # Kept off the screen: nothing was found for them in dystonia.
    for word in ("chloral", "midazolam", "clonidine"):
        assert word not in shown.lower()


CHILD = {
    "patient": {"age": "4 years", "sex": "male", "weight": "15 kg", "height": "100 cm", "dialysis": "none"},
    "oral_therapy": [{"dose": "5 mg", "times_per_day": 3, "from": "2026-02-01"}],
}


def _ladder(answer: Any, name: str) -> Any:
    (ladder,) = [c for c in answer.ladders if c.ladder.id == name]
    return ladder


def test_a_dose_above_the_patients_own_largest_is_marked_and_an_unknown_ceiling_is_said() -> None:
    small = _ladder(
        _on(**CHILD, events=MISSED, observations=[{**KIDNEYS[0], "value": "0.3 mg/dL"}]), "withdrawal"
    )
    assert {d.daily_mg for d in small.over_ceiling} == {80, 120, 160}
    strange = _ladder(
        on_facts(
            has_hallucination=True,
            recent_reduction=True,
            takes_oral_baclofen=True,
            has_lost_delivery=True,
            has_excess_delivery=False,
        ),
        "withdrawal",
    )
    assert strange.over_ceiling == ()
    assert {d.daily_mg for d in strange.unchecked} == {80, 120, 160}


def test_every_dose_a_source_gives_to_adults_is_marked_where_the_patient_is_a_child_or_may_be() -> None:
    kidneys = [{**KIDNEYS[0], "value": "0.3 mg/dL"}]
    child = _ladder(_on(**CHILD, events=MISSED, observations=kidneys), "withdrawal")
    doses = {d.what for rung in child.rungs for d in rung.doses}
    assert {d.what for d in child.not_for_child} == doses
    assert {"diazepam by mouth", "dantrolene into a vein"} <= doses
    assert _ladder(_on(events=MISSED), "withdrawal").not_for_child == ()


def test_the_disagreements_about_dialysis_and_restart_are_shown_with_both_sides() -> None:
    shown = {
        c.id: len(c.sides)
        for answer in (_on(events=MISSED), _on(observations=KIDNEYS))
        for climbed in answer.ladders
        for c in climbed.conflicts
    }
    assert shown["CON-10"] >= 2
    assert shown["CON-61"] == 5


@pytest.mark.parametrize(
    "record",
    [
        {"events": MISSED, "observations": KIDNEYS},  # both
        {"events": MISSED, "observations": []},  # a loss, and kidneys nobody measured
        {"observations": [], "reviewed": {}},  # nothing known
        {"observations": KIDNEYS},  # too much
        {},  # neither
    ],
)
def test_no_ladder_says_how_to_give_baclofen_unless_a_loss_alone_is_known(record: dict[str, Any]) -> None:
    answer = _on(**record)
    shown = [d.what for c in answer.ladders for rung in c.rungs for d in rung.doses]
    assert not [what for what in shown if "baclofen" in what]
    for climbed in answer.ladders:
        if climbed.ladder.direction is Direction.RESTORE:
            assert climbed.held_back
            assert all(rung.is_always_shown for rung in climbed.rungs)


def test_what_treats_what_is_seen_is_shown_while_the_direction_is_open() -> None:
    answer = _on(events=MISSED, observations=KIDNEYS)
    assert "Airway, breathing, circulation" in {r.title for r in _ladder(answer, "toxicity").rungs}


def test_a_question_names_how_to_obtain_what_is_missing_and_what_it_separates() -> None:
    answer = _on(events=MISSED)
    assert answer.questions
    for question in answer.questions:
        assert question.ask.endswith(".")
        assert question.facts
    for later in (False, True):
        bits = [q.bits for q in answer.questions if not q.decides_direction and q.needs_treatment is later]
        assert bits == sorted(bits, reverse=True)


def test_what_only_a_treatment_can_tell_is_not_asked_before_what_can_be_looked_at() -> None:
    later = [q.needs_treatment for q in _on(events=MISSED).questions if not q.decides_direction]
    assert True in later
    assert later == sorted(later)
