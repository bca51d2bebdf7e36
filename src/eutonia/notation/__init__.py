"""How text for people must be written: dangerous ways of writing a dose, as rules over what a reader sees.

The same rules hold for pages, pictures, PDF text, the terminal, calendar files and JSON, and for English, German and
French. They run in the build over everything that is rendered, and over each hand-out before it is written.
"""

from eutonia.notation.readers import calendar_violations, json_violations, page_violations
from eutonia.notation.rules import LANGUAGES, Rule, Violation, rules, violations

__all__ = [
    "LANGUAGES",
    "Rule",
    "Violation",
    "calendar_violations",
    "json_violations",
    "page_violations",
    "rules",
    "violations",
]
