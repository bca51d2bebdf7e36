"""The sentences of an answer, free of markup: the page, the terminal and the JSON all take them from here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from eutonia.consult import Result
from eutonia.knowledge.schema import Kind, Severity, Word
from eutonia.plan.outcome import Plan, PlanKind, Reason, Refusal, Supply
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.what_if import Expected
from eutonia.record import Ask, OralTherapy
from eutonia.report.cards import GRAVEST_FIRST, Card, plan_cards, problem_cards
from eutonia.report.labels import (
    check_words,
    country,
    fact_words,
    grade_words,
    how_words,
    mark_words,
    severity_word,
)
from eutonia.report.missing import needs_of
from eutonia.report.plan_words import expected_title, hours_words, wanted_words
from eutonia.report.plan_words import step_doses as plan_step
from eutonia.report.pump_words import pump_because, pump_sentence, pump_word
from eutonia.report.recognition import answer_word, lead_sentence, second_sentence
from eutonia.report.typography import first_sentence, listing, run_on, sentence_start
from eutonia.show import (
    show_count,
    show_date,
    show_exact,
    show_moment,
    show_number,
    show_quantity,
    show_times_a_day,
)
from eutonia.simulate.course import Course, DayExposure
from eutonia.simulate.therapy import phase_of

__all__ = [
    "answer",
    "answer_parts",
    "asked",
    "check_words",
    "checks_passed",
    "country",
    "course_caption",
    "fact_words",
    "grade_words",
    "how_words",
    "mark_words",
    "mg",
    "plan_step",
    "present_therapy",
    "regimen",
    "regimens",
    "severity_word",
    "span",
    "telling_days",
    "units",
    "verdict",
]

_MOST_NAMED = 3  # names in one sentence; more are counted
_MOST_DAYS = 14

_REFUSED = {
    Reason.MISSING_FACTS: Word.CANNOT_TELL,
    Reason.AVOID: Word.STOP,
    Reason.STOPPED: Word.STOP,
    Reason.ABRUPT: Word.STOP,
}


def verdict(result: Result) -> Word:
    """The one word over all: the gravest of record, judged plan, refusal, pump, what could happen and what fits."""
    found = [result.assessment.word]
    if result.recognition is not None:
        found.append(answer_word(result.recognition))
    if isinstance(result.plan, Plan):
        found.append(result.plan.assessment.word)
    elif isinstance(result.plan, Refusal):
        found.append(_REFUSED.get(result.plan.reason, Word.CHECK))
    if result.pump is not None:
        found.append(pump_word(result.pump))
    # What could happen is what was asked: the word must not call it no problem.
    found += [finding.word for one in result.what_if for finding in one.findings]
    return min(found, key=GRAVEST_FIRST.index)


def answer(result: Result) -> str:
    """The word and what it rests on, then what else was found, the plan, and what could not be checked."""
    return f"{verdict(result).value}: {' '.join(answer_parts(result))}"


def answer_parts(result: Result) -> tuple[str, ...]:
    """The sentences of the answer without the word: the first carries it, the others complete it."""
    cards = (*problem_cards(result), *plan_cards(result))
    word = verdict(result)
    if result.recognition is not None:
        by_rule = sorted(cards, key=lambda card: GRAVEST_FIRST.index(card.word))
        rules = (sentence_start(_lead(by_rule[0])), _also(by_rule[1:])) if by_rule else ()
        said = (
            run_on(lead_sentence(result.recognition)),
            second_sentence(result.recognition),
            *rules,
            _unchecked(result),
        )
        return tuple(part for part in said if part)
    telling = sorted(cards, key=lambda card: GRAVEST_FIRST.index(card.word))
    if result.pump is not None and pump_word(result.pump) is word and not _goes_before(telling, word):
        said = (_pump_lead(result.pump, word), pump_because(result.pump), _also(telling), _unchecked(result))
        return tuple(part for part in said if part)
    if telling and telling[0].word is word:
        lead, others = _lead(telling[0]), telling[1:]
    else:
        lead, others = _without_finding(result, word), telling
    # Where two dangers meet, neither of them may be read alone.
    conflict = result.plan.conflict if isinstance(result.plan, Plan) else ""
    parts = (
        run_on(conflict),
        sentence_start(lead) if conflict else lead,
        _also(others),
        _plan_sentence(result),
        *(_pump_behind(result.pump, word) if result.pump is not None else ()),
        _unchecked(result),
    )
    return tuple(part for part in parts if part)


def _goes_before(cards: Sequence[Card], word: Word) -> bool:
    """Whether a danger on record is read before the plan of a pump: nobody may stop reading at the plan."""
    return bool(cards) and cards[0].word is word and cards[0].lead.severity >= Severity.WARN


def _pump_behind(pump: PumpAnswer, word: Word) -> tuple[str, ...]:
    """A plan of a pump behind what was found; behind a danger without the list of what was not checked."""
    said, because = pump_sentence(pump), pump_because(pump)
    if word is not Word.STOP:
        return said, because
    asked_for = f"The plan that was asked for does not answer this: {run_on(said)}"
    return asked_for, because if not because.startswith("Not ") else ""


def _pump_lead(pump: PumpAnswer, word: Word) -> str:
    """The sentence of a pump plan, to run on behind the word, which it does not repeat."""
    said = pump_sentence(pump)
    return run_on(said.removeprefix(word.value).lstrip(": "))


def _lead(card: Card) -> str:
    """What was found, and the first thing to do or to ask."""
    finding = card.lead
    if finding.asks:
        return f"{run_on(finding.title)}. Ask first: {run_on(finding.asks)}"
    todo = run_on(first_sentence(finding.do))
    return f"{run_on(finding.title)} – {todo}." if todo else f"{run_on(finding.title)}."


def _without_finding(result: Result, word: Word) -> str:
    """The leading sentence where no finding of the record or the plan carries the word."""
    then = [f for one in result.what_if for f in one.findings if f.word is word]
    if then:
        return (
            f"if this happened: {listing([run_on(title) for title in dict.fromkeys(f.title for f in then)])}."
        )
    if word is Word.NO_PROBLEM:
        largest = result.ceiling.mg_per_day
        room = f"; the largest dose for this patient is {mg(largest)} a day" if largest else ""
        return (
            f"none of the {checks_passed(result)} problems that could be checked stands against "
            f"{asked(result).rstrip(',')}{room}."
        )
    if word is Word.CANNOT_TELL:
        needs = needs_of(result, must_ask=True)
        if needs:
            said = f"{_few_or_counted(needs)} {'is' if len(needs) == 1 else 'are'} not recorded."
            return " ".join(part for part in (said, _first_ask(result)) if part)
    return "no plan can be made as asked."


def _first_ask(result: Result) -> str:
    """What to find out first, where somebody is worse: the fact that keeps most of the gravest checks open."""
    if result.scenario.question.ask is not Ask.WORSE:
        return ""
    waiting = [u for u in result.assessment.undecided if u.must_ask]
    gravest = max((u.severity for u in waiting), default=None)
    wanted = Counter(name for u in waiting if u.severity == gravest for name in u.missing)
    asks = [result.knowledge.facts[name].ask for name, _ in wanted.most_common()]
    return next((f"First: {run_on(ask)}" for ask in asks if ask), "")


def checks_passed(result: Result) -> int:
    """How many problems were looked for and not there (advice that does not apply is no problem)."""
    quiet = set(result.assessment.quiet)
    return sum(1 for rule in result.knowledge.rules if rule.id in quiet and rule.kind is not Kind.ADVICE)


def _also(others: Sequence[Card]) -> str:
    names = [run_on(card.lead.title) for card in others]
    return f"Also found: {_few_or_counted(names)}." if names else ""


def _few_or_counted(names: Sequence[str]) -> str:
    """Names while they are few, else the first of them and how many more."""
    if len(names) <= _MOST_NAMED:
        return listing(names)
    return listing([*names[: _MOST_NAMED - 1], f"{len(names) - _MOST_NAMED + 1} more"])


def _plan_sentence(result: Result) -> str:
    if isinstance(result.plan, Refusal):
        return " ".join(part for part in (result.plan.says, result.plan.next_step) if part)
    if result.what_if:
        return " ".join(_what_if_sentence(one) for one in result.what_if)
    if isinstance(result.plan, Plan) and result.plan.kind is not PlanKind.TITRATION:
        first = show_date(result.plan.steps[0].first)
        return f"{result.plan.title}, from {first}, is shown below the findings."
    if isinstance(result.plan, Plan):
        last = result.plan.steps[-1]
        steps = show_count(len(result.plan.steps), "step")
        return (
            f"A plan to {mg(last.daily_mg)} a day in {steps}, from {show_date(result.plan.steps[0].first)}, "
            "is shown below the findings."
        )
    return ""


def _what_if_sentence(expected: Expected) -> str:
    """The hours in which too little or too much is expected, in one sentence."""
    parts = []
    if expected.too_little is not None:
        parts.append(f"too little is expected {hours_words(expected.too_little, expected)}")
    if expected.too_much is not None:
        parts.append(f"too much is expected {hours_words(expected.too_much, expected)}")
    return f"{expected_title(expected)}: {'; '.join(parts) or 'the level stays within what is usual'}."


def _unchecked(result: Result) -> str:
    """How many checks are open, and for want of what."""
    count = len(result.assessment.undecided)
    if not count:
        return ""
    needs = needs_of(result)
    what = f"{_few_or_counted(needs)} {'is' if len(needs) == 1 else 'are'} not recorded"
    return f"{sentence_start(show_count(count, 'further check'))} could not be made because {what}."


def asked(result: Result) -> str:
    """What was asked about, as the subject of a sentence."""
    question = result.scenario.question
    if question.ask is Ask.TITRATION and question.target is not None:
        return f"a titration to {show_quantity(question.target)} by mouth"
    if question.ask in (Ask.TAPER, Ask.SWITCH, Ask.WHAT_IF):
        return f"what was asked, “{wanted_words(question).rstrip('?')}”,"
    if question.ask is Ask.WORSE:
        return "the state of the patient"
    if question.proposed:
        return f"the proposal of {regimens(question.proposed)}"
    present = present_therapy(result)
    return f"baclofen by mouth, {regimens(present)}," if present else "the record"


def present_therapy(result: Result) -> tuple[OralTherapy, ...]:
    """The entries of baclofen by mouth in force on the day of the question."""
    today = result.scenario.as_of.on
    return tuple(
        entry
        for entry in result.scenario.record.oral_therapy
        if (entry.from_ is None or entry.from_.on <= today) and (entry.to is None or entry.to.on >= today)
    )


def regimens(entries: Iterable[OralTherapy]) -> str:
    """Several entries in a row: “10 mg three times a day, then 10 mg twice a day”; many by their ends."""
    known = tuple(entries)
    if len(known) > _MOST_NAMED:
        ends = (mg(phase_of(known[i]).daily_mg) for i in (0, -1))
        return f"{' a day to '.join(ends)} a day in {show_count(len(known), 'step')}"
    return ", then ".join(regimen(entry) for entry in known)


def regimen(entry: OralTherapy) -> str:
    """One entry: “10 mg three times a day”, or each dose with its hour; no mg at all is “no baclofen”."""
    if entry.doses:
        if not any(d.dose.value for d in entry.doses):
            return "no baclofen"
        return listing([f"{show_quantity(d.dose)} at {d.at:%H:%M}" for d in entry.doses])
    if entry.dose is None or not entry.dose.value:
        return "no baclofen"
    text = f"{show_quantity(entry.dose)} {show_times_a_day(entry.times_per_day or len(entry.times))}"
    return f"{text} at {listing([f'{t:%H:%M}' for t in entry.times])}" if entry.times else text


def span(entry: OralTherapy) -> str:
    """When the entry is taken: “since 01-Feb-2026”, “from 01-Feb-2026 to 03-Mar-2026”."""
    if entry.to is None:
        return f"since {show_moment(entry.from_)}" if entry.from_ else "since when is not recorded"
    start = f"from {show_moment(entry.from_)} " if entry.from_ else ""
    return f"{start}to {show_moment(entry.to)}"


def mg(value: Fraction | Decimal | float) -> str:
    """An amount by mouth: “7.5 mg”."""
    return f"{show_number(float(value), 4)} mg"


def units(supply: Supply) -> str:
    """What to dispense: “52 and a half tablets of 10 mg”, “90 mL of 1 mg per mL”."""
    if supply.unit == "mL":
        return f"{show_number(float(supply.units), 4)} mL of {supply.name}"
    whole, half = divmod(supply.units, 1)
    return f"{show_exact(Decimal(whole))}{' and a half' if half else ''} {supply.unit} of {supply.name}"


def telling_days(course: Course) -> tuple[DayExposure, ...]:
    """The days worth a row: the first and last of each daily dose and the last of all, at most 14.

    Where there are more, the last day of each dose is kept, then every so many of these, always with the
    first and the last.
    """
    days = course.days
    starts = [i for i, day in enumerate(days) if i == 0 or day.daily_mg != days[i - 1].daily_mg]
    ends = [*(i - 1 for i in starts[1:]), len(days) - 1]
    chosen = sorted({*starts, *ends}) if days else []
    if len(chosen) > _MOST_DAYS:
        chosen = sorted({0, *ends})
    while len(chosen) > _MOST_DAYS:
        chosen = [chosen[0], *chosen[1:-1:2], chosen[-1]]
    return tuple(days[i] for i in chosen)


def course_caption(course: Course) -> str:
    """Whom the curve shows, what the band is, and on which assumptions it rests."""
    who = course.covariates
    person = (
        f"a typical person of {_age(who.age_years)}, {show_number(who.weight_kg)} kg and a kidney "
        f"filtration of {show_number(who.gfr_ml_per_min)} mL per minute"
    )
    parts = [f"Middle line: {person}."]
    if course.low is not None:
        parts.append(
            f"Band: from the 10th to the 90th percentile of {course.people:,} virtual people like this, who "
            "differ from each other as the people in the studies did."
        )
    if course.healthy is not None:
        parts.append("Thin line: the same doses in a typical person with healthy kidneys.")
    return " ".join([*parts, *course.assumptions])


def _age(years: float) -> str:
    return f"{show_number(years)} years" if years >= 2 else f"{show_number(years * 12, 2)} months"
