"""When something happened and when the signs began: the hours between, with what a date without an hour leaves open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from eutonia.assess.dosing import Dosing
from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.terms import TermIndex, index_of
from eutonia.recognise.device import dry_at
from eutonia.record import EventKind, Medicine, Moment
from eutonia.show import show_moment

__all__ = [
    "DELIVERY_SIGNS",
    "Span",
    "first_sign_after",
    "losses",
    "medicine_spans",
    "onsets",
    "raised",
    "rises",
    "set_timing_facts",
]

#: Findings at the device that begin a loss of baclofen, where their onset is known.
DELIVERY_SIGNS = ("reservoir empty", "pump stopped", "motor stall")
#: Findings at the device, triggers and results of tests are no signs of the state that is timed: a cloudy urine two
#: hours after a missed dose says nothing about when withdrawal began.
_NO_ONSET = frozenset(
    {
        *DELIVERY_SIGNS,
        "pump alarm",
        "refill overdue",
        "magnetic resonance without interrogation",
        "recent pump or catheter surgery",
        "recent refill or reprogramming",
        "programming or concentration error",
        "catheter fault on x-ray",
        "rotor does not turn",
        "port aspirates freely",
        "abnormal contrast study",
        "abnormal indium scan",
        "mass at the catheter tip",
        "referred for a delivery study",
        "triggering anaesthetic",
        "alcohol stopped",
        "dystonia before",
        "negative work-up",
        "better after a decrease",
        "better after baclofen was given again",
        "worse after each increase",
        "good response to a programmed bolus",
        "good response to a lumbar bolus",
        "no response to a lumbar bolus",
        "eased by an anticholinergic",
        "eased by naloxone",
        "swelling over the pump after a refill",
        "infection at the pump",
        "focus of infection",
        "cloudy urine",
        "foul-smelling urine",
        "leucocytes in the urine",
        "full bladder",
        "no stool for three days",
        "swollen abdomen",
        "new skin lesion",
        "swollen leg",
        "deformed limb",
        "changed posture or seating",
        "worse with cold menses or stress",
        "clear sensorium",
        "sensory map unchanged",
        "tone unchanged when measured",
        "sits comfortably",
        "upper motor neurone signs",
    }
)
_HOUR = timedelta(hours=1)
_SEDATIVES = frozenset({"benzodiazepine", "tizanidine", "gabapentinoid", "barbiturate", "z-drug"})
_BLOCKERS = frozenset({"antipsychotic", "dopamine-blocking antiemetic"})
_DOPAMINE = frozenset({"levodopa", "dopamine agonist"})
_SEROTONERGIC = frozenset(
    {
        "serotonergic",
        "mao inhibitor",
        "tramadol",
        "fluvoxamine",
        "clomipramine",
        "lithium",
        "methadone",
        "fentanyl",
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """An instant as far as it is known: between two instants."""

    earliest: datetime
    latest: datetime

    @classmethod
    def of(cls, moment: Moment) -> Span:
        """A day without an hour is all of that day."""
        if moment.at is not None:
            return cls(moment.start(), moment.start())
        start = datetime.combine(moment.on, time.min)
        return cls(start, start + timedelta(hours=24))

    @classmethod
    def at(cls, instant: datetime) -> Span:
        """An instant; midnight stands for a day without an hour."""
        if instant.time() == time.min:
            return cls(instant, instant + timedelta(hours=24))
        return cls(instant, instant)


def onsets(lists: Lists) -> tuple[tuple[str, Span], ...]:
    """Signs of the patient that are there and whose beginning is recorded, earliest first."""
    found = []
    for sign in lists.record.signs:
        term = lists.index.by_name("sign", sign.what)
        if sign.present and sign.onset is not None and term is not None and term.id not in _NO_ONSET:
            found.append((term.words, Span.of(sign.onset)))
    return tuple(sorted(found, key=lambda pair: (pair[1], pair[0])))


def losses(lists: Lists, dosing: Dosing) -> tuple[Span, ...]:
    """When baclofen went missing: doses missed, cuts, a pump lowered, ended, empty or stopped."""
    found = [Span.of(e.from_) for e in lists.record.events if e.what is EventKind.MISSED_DOSES]
    steps = dosing.taken
    found += [Span.at(b.start) for a, b in pairwise(steps) if b.start and b.daily_mg < a.daily_mg]
    found += [Span.of(p.to) for p in lists.record.oral_therapy if p.to and not _goes_on(p.to, lists)]
    found += [at for at, change in _pump_changes(lists) if change < 0]
    found += _sign_spans(lists, DELIVERY_SIGNS)
    dry = dry_at(lists)
    if dry is not None and not any(lists.signs_of(term) for term in DELIVERY_SIGNS):
        found.append(Span.of(Moment(dry.date())))  # reckoned to a day: no pump keeps to the hour over months
    return _past(found, lists.now)


def rises(lists: Lists, dosing: Dosing) -> tuple[Span, ...]:
    """When baclofen may have become too much: started, raised, swallowed, refilled, or the kidneys failed."""
    kinds = {EventKind.OVERDOSE, EventKind.ACUTE_KIDNEY_INJURY}
    found = [Span.of(e.from_) for e in lists.record.events if e.what in kinds]
    found += _sign_spans(lists, ("recent refill or reprogramming", "programming or concentration error"))
    return _past([*found, *raised(lists, dosing)], lists.now)


def raised(lists: Lists, dosing: Dosing) -> tuple[Span, ...]:
    """When baclofen was started or raised, by mouth or by pump."""
    found, before = [], None
    for step in dosing.taken:
        if step.start is not None and (before is None or step.daily_mg > before):
            found.append(Span.at(step.start))
        before = step.daily_mg
    found += [at for at, change in _pump_changes(lists) if change > 0]
    return _past(found, lists.now)


def _goes_on(end: Moment, lists: Lists) -> bool:
    """Whether another entry takes over when one ends: then the ending is a step, and counted as one."""
    after = Span.of(end).latest
    return any(
        t.from_ and abs(t.from_.start() - after) <= timedelta(hours=48) for t in lists.record.oral_therapy
    )


def _pump_changes(lists: Lists) -> list[tuple[Span, float]]:
    """Changes of the programmed dose with their size; the end of the last programme is a loss of all of it."""
    programmes = sorted(lists.record.pump_therapy, key=lambda p: p.from_.start())
    changes, before = [], 0.0
    for number, programme in enumerate(programmes):
        dose = programme.daily_dose.number("microgram/day")
        changes.append((Span.of(programme.from_), dose - before))
        before = dose
        is_last = number == len(programmes) - 1
        if is_last and programme.to is not None:
            changes.append((Span.of(programme.to), -dose))
    return changes


def _sign_spans(lists: Lists, terms: Iterable[str]) -> list[Span]:
    named = (sign for term in terms for sign in lists.signs_of(term))
    return [Span.of(sign.onset) for sign in named if sign.present and sign.onset is not None]


def _past(spans: Iterable[Span], now: datetime) -> tuple[Span, ...]:
    return tuple(sorted(span for span in spans if span.earliest <= now))


def medicine_spans(lists: Lists, classes: frozenset[str], *, stops: bool) -> tuple[Span, ...]:
    """When medicines of some classes were started (or stopped), as far as recorded; those stopped by now included."""
    index = index_of(lists.knowledge)
    found = []
    for medicine in lists.record.medicines:
        moment = medicine.to if stops else medicine.from_
        if moment is not None and _is_of(index, medicine, classes):
            found.append(Span.of(moment))
    return _past(found, lists.now)


def _is_of(index: TermIndex, medicine: Medicine, classes: frozenset[str]) -> bool:
    term = index.recognise("medicine", medicine.what, medicine.code)
    return term is not None and bool(classes & {term.id, *index.broader(term)})


def set_timing_facts(sheet: FactSheet, lists: Lists, dosing: Dosing) -> None:
    """Set the hours from each kind of cause to the first sign after it."""
    began = onsets(lists)
    birth = lists.record.patient.birth_date
    causes = {
        "loss": losses(lists, dosing),
        "rise": rises(lists, dosing),
        "serotonergic": medicine_spans(lists, _SEROTONERGIC, stops=False),
        "dopamine": (
            *medicine_spans(lists, _BLOCKERS, stops=False),
            *medicine_spans(lists, _DOPAMINE, stops=True),
        ),
        "anaesthetic": _past(_sign_spans(lists, ("triggering anaesthetic",)), lists.now),
        "sedative": medicine_spans(lists, _SEDATIVES, stops=True),
        "alcohol": _past(_sign_spans(lists, ("alcohol stopped",)), lists.now),
        "birth": () if birth is None else (Span.of(Moment(birth)),),
    }
    for name, spans in causes.items():
        hours = first_sign_after(max(spans), [span for _, span in began]) if spans and began else None
        what = "no beginning of a sign, or nothing before it, is recorded"
        if hours is not None:
            cause = max(spans).earliest
            clock = None if cause.time() == time.min else cause.time()
            what = f"counted from {show_moment(Moment(cause.date(), clock))}"
        sheet.set(f"{name}_to_onset_earliest", None if hours is None else hours[0], what)
        sheet.set(f"{name}_to_onset_latest", None if hours is None else hours[1], what)


def first_sign_after(cause: Span, signs: list[Span]) -> tuple[float, float]:
    """Fewest and most hours from a cause to the first sign that can have come after it; to the last sign before it,
    and then below 0, where every sign came before. signs: at least one."""
    gaps = sorted(((s.earliest - cause.latest) / _HOUR, (s.latest - cause.earliest) / _HOUR) for s in signs)
    after = [gap for gap in gaps if gap[1] >= 0]
    if not after:
        return gaps[-1]
    low, high = after[0]
    return max(low, 0.0), high
