"""The reference pages of the documentation, made from the knowledge itself: knowledge in, Markdown text out.

What a reader looks up is thereby what the programme uses. Writing the files is left to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from eutonia.knowledge.cited import cited_items
from eutonia.knowledge.codes import CodeRegister
from eutonia.knowledge.condition import ALWAYS
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.reference_text import citation_text, page_text, source_link, table_row
from eutonia.knowledge.schema import (
    Case,
    Citation,
    Differs,
    FactDefinition,
    Kind,
    Knowledge,
    Limit,
    Rule,
    Term,
)
from eutonia.show import show_date, show_exact, show_quantity
from eutonia.units import Quantity

__all__ = ["facts_section", "limits_page", "names_page", "rules_page", "sources_page"]

_ORIGINS = {
    "computed": "Worked out from the record",
    "problem": "Read from the problem list",
    "medicine": "Read from the list of medicines",
    "sign": "Read from the signs",
    "observation": "Read from the measurements",
}
_UNKNOWN = {
    "ask": "the answer is Cannot tell, and what is missing is asked for",
    "list": "the rule is listed among what could not be checked",
}
_KINDS = {
    "observation": "Measurements and scales (a closed list)",
    "sign": "Symptoms and signs (a closed list)",
    "problem": "Diagnoses",
    "medicine": "Medicines and their classes",
}


def rules_page(knowledge: Knowledge) -> str:
    """Every rule, by topic: condition, words, sources, who says otherwise."""
    lines = [
        "# Rules",
        "",
        "Generated from `src/eutonia/knowledge/data/rules/`. A condition is a SQL expression over the facts of",
        "the [glossary](../../GLOSSARY.md); what is not known makes it neither true nor false. What the severities",
        "and marks mean stands in [what the words mean](../explanation/what-the-words-mean.md).",
        "",
    ]
    for topic in dict.fromkeys(rule.topic for rule in knowledge.rules):
        lines += [f"## {topic.capitalize()}", ""]
        for rule in knowledge.rules:
            if rule.topic == topic:
                lines += _rule(rule)
    return page_text(lines)


def _rule(rule: Rule) -> list[str]:
    lines = [f'### <a id="{rule.id.lower()}"></a>{rule.id} {rule.title}', ""]
    kind = {Kind.ADVICE: "Advice", Kind.QUESTION: "A question to answer first"}.get(rule.kind, "Finding")
    lines += [f"{kind}, severity {rule.severity.name}, graded {rule.grade.value}. When a fact is missing,"]
    lines += [f"{_UNKNOWN[rule.unknown]}.", "", "```sql", rule.when.text, "```", ""]
    lines += [rule.say, ""]
    lines += [f"**What can be done.** {rule.do}", ""] if rule.do else []
    lines += [f"**Ask first.** {rule.asks}", ""] if rule.asks else []
    for case in rule.cases:
        lines += _case(case)
    cited = (*rule.evidence, *(c for case in rule.cases for c in case.evidence))
    lines += _evidence(cited, rule.differs, rule.departs)
    return lines


def _case(case: Case) -> list[str]:
    severity = f", severity {case.severity.name}" if case.severity is not None else ""
    lines = [f"**In the case: {case.name}**{severity}", ""]
    if case.when is not ALWAYS:
        lines += ["```sql", case.when.text, "```", ""]
    said = " ".join(text for text in (case.say, case.do) if text)
    return [*lines, said, ""] if said else lines


def _evidence(cited: Iterable[Citation], differs: Iterable[Differs], departs: str) -> list[str]:
    lines = ["Rests on:", ""]
    for citation in dict.fromkeys(cited):
        lines.append(f"- {citation_text(citation)}")
    lines.append("")
    others = [f"- {source_link(other.source)}: {other.says}" for other in differs]
    lines += ["Who says otherwise:", "", *others, ""] if others else []
    lines += [f"Where we depart: {departs}", ""] if departs else []
    return lines


def limits_page(knowledge: Knowledge) -> str:
    """Every number a plan must respect, by name: for whom, where, from which source."""
    lines = [
        "# Limits",
        "",
        "Generated from `src/eutonia/knowledge/data/limits.yaml`. Where a country has no number of its own, the",
        "most cautious of the others is used and the answer says so.",
        "",
    ]
    for name in sorted({limit.name for limit in knowledge.limits}):
        lines += [f"## {name}", ""]
        for limit in knowledge.limits:
            if limit.name == name:
                lines += _limit(limit)
    lines += [
        "## Plans for a pump",
        "",
        "From `src/eutonia/knowledge/data/pump.yaml`. A plan follows the text of one country; nothing is taken over",
        "from another.",
        "",
    ]
    for number in knowledge.pump:
        lines += _pump_number(number)
    return page_text(lines)


def _pump_number(number: PumpNumber) -> list[str]:
    value = str(number.value) if isinstance(number.value, Fraction) else show_quantity(number.value)
    whose = ", ".join(number.labels) or "no country's text"
    whom = ", ".join(number.populations) or "everybody"
    heading = f'### <a id="{number.id}"></a>{number.id}: {value}'
    lines = [heading, "", f"{number.says} Graded {number.grade.value}; {whose}; for {whom}.", ""]
    return lines + _evidence(number.evidence, number.differs, number.departs)


def _limit(limit: Limit) -> list[str]:
    value = str(limit.value) if isinstance(limit.value, Fraction) else show_quantity(limit.value)
    where = ", ".join(limit.jurisdictions) or "everywhere"
    whom = f"when `{limit.when.text}`" if limit.when is not ALWAYS else "for everybody"
    heading = f'### <a id="{limit.id.lower()}"></a>{limit.id}: {value}'
    lines = [heading, "", f"{limit.says} Graded {limit.grade.value}; {where}; {whom}.", ""]
    return lines + _evidence(limit.evidence, limit.differs, limit.departs)


def sources_page(knowledge: Knowledge) -> str:
    """The register of documents: reference, how far each was read, and what rests on it."""
    used = _uses(knowledge)
    lines = [
        "# Sources",
        "",
        "Generated from `src/eutonia/knowledge/data/sources.yaml`. The mark says how far the document itself was",
        "read; each statement that rests on it has a mark of its own.",
        "",
        "| id | document | kind | mark | what rests on it |",
        "|---|---|---|---|---|",
    ]
    for source in knowledge.sources.values():
        rests = ", ".join(used.get(source.id, {})) or "nothing yet"
        anchor = f'<a id="{source.id.lower()}"></a>{source.id}'
        cells = (anchor, source.line(), source.kind, f"{source.check.value}, {show_date(source.on)}", rests)
        lines.append(table_row(cells))
    return page_text(lines)


def _uses(knowledge: Knowledge) -> Mapping[str, Mapping[str, None]]:
    """What cites each source: what has an id by its id, everything else by its kind."""
    used: dict[str, dict[str, None]] = {}
    for item in cited_items(knowledge):
        name = _RESTS_AS.get(item.kind) or item.id.partition(", ")[0].partition("/")[0]
        for source in (*(c.source for c in item.evidence), *(d.source for d in item.differs)):
            used.setdefault(source, {})[name] = None
    for row in knowledge.codes:
        for source in row.sources:
            used.setdefault(source, {})["names and codes"] = None
    return used


_RESTS_AS = {
    "term": "names and codes",
    "product": "products",
    "plausibility": "plausibility",
    "study not found": "studies not found",
    "use": "labelled uses",
    "claim": "claims",
}


def names_page(knowledge: Knowledge) -> str:
    """The names a scenario can use for measurements, signs, diagnoses and medicines."""
    lines = [
        "# Names",
        "",
        "Generated from `src/eutonia/knowledge/data/`. Capitals and spaces do not matter. A measurement or sign",
        "that is not here is refused; a diagnosis or medicine that is not here is read and noted, because no",
        "rule covers it, unless it is a near miss of a name that is. Behind each code stands how well its meaning is",
        "known; an asterisk covers every code that begins so. Codes on one source count, with a note that asks for",
        "the name.",
        "",
    ]
    for kind, title in _KINDS.items():
        lines += [f"## {title}", ""]
        is_measured = kind == "observation"
        last = "possible; usual" if is_measured else "belongs to"
        lines += [f"| name | also written | {last} | codes |", "|---|---|---|---|"]
        for term in knowledge.terms.values():
            if term.kind == kind:
                also = ", ".join(name for name in term.names if name != term.id.lower())
                last = _range(term) if is_measured else ", ".join(term.member_of)
                lines.append(table_row((term.id, also, last, _codes(term, knowledge.codes))))
        lines.append("")
    return page_text([*lines, *_codes_left_out(knowledge.codes)])


def _codes(term: Term, register: CodeRegister) -> str:
    """The codes of a term, by how well each is known."""
    by_status: dict[str, list[str]] = {}
    for system, codes in term.codes.items():
        for code in codes:
            row = register.find(system, code)
            status = "not registered" if row is None else row.status.value
            equation = f" ({row.equation})" if row is not None and row.equation else ""
            by_status.setdefault(status, []).append(f"{system} {code}{equation}")
    return "; ".join(f"{', '.join(codes)}: {status}" for status, codes in by_status.items())


def _codes_left_out(register: CodeRegister) -> list[str]:
    """Every code that was looked up and is used nowhere, with the reason."""
    lines = [
        "## Codes that are left out",
        "",
        "| system | code | looked up for | status | why |",
        "|---|---|---|---|---|",
    ]
    for row in register:
        if row.why:
            why = f"{row.why} {row.note}".strip()
            lines.append(table_row((row.system, row.code or "–", row.concept, row.status.value, why)))
    return lines


def _range(term: Term) -> str:
    if term.grades:
        return f"grades {', '.join(term.grades)}"
    return "; ".join(_between(pair) for pair in (term.possible, term.usual) if pair)


def _between(pair: tuple[Quantity, Quantity]) -> str:
    low, high = pair
    first = show_exact(low.value) if low.unit == high.unit else show_quantity(low)
    return f"{first} to {show_quantity(high)}"


def facts_section(knowledge: Knowledge) -> str:
    """The facts a rule can name: type, unit, meaning and how to obtain what is missing."""
    lines: list[str] = []
    for origin, title in _ORIGINS.items():
        lines += [
            f"### {title}",
            "",
            "| fact | type and unit | meaning | how to obtain it |",
            "|---|---|---|---|",
        ]
        for fact in knowledge.facts.values():
            if fact.origin == origin:
                lines.append(table_row((f"`{fact.name}`", _type(fact), _meaning(fact), fact.ask or "–")))
        lines.append("")
    return page_text(lines)


def _type(fact: FactDefinition) -> str:
    if fact.type == "boolean":
        return "yes or no"
    if fact.type == "text":
        return f"one of: {', '.join(fact.values)}" if fact.values else "text"
    return "number" if fact.unit in {"", "1"} else f"number, {fact.unit}"


def _meaning(fact: FactDefinition) -> str:
    newest = f" Only from the last {fact.within_days} days." if fact.within_days is not None else ""
    return fact.says + newest
