"""A Result as plain data for JSON: the same content as the page, in the same words where it has words."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from typing import Any

from eutonia.assess.findings import Assessment, Finding
from eutonia.assess.limits import Ceiling
from eutonia.consult import Result
from eutonia.knowledge.library import Conflict
from eutonia.knowledge.schema import Citation, Limit, Source
from eutonia.plan.expose import NoCourse
from eutonia.report.plan_data import expected_data, plan_data
from eutonia.report.pump_data import pump_data
from eutonia.report.recognition_data import recognition_data
from eutonia.report.words import answer, verdict
from eutonia.simulate.course import Course
from eutonia.trace import Step

_DIGITS = 6  # significant figures: enough for any use, few enough to read and compare


def result_json(result: Result) -> str:
    """The result as JSON text, byte-equal for equal results."""
    return json.dumps(result_data(result), ensure_ascii=False, indent=2) + "\n"


def result_data(result: Result) -> dict[str, Any]:
    """The result as plain dicts, lists, texts and numbers."""
    scenario = result.scenario
    return {
        "format": "eutonia-result/1",
        "title": scenario.title,
        "as_of": str(scenario.as_of),
        "jurisdiction": scenario.jurisdiction.value,
        "answer": {"word": verdict(result).value, "sentence": answer(result)},
        **_assessment(result.assessment),
        "ceiling": _ceiling(result.ceiling),
        "course": _course(result.course),
        "plan": plan_data(result.plan, limit=_limit, assessment=_assessment),
        "what_if": [expected_data(one, finding=_finding) for one in result.what_if],
        "pump": pump_data(result.pump, limit=_limit, conflict=_conflict, assessment=_assessment),
        "recognition": None if result.recognition is None else recognition_data(result.recognition),
        "notes": [{"path": n.path, "says": n.says} for n in result.notes],
        "facts": [_step(s) for s in result.facts],
        "sources": [_source(s) for s in result.sources],
        "made_with": {
            "eutonia": result.version,
            "knowledge": result.knowledge.hash,
            "seed": result.simulation.seed,
            "virtual_people": result.simulation.people,
        },
    }


def _assessment(assessment: Assessment) -> dict[str, Any]:
    return {
        "findings": [_finding(f) for f in assessment.findings],
        "cannot_tell": [
            {
                "rule": u.rule,
                "title": u.title,
                "severity": u.severity.name,
                "missing": list(u.missing),
                "must_ask": u.must_ask,
            }
            for u in assessment.undecided
        ],
        "does_not_fire": list(assessment.quiet),
        "withheld": list(assessment.withheld),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.name,
        "word": finding.word.value,
        "kind": finding.kind.value,
        "title": finding.title,
        "say": finding.say,
        "do": finding.do,
        "asks": finding.asks,
        "cases": list(finding.cases),
        "open_cases": [
            {"name": c.name, "severity": c.severity.name, "missing": list(c.missing)}
            for c in finding.open_cases
        ],
        "found": list(finding.found),
        "because": [_step(s) for s in finding.because],
        "evidence": [_citation(c) for c in finding.evidence],
        "differs": [{"source": d.source, "says": d.says} for d in finding.differs],
        "departs": finding.departs,
        "conflicts": [_conflict(c) for c in finding.conflicts],
        "grade": finding.grade.value,
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "id": conflict.id,
        "question": conflict.question,
        "sides": [
            {"says": side.says, "evidence": [_citation(c) for c in side.evidence]} for side in conflict.sides
        ],
        "policy": conflict.policy,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "value": step.value,
        "how": step.how,
        "sources": list(step.sources),
        "mark": step.mark,
    }


def _citation(citation: Citation) -> dict[str, str]:
    return {
        "source": citation.source,
        "at": citation.at,
        "check": citation.check.value,
        "on": citation.on.isoformat(),
    }


def _source(source: Source) -> dict[str, str]:
    return {"id": source.id, "reference": source.line(), "kind": source.kind, "check": source.check.value}


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "id": limit.id,
        "says": limit.says,
        "value": str(limit.value),
        "evidence": [_citation(c) for c in limit.evidence],
    }


def _mg(value: Fraction | None) -> float | None:
    return None if value is None else _round(float(value))


def _round(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _ceiling(ceiling: Ceiling) -> dict[str, Any]:
    return {
        "mg_per_day": _mg(ceiling.mg_per_day),
        "binding": [_limit(x) for x in ceiling.binding],
        "considered": [{"limit": x.id, "mg_per_day": _mg(v)} for x, v in ceiling.considered],
        "missing": list(ceiling.missing),
        "is_fallback": ceiling.is_fallback,
    }


def _course(course: Course | NoCourse) -> dict[str, Any]:
    if isinstance(course, NoCourse):
        return {"says": course.says, "missing": list(course.missing)}
    times = [(course.start + timedelta(hours=float(h))).isoformat(timespec="minutes") for h in course.hours]
    curves = {
        "typical": course.typical,
        "p10": course.low,
        "p90": course.high,
        "healthy_kidneys": course.healthy,
    }
    return {
        "model": course.model,
        "unit": "ng/mL",
        "times": times,
        "curves": {
            name: [_round(float(v)) for v in values] for name, values in curves.items() if values is not None
        },
        "doses": [{"at": d.at.isoformat(timespec="minutes"), "mg": _round(d.mg)} for d in course.doses],
        "days": [
            {
                "on": d.on.isoformat(),
                "daily_mg": _round(d.daily_mg),
                "peak": _round(d.peak),
                "trough": _round(d.trough),
                "average": _round(d.average),
                "peak_p10": None if d.peak_low is None else _round(d.peak_low),
                "peak_p90": None if d.peak_high is None else _round(d.peak_high),
            }
            for d in course.days
        ],
        "half_life_h": _round(course.half_life_h),
        "notes": [
            {"level": n.level, "covariate": n.covariate, "value": _round(n.value), "because": n.because}
            for n in course.notes
        ],
        "assumptions": list(course.assumptions),
    }
