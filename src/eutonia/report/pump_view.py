"""What the page shows of a plan for a pump: its parts, its pictures and the tables of the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from eutonia.knowledge.schema import Word
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.pump.audit import VolumeTrend
from eutonia.plan.pump.exact import DAY_H, show_amount, show_hours
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal
from eutonia.plan.pump.programme import DayPattern, Programme, Simple
from eutonia.plan.pump.refill import RefillPlan
from eutonia.plan.pump.simulated import Simulated
from eutonia.plan.pump.titrate import TitrationPlan
from eutonia.plan.pump.wean import PumpWean
from eutonia.report.pump_chart import courses_of, rate_chart, tip_chart
from eutonia.report.pump_dates_chart import dose_stairs, reservoir_chart
from eutonia.report.pump_words import Section, compared, pump_sections, pump_title, pump_word
from eutonia.show import show_date, show_number

__all__ = ["Picture", "PumpView", "Table"]

_DAY = float(DAY_H)
_MOST_DAYS = 16


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with a name for its place and a caption."""

    name: str
    svg: Markup
    caption: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: caption, heads, rows whose first cell names the row, and which columns are numbers."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


class PumpView:
    """The parts in the order of the page; nothing is computed here but words, places and pictures."""

    def __init__(self, answer: PumpAnswer) -> None:
        self.answer = answer
        self.title = pump_title(answer)
        self.word: Word = pump_word(answer)
        self.is_refused = isinstance(answer.plan, PumpRefusal)
        self.sections = pump_sections(answer)

    def section(self, key: str) -> Section | None:
        """The part of this name, or None where it is empty."""
        return next((s for s in self.sections if s.key == key), None)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture the plan has, in the order in which it is read."""
        return tuple(self._pictures())

    def _pictures(self) -> Iterator[Picture]:
        answer, plan = self.answer, self.answer.plan
        if not isinstance(plan, PumpPlan):
            return
        if isinstance(plan, RefillPlan):
            yield Picture("The reservoir", Markup(reservoir_chart(plan)), _reservoir_caption(plan))
        if isinstance(plan, (TitrationPlan, PumpWean)):
            svg = Markup(dose_stairs(plan))
            yield Picture("The steps", svg, "Grey: the dose before. Numbers in the picture are rounded.")
        elif answer.before is not None or answer.after is not None:
            svg = Markup(rate_chart(answer.before, answer.after))
            yield Picture("The rate over a day", svg, self._rate_caption())
        courses = courses_of(answer)
        if courses is not None:
            named = [" ".join(words) for words, _ in courses.runs]
            caption = "The simulated pump, hour by hour; numbers on the lines are micrograms an hour."
            if len(named) > 1:
                caption += f" Blue, thick: {named[0]}. Orange: {named[1]}."
            yield Picture("What reaches the catheter tip", Markup(tip_chart(courses)), caption)

    def _rate_caption(self) -> str:
        modes = [p for p in (self.answer.before, self.answer.after) if p is not None]
        if all(isinstance(p, DayPattern) or len(p.cycle) == 1 for p in modes):
            one_scale = " Both panels have one scale." if len(modes) > 1 else ""
            return f"Numbers over the steps are micrograms an hour.{one_scale}"
        return "Boluses are drawn as if one began at 00:00; when they come by the clock the programmer shows."

    @property
    def tables(self) -> tuple[Table, ...]:
        """The volumes of an audit or the dates of a filling, the oldest first."""
        plan = self.answer.plan
        if isinstance(plan, VolumeTrend):
            return (_visits(plan),)
        return (_dates(plan),) if isinstance(plan, RefillPlan) else ()

    @property
    def tip_tables(self) -> tuple[Table, ...]:
        """What reaches the tip in each 24 hours, where it is counted from the beginning of the plan."""
        plan, courses = self.answer.plan, courses_of(self.answer)
        if courses is None or courses.origin_h or not isinstance(plan, PumpPlan) or plan.simulated is None:
            return ()
        return tuple(_tip_days(plan.simulated, tuple(" ".join(words) for words, _ in courses.runs)))

    @property
    def programmes(self) -> tuple[Table, ...]:
        """Each programme read back as a table: the total, then every step with its micrograms and its rate."""
        pair = (
            ("Before", self.answer.before),
            ("Asked for" if self.is_refused else "After", self.answer.after),
        )
        known = [(name, programme) for name, programme in pair if programme is not None]
        return tuple(_programme(name if len(known) > 1 else "", programme) for name, programme in known)

    @property
    def totals(self) -> Table | None:
        """The two 24-hour totals and their ratio."""
        change = compared(self.answer)
        if change is None:
            return None
        cells = (
            f"{show_amount(change.before_daily)}",
            f"{show_amount(change.after_daily)}",
            change.ratio_words,
        )
        heads = ("", "Before", "After", "After against before")
        return Table("", heads, (("Micrograms in 24 hours", *cells),), (1, 2))


def _programme(name: str, programme: Programme) -> Table:
    total = f"{show_amount(programme.daily)} micrograms in 24 hours"
    caption = f"{name}: {total}" if name else total
    heads = ("Step", "Micrograms", "Micrograms an hour")
    return Table(caption, heads, tuple(_steps(programme)), (1, 2))


def _steps(programme: Programme) -> Iterator[tuple[str, ...]]:
    """Every step as it is programmed: a bolus without what runs beneath it."""
    if isinstance(programme, Simple):
        yield "All day", show_amount(programme.daily), show_amount(programme.rates[0])
    elif isinstance(programme, DayPattern):
        for step in programme.steps:
            hours = f"{_clock(step.from_h)} to {_clock(step.to_h)}"
            yield hours, show_amount(step.micrograms), show_amount(step.micrograms_per_h)
    else:
        each = f"Each bolus, over {show_hours(programme.duration_h)}, every {show_hours(programme.every_h)}"
        rate = show_amount(programme.micrograms / programme.duration_h)
        if programme.base:
            rate += f", with what is beneath it {show_amount(programme.rates[0])}"
        yield each, show_amount(programme.micrograms), rate
        if programme.base:
            yield "Beneath it, all day", show_amount(programme.base), show_amount(programme.base / DAY_H)


def _clock(hour: Fraction) -> str:
    minutes = hour * 60
    if minutes.denominator != 1:
        return f"{show_amount(hour)} hours"
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def _dates(plan: RefillPlan) -> Table:
    rows = [("Refill by", plan.refill_by, plan.because)]
    rows.append(("Alarm as programmed", plan.alarm_on, f"{show_amount(plan.alarm.left_ml)} mL left"))
    if plan.alarm.early is not None:
        early = plan.alarm.early_on(plan.filled_on)
        rows.append(("Alarm volume, early edge", early, "the pump as fast as its error allows"))
    rows += [
        (f"{show_amount(level.left_ml)} mL left", level.on(plan.filled_on), "as programmed")
        for level in plan.levels
        if level.left_ml != plan.alarm.left_ml
    ]
    rows.append(("Empty as programmed", plan.empty_on, "nothing flows any more"))
    rows.append(("Solution keeps until", plan.stable_until, "its stability limit"))
    if plan.expires_on is not None:
        rows.append(("Drug expires", plan.expires_on, "on its label"))
    ordered = sorted(rows, key=lambda row: row[1])
    cells = tuple(
        (what, show_date(on, weekday=True), str((on - plan.filled_on).days), why) for what, on, why in ordered
    )
    return Table(
        f"Days since the fill on {show_date(plan.filled_on)}", ("What", "Date", "Day", "Because"), cells, (2,)
    )


def _visits(plan: VolumeTrend) -> Table:
    rows = tuple(
        (
            show_date(v.on, weekday=True),
            show_amount(v.expected_ml),
            show_amount(v.found_ml),
            show_amount(v.share * 100),
            v.word.value,
        )
        for v in plan.visits
    )
    heads = ("Visit", "Expected, mL", "Found, mL", "Delivered, per cent", "Word of the visit")
    return Table("The volumes at each visit", heads, rows, (1, 2, 3))


def _reservoir_caption(plan: RefillPlan) -> str:
    fast = " Orange: the fastest pump within its error." if plan.alarm.early is not None else ""
    return f"Blue, thick: as programmed.{fast} Dashed: the volume of the alarm, and volumes the sources speak of."


def _tip_days(found: Simulated, named: tuple[str, ...]) -> Iterator[Table]:
    """Micrograms in each 24 hours, where there is a second course to hold against the first."""
    planned, without = found.tip_by_day()
    if not without or len(planned) > _MOST_DAYS:
        return
    heads = ["24 hours", *(name.capitalize() for name in named[:2])]
    columns = [planned, without]
    tones = [tone for tone in (found.tone, found.tone_without) if tone is not None]
    rows = []
    for day, amounts in enumerate(zip(*columns, strict=True)):
        row = [f"from hour {show_number(day * _DAY)}", *(show_number(a, 4) for a in amounts)]
        for tone in tones:
            inside = (tone.times_h >= day * _DAY) & (tone.times_h <= (day + 1) * _DAY)
            row.append(show_number(float(tone.ashworth[inside, 0].max()), 2))
        rows.append(tuple(row))
    heads += [f"Highest Ashworth score, {name}" for name in named[: len(tones)]]
    caption = "Micrograms reaching the tip in each 24 hours, rounded"
    if tones:
        caption += ". A low Ashworth score says nothing of too much baclofen; look at the micrograms for that"
    yield Table(caption, tuple(heads), tuple(rows), tuple(range(1, len(heads))))
