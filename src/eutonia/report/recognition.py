"""What the recognising room found, in words: page, terminal and JSON take it from here."""

from __future__ import annotations

from eutonia.knowledge.condition import Holds
from eutonia.knowledge.recognition import Dose, RedFlag, RuleKind, Urgency, Weight
from eutonia.knowledge.schema import Word
from eutonia.recognise.course import LossCourse, NoLoss
from eutonia.recognise.explain import Recognised
from eutonia.recognise.ladders import Climbed, Opposite, daily_mg_of
from eutonia.recognise.recognise import Recognition
from eutonia.recognise.scores import Scored
from eutonia.recognise.weigh import Band, Estimate, Said, Weighed
from eutonia.report.typography import first_sentence, listing, run_on
from eutonia.show import show_date, show_number

__all__ = [
    "answer_word",
    "band_words",
    "contradiction_words",
    "counts_words",
    "course_words",
    "dose_words",
    "estimate_words",
    "is_counted",
    "lead_sentence",
    "said_words",
    "score_words",
    "second_sentence",
    "unknown_words",
    "unlikely_words",
    "urgency_words",
    "weight_words",
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
_DAY_H = 24
_LONG_H = 240  # beyond the hours that are drawn
NO_PRESENTATION = (
    "No sign on record is one the explanations begin with, so nothing can be weighed. Enter the signs with the "
    "hour at which each began; a sign that was looked for and is not there is worth entering as well."
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
    """The first red flag with the first thing to do, the direction, and what fits."""
    answer = recognition.answer
    parts = []
    urgent = _urgent(recognition)
    if urgent:
        parts.append(f"{run_on(urgent[0].title)}. {first_sentence(urgent[0].do)}.")
    if answer.opposite_lead:
        parts.append(answer.opposite_lead)
    likely = [run_on(a.weighed.explanation.words) for a in answer.banded(Band.LIKELY)]
    if likely:
        parts.append(f"What fits best, more than one of which may be true: {listing(likely)}.")
    if not answer.presentations:
        parts.append(NO_PRESENTATION)
    return " ".join(parts)


def second_sentence(recognition: Recognition) -> str:
    """The other emergencies by name, and entries that cannot both hold; empty where there are none."""
    others = [run_on(flag.title) for flag in _urgent(recognition)[1:]]
    parts = [f"Urgent as well: {'; '.join(others)}."] if others else []
    parts += [contradiction_words(recognition)] if recognition.answer.contradictions else []
    return " ".join(parts)


def _urgent(recognition: Recognition) -> list[RedFlag]:
    return [f for f in recognition.answer.red_flags if f.urgency is Urgency.EMERGENCY]


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


def weight_words(weight: Weight) -> str:
    """A weight for readers."""
    return _WEIGHTS[weight]


def said_words(said: Said) -> str:
    """The weight of a finding: published, or ours."""
    if said.ratio is not None:
        return f"published likelihood ratio {show_number(said.ratio, 2)}"
    return f"{_WEIGHTS[said.weight]}, a weight of ours"


def unknown_words(weighed: Weighed) -> tuple[str, ...]:
    """What is not known, each once; what would speak against it only where its facts are not asked for anyway."""
    asked = {fact for said in weighed.unknown if said.speaks_for for fact in said.facts}
    return tuple(
        dict.fromkeys(
            said.says if said.speaks_for else f"{said.says} (would speak against it)"
            for said in weighed.unknown
            if said.speaks_for or not asked >= set(said.facts)
        )
    )


def counts_words(said: Said) -> str:
    """That a finding does not count a second time; empty where it counts."""
    return "" if said.counts else "not counted twice"


def unlikely_words(weighed: Weighed) -> str:
    """Why an explanation is unlikely: the exposure that is not there, else what speaks against it."""
    explanation = weighed.explanation
    if weighed.gate is Holds.NO:
        return f"not so here: {run_on(explanation.gate_says).rstrip('.')}"
    return (
        "; ".join(said.says for said in weighed.against)
        or "everything that would speak for it was looked for"
    )


def is_counted(scored: Scored, answer: Recognised) -> bool:
    """Whether a published rule says something yet: a criterion is met, or what it belongs to is likely or possible."""
    near = (*answer.banded(Band.LIKELY), *answer.banded(Band.POSSIBLE))
    return bool(scored.met) or any(scored.rule.id in a.weighed.explanation.rules for a in near)


def estimate_words(estimate: Estimate, title: str) -> str:
    """A published share before and after a published test; both ends, never averaged."""
    result = "abnormal" if estimate.is_positive else "normal"
    before, after = (
        " to ".join(show_number(100 * value, 2) for value in pair)
        for pair in (estimate.before, estimate.after)
    )
    return f"{title}, {result}: {before} per cent before, {after} per cent after. {estimate.says}"


def score_words(scored: Scored) -> str:
    """Where a published rule stands, with what is still open. No rank while the exposure it needs is not known."""
    rule = scored.rule
    if scored.applies is Holds.UNKNOWN and rule.needs_says:
        return f"not counted before this is known: {run_on(rule.needs_says).rstrip('.')}"
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
