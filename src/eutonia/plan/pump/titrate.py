"""Changing the daily dose: what the next one may be, a ladder to a goal, changes at refills, less for side effects."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.errors import Code
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.compare import BeforeAfter, compare_programmes
from eutonia.plan.pump.exact import Amount, Reading, show_amount, show_hours
from eutonia.plan.pump.implant import Implant, path_gap
from eutonia.plan.pump.label import Guide, number_of, percent_of
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.programme import Simple, event_of, flow_problems
from eutonia.plan.pump.simulated import NO_TONE, Simulated, follow_pump, run_events, runs_dry
from eutonia.simulate.pump_events import Fill, PumpEvent

__all__ = [
    "DoseRange",
    "DoseStep",
    "TitrationPlan",
    "check_dose_change",
    "dose_range",
    "plan_titration_by_pump",
]

_OCCASION_WORDS = {
    "titration": "the step of the titration",
    "refill": "the step at a refill",
    "side effects": "the step down for side effects",
}
_OCCASIONS = tuple(_OCCASION_WORDS)


@dataclass(frozen=True, slots=True)
class DoseRange:
    """Micrograms a day that the text allows next, lowest and highest, with the numbers that make them."""

    occasion: str
    current: Fraction
    lowest: Fraction
    highest: Fraction
    numbers: tuple[PumpNumber, ...]


@dataclass(frozen=True, slots=True)
class DoseStep:
    """One dose of a ladder: micrograms a day from this hour on, by how many per cent more, and its flow in mL a day."""

    number: int
    at_h: Fraction
    micrograms: Fraction
    percent: Fraction
    flow: Fraction


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TitrationPlan(PumpPlan):
    """The doses in order, each held at least as long as the text asks, and the whole change before and after."""

    steps: tuple[DoseStep, ...]
    whole: BeforeAfter


def dose_range(guide: Guide, current_micrograms: Amount, occasion: str) -> DoseRange | PumpRefusal:
    """What the daily dose may become: “titration” and “refill” upwards, “side effects” downwards.

    Refused where the followed text was not read for this occasion and population: nothing is taken over from another.
    Raises InputRefused for an occasion that does not exist or an impossible dose.
    """
    reading = Reading(guide.knowledge)
    reading.word("occasion", occasion, _OCCASIONS)
    current = reading.daily_dose("current_micrograms", current_micrograms)
    reading.done()
    names = {
        "titration": ("titration.rise.least", "titration.rise.most"),
        "refill": (None, "maintenance.rise.most"),
        "side effects": ("side_effects.fall.least", "side_effects.fall.most"),
    }[occasion]
    most = guide.find(names[1])
    least = guide.find(names[0]) if names[0] is not None else None
    if most is None:
        return _not_read(guide, names[1], occasion)
    numbers = tuple(n for n in (least, most) if n is not None)
    small = percent_of(current, least.exact) if least is not None else Fraction(0)
    large = percent_of(current, most.exact)
    if occasion == "side effects":
        return DoseRange(occasion, current, current - large, current - small, numbers)
    lowest, highest = current + small, current + large
    ceiling = guide.find("dose.largest")
    if ceiling is not None:
        numbers = (*numbers, ceiling)
        highest = min(highest, ceiling.exact)
        if highest < lowest:
            return PumpRefusal(
                Why.OVER_LIMIT,
                f"From {show_amount(current)} micrograms a day no rise is left. {ceiling.says}",
                "Look at pump, catheter and filling before anything else.",
                numbers=numbers,
            )
    return DoseRange(occasion, current, lowest, highest, numbers)


def _not_read(guide: Guide, name: str, occasion: str) -> PumpRefusal:
    return PumpRefusal(
        Why.NOT_READ,
        guide.silence(name, _OCCASION_WORDS[occasion]),
        "Choose a text that gives one, or decide on other grounds; nothing is worked out.",
    )


def check_dose_change(
    guide: Guide,
    current_micrograms: Amount,
    proposed_micrograms: Amount,
    occasion: str,
    *,
    hours_since_start: Amount | None,
    hours_since_change: Amount | None,
) -> PumpPlan | PumpRefusal:
    """One proposed dose against the text: its size, and whether it comes too early.

    A time that is not known leaves the plan with the question, not with an answer. A dose above the range or too early
    is refused. Raises InputRefused for impossible amounts.
    """
    reading = Reading(guide.knowledge)
    proposed = reading.daily_dose("proposed_micrograms", proposed_micrograms)
    times = [
        None if value is None else reading.amount(path, value, "The time", "h", may_be_zero=True)
        for path, value in (
            ("hours_since_start", hours_since_start),
            ("hours_since_change", hours_since_change),
        )
    ]
    reading.done()
    allowed = dose_range(guide, current_micrograms, occasion)
    if isinstance(allowed, PumpRefusal):
        return allowed
    is_rise = proposed > allowed.current
    if (proposed <= allowed.current) != (occasion == "side effects"):
        reading.add(
            Code.CONFLICTING_VALUES,
            "A change for side effects goes down; at a titration or a refill it goes up.",
            "proposed_micrograms",
            given=f"{show_amount(proposed)} micrograms a day",
        )
        reading.done()
    not_checked: list[str] = []
    questions: list[str] = []
    if is_rise:
        early = _too_early(guide, times, not_checked, questions)
        if early is not None:
            return early
    if proposed > allowed.highest or (occasion == "side effects" and proposed < allowed.lowest):
        return PumpRefusal(
            Why.OVER_LIMIT,
            f"{show_amount(proposed)} micrograms a day is outside {guide.words}: from {show_amount(allowed.current)} "
            f"it allows {show_amount(allowed.lowest)} to {show_amount(allowed.highest)}.",
            "A larger fall risks withdrawal. Signs of an overdose are an emergency, not a change of dose."
            if occasion == "side effects"
            else "Take a smaller step.",
            numbers=allowed.numbers,
        )
    change = compare_programmes(guide.knowledge, Simple(allowed.current), Simple(proposed))
    percent = (proposed / allowed.current - 1) * 100
    warnings, used = _warnings(guide, percent, proposed)
    found = guide.find("dose.usual.least"), guide.find("dose.usual.most")
    usual = tuple(n for n in found if n is not None)
    inside = proposed >= allowed.lowest if is_rise else proposed <= allowed.highest
    return PumpPlan(
        says=(
            change.says,
            f"{guide.words[0].upper()}{guide.words[1:]} allows {show_amount(allowed.lowest)} to "
            f"{show_amount(allowed.highest)} micrograms a day"
            + ("." if inside else "; the change is smaller than its smallest step."),
            *dict.fromkeys(n.says for n in usual),
        ),
        second_look=tuple(t for t in (change.second_look, *warnings) if t),
        questions=tuple(questions),
        not_checked=(
            *not_checked,
            "Not checked: the smallest step the programmer can set. An exact dose may be rounded by it.",
        ),
        numbers=(*allowed.numbers, *used, change.threshold),
        simulated=Simulated(
            not_simulated=("Not simulated: one dose alone; plan the titration or the change.",)
        ),
    )


def _too_early(
    guide: Guide,
    times: list[Fraction | None],
    not_checked: list[str],
    questions: list[str],
) -> PumpRefusal | None:
    """Why a rise comes too early, if so; a time nobody knows becomes a question, at a refill as well."""
    rules = (
        ("start.no_rise_within", times[0], "since the pump was started"),
        ("titration.interval.least", times[1], "since the last change"),
    )
    for name, hours, words in rules:
        number = guide.find(name)
        if number is None:
            not_checked.append(guide.not_read(name, f"the time {words}"))
        elif hours is None:
            questions.append(f"How many hours {words}? {number.says}")
        elif hours < number.exact:
            return PumpRefusal(
                Why.TOO_EARLY,
                f"It is {show_hours(hours)} {words}. {number.says}",
                f"Wait another {show_hours(number.exact - hours)}.",
                numbers=(number,),
            )
    return None


def _warnings(
    guide: Guide, rise_percent: Fraction, proposed: Fraction
) -> tuple[tuple[str, ...], tuple[PumpNumber, ...]]:
    """What a dose asks for although the text allows it."""
    warnings, used = [], []
    large = guide.find("titration.rise.may_be_excessive_above")
    little = guide.find("dose.little_experience_above")
    if large is not None and rise_percent > large.exact:
        warnings.append(large.says)
        used.append(large)
    if little is not None and proposed > little.exact:
        note = guide.knowledge.notes["AE-18"]
        warnings.append(f"{little.says} {note.say} {note.do}")
        used.append(little)
    return tuple(warnings), tuple(used)


def plan_titration_by_pump(
    guide: Guide,
    implant: Implant,
    *,
    current_micrograms: Amount,
    goal_micrograms: Amount,
    percent: Amount,
    every_h: Amount,
    concentration: Amount,
    fill_ml: Amount,
    first_at_h: Amount = 0,
    hours_since_start: Amount | None,
    hours_since_change: Amount | None,
    who: Patient | None = None,
) -> TitrationPlan | PumpRefusal:
    """A ladder of equal percentages up to the goal, each step checked against the text, the pump and its limits.

    percent: of the dose before. first_at_h: hours from now to the first rise; hours_since_start and
    hours_since_change count up to now, None becomes a question. The last step ends at the goal exactly. Each next
    step is given only if the one before did not do enough and nothing speaks against it. Raises InputRefused for
    impossible amounts; refused with the limit that is passed.
    """
    reading = Reading(guide.knowledge)
    goal = reading.daily_dose("goal_micrograms", goal_micrograms)
    rise = reading.amount("percent", percent, "The rise", "percent")
    apart = reading.amount("every_h", every_h, "The time between rises", "h")
    strength = reading.concentration("concentration", concentration)
    ml = reading.amount("fill_ml", fill_ml, "The fill", "mL", at_most=implant.reservoir_ml)
    begin = reading.amount("first_at_h", first_at_h, "The hour of the first rise", "h", may_be_zero=True)
    current = reading.daily_dose("current_micrograms", current_micrograms)
    if not reading.problems and goal <= current:
        reading.add(
            Code.CONFLICTING_VALUES,
            "The goal is not above the present dose; a way down is another plan.",
            "goal_micrograms",
            given=f"{show_amount(goal)} micrograms a day",
        )
    since = [
        None if value is None else reading.amount(path, value, "The time", "h", may_be_zero=True)
        for path, value in (
            ("hours_since_start", hours_since_start),
            ("hours_since_change", hours_since_change),
        )
    ]
    reading.done()
    refusal = _refuse_pace(guide, goal, rise, apart)
    if refusal is not None:
        return refusal
    not_checked: list[str] = []
    questions: list[str] = []
    then = [None if hours is None else hours + begin for hours in since]
    early = _too_early(guide, then, not_checked, questions)
    if early is not None:
        return early
    steps: list[DoseStep] = []
    level = current
    while level < goal:
        dose = min(level + percent_of(level, rise), goal)
        at = begin + len(steps) * apart
        steps.append(DoseStep(len(steps) + 1, at, dose, (dose / level - 1) * 100, dose / strength))
        outside = flow_problems(implant, Simple(dose), strength)
        if outside:
            return PumpRefusal(Why.DEVICE, " ".join(outside), "Choose another concentration.")
        level = dose
    return _titration(
        guide, implant, current, steps, (strength, ml, apart), who, (tuple(questions), tuple(not_checked))
    )


def _refuse_pace(guide: Guide, goal: Fraction, rise: Fraction, apart: Fraction) -> PumpRefusal | None:
    most = guide.find("titration.rise.most")
    if most is None:
        return _not_read(guide, "titration.rise.most", "titration")
    if rise > most.exact:
        return PumpRefusal(
            Why.OVER_LIMIT,
            f"A rise of {show_amount(rise)} per cent is above {guide.words}. {most.says}",
            f"Take at most {show_amount(most.exact)} per cent.",
            numbers=(most,),
        )
    interval = guide.find("titration.interval.least")
    if interval is not None and apart < interval.exact:
        return PumpRefusal(
            Why.TOO_EARLY,
            f"{show_hours(apart)} between rises is too short. {interval.says}",
            f"Take at least {show_hours(interval.exact)}.",
            numbers=(interval,),
        )
    ceiling = guide.find("dose.largest")
    if ceiling is not None and goal > ceiling.exact:
        return PumpRefusal(
            Why.OVER_LIMIT,
            f"The goal of {show_amount(goal)} micrograms a day is above {guide.words}. {ceiling.says}",
            "Look at pump, catheter and filling before anything else.",
            numbers=(ceiling,),
        )
    return None


def _titration(
    guide: Guide,
    implant: Implant,
    current: Fraction,
    steps: list[DoseStep],
    setting: tuple[Fraction, Fraction, Fraction],
    who: Patient | None,
    open_points: tuple[tuple[str, ...], tuple[str, ...]],
) -> TitrationPlan:
    strength, ml, apart = setting
    questions, unread = open_points
    events: list[PumpEvent] = [
        Fill(0.0, float(ml), float(strength)),
        event_of(Simple(current), Fraction(0)),
    ]
    if steps[0].at_h == 0:
        events.pop()
    events += [event_of(Simple(step.micrograms), step.at_h) for step in steps]
    run = run_events(implant.system(), events, steps[-1].at_h + apart, strength)
    tone = follow_pump(who, run, current)
    whole = compare_programmes(guide.knowledge, Simple(current), Simple(steps[-1].micrograms))
    rests_on = (guide.find(f"titration.rise.{end}") for end in ("least", "most"))
    warnings, used = _warnings(guide, max(s.percent for s in steps), steps[-1].micrograms)
    gaps = (*path_gap(implant), *((NO_TONE,) if tone is None else ()))
    watch = number_of(guide.knowledge, "start.watch")
    return TitrationPlan(
        says=(
            *(
                f"Step {s.number}, from hour {show_amount(s.at_h)}: {show_amount(s.micrograms)} micrograms in 24 hours "
                f"({show_amount(s.percent)} per cent more), {show_amount(s.flow)} mL a day."
                for s in steps
            ),
            whole.says,
            f"Before each step: is more needed, and does anything speak against it? {watch.says}",
        ),
        second_look=tuple(t for t in (whole.second_look, *dict.fromkeys(warnings), *runs_dry(run)) if t),
        questions=questions,
        not_checked=(*implant.not_checked(), *unread, *gaps),
        numbers=(
            *(n for n in (*rests_on, guide.find("dose.largest")) if n is not None),
            *used,
            watch,
            whole.threshold,
        ),
        simulated=Simulated(run, None, tone, None, gaps),
        steps=tuple(steps),
        whole=whole,
    )
