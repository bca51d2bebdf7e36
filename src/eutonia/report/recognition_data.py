"""What the recognising room found as plain data: the JSON of the command and of a consultation."""

from __future__ import annotations

from typing import Any

from eutonia.knowledge.schema import Citation
from eutonia.recognise.course import LossCourse, NoLoss
from eutonia.recognise.explain import Answer
from eutonia.recognise.ladders import Climbed
from eutonia.recognise.recognise import Recognition
from eutonia.recognise.weigh import Said
from eutonia.report.labels import fact_words
from eutonia.report.recognition import (
    band_words,
    course_words,
    dose_words,
    estimate_words,
    score_words,
    urgency_words,
    weight_words,
)

__all__ = ["recognition_data"]

_DIGITS = 6


def recognition_data(recognition: Recognition) -> dict[str, Any]:
    """The answer as plain dicts, lists, texts and numbers."""
    answer = recognition.answer
    accuracies = recognition.knowledge.recognition.accuracies
    return {
        "presentations": [p.words for p in answer.presentations],
        "urgency": urgency_words(answer.urgency) if answer.urgency is not None else None,
        "red_flags": [
            {
                "id": f.id,
                "title": f.title,
                "urgency": urgency_words(f.urgency),
                "say": f.say,
                "do": f.do,
                "evidence": [_citation(c) for c in f.evidence],
            }
            for f in answer.red_flags
        ],
        "red_flags_open": [
            {"id": o.flag.id, "title": o.flag.title, "missing": list(o.missing)} for o in answer.open_flags
        ],
        "direction": {
            "is": answer.opposite.value,
            "says": answer.opposite_says,
            "missing": list(answer.opposite_missing),
        },
        "contradictions": [c.says for c in answer.contradictions],
        "explanations": [_answer(a, recognition) for a in answer.answers],
        "published_rules": [
            {
                "id": s.rule.id,
                "title": s.rule.title,
                "stands": score_words(s),
                "met": list(s.met),
                "missing": list(s.missing),
                "caveat": s.rule.caveat,
                "departs": s.rule.departs,
                "evidence": [_citation(c) for c in s.rule.evidence],
            }
            for s in answer.scores
        ],
        "questions": [
            {
                "ask": q.ask,
                "facts": list(q.facts),
                "separates": list(q.separates),
                "decides_direction": q.decides_direction,
            }
            for q in answer.questions
        ],
        "device": [
            {
                "id": d.step.id,
                "title": d.step.title,
                "do": d.step.do,
                "safety": d.step.safety,
                "is_done": d.is_done,
                "means": [m.says for m in d.meanings],
                "accuracy": [_accuracy(accuracies[t].title, accuracies[t]) for t in d.step.tests],
            }
            for d in answer.device
        ],
        "ladders": [_ladder(c) for c in answer.ladders],
        "course": _course(recognition.course),
    }


def _accuracy(title: str, accuracy: Any) -> dict[str, Any]:
    return {
        "title": title,
        "people": accuracy.people,
        "positive": _number(accuracy.positive),
        "negative": _number(accuracy.negative),
        "caveat": accuracy.caveat,
    }


def _answer(answer: Answer, recognition: Recognition) -> dict[str, Any]:
    weighed, explanation = answer.weighed, answer.weighed.explanation
    accuracies = recognition.knowledge.recognition.accuracies
    return {
        "id": answer.id,
        "words": explanation.words,
        "band": band_words(answer.band),
        "needs": {
            "says": explanation.gate_says,
            "holds": weighed.gate.value,
            "missing": list(weighed.gate_missing),
        },
        "fits": [_said(s) for s in weighed.fits],
        "against": [_said(s) for s in weighed.against],
        "unknown": [_said(s) for s in weighed.unknown],
        "published": explanation.published,
        "shares": [estimate_words(e, accuracies[e.test].title) for e in weighed.estimates],
        "first_check": explanation.first_check,
        "do": "" if answer.held_back else explanation.do,
        "held_back": answer.held_back,
        "confirms": explanation.confirms,
        "evidence": [_citation(c) for c in explanation.evidence],
    }


def _said(said: Said) -> dict[str, Any]:
    return {
        "says": said.says,
        "weight": weight_words(said.weight),
        "likelihood_ratio": _number(said.ratio),
        "counts": said.counts,
        "speaks_for": said.speaks_for,
        "facts": [fact_words(f) for f in said.facts],
        "evidence": [_citation(c) for c in said.evidence],
    }


def _ladder(climbed: Climbed) -> dict[str, Any]:
    return {
        "id": climbed.ladder.id,
        "title": climbed.ladder.title,
        "says": climbed.ladder.says,
        "held_back": climbed.held_back,
        "rungs": [
            {
                "id": r.id,
                "title": r.title,
                "say": r.say,
                "not_shown": r.not_shown,
                "doses": [
                    {
                        "what": d.what,
                        "amount": d.amount,
                        "people": d.people,
                        "limit": dose_words(climbed, d),
                        "evidence": [_citation(c) for c in d.evidence],
                    }
                    for d in r.doses
                ],
                "evidence": [_citation(c) for c in r.evidence],
            }
            for r in climbed.rungs
        ],
        "conflicts": [
            {"id": c.id, "question": c.question, "sides": [s.says for s in c.sides], "policy": c.policy}
            for c in climbed.conflicts
        ],
    }


def _course(course: LossCourse | NoLoss) -> dict[str, Any]:
    if isinstance(course, NoLoss):
        return {"says": course_words(course), "missing": list(course.missing)}
    return {
        "says": course_words(course),
        "lost_at": course.lost_at.isoformat(timespec="minutes"),
        "expected_from_h": course.begins_h,
        "worst_h": course.worst_h,
        "expected_to_h": course.eases_h,
        "signs": [
            {"words": w, "earliest_h": _number(low), "latest_h": _number(high)}
            for w, low, high in course.signs
        ],
        "fits": course.fits,
        "models": list(course.models),
        "assumptions": list(course.assumptions),
        "hours": [_number(float(h)) for h in course.hours],
        "excitability": [_number(float(v)) for v in course.excitability],
    }


def _citation(citation: Citation) -> dict[str, str]:
    return {
        "source": citation.source,
        "at": citation.at,
        "check": citation.check.value,
        "on": citation.on.isoformat(),
    }


def _number(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")
