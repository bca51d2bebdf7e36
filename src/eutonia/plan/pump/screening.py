"""The screening trial: which doses, how far apart, watched how long, and what counts as a response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from eutonia.errors import Code, InputRefused, Problem
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.schema import Knowledge
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.exact import DAY_H, Amount, Reading, show_amount, show_hours
from eutonia.plan.pump.label import Guide, number_of
from eutonia.plan.pump.order import Ordered, SingleDose
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.simulated import NO_TONE, Simulated, follow_injections

__all__ = ["Response", "ScreeningDose", "ScreeningPlan", "judge_response", "next_screening", "plan_screening"]

#: The upper end of the Ashworth scale as these trials scored it.
_WORST_SCORE = Fraction(5)


@dataclass(frozen=True, slots=True)
class ScreeningDose:
    """One single dose by puncture: micrograms, mL of the screening solution, and the earliest hour after the first."""

    number: int
    micrograms: Fraction
    ml: Fraction
    earliest_h: Fraction


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScreeningPlan(PumpPlan):
    """The doses in order; the next is given only if the one before brought no response.

    watch_h: from and to how many hours each is watched; None where the text was not read for it.
    """

    doses: tuple[ScreeningDose, ...]
    watch_h: tuple[Fraction, Fraction] | None


@dataclass(frozen=True, slots=True)
class Response:
    """Whether scores taken before and after a dose are a response, by each definition that was found.

    They are two definitions of two trials; none is agreed on, so both stand and neither decides.
    """

    mean_fall: Fraction
    by_mean: bool
    largest_fall: Fraction
    by_points: bool
    definitions: tuple[PumpNumber, PumpNumber]

    @property
    def says(self) -> str:
        """Both answers in a sentence."""
        one = "counts" if self.by_mean else "does not count"
        two = "counts" if self.by_points else "does not count"
        return (
            f"The mean fell by {show_amount(self.mean_fall)}, which {one} as a response in one trial; "
            f"the largest fall was {show_amount(self.largest_fall)} points, which {two} in another."
        )


def plan_screening(
    guide: Guide, first_micrograms: Amount, who: Patient | None = None
) -> ScreeningPlan | PumpRefusal:
    """All doses from the first to the largest, each at the earliest the text's interval after the one before.

    first_micrograms: chosen by the clinic within what the text allows; it is not chosen here. who: for the course of
    tone. Raises InputRefused for an amount that cannot be.
    """
    reading = Reading()
    first = reading.amount("first_micrograms", first_micrograms, "The first screening dose", "microgram")
    reading.done()
    low, high = guide.find("screen.first.least"), guide.find("screen.first.most")
    step, largest = guide.find("screen.increment"), guide.find("screen.largest")
    interval = guide.find("screen.interval")
    solution = guide.find("screen.concentration")
    if low is None or high is None or step is None or interval is None or solution is None:
        return _not_read(guide)
    if not low.exact <= first <= high.exact:
        return PumpRefusal(
            Why.OVER_LIMIT,
            f"A first screening dose of {show_amount(first)} micrograms is outside {guide.words}. {high.says}",
            f"It allows {show_amount(low.exact)} to {show_amount(high.exact)} micrograms.",
            numbers=(low, high),
        )
    not_checked: list[str] = []
    amounts = [first]
    if largest is None:
        not_checked.append(guide.not_read("screen.largest", "the largest screening dose"))
        amounts.append(first + step.exact)
    else:
        while amounts[-1] < largest.exact:
            amounts.append(min(amounts[-1] + step.exact, largest.exact))
    doses = tuple(
        ScreeningDose(place + 1, dose, dose / solution.exact, place * interval.exact)
        for place, dose in enumerate(amounts)
    )
    least, most = guide.find("screen.watch.least"), guide.find("screen.watch.most")
    watch = None if least is None or most is None else (least.exact, most.exact)
    if watch is None:
        not_checked.append(guide.not_read("screen.watch.least", "how long to watch"))
    tone = follow_injections(who, [(Fraction(0), first)], DAY_H)
    if tone is None:
        not_checked.append(NO_TONE)
    numbers = (low, high, step, largest, interval, solution, least, most)
    return ScreeningPlan(
        says=_says(doses, watch, interval, largest),
        settle=(
            "Which score decides, taken when, and what fall counts as a response? Agree on it before the first dose.",
            "Is the place ready to support breathing?",
        ),
        not_checked=tuple(not_checked),
        numbers=tuple(n for n in numbers if n is not None),
        simulated=Simulated(tone=tone, not_simulated=(NO_TONE,) if tone is None else ()),
        ordered=Ordered(
            doses=tuple(
                SingleDose("screening", d.earliest_h, d.micrograms, d.ml, solution.exact) for d in doses
            )
        ),
        doses=doses,
        watch_h=watch,
    )


def _says(
    doses: Sequence[ScreeningDose],
    watch: tuple[Fraction, Fraction] | None,
    interval: PumpNumber,
    largest: PumpNumber | None,
) -> tuple[str, ...]:
    lines = [
        f"Dose {d.number}: {show_amount(d.micrograms)} micrograms, {show_amount(d.ml)} mL"
        + (
            f", not before hour {show_amount(d.earliest_h)}, only without a response to the one before."
            if d.earliest_h
            else "."
        )
        for d in doses
    ]
    lines.append(interval.says)
    if watch is not None:
        lines.append(f"Each is watched from hour {show_amount(watch[0])} to hour {show_amount(watch[1])}.")
    if largest is not None:
        lines.append(f"No response to {show_amount(largest.exact)} micrograms: not a candidate for the pump.")
    return tuple(lines)


def next_screening(
    guide: Guide, last_micrograms: Amount, hours_since: Amount, *, has_responded: bool | None
) -> ScreeningDose | PumpRefusal:
    """The dose after the last one. Refused within the interval, after a response, and after the largest dose.

    has_responded: None: nobody has said; refused as well. Where the text names no largest dose, one step above the
    largest first dose is the last.
    """
    reading = Reading()
    last = reading.amount("last_micrograms", last_micrograms, "The last screening dose", "microgram")
    since = reading.amount("hours_since", hours_since, "The time since it", "h", may_be_zero=True)
    reading.done()
    interval, step = guide.find("screen.interval"), guide.find("screen.increment")
    largest, solution = guide.find("screen.largest"), guide.find("screen.concentration")
    high = guide.find("screen.first.most")
    if interval is None or step is None or solution is None:
        return _not_read(guide)
    if has_responded is None:
        return PumpRefusal(
            Why.NOT_KNOWN,
            "Cannot tell whether a larger dose is needed: nobody has said whether the last one worked.",
            "Look up the scores before and after it.",
            missing=("has_responded",),
        )
    if has_responded:
        return PumpRefusal(
            Why.NO_RESPONSE,
            "The last dose worked; a larger one is not needed.",
            "Go on to the first daily dose.",
        )
    if largest is not None and last >= largest.exact:
        return PumpRefusal(
            Why.NO_RESPONSE,
            f"There was no response to {show_amount(last)} micrograms, the largest screening dose: not a candidate "
            "for the pump.",
            "Look for another way; the test may be repeated only if something explains that it failed.",
            numbers=(largest,),
        )
    if largest is None and (high is None or last > high.exact):
        return PumpRefusal(
            Why.NOT_READ,
            guide.silence("screen.largest", "the largest screening dose"),
            "Look up whether a further dose is meant at all; nothing is worked out.",
        )
    if since < interval.exact:
        return PumpRefusal(
            Why.TOO_EARLY,
            f"The last screening dose was {show_hours(since)} ago. {interval.says}",
            f"Wait another {show_hours(interval.exact - since)}.",
            numbers=(interval,),
        )
    dose = last + step.exact if largest is None else min(last + step.exact, largest.exact)
    return ScreeningDose(0, dose, dose / solution.exact, Fraction(0))


def _not_read(guide: Guide) -> PumpRefusal:
    return PumpRefusal(
        Why.NOT_READ,
        f"The screening doses were not read in {guide.words}.",
        "Choose a text that gives them.",
    )


def judge_response(knowledge: Knowledge, before: Sequence[Amount], after: Sequence[Amount]) -> Response:
    """Ashworth scores of the same muscles before and after. Raises InputRefused unless they pair up."""
    reading = Reading()
    first, then = (
        [
            reading.amount(f"{name}[{i}]", v, "A score", "1", may_be_zero=True, at_most=_WORST_SCORE)
            for i, v in enumerate(values)
        ]
        for name, values in (("before", before), ("after", after))
    )
    if not first or len(first) != len(then):
        why = "The same muscles have to be scored before and after."
        given = f"{len(first)} before, {len(then)} after"
        raise InputRefused([*reading.problems, Problem(Code.CONFLICTING_VALUES, why, "after", given)])
    reading.done()
    falls = [a - b for a, b in zip(first, then, strict=True)]
    mean, largest = sum(falls, Fraction(0)) / len(falls), max(falls)
    by_mean, by_points = (
        number_of(knowledge, "response.mean_fall"),
        number_of(knowledge, "response.points_fall"),
    )
    return Response(mean, mean >= by_mean.exact, largest, largest >= by_points.exact, (by_mean, by_points))
