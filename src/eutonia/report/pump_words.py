"""The sentences of a plan for a pump, free of markup: page, terminal and JSON all take them from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eutonia.knowledge.library import Conflict
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.schema import Limit, Word
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.pump.audit import VolumeTrend
from eutonia.plan.pump.candidacy import CandidacyPlan
from eutonia.plan.pump.change import ChangePlan
from eutonia.plan.pump.compare import BeforeAfter
from eutonia.plan.pump.exact import DAY_H, show_amount, show_hours
from eutonia.plan.pump.label import show_pump_number
from eutonia.plan.pump.late import LateRefillPlan
from eutonia.plan.pump.missed import MissedRefillPlan, State
from eutonia.plan.pump.mri import MagnetPlan
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.programme import Periodic, Programme, read_back
from eutonia.plan.pump.start import StartPlan
from eutonia.plan.pump.titrate import TitrationPlan
from eutonia.plan.pump.wean import PumpWean
from eutonia.report.cards import GRAVEST_FIRST
from eutonia.report.labels import check_words, grade_words
from eutonia.show import show_count
from eutonia.wanted_pump import PumpAsk

__all__ = [
    "Section",
    "compared",
    "missing_words",
    "number_words",
    "pump_asked",
    "pump_because",
    "pump_sections",
    "pump_sentence",
    "pump_title",
    "pump_word",
]

_DRY = frozenset({State.MAY_BE_EMPTY, State.EMPTY})
_REFUSED = {
    Why.NOT_KNOWN: Word.CANNOT_TELL,
    Why.NOT_READ: Word.CANNOT_TELL,
    Why.SOURCES_DIFFER: Word.CANNOT_TELL,
    Why.OVER_LIMIT: Word.STOP,
    Why.TOO_EARLY: Word.STOP,
    Why.DEVICE: Word.STOP,
    Why.NO_RESPONSE: Word.CHECK,
}
_TITLES = {
    PumpAsk.CANDIDACY: ("Is a pump worth considering?", "Is a pump worth considering?"),
    PumpAsk.PRIMING: ("Priming", "How is the path primed?"),
    PumpAsk.CHANGE: ("A change at the pump", "How is the pump changed?"),
    PumpAsk.REFILL: ("Dates of the refill", "When is the pump refilled?"),
    PumpAsk.VOLUMES: ("Volumes found at refills", "Did the pump deliver what it reckoned?"),
    PumpAsk.SCREENING: ("Screening doses", "Which screening doses?"),
    PumpAsk.START: ("Start of the pump", "Which first daily dose by pump?"),
    PumpAsk.TITRATION: ("Titration by pump", "How is the dose of the pump raised?"),
    PumpAsk.WAY_DOWN: ("The way down by pump", "How is the dose of the pump lowered?"),
    PumpAsk.SCAN: ("A scan in a magnet", "What does a scan do to the pump?"),
    PumpAsk.MISSED: ("A missed refill", "The refill was missed: what now?"),
    PumpAsk.LATE: ("A refill that comes late", "What if the refill comes late?"),
    PumpAsk.RESTART: ("A restart after an interruption", "How does the pump start again?"),
    PumpAsk.REPLACEMENT: ("Replacement of the pump", "When is the pump replaced?"),
}
_MISSING = {
    "tubing_volume": "volume of the tubing inside the pump",
    "alarm_volume": "volume at which the alarm is set",
    "stability_days": "how long the mixture keeps",
    "reset_h": "when somebody starts the pump again",
    "has_responded": "whether the screening dose worked",
    "had_adverse_reaction": "whether it brought an adverse reaction",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a shown plan. key: what it is, lines: its sentences; the rest where it has any."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    numbers: tuple[PumpNumber, ...] = ()
    limits: tuple[Limit, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def pump_title(answer: PumpAnswer) -> str:
    """What the plan is about, as a heading."""
    return _TITLES[answer.kind][0]


def pump_asked(kind: PumpAsk) -> str:
    """What was asked, as a question."""
    return _TITLES[kind][1]


def pump_word(answer: PumpAnswer) -> Word:
    """The word over a plan: the gravest of the rules with the plan done, its own word, second looks, open questions.

    A refusal has the word of its reason. What was not checked gives no word of its own; ``pump_because`` names it.
    """
    plan = answer.plan
    if isinstance(plan, PumpRefusal):
        return _REFUSED[plan.reason]
    found = [Word.NO_PROBLEM]
    if answer.then is not None:
        found.append(answer.then.word)
    if any(plan.second_look):
        found.append(Word.CHECK)
    if isinstance(plan, (VolumeTrend, CandidacyPlan)):
        found.append(plan.word)
    if isinstance(plan, MissedRefillPlan) and plan.state in _DRY:
        found.append(Word.STOP)  # a pump that runs dry can kill
    if isinstance(plan, LateRefillPlan) and plan.empty_h:
        found.append(Word.STOP)
    if plan.questions:
        found.append(Word.CANNOT_TELL)
    return min(found, key=GRAVEST_FIRST.index)


def pump_sentence(answer: PumpAnswer) -> str:
    """What stands at the top: the plan in one sentence, or why there is none and what to do next."""
    plan = answer.plan
    if isinstance(plan, PumpRefusal):
        return f"{plan.says} {plan.next_step}".strip()
    change = compared(answer)
    if change is not None:
        return f"{change.says.removesuffix('.')}{_tail(plan)}."
    if isinstance(plan, StartPlan):
        return f"First daily dose: {show_amount(plan.first.micrograms)} micrograms in 24 hours."
    if isinstance(plan, MagnetPlan):
        return plan.says[1]
    if isinstance(plan, VolumeTrend):
        return plan.visits[-1].says
    if isinstance(plan, LateRefillPlan):
        return " ".join(plan.says[:2])
    if answer.kind is PumpAsk.RESTART:
        return plan.says[-1]  # that no dose is worked out, and why
    return plan.says[0]


def _tail(plan: PumpPlan) -> str:
    if isinstance(plan, ChangePlan):
        if plan.bridge is not None:
            return f"; the bridge takes {show_hours(plan.bridge.hours)}"
        return ""
    if isinstance(plan, (TitrationPlan, PumpWean)):
        return f", in {show_count(len(plan.steps), 'step')}"
    return ""


def pump_because(answer: PumpAnswer) -> str:
    """Behind the sentence: what to look at again, else what to answer first, else what was not checked."""
    plan = answer.plan
    if isinstance(plan, PumpRefusal):
        return ""
    second = [text for text in plan.second_look if text]
    if second:
        # The rest of a second look, what to do about it, stands with the plan.
        asks = [_to_answer(plan)] if isinstance(plan, MissedRefillPlan) and plan.questions else []
        return " ".join([*([text for text in second if text.startswith("Second look")] or second), *asks])
    if plan.questions:
        return _to_answer(plan)
    return " ".join(plan.not_checked)


def _to_answer(plan: PumpPlan) -> str:
    return f"To answer first: {' '.join(plan.questions)}"


def compared(answer: PumpAnswer) -> BeforeAfter | None:
    """The two daily doses of a plan that changes one, side by side."""
    plan = answer.plan
    if isinstance(plan, ChangePlan):
        return plan.change
    if isinstance(plan, (TitrationPlan, PumpWean)):
        return plan.whole
    return None


def pump_sections(answer: PumpAnswer) -> tuple[Section, ...]:
    """The parts of the answer in their order; what is empty is left out."""
    plan = answer.plan
    found = _refused(answer, plan) if isinstance(plan, PumpRefusal) else _planned(answer, plan)
    return tuple(s for s in found if s.lines or s.numbers or s.limits or s.conflicts)


def _refused(answer: PumpAnswer, plan: PumpRefusal) -> Iterator[Section]:
    missing = tuple(dict.fromkeys(missing_words(name) for name in plan.missing))
    yield Section(
        "refusal", f"No plan: {plan.reason.value}", tuple(t for t in (plan.says, plan.next_step) if t)
    )
    yield Section("missing", "Not known", missing)
    yield Section("programme", "Programme read back", _read_back(answer.before, answer.after, "Asked for"))
    yield Section("numbers", "Numbers in the way", numbers=plan.numbers, limits=plan.limits)


def _planned(answer: PumpAnswer, plan: PumpPlan) -> Iterator[Section]:
    change = compared(answer)
    totals = () if change is None else (change.says,)
    elsewhere = set(totals)
    if change is not None:
        elsewhere |= {f"Before: {' '.join(change.before)}", f"After: {' '.join(change.after)}"}
    yield Section("before-after", "Before and after", totals)
    lines = tuple(line for line in plan.says if line not in elsewhere)
    yield Section("plan", "The plan", lines)
    if isinstance(plan, MissedRefillPlan):
        yield Section("todo", "What now", (*plan.what_now, *plan.by_mouth))
    if isinstance(plan, MagnetPlan):
        yield Section("todo", "Around the scan", (*plan.before, *plan.afterwards))
    yield Section("second-look", "Look again", tuple(text for text in plan.second_look if text))
    yield Section("questions", "To answer first", plan.questions)
    yield Section("settle", "To settle before it is done", plan.settle)
    yield Section("not-checked", "Not checked", plan.not_checked)
    if isinstance(plan, ChangePlan):
        yield Section("checklist", "Before the visit is over", plan.checklist)
    yield Section("programme", "Programme read back", _read_back(answer.before, answer.after, "After"))
    numbers = tuple({n.id: n for n in plan.numbers}.values())
    yield Section("numbers", "Numbers it rests on", numbers=numbers)
    yield Section("conflicts", "Sources that disagree", conflicts=plan.conflicts)


def _read_back(before: Programme | None, after: Programme | None, name: str) -> tuple[str, ...]:
    """Both programmes with every step; the only one without a name."""
    if before is None or after is None:
        only = before or after
        return () if only is None else (*read_back(only), *_rates(only))
    return tuple(
        f"{words}: {line}"
        for words, programme in (("Before", before), (name, after))
        for line in (*read_back(programme), *_rates(programme))
    )


def _rates(programme: Programme) -> tuple[str, ...]:
    """The rates that a programme of boluses runs at; the other modes say theirs themselves."""
    if not isinstance(programme, Periodic):
        return ()
    between = f"{show_amount(programme.base / DAY_H)} micrograms an hour" if programme.base else "nothing"
    return (f"During a bolus {show_amount(programme.rates[0])} micrograms an hour, between two {between}.",)


def missing_words(name: str) -> str:
    """A name of something missing, for readers."""
    return _MISSING.get(name, name.replace("_", " ")).rstrip(".")


def number_words(number: PumpNumber) -> str:
    """A number with what it says, on what kind of evidence, and how far that was checked, in one line."""
    checks = dict.fromkeys(check_words(c.check) for c in number.evidence)
    marks = "; ".join(dict.fromkeys([grade_words(number.grade), *checks]))
    return f"{show_pump_number(number)}: {number.says} ({marks})"
