"""What the recognising room found, in words and as plain data: page, terminal and JSON take it from here."""

from __future__ import annotations

from typing import Any

from eutonia.knowledge.condition import Holds
from eutonia.knowledge.recognition import Dose, RuleKind, Urgency, Weight
from eutonia.knowledge.schema import Citation, Word
from eutonia.recognise.course import LossCourse, NoLoss
from eutonia.recognise.explain import Answer
from eutonia.recognise.ladders import Climbed, Opposite, daily_mg_of
from eutonia.recognise.recognise import Recognition
from eutonia.recognise.scores import Scored
from eutonia.recognise.weigh import Band, Estimate, Said
from eutonia.report.labels import fact_words
from eutonia.report.typography import listing, run_on
from eutonia.show import show_date, show_number

__all__ = [
    "answer_word",
    "band_words",
    "contradiction_words",
    "course_words",
    "dose_words",
    "estimate_words",
    "lead_sentence",
    "recognition_data",
    "said_words",
    "score_words",
    "unknown_words",
    "urgency_words",
]

_BANDS = {
    Band.LIKELY: "likely",
    Band.POSSIBLE: "possible",
    Band.CANNOT_TELL: "cannot tell",
    Band.UNLIKELY: "unlikely",
}
_URGENCIES = {
    Urgency.EMERGENCY: "emergency",
    Urgency.SAME_DAY: "the same day",
    Urgency.KEEP_IN_MIND: "keep in mind",
}
_WEIGHTS = {Weight.STRONG: "strong", Weight.MODERATE: "moderate", Weight.WEAK: "weak"}
_DIGITS = 6
_DAY_H = 24
_LONG_H = 240  # beyond the hours that are drawn
NO_PRESENTATION = (
    "No sign on record says what is wrong, so nothing can be weighed. Enter the signs with the hour at which each "
    "began; a sign that was looked for and is not there is worth entering as well."
)


def answer_word(recognition: Recognition) -> Word:
    """The reader's word: Stop for an emergency, Check for what fits, and Cannot tell while the direction is open."""
    urgency = recognition.answer.urgency
    if urgency is Urgency.EMERGENCY:
        return Word.STOP
    if urgency is Urgency.SAME_DAY:
        return Word.CHECK
    if recognition.answer.opposite is Opposite.UNKNOWN or not recognition.answer.presentations:
        return Word.CANNOT_TELL
    likely = recognition.answer.banded(Band.LIKELY)
    return Word.CHECK if likely or recognition.answer.banded(Band.POSSIBLE) else Word.CANNOT_TELL


def lead_sentence(recognition: Recognition) -> str:
    """The first red flag with what to do, the other urgent ones by name, the direction, and what fits."""
    answer = recognition.answer
    parts = []
    urgent = [f for f in answer.red_flags if f.urgency is Urgency.EMERGENCY]
    if urgent:
        parts.append(f"{run_on(urgent[0].title)}. {urgent[0].do}")
    if len(urgent) > 1:
        parts.append(f"Urgent as well: {'; '.join(run_on(f.title) for f in urgent[1:])}.")
    if answer.opposite_lead:
        parts.append(answer.opposite_lead)
    likely = [run_on(a.weighed.explanation.words) for a in answer.banded(Band.LIKELY)]
    if likely:
        parts.append(f"What fits best, more than one of which may be true: {listing(likely)}.")
    if answer.contradictions:
        parts.append(contradiction_words(recognition))
    if not answer.presentations:
        parts.append(NO_PRESENTATION)
    return " ".join(parts)


def contradiction_words(recognition: Recognition) -> str:
    """Entries that cannot both hold; empty where there are none."""
    told = "; ".join(c.says for c in recognition.answer.contradictions)
    return f"Entries that cannot both hold now, so look again: {told}." if told else ""


def band_words(band: Band) -> str:
    """A band for readers."""
    return _BANDS[band]


def urgency_words(urgency: Urgency) -> str:
    """How soon, for readers."""
    return _URGENCIES[urgency]


