"""The answer as one page: no script, no network, nothing outside the file; on screen and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from eutonia.assess.sheet import NOT_KNOWN
from eutonia.consult import Result
from eutonia.knowledge.recognition import Accuracy, Dose
from eutonia.knowledge.schema import Limit, Word
from eutonia.plan.expose import NoCourse
from eutonia.plan.outcome import Plan, Refusal
from eutonia.plan.pump.label import show_pump_number
from eutonia.plan.what_if import Expected
from eutonia.recognise.course import LossCourse
from eutonia.recognise.ladders import Climbed
from eutonia.recognise.scores import Scored
from eutonia.recognise.weigh import Band, Estimate
from eutonia.record import Ask
from eutonia.report import plan_words, words
from eutonia.report.cards import advice_findings, plan_cards, problem_cards
from eutonia.report.charts import course_chart
from eutonia.report.loss_chart import loss_chart
from eutonia.report.missing import missing_facts
from eutonia.report.plan_chart import staircase_chart
from eutonia.report.pump_view import PumpView
from eutonia.report.pump_words import pump_asked
from eutonia.report.recognition import (
    NO_PRESENTATION,
    band_words,
    counts_words,
    course_words,
    dose_words,
    estimate_words,
    is_counted,
    said_words,
    score_words,
    unknown_words,
    unlikely_words,
    urgency_words,
)
from eutonia.report.ruler import ceiling_words, dose_ruler
from eutonia.report.typography import bind, run_on, sentence_start, set_text
from eutonia.report.what_if_chart import what_if_chart
from eutonia.show import show_count, show_date, show_moment, show_number, show_quantity
from eutonia.simulate.course import Course
from eutonia.simulate.day import PartOfDay
from eutonia.simulate.therapy import end_of
from eutonia.trace import Step

_SHAPES = {
    Word.STOP: "stop",
    Word.CHECK: "check",
    Word.CANNOT_TELL: "cannot-tell",
    Word.NO_PROBLEM: "no-problem",
}
_ASKED = {Ask.CHECK: "Is this prescription all right?", Ask.WORSE: "The patient is worse: what is it?"}
_YES_NO = {"yes", "no"}


def html(result: Result) -> str:
    """The whole page as text. Equal results give equal pages, byte for byte."""
    return _template().render(view=View(result))


def title(result: Result) -> str:
    """The page's title: the word, the case and the day."""
    scenario = result.scenario
    return f"{words.verdict(result).value}: {scenario.title}, {show_date(scenario.as_of.on)}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("eutonia", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=set_text,
    )
    environment.filters.update(
        date=show_date,
        day=lambda on: show_date(on, weekday=True),
        count=show_count,
        mg=words.mg,
        number=lambda value: show_number(float(value), 4),
        partner=plan_words.partner_doses,
        checkdays=plan_words.check_days,
        concentration=lambda value: show_number(value, 2),
        check=words.check_words,
        mark=words.mark_words,
        grade=words.grade_words,
        fact=words.fact_words,
        how=words.how_words,
        units=words.units,
        severity=words.severity_word,
        start=sentence_start,
        run_on=run_on,
        shape=_SHAPES.__getitem__,
        band=band_words,
        urgency=urgency_words,
        said=said_words,
        unknown=unknown_words,
        unlikely=unlikely_words,
        counts=counts_words,
        scored=score_words,
        bind=bind,
        pumpnumber=show_pump_number,
        css=_css_text,
    )
    return environment.get_template("page.html.j2")


@cache
def _style() -> Markup:
    return Markup(files("eutonia.report").joinpath("style.css").read_text(encoding="utf-8"))


def _css_text(value: str) -> Markup:
    """A text as the inside of a CSS string: everything but letters, digits and spaces as a code."""
    return Markup("".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in value))


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that could happen, as the page shows it."""

    title: str
    picture: Markup
    lines: tuple[str, ...]
    expected: Expected


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the case bar."""

    name: str
    value: str


