"""Writes the pages and tables of the documentation that are made from the project itself.

    python docs/generate.py            write what is out of date
    python docs/generate.py --check    write nothing; exit code 1 when something is out of date
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from published_beside_ours import TABLES

from eutonia.errors import InputRefused
from eutonia.intake import read_scenario
from eutonia.intake.schema import schema_text
from eutonia.knowledge import reference
from eutonia.knowledge.loader import load_knowledge
from eutonia.plain_yaml import parse_yaml

ROOT = Path(__file__).parents[1]
KNOWLEDGE = load_knowledge()

#: A generated part of a page written by hand stands between these two lines.
_PART = re.compile(r"(<!-- generated: (?P<name>[a-z ]+) -->\n).*?(<!-- end of generated -->)", re.DOTALL)
#: An example that is refused: the change, then the message it gets.
_REFUSED = re.compile(r"(<!-- refused -->\n```yaml\n(?P<change>.*?)```\n\n```text\n).*?(```)", re.DOTALL)
_BASE = re.compile(r"<!-- base -->\n```yaml\n(.*?)```", re.DOTALL)


def pages() -> dict[Path, str]:
    """Every generated or partly generated page with the text it should have."""
    reference_folder = ROOT / "docs" / "reference"
    found = {
        reference_folder / "rules.md": reference.rules_page(KNOWLEDGE),
        reference_folder / "limits.md": reference.limits_page(KNOWLEDGE),
        reference_folder / "sources.md": reference.sources_page(KNOWLEDGE),
        reference_folder / "names.md": reference.names_page(KNOWLEDGE),
        reference_folder / "scenario.schema.json": schema_text(KNOWLEDGE),
    }
    for name in ("GLOSSARY.md", "docs/explanation/where-the-model-stops.md"):
        found[ROOT / name] = _with_parts((ROOT / name).read_text(encoding="utf-8"))
    errors = ROOT / "docs" / "how-to" / "errors.md"
    found[errors] = _with_messages(errors.read_text(encoding="utf-8"))
    return found


def _with_parts(text: str) -> str:
    parts = {"facts": lambda: reference.facts_section(KNOWLEDGE), **TABLES}
    return _PART.sub(lambda m: f"{m[1]}\n{parts[m['name']]()}\n{m[3]}", text)


def _with_messages(text: str) -> str:
    """The page of errors, each refused example with the message it gets today."""
    found = _BASE.search(text)
    assert found is not None, "the page needs its base scenario"
    base = parse_yaml(found[1])
    return _REFUSED.sub(lambda m: f"{m[1]}{_message(patched(base, parse_yaml(m['change'])))}{m[3]}", text)


def _message(data: object) -> str:
    try:
        read_scenario(data, KNOWLEDGE)
    except InputRefused as refused:
        return "".join(f"{problem}\n" for problem in refused.problems)
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
    stale = {
        path: text
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    checks_only = "--check" in sys.argv[1:]
    for path, text in stale.items():
        if not checks_only:
            path.write_text(text, encoding="utf-8")
        verb = "is out of date; run “make docs”" if checks_only else "written"
        sys.stdout.write(f"{path.relative_to(ROOT)} {verb}\n")
    return 1 if stale and checks_only else 0


if __name__ == "__main__":
    sys.exit(main())
