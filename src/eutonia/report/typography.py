"""How a text is set for readers: units spelled out, numbers bound to their units, dates kept whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from eutonia.units import unit

NBSP = "\u00a0"

_SPELLED = tuple(
    sorted(
        (
            *("mg/day", "mg/kg", "mg/kg/day", "mg/mL", "mg/L", "mg/dL", "g/L", "g/dL"),
            *("microgram/day", "microgram/mL", "microgram/L", "ng/mL", "umol/L", "mmol/L"),
            *("mL/min", "mL/min/1.73m2", "mL/min/1.73 m2", "L/h", "U/L"),
        ),
        key=len,
        reverse=True,
    )
)
_SLASHED = re.compile(rf"(?<![\w/])({'|'.join(map(re.escape, _SPELLED))})(?![\w/])")
_NUMBER_AND_UNIT = re.compile(
    r"(?<=\d) (?=(?:mg|mL|dL|kg|cm|mm|mmol|per cent|(?:nano|micro)?grams?|(?:micro|milli)moles?|litres?|"
    r"units?|degrees|minutes?|hours?|days?|weeks?|months?|years?|times|steps?|tablets?|packets?|people|g|L)\b)"
)
# Names a title, an instruction or a working may begin with.
_NAMES = (
    "United ",
    "German",
    "Swiss",
    "French",
    "Australia",
    "Canad",
    "Parkinson",
    "Cockcroft",
    "Schwartz",
    "Ashworth",
)
_DATE = re.compile(r"\b\d{2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{4}\b")


def spell_units(text: str) -> str:
    """Units with a slash in words: “50 mL/min” becomes “50 mL per minute”."""
    return _SLASHED.sub(lambda found: unit(found[1]).words, text)


def bind(text: str) -> str:
    """The text with units spelled and a no-break space between each number and its unit."""
    return _NUMBER_AND_UNIT.sub(NBSP, spell_units(text))


def set_text(value: object) -> object:
    """What the page prints for a value: texts bound and escaped, dates kept on one line, markup untouched."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return Markup(_DATE.sub(r'<span class="date">\g<0></span>', str(escape(bind(value)))))


def sentence_start(text: str) -> str:
    """The text with a capital first letter; abbreviations such as eGFR stay as they are."""
    return text if text[:2].startswith("e") and text[1:2].isupper() else text[:1].upper() + text[1:]


def run_on(text: str) -> str:
    """The text with a small first letter, to run on inside a sentence; names and abbreviations keep theirs."""
    is_name = text[1:2].isupper() or text.startswith(_NAMES)
    return text if is_name else text[:1].lower() + text[1:]


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence, without it."""
    return re.split(r"(?<=[^.\d][a-z0-9)”])\. |(?<=[)”])\. |\.$", text.strip(), maxsplit=1)[0]


def listing(parts: Sequence[str]) -> str:
    """One, “a and b”, “a, b and c”; nothing for nothing."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def few(parts: Sequence[str], most: int) -> str:
    """“a; b; c” or “a; b and 7 more”: no more than ``most`` parts, and how many more there are."""
    if len(parts) <= most + 1:  # one more takes no more room than saying so
        return "; ".join(parts)
    return f"{'; '.join(parts[:most])} and {len(parts) - most} more"
