"""A plan, and what could happen, as plain data for JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from eutonia.assess.findings import Assessment, Finding
from eutonia.knowledge.schema import Citation, Limit
from eutonia.plan.outcome import Check, Fall, PartnerPlan, Plan, Refusal, ToneUnderPlan
from eutonia.plan.what_if import Expected, Stretch
from eutonia.report.plan_dosage import partner_dosage, phase_dosage
from eutonia.report.plan_words import expected_lines, expected_title, fall_lines, tone_lines

__all__ = ["expected_data", "plan_data"]

_DIGITS = 6


def plan_data(
    plan: Plan | Refusal | None,
    *,
    limit: Callable[[Limit], dict[str, Any]],
    assessment: Callable[[Assessment], dict[str, Any]],
) -> dict[str, Any] | None:
    """A plan or its refusal. limit, assessment: how these are written, the same as everywhere in the result."""
    if plan is None:
        return None
    if isinstance(plan, Refusal):
        return {
            "refused": plan.reason.value,
            "says": plan.says,
            "next_step": plan.next_step,
            "limits": [limit(x) for x in plan.limits],
            "considered": [{"limit": x.id, "mg_per_day": _mg(v)} for x, v in plan.considered],
            "missing": list(plan.missing),
            "nearest_mg_per_day": [_mg(x) for x in plan.nearest_mg],
            "sources": [_cited(c) for c in plan.sources],
        }
    return {
        "kind": plan.kind.value,
        "title": plan.title,
        "steps": _steps(plan),
        "phases": phase_dosage(plan),
        "supply": [{"product": s.name, "unit": s.unit, "units": _mg(s.units)} for s in plan.supply],
        "ceiling_mg_per_day": _mg(plan.ceiling_mg),
        "limits_used": [limit(x) for x in (*plan.ceiling_limits, *plan.limits_used)],
        "left_out": list(plan.left_out),
        "rejected": [{"mg_per_day": _mg(r.daily_mg), "why": r.why} for r in plan.rejected],
        "remarks": [{"says": line} for line in plan.remarks],
        "conflict": {"says": plan.conflict},
        "fall": _fall(plan.fall),
        "partner": _partner(plan.partner),
        "checks": [_check(c) for c in plan.checks],
        "open_checks": [
            {"what": c.what, "for_whom": c.for_whom, "missing": list(c.missing)} for c in plan.open_checks
        ],
        "guidance": [
            {"kind": g.kind, "says": g.says, "evidence": [_cited(c) for c in g.evidence]}
            for g in plan.guidance
        ],
        "judged": {"word": plan.assessment.word.value, **assessment(plan.assessment)},
    }


def _steps(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "number": s.number,
            "first": s.first.isoformat(),
            "last": s.last.isoformat() if s.last else None,
            "mg_per_day": _mg(s.daily_mg),
            "doses": [
                {
                    "when": d.when,
                    "at": d.at.isoformat(timespec="minutes"),
                    "mg": _mg(d.dose.mg),
                    "made_of": d.dose.words(),
                }
                for d in s.doses
            ],
        }
        for s in plan.steps
    ]


def _fall(fall: Fall | None) -> dict[str, Any] | None:
    if fall is None:
        return None
    found = fall.too_little
    return {
        "start_mg_per_day": _mg(fall.start_mg),
        "biggest_cut_mg_per_day": _mg(fall.biggest_mg),
        "biggest_cut_percent": _mg(fall.biggest_percent),
        "biggest_early_cut_percent": _mg(fall.biggest_early_percent),
        "days": fall.days,
        "lines": [{"says": line} for line in (*fall_lines(fall), *tone_lines(fall))],
        "tone": None
        if found is None
        else {
            "plan": _tone(found.plan),
            "at_once": _tone(found.at_once),
            "rise_by_step": [_round(x) for x in found.steps],
            "rise_by_step_p90": [_round(x) for x in found.steps_high],
            "points": found.points,
            "people": found.people,
        },
    }


def _tone(tone: ToneUnderPlan) -> dict[str, Any]:
    return {
        "rise": _round(tone.rise),
        "rise_p10": _round(tone.rise_low),
        "rise_p90": _round(tone.rise_high),
        "worst_on": tone.worst_on.isoformat(),
        "rebound": _round(tone.rebound),
        "rebound_p90": _round(tone.rebound_high),
        "share": _round(tone.share),
    }


def _partner(partner: PartnerPlan | None) -> dict[str, Any] | None:
    if partner is None:
        return None
    return {
        "medicine": partner.medicine,
        "steps": [
            {
                "number": s.number,
                "first": s.first.isoformat(),
                "last": s.last.isoformat() if s.last else None,
                "mg_per_day": _mg(s.daily_mg),
                "doses": [{"when": when, "mg": _mg(mg)} for when, mg in s.doses],
            }
            for s in partner.steps
        ],
        "phases": partner_dosage(partner),
        "watch": partner.watch,
        "departs": partner.departs,
        "evidence": [_cited(c) for c in partner.evidence],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "first": check.first.isoformat(),
        "last": check.last.isoformat(),
        "what": check.what,
        "why": check.why,
        "evidence": [_cited(c) for c in check.evidence],
    }


def expected_data(expected: Expected, *, finding: Callable[[Finding], dict[str, Any]]) -> dict[str, Any]:
    """One thing that could happen, with its curves. finding: how a finding is written in the result."""
    curves = {
        "usual": expected.usual,
        "typical": expected.typical,
        "p10": expected.low,
        "p90": expected.high,
    }
    times = [expected.start + timedelta(hours=float(h)) for h in expected.hours]
    return {
        "title": expected_title(expected),
        "begins": _instant(expected.begins),
        "ends": _instant(expected.ends),
        "lines": [{"says": line} for line in expected_lines(expected)],
        "usual_lowest": _round(expected.lowest),
        "usual_highest": _round(expected.highest),
        "too_little": _stretch(expected.too_little),
        "too_much": _stretch(expected.too_much),
        "last_dose_at": _instant(expected.last_dose_at),
        "next_dose_at": _instant(expected.next_dose_at),
        "published_signs": None if expected.signs is None else [_instant(at) for at in expected.signs],
        "then": [finding(f) for f in expected.findings],
        "assumptions": list(expected.assumptions),
        "unit": "ng/mL",
        "times": [_instant(at) for at in times],
        "curves": {
            name: [_round(float(v)) for v in values] for name, values in curves.items() if values is not None
        },
    }


def _stretch(stretch: Stretch | None) -> dict[str, Any] | None:
    if stretch is None:
        return None
    return {
        "from_h": _round(stretch.from_h),
        "to_h": None if stretch.to_h is None else _round(stretch.to_h),
        "begins_p10_h": stretch.soonest_h,
        "begins_p90_h": stretch.latest_h,
        "share": _round(stretch.share),
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="minutes")


def _cited(citation: Citation) -> dict[str, str]:
    return {
        "source": citation.source,
        "at": citation.at,
        "check": citation.check.value,
        "on": citation.on.isoformat(),
    }


def _mg(value: Fraction | None) -> float | None:
    return None if value is None else _round(float(value))


def _round(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
