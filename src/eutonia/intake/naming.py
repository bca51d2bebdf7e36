"""Names and codes: known ones are recognised, near misses refused, unknown ones noted or refused.

A diagnosis or medicine that is not known here is accepted with a note, because no rule could be missed. One
that is nearly a known name is refused, because a rule could be.
"""

from __future__ import annotations

from collections.abc import Iterator

from eutonia.errors import Code, Problem
from eutonia.intake.draft import Draft, Note
from eutonia.intake.leaves import shown
from eutonia.knowledge.codes import CodeRegister, RegisteredCode
from eutonia.knowledge.schema import Term
from eutonia.knowledge.terms import TermIndex, split_code, split_combination
from eutonia.record import CodeSystem, Diagnosis, Medicine, Observation, Sign, Status

__all__ = ["check_names", "refuse_unknown_term"]

_KIND = {Diagnosis: "problem", Medicine: "medicine", Sign: "sign"}
_SYSTEMS = {
    Diagnosis: (CodeSystem.ICD10CM, CodeSystem.SNOMED),
    Medicine: (CodeSystem.RXNORM, CodeSystem.ATC),
}
_THIS_DRUG = "baclofen"


def check_names(root: Draft, index: TermIndex, codes: CodeRegister) -> Iterator[Problem | Note]:
    """Every problem and note about names and codes in a scenario."""
    for draft in root.walk():
        what = draft.get("what", str)
        if draft.kind is Sign and what and index.by_name("sign", what) is None:
            yield refuse_unknown_term(index, "sign", what).at(draft.at("what"))
        elif draft.kind in _SYSTEMS:
            yield from _check_name_and_code(draft, index, codes)
        elif draft.kind is Observation and what and index.by_name("observation", what) is not None:
            yield from _note_code_of_measurement(draft, what, codes)
    record = root.get("record", Draft)
    if record is not None:
        yield from _check_said_both_ways(record.many("problems", Draft), index)
        yield from _check_said_both_ways(record.many("signs", Draft), index)


def refuse_unknown_term(
    index: TermIndex, kind: str, name: str, left_out: RegisteredCode | None = None
) -> Problem:
    """The refusal of a name that is not in a closed list (signs, observations).

    left_out: the registered code the name was, if it is one that is left out on purpose.
    """
    near = index.suggest(kind, name)
    why = f"“{shown(name)}” is not among the {kind}s known here; an unknown one would be lost without a word."
    if left_out is not None and left_out.why:
        why = f"“{shown(name)}” ({left_out.concept}) is left out here on purpose. {left_out.why}"
    return Problem(
        Code.UNKNOWN_WORD,
        why,
        given=shown(name),
        accepted=near or index.ids(kind),
        next_step=f"Is “{near[0]}” meant?" if near else "Use one of the accepted names.",
    )


def _note_code_of_measurement(draft: Draft, what: str, codes: CodeRegister) -> Iterator[Note]:
    """What is to be known of the code by which a measurement is named."""
    coded = split_code(what)
    row = codes.find(*coded) if coded is not None else None
    if row is not None and (row.note or not row.status.is_confirmed):
        yield Note(
            draft.at("what"), f"{row.system} {row.code} is {row.concept}: {row.status}. {row.note}".strip()
        )


def _check_name_and_code(draft: Draft, index: TermIndex, codes: CodeRegister) -> Iterator[Problem | Note]:
    kind, what = _KIND[draft.kind], draft.get("what", str)
    if not draft.given & {"what", "code"}:
        why = f"This {kind} has neither a name nor a code."
        step = "Give its plain name (what), a code, or both."
        yield Problem(Code.MISSING_VALUE, why, draft.path, next_step=step)
    by_name = index.by_name(kind, what) if what else None
    by_code, said = _check_code(draft, index, codes, by_name)
    yield from said
    combined = split_combination(what) if what and kind == "medicine" and by_name is None else ()
    parts = index.parts(kind, what) if what and len(combined) > 1 else ()
    if len(combined) > 1 and by_code is None:
        unknown = [part for part in combined if index.by_name(kind, part) is None]
        listed = " and ".join(f"“{shown(part)}”" for part in unknown)
        if unknown:
            verb = "is" if len(unknown) == 1 else "are"
            yield Note(draft.at("what"), f"{listed} {verb} not known here; no rule covers it.")
    elif what and by_name is None and by_code is None:
        near = () if "code" in draft.given else index.suggest(kind, what)
        yield (
            _refuse_near_miss(kind, what, near).at(draft.at("what"))
            if near
            else Note(draft.at("what"), f"“{shown(what)}” is not known here; no rule covers it.")
        )
    if by_name and by_code and not _are_related(by_name, by_code, index):
        why = f"The name means “{by_name.words}” and the code means “{by_code.words}”."
        step = "Correct the one that is wrong, or leave it out."
        yield Problem(Code.CONFLICTING_VALUES, why, draft.path, shown(what), next_step=step)
    names = {term.id for term in (by_name, by_code, *parts) if term} | {(what or "").strip().lower()}
    if kind == "medicine" and _THIS_DRUG in names:
        why = "Baclofen is listed among the other medicines, where its dose would not be seen."
        step = "Enter it under oral_therapy or pump_therapy."
        if not by_name:
            step += " The code does not say the strength: write it, as it stands on the package."
        yield Problem(Code.CONFLICTING_VALUES, why, draft.path, given=_THIS_DRUG, next_step=step)