def said_words(said: Said) -> str:
    """The weight of a finding: published, or ours."""
    if said.ratio is not None:
        return f"published likelihood ratio {show_number(said.ratio, 2)}"
    return f"{_WEIGHTS[said.weight]}, a weight of ours"


def unknown_words(said: Said) -> str:
    """What is not known, and that it would speak against where it would."""
    return said.says if said.speaks_for else f"{said.says} (would speak against it)"


def estimate_words(estimate: Estimate, title: str) -> str:
    """A published share before and after a published test; both ends, never averaged."""
    result = "abnormal" if estimate.is_positive else "normal"
    before, after = (
        " to ".join(show_number(100 * value, 2) for value in pair)
        for pair in (estimate.before, estimate.after)
    )
    return f"{title}, {result}: {before} per cent before, {after} per cent after. {estimate.says}"


def score_words(scored: Scored) -> str:
    """Where a published rule stands, with what is still open."""
    rule = scored.rule
    if rule.kind is RuleKind.POINTS:
        span = (
            f"{scored.least}"
            if scored.least == scored.most
            else f"at least {scored.least}, at most {scored.most}"
        )
        ranks = "" if not scored.rank else f" ({scored.rank}"
        if ranks:
            ranks += ")" if scored.rank == scored.highest_rank else f", at most {scored.highest_rank})"
        return f"{span} points{ranks}"
    if rule.kind is RuleKind.GRADE:
        if scored.least < 0:
            return "no grade can be given from what is recorded"
        return f"grade {scored.least}" + (
            f" or higher, up to {scored.most}" if scored.most > scored.least else ""
        )
    words = {Holds.YES: "positive", Holds.NO: "negative", Holds.UNKNOWN: "cannot tell"}
    return words[scored.holds or Holds.UNKNOWN]


def dose_words(climbed: Climbed, what: Dose) -> str:
    """What a dose comes to for this patient, whether it passes their largest one, and whether it is for a child."""
    told = []
    if what.daily_mg_per_kg is not None and climbed.weight_kg is not None:
        total = daily_mg_of(what, climbed.weight_kg)
        if total is not None:
            told.append(f"{show_number(total)} mg a day at {show_number(climbed.weight_kg)} kg")
    if what in climbed.over_ceiling:
        told.append("above the largest daily dose for this patient")
    if what in climbed.unchecked:
        told.append("not held against the largest dose for this patient, which is not known")
    if what in climbed.not_for_child:
        told.append("no source read gives it for a child")
    return "; ".join(told)


def course_words(course: LossCourse | NoLoss) -> str:
    """When signs are expected after the loss, and when they began."""
    if isinstance(course, NoLoss):
        return f"Nothing was simulated. {course.says}"
    lost = f"{show_date(course.lost_at.date())} {course.lost_at:%H:%M}"
    if course.begins_h is None:
        return f"Counted from {lost}: in the typical person the simulation shows no rebound within ten days."
    expected = (
        f"Counted from {lost}: in the typical person rebound is expected from hour "
        f"{show_number(course.begins_h)} to hour {show_number(course.eases_h)}, "
        f"worst at hour {show_number(course.worst_h)}."
    )
    began = [_began(*sign) for sign in course.signs]
    told = {
        True: "That fits.",
        False: "That lies outside these hours; people differ, and the published hours go before the simulated ones.",
        None: "Whether that fits cannot be told.",
    }
    signs = (
        f" Began: {listing(began)}. {told[course.fits]}"
        if began
        else " When the signs began is not recorded."
    )
    return expected + signs


def _began(name: str, low: float, high: float) -> str:
    """When a sign began against the loss, in hours, or in days before it."""
    if high < 0:
        days = -high / _DAY_H
        before = f"{show_number(round(days))} days" if days >= 2 else f"{show_number(round(-high))} hours"
        return f"{name} {'at least ' * (low != high)}{before} before the loss"
    if low > _LONG_H:
        return f"{name} about {show_number(round((low + high) / 2 / _DAY_H))} days after the loss"
    if low == high:
        return f"{name} at hour {show_number(low)}"
    return f"{name} between hour {show_number(max(low, 0.0))} and {show_number(high)}"


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
        "weight": _WEIGHTS[said.weight],
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
