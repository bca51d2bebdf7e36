"""The rules of notation: patterns that must not be shown, each with its id of the display rules (R-01 and so on).

Sources: the list of error-prone abbreviations of the Institute for Safe Medication Practices (2024: a half in words,
"per" for a slash), the Joint Commission's "do not use" list, and the guides of the NHS Common User Interface for
medicines, dates and numbers. Each language has its own rules for the comma and the point, because 1.250 is a thousand
in one and a little over one in the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from eutonia.notation import words as w

#: The languages with rules, by their codes.
LANGUAGES = ("en", "de", "fr")

_GAP = r"[\s\u00a0\u202f]*"
_PER = (
    r"(?:mg|micrograms?|mcg|nanograms?|ng|g|kg|m[lL]|dL|L|units?|U|mmol|umol|tablets?|Tabletten?|comprimés?)"
)
_BRANDS = r"(?:Lioresal|Liorésal|Gablofen|Ozobax|Lyvispah|Fleqsuvy|Kemstro|Lyflex)"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that must not be shown. is_for_pages: holds only where a no-break space can be set."""

    id: str
    says: str
    pattern: re.Pattern[str]
    is_for_pages: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """What was shown against a rule, with its surroundings."""

    rule: str
    found: str
    around: str


def violations(text: str, *, is_page: bool, language: str = "en") -> list[Violation]:
    """Every breach in a text as a reader sees it. is_page: the text of a page, picture or print, not of JSON.

    language: one of LANGUAGES; a language without rules raises KeyError, it is never let pass.
    """
    return [
        Violation(rule.id, found[0], text[max(found.start() - 40, 0) : found.end() + 40].replace("\n", " "))
        for rule in rules(language)
        if is_page or not rule.is_for_pages
        for found in rule.pattern.finditer(text)
    ]


@cache
def rules(language: str) -> tuple[Rule, ...]:
    """The rules of one language: those that hold in all, and its own of numbers, abbreviations and dates."""
    return (*_everywhere(w.WORDS[language]), *_NUMBERS[language], *_OWN[language])


def _rule(id_: str, says: str, pattern: str, *, flags: int = 0, is_for_pages: bool = False) -> Rule:
    return Rule(id_, says, re.compile(pattern, flags), is_for_pages)


def _everywhere(word: w.Words) -> tuple[Rule, ...]:
    unit, dose = word.unit, word.dose
    return (
        _rule("R-01", "micrograms are spelled out", r"[\u00b5\u03bc]g|\bug\b|\bmcgs\b|\bMCG\b"),
        _rule(
            "R-02",
            "no unit as a program writes it",
            r"\b(?:micro|milli|nano)?grams?(?:\s?/\s?|\s?\*\s?)\w|\*\*\s?-?\d|[\u207b][\u00b9\u00b2\u00b3]"
            r"|\b(?:milligram|microgram|milliliter)_per_|\bdelta_deg|\bdimensionless\b",
        ),
        _rule("R-06", "number and unit do not touch", rf"\b\d+(?:[.,]\d+)?(?:{word.touching})\b"),
        _rule(
            "R-06",
            "no-break space between number and unit",
            rf"(?<![\w.-])\d[\d,.]*[ \n]{unit}",
            is_for_pages=True,
        ),
        _rule("R-06", "the medicine's name and its number do not touch", r"\b[Bb]aclof[eè]ne?\d"),
        _rule(
            "R-07",
            "a dose is never cut off",
            rf"\d{_GAP}(?:…|\.\.\.)|{dose}{_GAP}(?:…|\.\.\.)(?!\w)",
        ),
        _rule(
            "R-08",
            "generic name first and in small letters",
            rf"\b(?:BACLOFEN|BACLOFÈNE|BACLOFENE)\b|\b{_BRANDS}{_GAP}\([Bb]aclof[eè]n",
            flags=re.UNICODE,
        ),
        _rule(
            "R-09",
            "a medication line names the dose",
            r"(?m)^(?=[^\n]* – [Bb]aclof[eè]ne? – )"
            r"(?![^\n]* – (?:DOSE|DOSIS) )(?=[^\n]*\d[\s\u00a0]m[gl])[^\n]*$",
        ),
        _rule(
            "R-10",
            "“per”, not a slash, between units",
            rf"\b{_PER}/(?:m[lL]|dL|L|kg|day|d|h|min|hour|week|Tag|Woche|jour|j|semaine)\b",
        ),
        # A zero with a stroke has been read as 4, 6, 8 and 9 (list of the ISMP); a font must not draw one either.
        _rule("R-11", "no zero with a stroke", r"\d[Øø∅]|[Øø∅]\d|\u2205"),
        _rule(
            "R-12",
            "words instead of comparison and joining signs",
            r"[<>\u2264\u2265@&\u00b0]|\d\s?\+\s?\d",
        ),
        _rule("R-13", "half tablets in words", rf"[\u00bc-\u00be]|\b1/2\b|\d[.,]\d+{_GAP}{word.counted}"),
        _rule(
            "R-16",
            "no capitals inside a name that no list gives",
            r"\b[a-z]{2,}[A-Z]{3,}[a-z]*\b|\b[A-Z]{3,}[a-z]{4,}\b",
        ),
        _rule(
            "R-17",
            "no day in figures alone",
            r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|(?<!\d)\d-(?:[A-Z][a-z]{2})-\d{4}\b"
            r"|\b\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})\b",
        ),
        _rule(
            "R-18",
            "what is not known is said in words",
            r"\b(?:nan|NaN|null|undefined|N/A|n/a|k\.\s?A\.)(?!\w)|^\s*(?:None|\?+|-)\s*$",
        ),
    )