def _check_code(
    draft: Draft, index: TermIndex, codes: CodeRegister, by_name: Term | None
) -> tuple[Term | None, list[Problem | Note]]:
    """The term the code means, and what is to be said about the code."""
    code = draft.get("code", Draft)
    system = code.get("system", CodeSystem) if code else None
    text = code.get("code", str) if code else None
    if code is None or system is None or text is None:
        return None, []
    accepted = _SYSTEMS[draft.kind]
    if system not in accepted:
        why = f"{system} codes do not name a {_KIND[draft.kind]}."
        step = "Use one of the accepted systems, or the plain name."
        words = tuple(word.value for word in accepted)
        return None, [Problem(Code.UNKNOWN_WORD, why, code.at("system"), system.value, words, step)]
    term = index.by_code(_KIND[draft.kind], system, text)
    if term is None:
        above = codes.covering(system, text)
        return None, [Note(code.at("code"), _not_used(system, text, above, by_name, draft))]
    row = codes.find(system, text)
    if by_name is None and row is not None and not row.status.is_confirmed:
        says = f"{system} {row.code} is taken for “{term.words}” on {row.status} only; add the name."
        return term, [Note(code.at("code"), says)]
    return term, []


def _not_used(
    system: CodeSystem, text: str, row: RegisteredCode | None, by_name: Term | None, draft: Draft
) -> str:
    """What follows from a code no term lists: nothing beside a known name, and nothing good without any name."""
    if row is not None and row.why:
        says = f"{system} {shown(text)} ({row.concept}) is not used here. {row.why}"
    else:
        says = f"{system} {shown(text)} is not known here."
    if by_name is not None:
        return f"{says} The name decides."
    if "what" in draft.given or system in (CodeSystem.ATC, CodeSystem.ICD10CM):
        return f"{says} No rule covers it."
    return f"{says} It may mean anything, so nothing counts as absent from this list until its name is added."


def _refuse_near_miss(kind: str, what: str, near: tuple[str, ...]) -> Problem:
    why = (
        f"“{shown(what)}” is not known here but close to “{near[0]}”; an unrecognised {kind} is not checked."
    )
    return Problem(
        Code.UNKNOWN_WORD,
        why,
        given=shown(what),
        accepted=near,
        next_step=f"Write “{near[0]}” if that is meant; if it is something else, add its code.",
    )


def _are_related(first: Term, second: Term, index: TermIndex) -> bool:
    return first.id == second.id or first.id in index.broader(second) or second.id in index.broader(first)


def _check_said_both_ways(entries: tuple[Draft, ...], index: TermIndex) -> Iterator[Problem]:
    """The same thing said to be there and not to be there."""
    seen: dict[str, tuple[bool, str]] = {}
    for draft in entries:
        what = draft.get("what", str)
        if what is None:
            continue
        term = index.by_name(_KIND[draft.kind], what)
        name = term.id if term else " ".join(what.lower().split())
        is_there = draft.values.get("present", True) and draft.values.get("status") is not Status.ABSENT
        before, path = seen.setdefault(name, (is_there, draft.path))
        if before is not is_there:
            why = f"“{shown(what)}” is said to be there and not to be there; the other entry is {path}."
            step = "Keep the entry that is true."
            yield Problem(Code.CONFLICTING_VALUES, why, draft.path, shown(what), next_step=step)
