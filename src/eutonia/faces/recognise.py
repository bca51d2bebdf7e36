"""``eutonia recognise``: a scenario file in; red flags, what fits, what does not and what to ask next out."""
# ruff: noqa: PLC0415, T201  (heavy imports stay inside the command; a command prints)

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from eutonia.recognise.explain import Answer
    from eutonia.recognise.recognise import Recognition

_MOST_QUESTIONS = 6
_MOST_MISSING = 12
_WIDTH = 100


def recognise(
    file: Annotated[Path, typer.Argument(help="Scenario file, YAML or JSON.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON, nothing else.")] = False,
    simulate: Annotated[
        bool, typer.Option("--simulate/--no-simulate", help="Draw the hours after a loss with the model.")
    ] = True,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", help="Write the picture of the simulated loss.", show_default=False),
    ] = None,
) -> None:
    """Something is wrong: what it may be, what speaks for and against it, and what to find out next."""
    from rich.console import Console

    from eutonia.errors import InputRefused
    from eutonia.faces.cli import Exit, _knowledge, _print_refusal, _write
    from eutonia.faces.files import read_file
    from eutonia.intake import read_scenario
    from eutonia.recognise.course import LossCourse
    from eutonia.recognise.recognise import recognise as run
    from eutonia.report.recognition_data import recognition_data

    knowledge = _knowledge()
    try:
        scenario, notes = read_scenario(read_file(file), knowledge)
    except InputRefused as refused:
        _print_refusal(refused, file, as_json=as_json)
        raise typer.Exit(Exit.INPUT_REFUSED) from None
    found = run(scenario, knowledge, simulates=simulate)
    if svg is not None:
        if not isinstance(found.course, LossCourse):
            print(f"There is no picture: {found.course.says}", file=sys.stderr)
            raise typer.Exit(Exit.CANNOT_WRITE)
        from eutonia.report.loss_chart import loss_chart

        _write(svg, loss_chart(found.course))
    if as_json:
        data = {
            "format": "eutonia-recognition/1",
            "title": scenario.title,
            "as_of": str(scenario.as_of),
            **recognition_data(found),
            "notes": [{"path": n.path, "says": n.says} for n in notes],
            "made_with": {"knowledge": knowledge.hash},
        }
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        return
    console = Console(highlight=False)
    print_recognition(found, console, title=scenario.title)
    for note in notes:
        console.print(f"• {note.path}: {note.says}", markup=False)


def print_recognition(found: Recognition, console: Console, title: str = "") -> None:
    """Print the answer: flags, direction, questions, explanations by band, published rules, device, ladders."""
    from rich.text import Text

    console.width = min(console.width, _WIDTH)
    if title:
        console.print(Text(title, style="bold"))
    page = _Page(found, console)
    page.flags()
    page.direction()
    page.explanations()
    page.rules_and_hours()
    page.device()
    page.ladders()
    console.print()
    console.print(
        "Weights and bands are ours and validated by nobody. Options for professionals, not an order.",
        style="dim",
    )


