"""The audit of the base as lines that fit on one screen, and as plain data with every name."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from eutonia.knowledge.audit import Audit
from eutonia.show import show_date

__all__ = ["WIDTH", "audit_data", "audit_lines"]

WIDTH = 80
_INDENT = "  "
_MOST_LINES = 2  # of names under one heading; the rest is counted, and --json names all


def audit_lines(state: Audit) -> list[str]:
    """The state on one screen: 80 columns, about 40 lines, whatever the size of the base."""
    c = state.counts
    return [
        f"Knowledge {state.version} of {show_date(state.on)}, content {state.hash[:12]}",
        *_wrapped(
            f"{c['rules']} rules ({c['findings']} findings, {c['advice']} advice, {c['questions']} questions), "
            f"{c['cases']} cases, {c['limits']} limits, {c['statements']} statements, {c['tables']} tables with "
            f"{c['rows']} rows, {c['disagreements']} disagreements, {c['labelled uses']} labelled uses, "
            f"{c['claims']} claims, {c['facts']} facts, {c['names']} names, {c['products']} products, "
            f"{c['models']} models, {c['sources']} sources"
        ),
        "",
        "Catalogue",
        *_wrapped(_placed(state)),
        *_names("left out", state.left_out),
        "",
        "What rules and cases rest on (the closest look at a source of each)",
        *_marks(state.marks),
        "",
        "Resting on memory alone",
        *_recalled(state),
        "",
        "Sources",
        *_wrapped(
            f"{c['sources']} registered, {len(state.unused)} unused, {len(state.unresolved)} unresolved"
        ),
        *_names("unused", state.unused),
        *_names("unresolved", state.unresolved),
        *_wrapped(
            f"{c['disagreements']} disagreements are laid out; beside {state.disagreeing} other items a source "
            "says otherwise"
        ),
        *_wrapped(
            f"looked at between {show_date(state.ages.oldest)} and {show_date(state.ages.newest)}; "
            f"{state.ages.over_a_year} citations are more than a year old"
        ),
        "",
        "Searches for the source of what was recalled",
        *_wrapped(", ".join(f"{state.outcomes.get(word, 0)} {word}" for word in _OUTCOMES)),
        *_names("not found", state.not_found),
    ]


_OUTCOMES = ("upgraded", "corrected", "not found")


def _placed(state: Audit) -> str:
    total = sum(state.placed.values())
    if not total:
        return "no id has been given a place"
    kinds = ", ".join(f"{number} {kind}" for kind, number in state.placed.items())
    return f"{total} ids have their place: {kinds}"


def _marks(marks: Mapping[str, Mapping[str, int]]) -> list[str]:
    columns = list(next(iter(marks.values())))
    lines = [_INDENT + f"{'':<8}" + "".join(f"{name:>14}" for name in columns)]
    for severity, row in marks.items():
        cells = "".join(f"{row[name] or '–':>14}" for name in columns)
        lines.append(f"{_INDENT}{severity:<8}{cells}")
    return lines


def _recalled(state: Audit) -> list[str]:
    if not state.recalled:
        return _wrapped("nothing")
    blocking = ", ".join(state.stops_recalled)
    verdict = f"THESE STOP: {blocking}" if blocking else "none of it stops or blocks"
    counted = ", ".join(f"{len(names)} of kind {kind}" for kind, names in state.recalled.items())
    lines = _wrapped(f"{counted}; {verdict}")
    rules = (*state.recalled.get("rule", ()), *state.recalled.get("case", ()))
    others = [n for kind, names in state.recalled.items() if kind not in {"rule", "case"} for n in names]
    return [
        *lines,
        *_names("warn", state.warns_recalled),
        *_names("rules and cases", [name for name in rules if name not in state.warns_recalled]),
        *_names("others", others),
    ]


def _names(label: str, names: Iterable[str]) -> list[str]:
    listed = list(names)
    if not listed:
        return []
    for shown in range(len(listed), 0, -1):
        rest = f" and {len(listed) - shown} more" if shown < len(listed) else ""
        lines = _wrapped(f"{label}: {', '.join(listed[:shown])}{rest}")
        if len(lines) <= _MOST_LINES:
            break
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT, break_on_hyphens=False
    )


def audit_data(state: Audit) -> dict[str, Any]:
    """The same as plain data, with every name."""
    data = asdict(state)
    data["on"] = state.on.isoformat()
    data["ages"] = {
        **data["ages"],
        "oldest": state.ages.oldest.isoformat(),
        "newest": state.ages.newest.isoformat(),
    }
    data["placed"], data["outcomes"] = dict(state.placed), dict(state.outcomes)
    return {"format": "eutonia-audit/1", **data}