class View:
    """What the template shows, in its order. Nothing is computed here that is not a matter of words or place."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.scenario = result.scenario
        self.title = title(result)
        self.style = _style()
        self.word = words.verdict(result)
        self.answer = words.answer_parts(result)
        self.cards = problem_cards(result)
        self.plan_cards = plan_cards(result)
        self.advice = advice_findings(result)
        self.checks_passed = words.checks_passed(result)
        self.missing = missing_facts(result)
        self.plan = result.plan if isinstance(result.plan, Plan) else None
        self.refusal = result.plan if isinstance(result.plan, Refusal) else None
        self.course = result.course if isinstance(result.course, Course) else None
        self.no_course = result.course if isinstance(result.course, NoCourse) else None
        self.recognition = result.recognition
        self.pump = None if result.pump is None else PumpView(result.pump)
        self.no_presentation = NO_PRESENTATION
        self.model = result.knowledge.models[self.course.model] if self.course else None
        self._numbers = {source.id: n for n, source in enumerate(result.sources, start=1)}

    # --- who and what -----------------------------------------------------------------------------------

    @property
    def case(self) -> tuple[Entry, ...]:
        """The case bar: never a name, never a blank."""
        facts = {step.name: step for step in self.result.facts}
        patient, question = self.scenario.record.patient, self.scenario.question
        present = words.present_therapy(self.result)
        therapy = "; ".join(f"{words.regimen(t)} by mouth, {words.span(t)}" for t in present)
        if not present:
            daily = facts.get("current_oral_daily_dose")
            is_known = daily is not None and daily.value != NOT_KNOWN
            therapy = "none by mouth" if is_known else "not known"
        therapy = "; ".join([therapy, *self._pumps()])
        asked = _ASKED.get(question.ask, "")
        if question.ask in (Ask.TAPER, Ask.SWITCH, Ask.WHAT_IF):
            asked = plan_words.wanted_words(question)
        elif question.target is not None:
            asked = f"How to reach {show_quantity(question.target)} by mouth?"
        elif self.result.pump is not None:
            asked = pump_asked(self.result.pump.kind)
        if question.proposed:
            asked += f" Proposed: {words.regimens(question.proposed)} by mouth."
        return (
            Entry("Country", words.country(self.scenario.jurisdiction)),
            Entry("Day", show_moment(self.scenario.as_of)),
            Entry("Age", _shown(facts.get("age"))),
            Entry("Sex", patient.sex.value if patient.sex else "not recorded"),
            Entry("Weight", show_quantity(patient.weight) if patient.weight else "not recorded"),
            Entry("Kidneys", self._kidneys(facts)),
            Entry("Baclofen now", therapy),
            Entry("Asked", asked.strip()),
        )

    def _pumps(self) -> list[str]:
        """What a pump is programmed to give now."""
        now = self.scenario.as_of.start()
        return [
            f"{show_quantity(p.daily_dose)} by pump"
            for p in self.scenario.record.pump_therapy
            if p.from_.start() <= now and (end_of(p.to) or now) >= now
        ]

    def _kidneys(self, facts: dict[str, Step]) -> str:
        parts = []
        if _shown(facts.get("is_on_dialysis")) == "yes":
            parts.append("on dialysis")
        for name in ("creatinine_clearance", "egfr"):
            step = facts.get(name)
            if step is not None and step.value != "not known":
                parts.append(f"{words.fact_words(name)} {step.value} ({words.how_words(step)})")
        return "; ".join(parts) or "not recorded"

    # --- pictures ---------------------------------------------------------------------------------------

    @property
    def ruler(self) -> Markup:
        return Markup(dose_ruler(self.result))

    @property
    def ceiling(self) -> str:
        return ceiling_words(self.result)

    @property
    def course_picture(self) -> Markup:
        assert self.course is not None
        return Markup(course_chart(self.course, as_of=self.scenario.as_of.start()))

    @property
    def course_caption(self) -> str:
        assert self.course is not None
        return words.course_caption(self.course)

    @property
    def days(self) -> tuple[object, ...]:
        assert self.course is not None
        return words.telling_days(self.course)

    @property
    def staircase(self) -> Markup:
        assert self.plan is not None
        return Markup(staircase_chart(self.plan))

    # --- the plan ---------------------------------------------------------------------------------------

    @property
    def parts_of_day(self) -> tuple[str, ...]:
        """The columns the plan needs, in the order of the day."""
        assert self.plan is not None
        used = {dose.when for step in self.plan.steps for dose in step.doses}
        return tuple(when for when in PartOfDay if when in used)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Every limit that shaped the plan, once."""
        assert self.plan is not None
        used = (*self.plan.ceiling_limits, *self.plan.limits_used)
        return tuple({limit.id: limit for limit in used}.values())

    @property
    def fall_lines(self) -> tuple[str, ...]:
        assert self.plan is not None and self.plan.fall is not None
        return plan_words.fall_lines(self.plan.fall)

    @property
    def tone_lines(self) -> tuple[str, ...]:
        assert self.plan is not None and self.plan.fall is not None
        return plan_words.tone_lines(self.plan.fall)

    @property
    def phase_lines(self) -> tuple[str, ...]:
        assert self.plan is not None
        return plan_words.phase_lines(self.plan)

    @property
    def what_if(self) -> tuple[Happening, ...]:
        """Everything that could happen, with its picture."""
        return tuple(
            Happening(
                plan_words.expected_title(one),
                Markup(what_if_chart(one, key=f"what-if-{number}")),
                plan_words.expected_lines(one),
                one,
            )
            for number, one in enumerate(self.result.what_if, start=1)
        )

    # --- what may be wrong ------------------------------------------------------------------------------

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands in the order in which they are shown."""
        return (Band.LIKELY, Band.POSSIBLE, Band.CANNOT_TELL, Band.UNLIKELY)

    @property
    def loss_words(self) -> str:
        assert self.recognition is not None
        return course_words(self.recognition.course)

    @property
    def loss_picture(self) -> Markup | None:
        assert self.recognition is not None
        course = self.recognition.course
        return Markup(loss_chart(course)) if isinstance(course, LossCourse) else None

    def share(self, estimate: Estimate) -> str:
        """A published share before and after a published test."""
        return estimate_words(estimate, self.result.knowledge.recognition.accuracies[estimate.test].title)

    def counts(self, scored: Scored) -> bool:
        """Whether a published rule says something yet."""
        assert self.recognition is not None
        return is_counted(scored, self.recognition.answer)

    @property
    def open_rules(self) -> tuple[str, ...]:
        """The published rules in which nothing counts yet."""
        assert self.recognition is not None
        return tuple(s.rule.title for s in self.recognition.answer.scores if not self.counts(s))

    def limit_of(self, climbed: Climbed, dose: Dose) -> str:
        """Whether a dose of a ladder passes the largest dose for this patient."""
        return dose_words(climbed, dose)

    def accuracy(self, name: str) -> Accuracy:
        """A published accuracy by its id."""
        return self.result.knowledge.recognition.accuracies[name]

    # --- the working ------------------------------------------------------------------------------------

    @property
    def measured(self) -> tuple[Step, ...]:
        """Facts with a number or a text."""
        return tuple(s for s in self.result.facts if s.value not in {*_YES_NO, "not known"})

    def facts_that_are(self, value: str) -> str:
        """The names of all facts with this value, in a row."""
        return "; ".join(words.fact_words(s.name) for s in self.result.facts if s.value == value)

    # --- sources ----------------------------------------------------------------------------------------

    def number_of(self, source: str) -> int | None:
        """The number of a source in the list at the end."""
        return self._numbers.get(source)


def _shown(step: Step | None) -> str:
    return "not recorded" if step is None or step.value == "not known" else step.value
