"""A scenario in, everything the recognising room has to say out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eutonia.knowledge.schema import Citation, Knowledge, Source
from eutonia.recognise.course import LossCourse, NoLoss, set_simulated_onset, simulate_loss
from eutonia.recognise.explain import Recognised, recognise_facts
from eutonia.recognise.signs import derive_signs
from eutonia.record import Scenario
from eutonia.trace import Step

__all__ = ["Recognition", "recognise"]


@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """The answer with what it was made from. course: the simulated loss, or why there is none. facts: every fact of
    the record that is known, with its working. sources: the documents behind what is shown, once each."""

    scenario: Scenario
    answer: Recognised
    course: LossCourse | NoLoss
    facts: tuple[Step, ...]
    sources: tuple[Source, ...]
    knowledge: Knowledge


def recognise(scenario: Scenario, knowledge: Knowledge, *, simulates: bool = True) -> Recognition:
    """Recognise what may be wrong. Pure: the same scenario and knowledge give the same answer.

    simulates: False leaves the simulation out; the timing then rests on the published hours alone.
    """
    sheet, lists, dosing = derive_signs(scenario, knowledge)
    course: LossCourse | NoLoss = NoLoss("The simulation was left out.")
    if simulates:
        course = simulate_loss(scenario, knowledge, sheet, lists, dosing)
    set_simulated_onset(sheet, course)
    answer = recognise_facts(sheet.values, knowledge)
    return Recognition(
        scenario=scenario,
        answer=answer,
        course=course,
        facts=tuple(s for s in sheet.steps if s.value != "not known"),
        sources=_sources(answer, knowledge),
        knowledge=knowledge,
    )


def _sources(answer: Recognised, knowledge: Knowledge) -> tuple[Source, ...]:
    named = dict.fromkeys(c.source for c in _citations(answer, knowledge))
    return tuple(knowledge.sources[s] for s in named if s in knowledge.sources)


def _citations(answer: Recognised, knowledge: Knowledge) -> Iterator[Citation]:
    for flag in answer.red_flags:
        yield from flag.evidence
    if answer.opposite_says and knowledge.recognition.opposites is not None:
        yield from knowledge.recognition.opposites.evidence
    for one in answer.answers:
        for said in (*one.weighed.fits, *one.weighed.against, *one.weighed.unknown):
            yield from said.evidence
        yield from one.weighed.explanation.evidence
    for scored in answer.scores:
        yield from scored.rule.evidence
    for stepped in answer.device:
        yield from stepped.step.evidence
        yield from (c for m in stepped.meanings for c in m.evidence)
    for climbed in answer.ladders:
        for rung in climbed.rungs:
            yield from rung.evidence
            yield from (c for d in rung.doses for c in d.evidence)
        yield from (c for conflict in climbed.conflicts for side in conflict.sides for c in side.evidence)
