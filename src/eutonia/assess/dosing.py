"""Facts about baclofen by mouth: what is taken, what is proposed, and how fast either changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from eutonia.assess.limits import apply_limits
from eutonia.assess.lists import Lists
from eutonia.assess.onset import began_after
from eutonia.assess.sheet import FactSheet, any_true
from eutonia.record import Ask, Event, EventKind, Moment, Scenario
from eutonia.show import show_date, show_moment, show_number
from eutonia.simulate.course import doses_of
from eutonia.simulate.therapy import Phase, Step, days_between, end_of, phase_of, staircase, step_at
from eutonia.units import Quantity

_WEEK = timedelta(days=7)


def span(lists: Lists, sheet: FactSheet, name: str) -> timedelta:
    """A duration kept as a limit, e.g. how long a change counts as recent."""
    limit = apply_limits(lists.knowledge, sheet, name).limits[0]
    assert isinstance(limit.value, Quantity)
    return timedelta(hours=limit.value.number("h"))


def amount(lists: Lists, sheet: FactSheet, name: str, unit: str) -> float:
    """A number kept as a limit."""
    limit = apply_limits(lists.knowledge, sheet, name).limits[0]
    assert isinstance(limit.value, Quantity)
    return limit.value.number(unit)


class Dosing:
    """The staircase taken so far, and the one proposed, with the present dose before it."""

    def __init__(self, scenario: Scenario, lists: Lists, sheet: FactSheet) -> None:
        self.lists, self.now = lists, lists.now
        self.question = scenario.question
        self.record = lists.record
        gap = span(lists, sheet, "therapy.gap_bridged")
        self.recent = span(lists, sheet, "recent_change")
        self.slow_from = amount(lists, sheet, "taper.small_steps_from", "mg/day")
        self.taken_phases = [phase_of(t) for t in self.record.oral_therapy]
        self.taken = staircase(self.taken_phases, gap)
        self.proposed_phases = [phase_of(t) for t in self.question.proposed]
        # In a history a short gap is mostly a day nobody wrote down; in a proposal it is a day without doses.
        self.proposed = staircase(self.proposed_phases, timedelta(0))

    @property
    def is_history_reviewed(self) -> bool:
        return self.lists.has_reviewed_therapy()

    def current_mg(self) -> float | None:
        """mg a day now; None when none is listed and nobody went through the history lately.

        An end on record is such an answer too, for as long as a review of that day would be one.
        """
        step = step_at(self.taken, self.now)
        if step is not None and step.daily_mg > 0:
            return float(step.daily_mg)
        ended = step.start.date() if step is not None and step.start is not None else None
        is_known = self.is_history_reviewed or self.lists.is_fresh(ended, "review.therapy.max_age")
        return 0.0 if is_known else None

    def present_phases(self) -> list[Phase]:
        return [p for p in self.taken_phases if p.is_active(self.now)]

    def judged_phases(self) -> list[Phase]:
        return self.proposed_phases or self.present_phases()

    def levels(self) -> list[Step]:
        """The proposal as daily doses in time, led by the present dose; empty without a proposal.

        What the record itself ends before the proposal begins stands between the two.
        """
        current = self.current_mg()
        if not self.proposed or current is None:
            return []
        before = step_at(self.taken, self.now)
        start = before.start if before is not None else None
        lead = Step(start, before.daily_mg if before is not None else self.proposed[0].daily_mg * 0)
        levels, first = [lead], self.proposed[0].start
        ending = [s for s in self.taken if s.start is not None and first and self.now < s.start < first]
        for step in (*ending, *self.proposed):
            if step.daily_mg != levels[-1].daily_mg:
                levels.append(step)
        return levels

    def judged_days(self) -> list[list[Decimal]]:
        """The doses (mg) of each kind of day judged: of now, or of every stretch of the proposal.

        Phases side by side give their doses together; those without a first day run from the beginning.
        """
        phases = self.proposed_phases
        if not phases:
            groups = [self.present_phases()]
        else:
            borders = {p.start for p in phases} | {p.end for p in phases if p.end is not None}
            groups = [
                [p for p in phases if (p.start is None if at is None else p.is_active(at))] for at in borders
            ]
        return [[dose.mg for phase in group for dose in phase.doses] for group in groups if group]

    def is_recently_reviewed(self) -> bool:
        """Whether somebody asked, within the recent past, for missed doses and changes."""
        reviewed = self.record.reviewed
        dates = (reviewed.therapy, reviewed.events)
        return all(d is not None and self.now.date() - d <= self.recent for d in dates)


def set_dosing_facts(sheet: FactSheet, scenario: Scenario, lists: Lists) -> Dosing:
    """Set every fact about baclofen by mouth; gives back the staircases they were read from."""
    dosing = Dosing(scenario, lists, sheet)
    current = dosing.current_mg()
    how = "sum of the therapy entries in force"
    undated = [p for p in dosing.present_phases() if p.start is None]
    if len(undated) > 1:
        # Intake has made sure that they name their clock times and share none.
        how += f", {len(undated)} of them without a first day and taken to run side by side"
    if not dosing.present_phases():
        how = "no therapy entry is in force" + (
            ", and nobody went through the history lately" * (current is None)
        )
    sheet.set("current_oral_daily_dose", current, how)
    _set_judged(sheet, dosing, current)
    _set_history(sheet, dosing, lists)
    _set_proposal(sheet, dosing, current)
    return dosing


def _set_judged(sheet: FactSheet, dosing: Dosing, current: float | None) -> None:
    target = dosing.question.target
    target_mg = target.number("mg/day") if target is not None else None
    sheet.set("target_daily_dose", target_mg, "as asked" if target is not None else "no target is named")
    if dosing.proposed:
        highest: float | None = max(float(s.daily_mg) for s in dosing.proposed)
        known, how = highest, "largest daily dose of the proposal"
    elif dosing.question.ask is Ask.TITRATION:
        known, how = target_mg, "the target"
    else:
        known, how = current, "what is taken now"
    sheet.set("oral_daily_dose", known, how)
    phases = dosing.judged_phases()
    if phases:
        sheet.set("oral_single_dose", max(float(p.largest_mg) for p in phases), how)
        sheet.set("doses_per_day", min(map(len, dosing.judged_days()), default=0), "fewest on any day")
        form = phases[-1].product.form.value if phases[-1].product else None
        sheet.set("product_form", form, "as recorded" if form else "product not recorded")
    elif current == 0:
        sheet.set("oral_single_dose", 0.0, "nothing is taken yet")
        sheet.set("doses_per_day", 0.0, "nothing is taken yet")
    weight = sheet.number("weight")
    if known is not None and weight is not None:
        how = f"{show_number(known)} mg a day / {show_number(weight)} kg"
        sheet.set("dose_per_weight", known / weight, how)
    goes_up = None if known is None or current is None else known > current
    if dosing.question.ask is Ask.WORSE:
        goes_up = False if not dosing.proposed else goes_up
    has_any = any_true(None if known is None else known > 0, None if current is None else current > 0)
    sheet.set("has_oral_baclofen", has_any, "from the therapy, the proposal and the target")
    starts = None if current is None or known is None else current == 0 and known > 0
    sheet.set("is_starting", starts, "nothing taken now, something proposed")
    sheet.set("is_increase", goes_up, "the dose judged against the present dose")
    down = None
    if known is not None and current is not None:
        lowest = min((float(s.daily_mg) for s in dosing.levels()[1:]), default=known)
        down = lowest < current
    sheet.set("is_reduction", down, "the proposal against the present dose")


def _set_history(sheet: FactSheet, dosing: Dosing, lists: Lists) -> None:
    steps, now = dosing.taken, dosing.now
    pairs = _pairs(steps, now)
    ups = [b.start for a, b in pairs if b.daily_mg > a and b.start is not None]
    last_up = max(ups, default=None)
    since_up = None if last_up is None else days_between(last_up, now)
    sheet.set("days_since_increase", since_up, "from the therapy entries")
    # After a course of years ago nobody knows what was begun since.
    is_told = dosing.current_mg() is not None
    recent = _recent(since_up, dosing, ups_known=is_told and _starts_known(steps, now - dosing.recent))
    how = "no start or rise with a date" if last_up is None else f"last on {show_date(last_up.date())}"
    sheet.set("recent_increase", recent, how)
    _set_vomiting(sheet, dosing, lists)
    missed = [e for e in lists.record.events if e.what is EventKind.MISSED_DOSES]
    cuts = [Cut(b.start, b.start, a, float(b.daily_mg)) for a, b in pairs if b.start and b.daily_mg < a]
    cuts += [_missed_cut(steps, e.from_.start(), end_of(e.to), now) for e in missed]
    last = _last_reduction(cuts, dosing.recent)
    if last is None:
        vomits = sheet.is_true("has_recent_vomiting")
        is_known = dosing.is_recently_reviewed() and not vomits
        how = "no cut or missed dose recorded" + (
            "" if dosing.is_recently_reviewed() else ", and nobody asked"
        )
        how += ", but the patient vomited, and how much stayed down is not known" * vomits
        sheet.set("recent_reduction", False if is_known else None, how)
        sheet.set("days_since_reduction", None, how)
        sheet.set("reduction_percent", 0.0 if is_known else None, how)
    else:
        since = days_between(last.ended, now)
        clock = None if last.began.time() == time.min else last.began.time()
        how = f"last cut or missed doses from {show_moment(Moment(last.began.date(), clock))}"
        sheet.set("days_since_reduction", since, how)
        _set_recent_reduction(sheet, dosing, lists, last, how)
        percent, how = None, "what was taken before is not known"
        if last.before is not None and last.before > 0:
            percent = 100 * (last.before - last.after) / last.before
            how = f"from {show_number(last.before)} to {show_number(last.after)} mg a day"
        sheet.set("reduction_percent", percent, how)
        began = unbroken_since(steps, last.began)
        days_on = None if began is None else days_between(began, last.began)
        sheet.set("days_on_before_reduction", days_on, "unbroken use before the last cut")
    _set_last_dose(sheet, dosing, missed)
    began = unbroken_since(steps, now)
    current = sheet.number("current_oral_daily_dose")
    days = None if began is None else days_between(began, now)
    if current == 0:
        days = 0.0
    sheet.set("days_on_baclofen", days, "unbroken use up to today")


def _set_vomiting(sheet: FactSheet, dosing: Dosing, lists: Lists) -> None:
    """Vomiting now or lately, from the events and the signs; excluded only when both were asked for."""
    events = [e for e in lists.record.events if e.what is EventKind.VOMITING]
    is_recent = any(dosing.now - (end_of(e.to) or dosing.now) <= dosing.recent for e in events)
    asked = lists.record.reviewed.events
    known = True if is_recent else False if asked and lists.today - asked <= dosing.recent else None
    value = any_true(known, lists.has_sign(["vomiting"], dosing.recent))
    sheet.set("has_recent_vomiting", value, "from the events and the signs")


def _set_recent_reduction(sheet: FactSheet, dosing: Dosing, lists: Lists, last: Cut, how: str) -> None:
    """A cut of the last days, or an older one whose signs began in the days after it and are still there."""
    since = dosing.now - last.ended
    if since <= dosing.recent:
        sheet.set("recent_reduction", True, how)
        return
    # An old cut on record says nothing about doses missed since, unless somebody asked; nor about doses vomited.
    is_known = dosing.is_recently_reviewed() and not sheet.is_true("has_recent_vomiting")
    known: bool | None = False if is_known else None
    if since <= span(lists, sheet, "withdrawal.course"):
        tied = began_after(lists, last.began, last.ended - last.began + dosing.recent)
        if tied:
            sheet.set("recent_reduction", True, f"{how}, and signs that began after it are still there")
            return
        if tied is None:
            known, how = None, f"{how}, and the signs on record have no day on which they began"
    sheet.set("recent_reduction", known, how)


def _set_last_dose(sheet: FactSheet, dosing: Dosing, missed: Sequence[Event]) -> None:
    """Hours since the last dose, where doses are still being missed and the clock times are recorded; and the hours
    that certainly passed without one, which a date alone gives."""
    gone = [e.from_ for e in missed if (end_of(e.to) or dosing.now) >= dosing.now]
    # The last dose may have been taken late on a day of which only the date is known.
    latest = [m.start() if m.at is not None else m.start() + timedelta(days=1) for m in gone]
    least = (dosing.now - min(latest)) / timedelta(hours=1) if latest else None
    how = "since the first missed dose, or the end of its day" if latest else "no doses are being missed"
    sheet.set("least_hours_without_dose", None if least is None else max(least, 0.0), how)
    open_ended = [e.from_.start() for e in missed if (end_of(e.to) or dosing.now) >= dosing.now]
    timed = [p for p in dosing.taken_phases if all(d.at is not None for d in p.doses)]
    if not open_ended or len(timed) < len(dosing.taken_phases):
        sheet.set("hours_since_last_dose", None, "not recorded")
        return
    begin = min(open_ended)
    before = doses_of(timed, begin - _WEEK, begin)
    if before:
        hours = (dosing.now - before[-1].at) / timedelta(hours=1)
        sheet.set("hours_since_last_dose", hours, "since the last dose before the first one missed")


def _pairs(steps: Sequence[Step], until: datetime) -> list[tuple[float, Step]]:
    """Each step that has begun, with the daily dose before it; a first step of known start rises from 0."""
    pairs, before = [], 0.0
    for step in steps:
        if step.start is None:
            before = float(step.daily_mg)
            continue
        if step.start <= until:
            pairs.append((before, step))
            before = float(step.daily_mg)
    return pairs


def _starts_known(steps: Sequence[Step], since: datetime) -> bool:
    """Whether every start that could lie after ``since`` is dated; what came before a dated step lies before it."""
    return bool(steps) and (steps[0].start is not None or any(s.start and s.start <= since for s in steps))


def _recent(days: float | None, dosing: Dosing, *, ups_known: bool) -> bool | None:
    if days is not None and timedelta(days=days) <= dosing.recent:
        return True
    if ups_known or (not dosing.taken and dosing.is_history_reviewed):
        return False
    return None


@dataclass(frozen=True, slots=True)
class Cut:
    """A fall of the daily dose: when it began and ended (a lasting cut ends as it begins), mg before, after.

    before None: doses were missed, and what was taken until then is not known.
    """

    began: datetime
    ended: datetime
    before: float | None
    after: float


def _missed_cut(steps: Sequence[Step], began: datetime, ended: datetime | None, now: datetime) -> Cut:
    """Missed doses are a cut to nothing while they last."""
    step = step_at(tuple(steps), began)
    return Cut(began, min(ended or now, now), float(step.daily_mg) if step is not None else None, 0.0)


def _last_reduction(cuts: Sequence[Cut], span: timedelta) -> Cut | None:
    """The last cut with those less than ``span`` before it: a small cut must not hide a large one days ago."""
    if not cuts:
        return None
    ended = max(cut.ended for cut in cuts)
    group = [cut for cut in cuts if ended - cut.ended < span]
    befores = [cut.before for cut in group]
    before = None if None in befores else max(b for b in befores if b is not None)
    return Cut(min(c.began for c in group), ended, before, min(c.after for c in group))


def unbroken_since(steps: Sequence[Step], at: datetime) -> datetime | None:
    """When the unbroken use at an instant began; None when that is not known or nothing was taken."""
    began: datetime | None = None
    is_on = False
    for step in steps:
        if step.start is not None and (step.start > at or (step.start == at and is_on)):
            break
        if step.daily_mg > 0 and not is_on:
            began, is_on = step.start, True
        elif step.daily_mg == 0:
            began, is_on = None, False
    return began if is_on else None


_CHANGES = (
    "daily_dose_rise",
    "largest_later_rise",
    "largest_cut",
    "largest_cut_percent",
    "largest_early_cut_percent",
    "quickest_cut_per_week",
)


def _set_proposal(sheet: FactSheet, dosing: Dosing, current: float | None) -> None:
    levels = dosing.levels()
    how = "from the phases of the proposal"
    if not dosing.proposed:
        how = "nothing is proposed"
        for name in _CHANGES:
            sheet.set(name, 0.0, how)
        sheet.set("is_stopping", False, how)
        return
    sheet.set("is_stopping", dosing.proposed[-1].daily_mg == 0, how)
    if current is None:
        return
    changes = list(pairwise(levels))
    rises = [(a, b) for a, b in changes if b.daily_mg > a.daily_mg]
    cuts = [(a, b) for a, b in changes if b.daily_mg < a.daily_mg]
    sheet.set("daily_dose_rise", max((float(b.daily_mg - a.daily_mg) for a, b in rises), default=0.0), how)
    later = (float(b.daily_mg - a.daily_mg) for a, b in rises if a.daily_mg > 0)
    sheet.set("largest_later_rise", max(later, default=0.0), how)
    waits = [
        days_between(a.start, b.start) if a.start is not None and b.start is not None else None
        for a, b in rises
        if a.daily_mg > 0
    ]
    known = [w for w in waits if w is not None]
    # The shortest wait that is known bounds the fewest days from above, so a short one is never hidden.
    partly = f"{how}; the present dose has no first day" if len(known) < len(waits) else how
    sheet.set("days_before_rise", min(known, default=None), partly if rises else f"{how}; nothing rises")
    sheet.set("largest_cut", max((float(a.daily_mg - b.daily_mg) for a, b in cuts), default=0.0), how)
    shares = [(float(a.daily_mg), 100 * float(1 - b.daily_mg / a.daily_mg)) for a, b in cuts]
    sheet.set("largest_cut_percent", max((p for _, p in shares), default=0.0), how)
    early = [p for dose, p in shares if dose > dosing.slow_from]
    sheet.set("largest_early_cut_percent", max(early, default=0.0), how)
    sheet.set("quickest_cut_per_week", _quickest_cut(changes), how)
    if cuts and cuts[0][1].start is not None and cuts[-1][1].start is not None:
        sheet.set("taper_days", days_between(cuts[0][1].start, cuts[-1][1].start), how)


def _quickest_cut(changes: Sequence[tuple[Step, Step]]) -> float:
    """The largest fall of the daily dose within any 7 days (a cut exactly 7 days later is the next week's)."""
    drops = [(b.start, float(a.daily_mg - b.daily_mg)) for a, b in changes if b.daily_mg < a.daily_mg]
    dated = [(at, mg) for at, mg in drops if at is not None]
    sums = [sum(mg for other, mg in dated if at <= other < at + _WEEK) for at, _ in dated]
    return max(sums, default=0.0)
