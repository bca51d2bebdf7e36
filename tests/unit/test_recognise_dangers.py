"""Records a specialist would meet, each with the danger that must not be silent, and none that reassures wrongly."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from eutonia.intake import read_scenario
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.recognition import Urgency
from eutonia.knowledge.schema import Word
from eutonia.recognise.course import LossCourse, NoLoss
from eutonia.recognise.explain import Recognised
from eutonia.recognise.ladders import Opposite
from eutonia.recognise.recognise import Recognition, recognise
from eutonia.recognise.weigh import Band
from eutonia.report.recognition import answer_word, course_words, lead_sentence, second_sentence
from tests.recognise_base import facts_of, on_facts, recognised
from tests.scenario_files import base, patched

SOUND = {"what": "creatinine", "value": "0.7 mg/dL", "on": date(2026, 11, 21)}
PUMP = "recognise-pump"


def _record(name: str = "recognise-oral", /, **record: Any) -> Recognised:
    return recognised({"record": record}, name)


def _whole(name: str = "recognise-oral", /, **record: Any) -> Recognition:
    knowledge = load_knowledge()
    return recognise(read_scenario(patched(base(name), {"record": record}), knowledge)[0], knowledge)


def _sign(what: str, onset: Any = None, **more: Any) -> dict[str, Any]:
    return {"what": what, **({"onset": onset} if onset else {}), **more}


def _at(what: str, value: str, on: Any = "2026-11-22 10:00") -> dict[str, Any]:
    return {"what": what, "value": value, "on": on}


def _flags(answer: Recognised) -> set[str]:
    return {f.id for f in answer.red_flags}


def test_a_pump_taken_out_yesterday_is_still_the_first_explanation_of_a_hallucination() -> None:
    programme = {
        "daily_dose": "250 microgram/day",
        "concentration": "2000 microgram/mL",
        "from": date(2024, 5, 1),
        "to": date(2026, 11, 21),
    }
    found = _whole(PUMP, pump_therapy=[programme], signs=[_sign("hallucination", "2026-11-22 08:00")])
    answer = found.answer
    assert answer.answer("intrathecal-under-delivery").band in {Band.LIKELY, Band.POSSIBLE}
    assert {"A-E5", "G2", "G5"} <= _flags(answer)
    assert answer.opposite is Opposite.LOSS
    assert isinstance(found.course, LossCourse)
    assert found.course.begins_h is not None


def test_a_pump_that_ended_two_years_ago_explains_nothing_any_more() -> None:
    programme = {"daily_dose": "250 microgram/day", "from": date(2020, 5, 1), "to": date(2024, 5, 1)}
    facts = facts_of({"record": {"pump_therapy": [programme]}}, PUMP)
    assert facts["had_pump_lately"] is False
    assert facts["has_delivery_fault"] is False


REFILL = _at("volume at the last refill", "18 mL", "2026-05-01 09:00")


def test_a_reservoir_that_ran_dry_by_its_own_dates_is_an_emergency_and_a_known_loss() -> None:
    # 250 micrograms a day of 2,000 per mL are 0.125 mL a day: 18 mL last 144 days, to 22-Sep-2026 09:00.
    facts = facts_of({"record": {"observations": [SOUND, REFILL]}}, PUMP)
    assert facts["reservoir_days_left"] == pytest.approx(-61.125, abs=1e-9)
    answer = _record(
        PUMP, observations=[SOUND, REFILL], signs=[_sign("itch", "2026-11-22"), _sign("worse spasticity")]
    )
    assert "A-E5" in _flags(answer)
    assert facts["has_lost_delivery"] is True
    assert answer.answer("intrathecal-under-delivery").band is Band.LIKELY


def test_the_hours_of_a_dry_reservoir_are_drawn_against_the_signs() -> None:
    # 0.125 mL a day: 1 mL from 13-Nov-2026 10:00 lasts 8 days.
    refill = _at("volume at the last refill", "1 mL", "2026-11-13 10:00")
    found = _whole(PUMP, observations=[SOUND, refill], signs=[_sign("worse spasticity", "2026-11-22 06:00")])
    assert isinstance(found.course, LossCourse)
    assert found.course.lost_at.date() == date(2026, 11, 21)
    assert found.course.begins_h is not None


@pytest.mark.parametrize(
    ("more", "signs"),
    [
        ([_at("measured residual volume", "9 mL")], []),  # somebody has looked since
        ([], [_sign("recent refill", date(2026, 11, 20))]),  # filled again, the volume not recorded
    ],
)
def test_a_reservoir_is_not_called_dry_by_dates_that_something_newer_overtakes(more: Any, signs: Any) -> None:
    facts = facts_of({"record": {"observations": [SOUND, REFILL, *more], "signs": signs}}, PUMP)
    assert facts["reservoir_days_left"] is None


def test_the_day_a_reservoir_runs_dry_follows_a_change_of_the_programme() -> None:
    pumps = [
        {
            "daily_dose": "200 microgram/day",
            "concentration": "2000 microgram/mL",
            "from": date(2024, 5, 1),
            "to": "2026-11-12 00:00",
        },
        {"daily_dose": "400 microgram/day", "concentration": "2000 microgram/mL", "from": "2026-11-12 00:00"},
    ]
    refill = _at("volume at the last refill", "3 mL", "2026-11-02 00:00")
    facts = facts_of({"record": {"pump_therapy": pumps, "observations": [SOUND, refill]}}, PUMP)
    # 10 days at 0.1 mL, then 2 mL at 0.2 mL a day: 10 days more, to 22-Nov 00:00, twelve hours ago.
    assert facts["reservoir_days_left"] == pytest.approx(-0.5, abs=1e-9)


def test_a_depot_stopped_ten_days_ago_does_not_make_neuroleptic_malignant_syndrome_unlikely() -> None:
    answer = _record(
        medicines=[{"what": "flupentixol", "from": date(2024, 1, 1), "to": date(2026, 11, 12)}],
        observations=[
            SOUND,
            _at("body temperature", "40.1 degC"),
            _at("creatine kinase", "9000 U/L"),
            _at("creatine kinase upper limit", "200 U/L"),
        ],
        signs=[_sign("lead-pipe rigidity", date(2026, 11, 21)), _sign("mutism", date(2026, 11, 21))],
    )
    assert answer.answer("neuroleptic-malignant").band is Band.LIKELY


def test_serotonin_toxicity_stays_open_after_the_medicine_was_stopped_yesterday() -> None:
    answer = _record(
        medicines=[{"what": "fluoxetine", "from": date(2024, 1, 1), "to": date(2026, 11, 21)}],
        signs=[_sign("spontaneous clonus", "2026-11-22 06:00"), _sign("agitation", "2026-11-22 06:00")],
    )
    assert answer.answer("serotonin-toxicity").band is not Band.UNLIKELY


PARALYSED = {"indication": {"what": "spinal cord injury"}, "problems": [{"what": "spinal cord injury"}]}
POISONED = [_sign("confusion", date(2026, 11, 20)), _sign("somnolence", date(2026, 11, 20))]


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"observations": [{**SOUND, "on": date(2026, 7, 21)}]}, "a creatinine of four months ago"),
        (
            {**PARALYSED, "observations": [{**SOUND, "value": "1.0 mg/dL"}]},
            "a creatinine that paralysis makes too good",
        ),
    ],
)
def test_a_creatinine_that_cannot_be_relied_on_never_clears_the_kidneys(
    record: dict[str, Any], why: str
) -> None:
    answer = _record(**record, signs=POISONED)
    assert answer.answer("accumulation").band is not Band.UNLIKELY, why
    assert answer.opposite is Opposite.UNKNOWN
    assert "creatinine" in answer.questions[0].ask.lower() or "creatinine" in answer.questions[1].ask.lower()


def test_a_sound_creatinine_of_yesterday_does_clear_them() -> None:
    answer = _record(signs=POISONED)
    assert answer.answer("accumulation").band is Band.UNLIKELY
    assert answer.opposite is Opposite.NEITHER


def test_a_review_of_the_history_long_ago_says_nothing_about_the_pump_of_this_week() -> None:
    facts = facts_of({"record": {"reviewed": {"therapy": date(2024, 11, 22)}}}, PUMP)
    assert facts["recent_pump_increase"] is None
    assert facts["recent_pump_reduction"] is None


def test_sleepiness_after_a_refill_with_a_swollen_pocket_is_an_emergency_by_itself() -> None:
    found = _whole(
        PUMP,
        signs=[
            _sign("recent refill", "2026-11-22 09:00"),
            _sign("pocket swelling", "2026-11-22 09:30"),
            _sign("somnolence", "2026-11-22 10:30"),
        ],
    )
    assert {"A-E5", "T-1"} <= _flags(found.answer)
    assert answer_word(found) is Word.STOP


def test_an_overdose_of_200_mg_is_an_emergency_before_the_first_sign() -> None:
    overdose = {"what": "overdose", "from": "2026-11-22 11:00", "amount": "400 mg"}
    assert "O-1" in _flags(_record(events=[overdose]))


def test_a_floppy_patient_who_stops_breathing_after_a_wrong_concentration_is_treated_as_too_much() -> None:
    answer = _record(
        PUMP,
        observations=[SOUND, _at("respiratory rate", "8 per min")],
        signs=[
            _sign("wrong concentration", "2026-11-22 05:00"),
            _sign("somnolence", "2026-11-22 10:00"),
            _sign("hypotonia", "2026-11-22 10:00"),
        ],
    )
    assert answer.opposite is Opposite.EXCESS
    assert not answer.answer("over-delivery").held_back
    assert "withdrawal is watched for" in answer.opposite_says.lower()


def test_stiffness_beside_it_takes_that_certainty_away() -> None:
    facts = {
        "has_excess_delivery": True,
        "has_hypotonia": True,
        "respiratory_rate": 8.0,
        "has_somnolence": True,
    }
    assert on_facts(**facts, has_coma=True).opposite is Opposite.EXCESS
    stiff = on_facts(**facts, has_coma=True, has_rigidity=True)
    assert stiff.opposite is Opposite.UNKNOWN
    assert {c.id for c in stiff.contradictions} == {"tone"}


def test_a_stall_in_the_log_is_called_a_loss_while_an_excess_is_still_open() -> None:
    found = _whole(
        PUMP,
        signs=[_sign("motor stall", "2026-11-21 10:00"), _sign("worse spasticity", "2026-11-21 18:00")],
    )
    assert found.answer.opposite is Opposite.DEVICE
    lead = lead_sentence(found)
    assert "The device has failed, so baclofen is missing" in lead
    assert "is not known: the answer is the question" not in lead


def test_every_emergency_is_named_in_the_first_sentences() -> None:
    found = _whole(
        PUMP,
        observations=[SOUND, _at("body temperature", "39.8 degC"), _at("creatine kinase", "15200 U/L")],
        signs=[_sign("motor stall", "2026-11-21 10:00"), _sign("dystonia", "2026-11-21 18:00")],
    )
    lead = f"{lead_sentence(found)} {second_sentence(found)}".lower()
    for flag in found.answer.red_flags:
        if flag.urgency is Urgency.EMERGENCY:
            assert flag.title.lower() in lead


def test_birth_is_the_loss_of_a_newborn_and_no_other_cause_is_called_absent() -> None:
    answer = recognised({"record": {"signs": [_sign("seizure", "2026-11-22 02:00")]}}, "recognise-newborn")
    assert answer.opposite is not Opposite.NEITHER
    assert answer.answer("newborn-withdrawal").band is not Band.UNLIKELY
    assert "newborn-withdrawal" not in {
        a.id for a in _record(signs=[_sign("seizure", "2026-11-22 02:00")]).answers
    }


MISSED = {"what": "missed doses", "from": "2026-11-20 20:00"}


def test_a_trigger_found_soon_after_the_loss_does_not_move_the_onset_of_the_signs() -> None:
    found = _whole(
        events=[MISSED],
        signs=[_sign("cloudy urine", "2026-11-20 22:00"), _sign("hallucination", "2026-11-21 21:00")],
    )
    assert isinstance(found.course, LossCourse)
    assert found.course.fits is True
    assert [name for name, _, _ in found.course.signs] == ["hallucination"]


def test_a_small_cut_is_not_simulated_as_a_stop() -> None:
    therapy = [
        {"dose": "20 mg", "times_per_day": 3, "from": date(2024, 2, 1), "to": date(2026, 11, 19)},
        {"dose": "15 mg", "times_per_day": 3, "from": date(2026, 11, 20)},
    ]
    signs = [_sign("worse spasticity", "2026-11-21 10:00")]
    cut = _whole(oral_therapy=therapy, signs=signs).course
    stopped = _whole(oral_therapy=therapy[:1], signs=signs).course
    assert isinstance(cut, LossCourse)
    assert isinstance(stopped, LossCourse)
    assert cut.excitability.max() < stopped.excitability.max()
    assert "goes on" in " ".join(cut.assumptions)


def test_after_an_overdose_no_hours_of_withdrawal_are_drawn() -> None:
    overdose = {"what": "overdose", "from": "2026-11-17 08:00", "amount": "800 mg"}
    course = _whole(
        events=[overdose, {**MISSED, "from": "2026-11-17 08:00"}],
        signs=[_sign("hallucination", "2026-11-21 08:00")],
    ).course
    assert isinstance(course, NoLoss)
    assert "overdose" in course.says.lower()


def test_hours_before_the_loss_are_said_in_words() -> None:
    found = _whole(
        events=[{**MISSED, "from": "2026-11-21 20:00"}], signs=[_sign("confusion", "2026-11-21 08:00")]
    )
    words = course_words(found.course)
    assert "12 hours before the loss" in words
    assert "hour -" not in words


def test_an_alarm_somebody_heard_is_no_interrogation() -> None:
    steps = {s.step.id: s for s in _record(PUMP, signs=[_sign("pump alarm")]).device}
    assert not steps["E2"].is_done


def test_a_residual_volume_is_never_called_as_expected_and_red_at_once() -> None:
    answer = _record(
        PUMP,
        observations=[
            SOUND,
            _at("volume at the last refill", "20 mL", "2026-11-10 09:00"),
            _at("expected residual volume", "18 mL"),
            _at("measured residual volume", "18.6 mL"),
        ],
        signs=[_sign("worse spasticity")],
    )
    said = [m.says for s in answer.device if s.step.id == "E3" for m in s.meanings]
    assert any(s.startswith("Red") for s in said)
    assert not any(s.startswith("As expected") for s in said)


def test_itch_counts_before_anybody_has_looked_for_a_rash() -> None:
    itch = on_facts(has_pump_therapy=True, has_itch=True).answer("intrathecal-under-delivery").weighed
    without = on_facts(has_pump_therapy=True, has_itch=True, has_rash=False)
    assert itch.score == 2
    assert without.answer("intrathecal-under-delivery").weighed.score == 3


def test_nobody_without_a_pump_is_asked_for_a_bolus_by_the_pump_team() -> None:
    answer = _record(signs=[_sign("worse spasticity")])
    assert not [q for q in answer.questions if "pump team" in q.ask]


def test_a_newborns_dose_per_kg_is_told_in_mg_for_the_weight() -> None:
    from eutonia.report.recognition import dose_words

    answer = on_facts(
        has_exposure_before_birth=True,
        age=0.01,
        weight=3.2,
        has_seizure=True,
        has_lost_delivery=True,
        has_excess_delivery=False,
    )
    (ladder,) = [c for c in answer.ladders if c.ladder.id == "newborn"]
    told = [dose_words(ladder, d) for rung in ladder.rungs for d in rung.doses]
    # 0.125 mg per kg every 6 hours and 1 mg per kg a day, by hand at 3.2 kg.
    assert told[0].startswith("1.6 mg a day at 3.2 kg")
    assert told[1].startswith("3.2 mg a day at 3.2 kg")
    assert all("not held against" in t for t in told)


def test_weakness_after_a_rise_with_tone_unchanged_is_not_taken_for_spasticity() -> None:
    therapy = [
        {"dose": "10 mg", "times_per_day": 3, "from": date(2024, 2, 1), "to": date(2026, 11, 16)},
        {"dose": "20 mg", "times_per_day": 4, "from": date(2026, 11, 17)},
    ]
    answer = _record(
        oral_therapy=therapy,
        signs=[_sign("weakness", date(2026, 11, 19)), _sign("ashworth unchanged", date(2026, 11, 20))],
    )
    assert answer.answer("tone-unchanged").band is Band.LIKELY
    assert "A-E6" in _flags(answer)


def test_muscle_breakdown_alone_is_weighed_and_not_called_no_sign() -> None:
    answer = on_facts(has_dark_urine=True, creatine_kinase=22000.0)
    assert answer.answers
    assert {"A-E3"} <= _flags(answer)


def test_a_low_coma_score_with_floppy_muscles_after_a_rise_asks_for_the_direction() -> None:
    answer = on_facts(
        has_pump_therapy=True,
        has_hypotonia=True,
        glasgow_coma_score=6.0,
        has_excess_delivery=True,
    )
    assert answer.opposite is Opposite.EXCESS
    assert not answer.answer("over-delivery").held_back


def test_a_surge_of_pressure_with_a_high_injury_is_weighed_without_any_other_sign() -> None:
    answer = on_facts(has_high_cord_injury=True, systolic_rise=60.0, has_headache=True)
    assert answer.answer("autonomic-dysreflexia").band is Band.LIKELY
    assert "A-E4" in _flags(answer)


def test_malignant_hyperthermia_in_theatre_comes_before_the_question_of_the_dose() -> None:
    answer = on_facts(
        had_triggering_anaesthetic=True,
        has_anaesthetic_hypercarbia=True,
        has_rigidity=True,
        temperature=40.5,
        heart_rate=150.0,
        has_pump_therapy=True,
    )
    assert answer.red_flags[0].id == "M-1"


def test_whatever_is_held_back_says_which_way_is_open_and_what_to_ask() -> None:
    answer = _record(PUMP, signs=[_sign("pump alarm", "2026-11-22 08:00")])
    assert answer.answer("intrathecal-under-delivery").held_back
    assert answer.opposite is Opposite.UNKNOWN
    assert answer.opposite_says
    assert answer.questions[0].decides_direction
