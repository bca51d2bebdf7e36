"""The result in the terminal: the answer first, then findings worst first, the plan, what is missing."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eutonia.assess.findings import Finding
from eutonia.consult import Result
from eutonia.errors import InputRefused
from eutonia.faces.plan_terminal import print_plan_details, print_what_if
from eutonia.faces.pump_terminal import print_pump
from eutonia.faces.recognise import print_recognition
from eutonia.knowledge.schema import Word
from eutonia.plan.expose import NoCourse
from eutonia.plan.outcome import Plan, Refusal
from eutonia.report import words
from eutonia.report.missing import missing_lines
from eutonia.report.typography import sentence_start
from eutonia.show import show_count, show_date, show_number
from eutonia.simulate.course import Course

_STYLE = {
    Word.STOP: "bold white on red",
    Word.CHECK: "bold black on yellow",
    Word.CANNOT_TELL: "bold white on blue",
    Word.NO_PROBLEM: "bold white on cyan",
}
_WIDTH = 100


def print_result(result: Result, console: Console, report: Path | None) -> None:
    """Print the whole result; nothing here is computed."""
    console.width = min(console.width, _WIDTH)
    scenario = result.scenario
    console.print()
    console.print(Text(scenario.title, style="bold"))
    console.print(f"{show_date(scenario.as_of.on, weekday=True)}, {words.country(scenario.jurisdiction)}")
    console.print()
    word = words.verdict(result)
    sentence = sentence_start(" ".join(words.answer_parts(result)))
    console.print(Text(f" {word.value} ", style=_STYLE[word]), Text(sentence))
    if result.recognition is not None:
        print_recognition(result.recognition, console)
    for finding in result.assessment.problems:
        _print_finding(finding, console)
    if isinstance(result.plan, Plan):
        _print_plan(result.plan, console)
        print_plan_details(result.plan, console)
    elif isinstance(result.plan, Refusal):
        _print_plan_refusal(result.plan, console)
    print_what_if(result.what_if, console)
    if result.pump is not None:
        print_pump(result.pump, console)
    _print_course(result.course, console)
    if result.assessment.advice:
        _heading("Advice", console)
        for finding in result.assessment.advice:
            console.print(
                Padding(Text.assemble((f"{finding.title} ", "bold"), (finding.rule, "dim")), (0, 0, 0, 2))
            )
            console.print(Padding(finding.say, (0, 0, 0, 4)))
    missing = missing_lines(result)
    if missing:
        _heading("What is missing", console)
        for line in missing:
            console.print(Padding(f"• {line}", (0, 0, 0, 2)))
    for note in result.notes:
        console.print(Padding(f"• {note.path}: {note.says}", (0, 0, 0, 2)))
    console.print()
    console.print(
        f"eutonia {result.version}, knowledge {result.knowledge.hash[:12]}, "
        f"{len(result.sources)} sources, seed {result.simulation.seed}. "
        "Options for professionals, not an order.",
        style="dim",
    )
    if report is not None:
        console.print(f"Report written to {report}")


def _heading(text: str, console: Console) -> None:
    console.print()
    console.print(Text(text, style="bold underline"))


def _print_finding(finding: Finding, console: Console) -> None:
    console.print()
    console.print(
        Text(f" {finding.word.value} ", style=_STYLE[finding.word]),
        Text.assemble((finding.title, "bold"), (f"  {finding.rule}", "dim")),
    )
    because = "; ".join(f"{words.fact_words(s.name)}: {s.value}" for s in finding.because)
    body = [finding.say]
    if finding.found:
        body.append(f"In the record: {'; '.join(finding.found)}.")
    if finding.asks:
        body.append(f"Ask first: {finding.asks}")
    if finding.do:
        body.append(f"What can be done: {finding.do}")
    body.extend(
        f"Could be {words.severity_word(c.severity)} ({c.name}): not known yet." for c in finding.open_cases
    )
    for line in body:
        console.print(Padding(line, (0, 0, 0, 4)))
    for conflict in finding.conflicts:
        line = f"Sources disagree ({conflict.id}): {conflict.question}"
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 4)))
    sources = ", ".join(dict.fromkeys(c.source for c in finding.evidence))
    console.print(Padding(Text(f"Because {because}. Sources: {sources}.", style="dim"), (0, 0, 0, 4)))


def _print_plan(plan: Plan, console: Console) -> None:
    _heading(plan.title, console)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2))
    for name in ("Step", "From", "Until", "mg a day", "Doses"):
        table.add_column(name, justify="right" if name == "mg a day" else "left")
    for step in plan.steps:
        table.add_row(
            str(step.number),
            show_date(step.first),
            show_date(step.last) if step.last else "goes on",
            show_number(float(step.daily_mg), 4),
            words.plan_step(step),
        )
    console.print(table)
    for item in plan.supply:
        console.print(Padding(f"The dated steps use {words.units(item)}.", (0, 0, 0, 2)))
    if plan.ceiling_mg is None:
        return
    limits = ", ".join(dict.fromkeys(x.says.rstrip(".") for x in plan.ceiling_limits))
    console.print(
        Padding(
            f"Largest dose for this patient: {show_number(float(plan.ceiling_mg), 4)} mg a day ({limits}).",
            (0, 0, 0, 2),
        )
    )


def _print_plan_refusal(refusal: Refusal, console: Console) -> None:
    _heading("No plan", console)
    console.print(Padding(refusal.says, (0, 0, 0, 2)))
    if refusal.next_step:
        console.print(Padding(refusal.next_step, (0, 0, 0, 2)))
    for limit, mg in refusal.considered:
        console.print(
            Padding(f"• {limit.says} Alone it allows {show_number(float(mg), 4)} mg a day.", (0, 0, 0, 4))
        )


def _print_course(course: Course | NoCourse, console: Console) -> None:
    _heading("What it does", console)
    if isinstance(course, NoCourse):
        console.print(Padding(f"No curve: {course.says}", (0, 0, 0, 2)))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2))
    for name in ("Day", "mg a day", "Peak", "Lowest", "Average"):
        table.add_column(name, justify="left" if name == "Day" else "right")
    for day in words.telling_days(course):
        peak = show_number(day.peak, 2)
        if day.peak_low is not None and day.peak_high is not None:
            peak += f" ({show_number(day.peak_low, 2)} to {show_number(day.peak_high, 2)})"
        table.add_row(
            show_date(day.on, weekday=True),
            show_number(day.daily_mg, 4),
            peak,
            show_number(day.trough, 2),
            show_number(day.average, 2),
        )
    console.print(table)
    console.print(Padding(Text(words.course_caption(course), style="dim"), (0, 0, 0, 2)))


def print_refusal(refused: InputRefused, name: str, console: Console) -> None:
    """Print every problem of a refused input: where, what was given, why, what would be read."""
    console.width = min(console.width, _WIDTH)
    console.print(
        Text(
            f"{name}: {show_count(len(refused.problems), 'problem')}; nothing was read or changed.",
            style="bold",
        )
    )
    for problem in refused.problems:
        console.print()
        console.print(Text(problem.path or "scenario", style="bold"), Text(problem.code.value, style="dim"))
        if problem.given:
            console.print(Padding(f"given: {problem.given}", (0, 0, 0, 4)), markup=False)
        console.print(Padding(problem.why, (0, 0, 0, 4)), markup=False)
        if problem.accepted:
            shown = ", ".join(problem.accepted[:12]) + (" …" if len(problem.accepted) > 12 else "")
            console.print(Padding(f"accepted: {shown}", (0, 0, 0, 4)), markup=False)
        if problem.next_step:
            console.print(Padding(problem.next_step, (0, 0, 0, 4)), markup=False)