_POINT = (
    _rule("R-03", "no trailing zero in a dose", rf"\d\.\d*0{_GAP}{w.WORDS['en'].dose}"),
    _rule("R-04", "a leading zero", rf"(?<![\d.])\.\d+{_GAP}{w.WORDS['en'].dose}"),
    _rule("R-05", "a comma from a thousand up", rf"(?<![\d.,-])\d{{4,}}(?:\.\d+)?{_GAP}{w.WORDS['en'].unit}"),
    _rule(
        "R-05",
        "no decimal comma in English",
        rf"(?<![\d,])\d+,(?!\d{{3}}(?!\d))\d+{_GAP}{w.WORDS['en'].unit}",
    ),
)


def _comma(word: w.Words) -> tuple[Rule, ...]:
    """Where the comma is decimal: never a point before a unit, never three figures after a comma."""
    return (
        _rule("R-03", "no trailing zero in a dose", rf"\d,\d*0{_GAP}{word.dose}"),
        _rule("R-04", "a leading zero", rf"(?<![\d,]),\d+{_GAP}{word.dose}"),
        _rule(
            "R-05", "a no-break space from a thousand up", rf"(?<![\d.,-])\d{{4,}}(?:,\d+)?{_GAP}{word.unit}"
        ),
        _rule("R-05", "no point in a number with a unit", rf"\d\.\d+{_GAP}{word.unit}"),
        # 1,250 would be read as a thousand by whoever knows English; 0,125 cannot be.
        _rule(
            "R-05", "not three figures after a comma", rf"(?<![\d,])(?!0,)\d+,\d{{3}}(?!\d){_GAP}{word.unit}"
        ),
    )


_NUMBERS: Mapping[str, tuple[Rule, ...]] = {
    "en": _POINT,
    "de": _comma(w.WORDS["de"]),
    "fr": _comma(w.WORDS["fr"]),
}

_OWN: Mapping[str, tuple[Rule, ...]] = {
    "en": (
        _rule(
            "R-11",
            "no abbreviations of times and routes",
            r"\b(?:QD|OD|QOD|TDS|TID|BD|BID|QDS|QID|HS|D/C|IU|IT|ITB|SC|PO|PRN)\b(?!-\d)"
            r"|\b(?:tds|tid|bid|qds|qid|qd|prn|cc)\b|\bx\s?\d+\s?d\b|\d\s?U\b",
        ),
        _rule("R-15", "the route in words", w.ROUTES),
        _rule("R-25", "never “safe”", r"\b(?:un)?safe(?:ly|r|st)?\b", flags=re.IGNORECASE),
    ),
    "de": (
        _rule(
            "R-11",
            "no abbreviations of times and routes",
            r"\b(?:tgl|tägl|TL|EL|Tbl|Tabl|Trpf|bds|abds|morg|mitt|z\.\s?N|b\.\s?Bed|i\.\s?th|ITB|BTM)\b\.?"
            r"|\b\d+\s?[x×]\s?(?:tgl|täglich|\d)|\b\d(?:\s?[-–]\s?\d){2,3}(?!\d)",
        ),
        _rule("R-15", "the route in words", w.ROUTES),
        _rule(
            "R-25",
            "never “safe”",
            r"\b(?:un)?sicher(?:er|ste[rn]?)?\b|\bungefährlich\w*|\bunbedenklich\w*",
            flags=re.I,
        ),
    ),
    "fr": (
        _rule(
            "R-11",
            "no abbreviations of times and routes",
            r"\b(?:cp|cps|cpr|cac|càc|càs|gtt|inj|ITB|matin/midi)\b\.?|\b\d+\s?[x×]\s?\d|\d\s?/\s?j\b|\bx\s?\d+/",
        ),
        _rule("R-15", "the route in words", w.ROUTES),
        _rule(
            "R-25", "never “safe”", r"\bsans (?:danger|risque)s?\b|\bsûre?s?\b|\bsécuritaires?\b", flags=re.I
        ),
    ),
}