class _Page:
    """The parts of the answer in the terminal; nothing here is computed."""

    def __init__(self, found: Recognition, console: Console) -> None:
        self.found, self.answer, self.console = found, found.answer, console
        self.base = found.knowledge.recognition

    def heading(self, text: str) -> None:
        from rich.text import Text

        self.console.print()
        self.console.print(Text(text, style="bold underline"))

    def say(self, text: str, indent: int = 2, style: str = "") -> None:
        from rich.padding import Padding
        from rich.text import Text

        self.console.print(Padding(Text(text, style=style), (0, 0, 0, indent)))

    def flags(self) -> None:
        from eutonia.report.labels import fact_words
        from eutonia.report.recognition import urgency_words
        from eutonia.report.typography import sentence_start

        if self.answer.red_flags:
            self.heading("First")
        for flag in self.answer.red_flags:
            self.say(f"{sentence_start(urgency_words(flag.urgency))}: {flag.title} ({flag.id})", style="bold")
            self.say(f"{flag.say} {flag.do}", 4)
        if self.answer.open_flags:
            missing = dict.fromkeys(fact_words(name) for o in self.answer.open_flags for name in o.missing)
            self.heading("Red flags that could not be excluded")
            titles = "; ".join(o.flag.title for o in self.answer.open_flags)
            # What keeps the most urgent flags open stands first; the rest is counted, the titles never are.
            more = len(missing) - _MOST_MISSING
            rest = f" and {more} more" if more > 0 else ""
            self.say(f"{titles}. Not recorded: {', '.join([*missing][:_MOST_MISSING])}{rest}.")

    def direction(self) -> None:
        from eutonia.report.recognition import NO_PRESENTATION, contradiction_words

        if self.answer.contradictions:
            self.heading("Look again")
            self.say(contradiction_words(self.found))
        if self.answer.opposite_says:
            self.heading("Too little or too much?")
            self.say(self.answer.opposite_says)
        if self.answer.questions:
            self.heading("What to find out next")
        for question in self.answer.questions[:_MOST_QUESTIONS]:
            settles = " It settles whether baclofen is missing or too much." * question.decides_direction
            self.say(f"• {question.ask}{settles}")
        if not self.answer.presentations:
            self.say(NO_PRESENTATION)

    def explanations(self) -> None:
        from eutonia.recognise.weigh import Band
        from eutonia.report.recognition import unlikely_words
        from eutonia.report.typography import sentence_start

        for band in (Band.LIKELY, Band.POSSIBLE):
            answers = self.answer.banded(band)
            if answers:
                self.heading(sentence_start(band.value))
            for one in answers:
                self.explanation(one)
        self.open_ones(self.answer.banded(Band.CANNOT_TELL))
        unlikely = self.answer.banded(Band.UNLIKELY)
        if unlikely:
            self.heading("Unlikely")
        for one in unlikely:
            words = sentence_start(one.weighed.explanation.words)
            self.say(f"• {words}: {unlikely_words(one.weighed)}")

    def open_ones(self, answers: Sequence[Answer]) -> None:
        """What cannot be told: the dangerous with what to check first, the others by name; the page has the rest."""
        from eutonia.report.typography import run_on, sentence_start

        if answers:
            self.heading("Cannot tell")
        for one in answers:
            explanation = one.weighed.explanation
            if explanation.is_dangerous:
                seen = f" (fits: {'; '.join(s.says for s in one.weighed.fits)})" if one.weighed.fits else ""
                self.say(
                    f"• {sentence_start(explanation.words)}{seen}. Check first: {explanation.first_check}"
                )
        others = [
            run_on(a.weighed.explanation.words) for a in answers if not a.weighed.explanation.is_dangerous
        ]
        if others:
            self.say(
                f"As well, and in less of a hurry: {'; '.join(others)}. The page shows what is not known of each."
            )

    def explanation(self, one: Answer) -> None:
        from eutonia.report.recognition import counts_words, estimate_words, said_words, unknown_words
        from eutonia.report.typography import sentence_start

        weighed = one.weighed
        self.say(sentence_start(weighed.explanation.words), style="bold")
        for name, listed in (("Fits", weighed.fits), ("Against", weighed.against)):
            for said in listed:
                sources = ", ".join(dict.fromkeys(c.source for c in said.evidence))
                told = "; ".join(t for t in (said_words(said), counts_words(said), sources) if t)
                self.say(f"{name}: {said.says} ({told})", 4)
        if unknown := unknown_words(weighed):
            self.say(f"Not known: {'; '.join(unknown)}.", 4, "dim")
        for estimate in weighed.estimates:
            self.say(estimate_words(estimate, self.base.accuracies[estimate.test].title), 4)
        self.say(f"Check first: {weighed.explanation.first_check}", 4)
        self.say(f"What can be done: {one.held_back or weighed.explanation.do}", 4)

    def rules_and_hours(self) -> None:
        from eutonia.report.recognition import course_words, is_counted, score_words

        counted = [s for s in self.answer.scores if is_counted(s, self.answer)]
        if self.answer.scores:
            self.heading("Published rules")
        for scored in counted:
            self.say(f"• {scored.rule.title}: {score_words(scored)}. {scored.rule.says} {scored.rule.caveat}")
        open_rules = [s.rule.title for s in self.answer.scores if s not in counted]
        if open_rules:
            self.say(f"Nothing counts yet in: {'; '.join(open_rules)}.")
        self.heading("Hours")
        self.say(course_words(self.found.course))

    def device(self) -> None:
        if self.answer.device:
            self.heading("At the device")
        for stepped in self.answer.device:
            done = " (done)" * stepped.is_done
            self.say(f"{stepped.step.title}{done}. {stepped.step.do} {stepped.step.safety}")
            for meaning in stepped.meanings:
                self.say(meaning.says, 4, "bold")

    def ladders(self) -> None:
        from eutonia.report.recognition import dose_words

        for climbed in self.answer.ladders:
            self.heading(climbed.ladder.title)
            if climbed.held_back:
                self.say(f"Only what treats what is seen. {climbed.held_back}")
            for rung in climbed.rungs:
                self.say(f"• {rung.title}. {rung.say}")
                for dose in rung.doses:
                    limit = dose_words(climbed, dose)
                    sources = ", ".join(c.source for c in dose.evidence)
                    told = f"{dose.what}: {dose.amount} ({dose.people}; {sources})"
                    self.say(f"{told}; {limit}" if limit else told, 4)
                if rung.not_shown:
                    self.say(f"Left out: {rung.not_shown}", 4)
            for conflict in climbed.conflicts:
                sides = " ".join(side.says for side in conflict.sides)
                self.say(f"Sources disagree: {conflict.question} {sides} {conflict.policy}", 2, "dim")
