"""A trial in the terminal: outcomes first, then the models against one another, then what to know about them."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from eutonia import __version__
from eutonia.report import trial_words as words
from eutonia.report.typography import spell_units
from eutonia.simulate.trial_run import ModelRun, TrialResult

__all__ = ["print_trial"]

_WIDTH = 110


def print_trial(result: TrialResult, console: Console) -> None:
    """Print the whole result; nothing here is computed."""
    console.width = min(console.width, _WIDTH)
    console.print()
    console.print(Text(result.trial.title, style="bold"))
    console.print(f"{words.who_words(result.trial)}; {words.conditions(result)}.")
    for run in result.runs:
        _print_run(run, console, is_named=len(result.runs) > 1)
    _heading("What was looked at", console)
    for outcome in result.trial.outcomes:
        _bullet(f"{outcome.name}: {words.meaning(outcome)}", console)
    between = words.between_models(result)
    if between:
        _heading("How far the models differ", console)
        for name, says in between:
            _bullet(f"{name}: {says}", console)
    for out in result.left_out:
        _bullet(f"{out.model} was left out: {' '.join(out.because)}", console)
    if result.occurrences or result.not_checked:
        _heading("The pump", console)
        for event in result.occurrences:
            _bullet(f"{words.duration(event.at_h)} from the start: {event.says}", console)
        for text in result.not_checked:
            _bullet(text, console)
    _print_notes(result, console)
    console.print()
    console.print(
        f"eutonia {__version__}, knowledge {result.knowledge_hash[:12]}, seed {result.trial.seed}. "
        "A simulation for research, not advice for a patient.",
        style="dim",
    )


def _heading(text: str, console: Console) -> None:
    console.print()
    console.print(Text(text, style="bold underline"))


def _bullet(text: str, console: Console) -> None:
    console.print(Padding(Text(f"• {spell_units(text)}"), (0, 0, 0, 2)))


def _print_run(run: ModelRun, console: Console, *, is_named: bool) -> None:
    _heading(run.title if is_named else "Outcomes", console)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2))
    for name in ("Outcome", "Result", "10th to 90th percentile", "Monte Carlo, 95 per cent"):
        table.add_column(name)
    for found in run.outcomes:
        table.add_row(
            found.outcome.name,
            words.figure(found),
            words.percentiles(found) or "does not apply",
            words.interval(found),
        )
    console.print(table)
    people = run.outcomes[0].n
    console.print(
        Padding(
            Text(f"From {people:,} virtual people." if people > 1 else "One typical person.", style="dim"),
            (0, 2),
        )
    )
    for found in run.outcomes:
        if words.happens(found):
            _bullet(f"{found.outcome.name}: {words.happens(found)}", console)


def _print_notes(result: TrialResult, console: Console) -> None:
    """Each note once, however many models it belongs to."""
    notes = [run.notes for run in result.runs]
    _heading("To know about these figures", console)
    for text in dict.fromkeys(text for note in notes for text in (*note.remarks, *note.outside)):
        _bullet(text, console)
    _bullet("The Monte Carlo interval says how well so many virtual people show what the model holds. It says nothing "
            "of whether the model is right.", console)  # fmt: skip
    counted = Counter(a.owner for note in notes for a in dict.fromkeys(note.assumed))
    for owner, count in counted.items():
        numbers = "number was" if count == 1 else "numbers were"
        _bullet(
            f"{owner}: {count} {numbers} chosen or calibrated here, not measured; the JSON lists them.",
            console,
        )
    _heading("What each model cannot see by itself", console)
    unseen = dict.fromkeys(pair for note in notes for pair in note.cannot_see)
    for owner in dict.fromkeys(owner for owner, _ in unseen):
        _bullet(f"{owner}: {'; '.join(text.rstrip('.') for of, text in unseen if of == owner)}.", console)
