"""Writes the pages and parts of pages of the documentation that are made from the project itself.

    python docs/generate.py            write what is out of date
    python docs/generate.py --check    write nothing; exit code 1 when something is out of date

In a page written by hand these marks ask for something to be filled in:
``generated: name`` up to ``end of generated`` is a table; ``printed`` after Python code is what it prints;
``answer`` after a scenario is the sentence it gets; ``refused`` is a change to the page's ``base`` scenario,
followed by the message it gets.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import intrathecal_cases
import intrathecal_conflicts
import published_beside_ours
import systemic_cases
from functions_page import functions

from eutonia.consult import consult_data
from eutonia.errors import InputRefused
from eutonia.intake import read_scenario
from eutonia.intake.schema import schema_text
from eutonia.knowledge import reference, reference_catalogue, reference_claims, reference_uses
from eutonia.knowledge.loader import load_knowledge
from eutonia.plain_yaml import parse_yaml
from eutonia.report.words import answer

ROOT = Path(__file__).parents[1]
KNOWLEDGE = load_knowledge()
WIDTH = 100


def counts() -> str:
    """What the base holds, in one sentence."""
    k = KNOWLEDGE
    return (
        f"{len(k.rules)} rules, {len(k.limits)} limits, {len(k.tables)} tables, {len(k.conflicts)} disagreements and\n"
        f"{len(k.claims)} checked claims from {len(k.sources)} sources; each of the\n{len(k.catalogue)} ids of the "
        "catalogue it was made from has its place."
    )


TABLES: dict[str, Callable[[], str]] = {
    "counts": counts,
    **published_beside_ours.TABLES,
    **systemic_cases.TABLES,
    **intrathecal_cases.TABLES,
    **intrathecal_conflicts.TABLES,
    "functions": functions,
}

_INSIDE = r"(?:(?!```).)*?"  # the text of one block of code
_PART = re.compile(r"(<!-- generated: (?P<text>[a-z ]+) -->\n).*?(<!-- end of generated -->)", re.DOTALL)
_PRINTED = re.compile(
    rf"(```python\n(?P<text>{_INSIDE})```\n\n<!-- printed -->\n```text\n){_INSIDE}(```)", re.DOTALL
)
_ANSWER = re.compile(
    rf"(```yaml\n(?P<text>format: {_INSIDE})```\n\n<!-- answer -->\n```text\n){_INSIDE}(```)", re.DOTALL
)
_REFUSED = re.compile(
    rf"(<!-- refused -->\n```yaml\n(?P<text>{_INSIDE})```\n\n```text\n){_INSIDE}(```)", re.DOTALL
)
_BASE = re.compile(rf"<!-- base -->\n```yaml\n({_INSIDE})```", re.DOTALL)


def pages() -> dict[Path, str]:
    """Every page with the text it should have."""
    folder = ROOT / "docs" / "reference"
    found = {
        folder / "rules.md": reference.rules_page(KNOWLEDGE),
        folder / "limits.md": reference.limits_page(KNOWLEDGE),
        folder / "sources.md": reference.sources_page(KNOWLEDGE),
        folder / "names.md": reference.names_page(KNOWLEDGE),
        folder / "uses.md": reference_uses.uses_page(KNOWLEDGE),
        folder / "disagreements.md": reference_uses.conflicts_page(KNOWLEDGE),
        folder / "claims.md": reference_claims.claims_page(KNOWLEDGE),
        folder / "catalogue.md": reference_catalogue.catalogue_page(KNOWLEDGE),
        folder / "tables.md": reference_catalogue.tables_page(KNOWLEDGE),
        folder / "notes.md": reference_catalogue.notes_page(KNOWLEDGE),
        folder / "scenario.schema.json": schema_text(KNOWLEDGE),
    }
    for path in written_by_hand():
        if path not in found:
            found[path] = filled(path.read_text(encoding="utf-8"))
    return found


def written_by_hand() -> Iterator[Path]:
    """All Markdown pages of the project."""
    yield from sorted(ROOT.glob("*.md"))
    yield from sorted((ROOT / "docs").rglob("*.md"))


def filled(text: str) -> str:
    """A page with everything its marks ask for."""
    base = _BASE.search(text)
    scenario = parse_yaml(base[1]) if base else None
    parts = {"facts": lambda: reference.facts_section(KNOWLEDGE), **TABLES}
    jobs: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
        (_PART, lambda name: f"\n{parts[name]()}\n"),
        (_PRINTED, _printed),
        (_ANSWER, _answer),
        (_REFUSED, lambda change: _message(patched(scenario, parse_yaml(change)))),
    )
    for pattern, make in jobs:
        text = _replaced(pattern, make, text)
    return text


def _replaced(pattern: re.Pattern[str], make: Callable[[str], str], text: str) -> str:
    return pattern.sub(lambda m: f"{m[1]}{make(m['text'])}{m[3]}", text)


def _printed(code: str) -> str:
    """What the code prints when it is run in the project's folder."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.chdir(ROOT):
        exec(compile(code, "example", "exec"), {"__name__": "example"})
    return out.getvalue()


def _answer(scenario: str) -> str:
    result = consult_data(parse_yaml(scenario), KNOWLEDGE, people=0)
    return textwrap.fill(answer(result), WIDTH) + "\n"


def _message(data: object) -> str:
    try:
        read_scenario(data, KNOWLEDGE)
    except InputRefused as refused:
        return "".join(textwrap.fill(str(problem), WIDTH) + "\n" for problem in refused.problems)
    raise AssertionError("an example that should be refused was read")


def patched(document: Any, change: Any) -> Any:
    """The document with a change laid over it: mappings are merged, everything else is replaced."""
    if not isinstance(change, dict):
        return change
    result = dict(document) if isinstance(document, dict) else {}
    for key, value in change.items():
        result[key] = patched(result.get(key), value)
    return result


def main() -> int:
    """Write or check; says which pages changed."""
    checks_only = "--check" in sys.argv[1:]
    stale = {
        path: text
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        if not checks_only:
            path.write_text(text, encoding="utf-8")
        verb = "is out of date; run “make docs”" if checks_only else "written"
        sys.stdout.write(f"{path.relative_to(ROOT)} {verb}\n")
    return 1 if stale and checks_only else 0


if __name__ == "__main__":
    sys.exit(main())
