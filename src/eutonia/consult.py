"""One question answered: a scenario in, a Result out. The only place where the rooms are put in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eutonia import __version__
from eutonia.assess.facts import ceiling_of, derive_facts
from eutonia.assess.findings import Assessment, Finding, assess, hold_back_ladders
from eutonia.assess.limits import Ceiling
from eutonia.intake import Note, read_scenario
from eutonia.knowledge.schema import Knowledge, Source
from eutonia.plan.expose import NoCourse, Simulation, expose
from eutonia.plan.judge import make_plan
from eutonia.plan.outcome import Plan, Refusal
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.pump.asked import answer_pump
from eutonia.plan.what_if import Expected, simulate_what_if
from eutonia.recognise.recognise import Recognition, recognise
from eutonia.record import Ask, Scenario
from eutonia.simulate.course import Course
from eutonia.trace import Step

#: Virtual people behind a band, and the seed that makes two runs equal.
PEOPLE, SEED = 500, 1


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Everything one consultation found, with what it was made from.

    assessment: the rules on the record as it is (with the proposal or target). course: what the therapy
    does, or why there is no curve. plan: for a titration, a taper or a switch, the plan or its refusal; for “what if”
    its refusal. what_if: each thing that could happen. recognition: where the patient is worse, what that may be.
    pump: the plan for a pump, where one was asked for.
    facts: every fact with its working. sources: the documents actually used.
    """

    scenario: Scenario
    notes: tuple[Note, ...]
    assessment: Assessment
    ceiling: Ceiling
    course: Course | NoCourse
    plan: Plan | Refusal | None
    facts: tuple[Step, ...]
    sources: tuple[Source, ...]
    knowledge: Knowledge
    version: str
    simulation: Simulation
    recognition: Recognition | None = None
    what_if: tuple[Expected, ...] = ()
    pump: PumpAnswer | None = None


def consult_data(data: object, knowledge: Knowledge, **options: Any) -> Result:
    """Read plain data (from YAML or JSON) and consult. Raises InputRefused with every problem found."""
    scenario, notes = read_scenario(data, knowledge)
    return consult(scenario, knowledge, notes=notes, **options)


def consult(
    scenario: Scenario,
    knowledge: Knowledge,
    *,
    notes: tuple[Note, ...] = (),
    people: int = PEOPLE,
    seed: int = SEED,
) -> Result:
    """Answer a scenario's question. Pure: the same scenario, knowledge, people and seed give the same Result.

    people: virtual people behind the band; 0 leaves the band out.
    """
    simulation = Simulation(people, seed)
    sheet, dosing = derive_facts(scenario, knowledge)
    assessment = hold_back_ladders(assess(sheet, knowledge))
    plan: Plan | Refusal | None = None
    if scenario.question.ask in (Ask.TITRATION, Ask.TAPER, Ask.SWITCH):
        plan = make_plan(scenario, knowledge, sheet, dosing, assessment, simulation)
    expected: tuple[Expected, ...] = ()
    if scenario.question.ask is Ask.WHAT_IF:
        found = simulate_what_if(scenario, knowledge, sheet, assessment, simulation)
        if isinstance(found, Refusal):
            plan = found
        else:
            expected = found
    if isinstance(plan, Plan) and plan.course is not None:
        course: Course | NoCourse = plan.course
    else:
        course = expose(scenario, knowledge, sheet, dosing, simulation)
    ceiling = ceiling_of(sheet, knowledge)
    is_worse = scenario.question.ask is Ask.WORSE and knowledge.recognition.cutoffs is not None
    recognition = recognise(scenario, knowledge) if is_worse else None
    pump = answer_pump(scenario, knowledge, sheet) if scenario.question.ask is Ask.PUMP else None
    sources = _sources_used(knowledge, assessment, ceiling, course, plan, sheet.steps, expected)
    if pump is not None:
        named = [knowledge.sources[name] for name in pump.sources if name in knowledge.sources]
        sources = tuple(dict.fromkeys((*sources, *named)))
    if recognition is not None:
        sources = tuple(dict.fromkeys((*sources, *recognition.sources)))
    return Result(
        scenario=scenario,
        notes=notes,
        assessment=assessment,
        ceiling=ceiling,
        course=course,
        plan=plan,
        facts=sheet.steps,
        sources=sources,
        knowledge=knowledge,
        version=__version__,
        simulation=simulation,
        what_if=expected,
        recognition=recognition,
        pump=pump,
    )


def _sources_used(
    knowledge: Knowledge,
    assessment: Assessment,
    ceiling: Ceiling,
    course: Course | NoCourse,
    plan: Plan | Refusal | None,
    steps: tuple[Step, ...],
    expected: tuple[Expected, ...] = (),
) -> tuple[Source, ...]:
    """Each document behind a finding, a limit, an equation or the model of this very answer, once."""
    wanted: dict[str, None] = {}
    assessments = [assessment, *([plan.assessment] if isinstance(plan, Plan) else [])]
    then = [f for one in expected for f in one.findings]
    for finding in (*(f for a in assessments for f in a.findings), *then):
        wanted |= dict.fromkeys(_named_by(finding))
    limits = [limit for limit, _ in ceiling.considered]
    if isinstance(plan, Plan):
        limits += [*plan.limits_used, *plan.ceiling_limits]
        wanted |= dict.fromkeys(_named_by_plan(plan))
    elif isinstance(plan, Refusal):
        limits += plan.limits
        wanted |= dict.fromkeys(citation.source for citation in plan.sources)
    limits += [limit for one in expected for limit in one.limits]
    for limit in limits:
        for citation in limit.evidence:
            wanted[citation.source] = None
    for step in steps:
        for source in step.sources:
            wanted[source] = None
    if isinstance(course, Course):
        for parameter in knowledge.models[course.model].parameters.values():
            if parameter.name.startswith("residual_"):
                continue  # a consultation shows true levels; nothing is measured in it
            for citation in parameter.evidence:
                wanted[citation.source] = None
    return tuple(knowledge.sources[s] for s in wanted if s in knowledge.sources)


def _named_by_plan(plan: Plan) -> Iterator[str]:
    """The ids of the documents behind what goes with a plan: its rules, its checks and the other medicine."""
    cited = [item.evidence for item in plan.guidance] + [item.evidence for item in plan.checks]
    if plan.partner is not None:
        cited.append(plan.partner.evidence)
    yield from (citation.source for evidence in cited for citation in evidence)


def _named_by(finding: Finding) -> Iterator[str]:
    """The ids of all documents a finding names: for it, against it, and on both sides of a disagreement."""
    yield from (citation.source for citation in finding.evidence)
    yield from (other.source for other in finding.differs)
    sides = (side for conflict in finding.conflicts for side in conflict.sides)
    yield from (citation.source for side in sides for citation in side.evidence)
