"""The sentences of plans and of what could happen: one place for page, terminal and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from eutonia.assess.limits import number_of
from eutonia.plan.outcome import Check, Fall, PartnerStep, Plan, PlanStep, TimedMadeDose, ToneUnderPlan
from eutonia.plan.what_if import Expected, Stretch
from eutonia.record import Direction, Mishap, Moment, Question
from eutonia.report.typography import listing
from eutonia.show import show_count, show_date, show_moment, show_number, show_quantity
from eutonia.simulate.day import PartOfDay

__all__ = [
    "check_days",
    "dose_words",
    "expected_lines",
    "expected_title",
    "fall_lines",
    "hours_words",
    "mg",
    "partner_doses",
    "phase_lines",
    "step_doses",
    "tone_lines",
    "wanted_words",
]

WHEN = {
    PartOfDay.MORNING: "in the morning",
    PartOfDay.MIDDAY: "at midday",
    PartOfDay.EVENING: "in the evening",
    PartOfDay.BEDTIME: "at bedtime",
}


def mg(value: Fraction | float) -> str:
    """An amount by mouth: “7.5 mg”."""
    return f"{show_number(float(value), 4)} mg"


def step_doses(step: PlanStep) -> str:
    """The doses of one day: “1 tablet of 5 mg in the morning, at midday and in the evening”; “no baclofen”.

    Doses made alike are named once, in the order in which they are first taken.
    """
    times: dict[str, list[str]] = {}
    for dose in step.doses:
        times.setdefault(dose.dose.words(), []).append(WHEN[dose.when])
    return "; ".join(f"{made} {listing(when)}" for made, when in times.items()) or "no baclofen"


def dose_words(dose: TimedMadeDose) -> str:
    """One dose of the day: “1 and a half tablets of 10 mg in the morning”."""
    return f"{dose.dose.words()} {WHEN[dose.when]}"


def partner_doses(step: PartnerStep) -> str:
    """The doses of the other medicine on one day: “2 mg in the morning and in the evening”."""
    times: dict[str, list[str]] = {}
    for when, amount in step.doses:
        times.setdefault(mg(amount), []).append(WHEN[when])
    return "; ".join(f"{amount} {listing(when)}" for amount, when in times.items()) or "none"


def phase_lines(plan: Plan) -> tuple[str, ...]:
    """One complete line for each phase: medicine, doses, daily total, first and last day. Nothing is left to a note."""
    count = len(plan.steps)
    lines = []
    for step in plan.steps:
        until = f"to {show_date(step.last)}" if step.last else "until further notice"
        total = f"; {mg(step.daily_mg)} in the day" if step.doses else ""
        lines.append(
            f"Phase {step.number} of {count}: baclofen by mouth, from {show_date(step.first)} {until}: "
            f"{step_doses(step)}{total}."
        )
    return tuple(lines)


def wanted_words(question: Question) -> str:
    """What was asked of a plan, as a question: “How to lower baclofen, by our usual taper?”."""
    if question.switch is not None:
        switch = question.switch
        way = "to" if switch.direction is Direction.TO else "from"
        dose = f" at {show_quantity(switch.dose)}" if switch.dose is not None else ""
        return f"How to change {way} {switch.partner.value}{dose}?"
    if question.what_if:
        return f"What if: {listing([w.what.value for w in question.what_if])}?"
    way = question.taper.way.value if question.taper is not None else "usual"
    end = f" to {show_quantity(question.target)}" if question.target is not None else " to none"
    return f"How to lower baclofen by mouth{end} (way: {way})?"


def fall_lines(fall: Fall) -> tuple[str, ...]:
    """The figures of a way down: the biggest cut, how long it takes."""
    if fall.biggest_mg == fall.start_mg:
        return (f"All of {mg(fall.start_mg)} a day ends in one cut.",)
    lines = [
        f"The biggest cut is {mg(fall.biggest_mg)} a day. While more than {mg(fall.small_from_mg)} a day is taken, "
        f"no cut is more than {show_number(float(fall.biggest_early_percent), 3)} per cent of the dose before it; "
        f"in all, the largest share is {show_number(float(fall.biggest_percent), 3)} per cent."
    ]
    lines.append(
        f"From the first cut to the last it takes {show_count(fall.days, 'day')}."
        if fall.days
        else "There is one cut, and it is today's or that of the first day."
    )
    return tuple(lines)


def tone_lines(fall: Fall) -> tuple[str, ...]:
    """What the model of tone says of the way down beside stopping at once, and what it cannot see."""
    found = fall.too_little
    if found is None:
        return (f"“Too little” is not simulated: {fall.why_not}",)
    crowd = f" in {found.people} virtual people" if found.people > 1 else " in the typical person alone"
    if found.plan == found.at_once:
        return (
            f"The Ashworth score is highest on {show_date(found.plan.worst_on)}: {_tone(found.plan)}.",
            f"A score {show_number(found.points)} or more above the untreated one is reached by "
            f"{_share(found.plan.share, found.people)}{crowd}.",
            found.cannot_see,
        )
    return (
        f"Under this plan the Ashworth score is highest on {show_date(found.plan.worst_on)}: {_tone(found.plan)}.",
        f"If the same dose were stopped at once: {_tone(found.at_once)}.",
        f"A score {show_number(found.points)} or more above the untreated one is reached by "
        f"{_share(found.plan.share, found.people)} under this plan and by {_share(found.at_once.share, found.people)} "
        f"after stopping at once{crowd}.",
        found.cannot_see,
    )


def _tone(tone: ToneUnderPlan) -> str:
    spread = f"10th to 90th percentile of the people {_points(tone.rise_low)} to {_points(tone.rise_high)}"
    return (
        f"{_points(tone.rise)} points above the score before in the typical person ({spread}), of which "
        f"{_points(tone.rebound)} above the score without treatment"
    )


def _points(value: float) -> str:
    return show_number(round(max(value, 0.0), 2), 2)


def _share(share: float, people: int) -> str:
    return f"{round(share * people)} of {people}" if people > 1 else ("the person" if share else "nobody")


def check_days(check: Check) -> str:
    """The days of a check: “on 26-Nov-2026”, “from 20-Dec-2026 to 03-Jan-2027”."""
    if check.first == check.last:
        return f"on {show_date(check.first, weekday=True)}"
    return f"from {show_date(check.first)} to {show_date(check.last)}"


# --- what could happen ---------------------------------------------------------------------------------------------


def expected_title(expected: Expected) -> str:
    """“What if: supply gap from 24-Nov-2026 to 26-Nov-2026”."""
    what = expected.what
    until = f" to {show_moment(what.to)}" if what.to is not None else ", without an end"
    kidneys = f", filtration {show_quantity(what.filtration)}" if what.filtration is not None else ""
    return f"{what.what.value.capitalize()} from {show_moment(what.from_)}{until}{kidneys}"


def expected_lines(expected: Expected) -> tuple[str, ...]:
    """What is expected from which hour to which, when published signs began, and how it can go on."""
    return tuple(_expected(expected))


def _expected(expected: Expected) -> Iterator[str]:
    low, high = (show_number(x, 2) for x in (expected.lowest, expected.highest))
    yield (
        f"On an ordinary day the level of the typical person lies between {low} and {high} micrograms per litre. "
        f"Hours count from {_at(expected.begins)}."
    )
    if expected.too_little is not None:
        yield f"Too little, below the usual lowest: expected {hours_words(expected.too_little, expected)}."
    if expected.too_much is not None:
        yield f"Too much, above the usual highest: expected {hours_words(expected.too_much, expected)}."
    if expected.too_little is None and expected.too_much is None:
        yield "In the typical person the level does not leave what is usual by more than a twentieth."
    if expected.last_dose_at is not None and expected.next_dose_at is not None:
        gap = (expected.next_dose_at - expected.last_dose_at) / timedelta(hours=1)
        yield f"Between the last dose before and the first dose after lie {show_number(gap, 2)} hours."
    if expected.signs is not None:
        start, end = expected.signs
        soon, late, first = (
            _hours(expected, f"withdrawal.onset.{name}") for name in ("from", "to", "earliest")
        )
        yield (
            f"Published withdrawal began between {_at(start)} and {_at(end)} on this count ({soon} to {late} hours "
            f"after the last dose; over all reports from {first} hours on, up to several days). That the level is low "
            "does not say who gets it."
        )
    if expected.what.what is not Mishap.KIDNEY_INJURY and expected.is_long_gap:
        within = _hours(expected, "restart.same_dose_within")
        yield (
            f"After {within} hours or more without a dose a lower step first is the option, not the dose from before "
            "(ours)."
        )
    for limit in expected.limits:
        if limit.name == "restart.same_dose_within" and not expected.is_long_gap:
            yield f"{limit.says} (ours)"


def _hours(expected: Expected, name: str) -> str:
    """A limit of the question in hours, for a sentence."""
    return next(show_number(number_of(limit, "h")) for limit in expected.limits if limit.name == name)


def hours_words(stretch: Stretch, expected: Expected) -> str:
    """“from hour 8.5 to hour 80 (24-Nov-2026, 08:30 to 27-Nov-2026, 08:00); in the virtual people it begins ...”."""
    start = expected.begins + timedelta(hours=stretch.from_h)
    text = f"from hour {show_number(stretch.from_h, 3)}"
    if stretch.to_h is None:
        text += f" on, as long as it was followed (from {_at(start)})"
    else:
        end = expected.begins + timedelta(hours=stretch.to_h)
        text += f" to hour {show_number(stretch.to_h, 3)} ({_at(start)} to {_at(end)})"
    if expected.people > 1:
        text += f"; {round(100 * stretch.share)} per cent of {expected.people} virtual people reach it"
        if stretch.soonest_h is not None and stretch.latest_h is not None:
            low, high = show_number(stretch.soonest_h, 3), show_number(stretch.latest_h, 3)
            between = f"at hour {low}" if low == high else f"between hour {low} and hour {high}"
            text += f", beginning {between} (10th to 90th percentile)"
    return text


def _at(moment: datetime) -> str:
    return show_moment(Moment(moment.date(), moment.time().replace(second=0, microsecond=0)))
