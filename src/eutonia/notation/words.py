"""The units and nouns of dose by language, as parts of patterns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Patterns. unit: what a number may carry; dose: what a dose is measured in; counted: what is counted out;
    touching: units that must not touch their number."""

    unit: str
    dose: str
    counted: str
    touching: str


def _words(
    measures: tuple[str, ...], doses: tuple[str, ...], counted: tuple[str, ...], others: tuple[str, ...]
) -> Words:
    """The patterns of one language. measures: every unit of mass and volume; doses: those of them that a dose has;
    counted: tablets and the like; others: what else a number carries."""
    return Words(
        unit=rf"(?:{'|'.join((*measures, *others, *counted))})\b",
        dose=rf"(?:{'|'.join((*doses, *counted))})\b",
        counted=rf"(?:{'|'.join(counted)})\b",
        touching="|".join(measures),
    )


WORDS: Mapping[str, Words] = {
    "en": _words(
        ("mg", "micrograms?", "mcg", "nanograms?", "ng", "kg", "g", "mL", "dL", "L", "litres?", "mmol"),
        ("mg", "micrograms?", "mcg", "g", "mL"),
        ("tablets?", "packets?"),
        ("per cent", "hours?", "minutes?", "days?", "weeks?", "months?", "years?", "people"),
    ),
    "de": _words(
        ("mg", "Mikrogramm", "Nanogramm", "ng", "kg", "g", "ml", "mL", "l", "L"),
        ("mg", "Mikrogramm", "g", "ml", "mL"),
        ("Tabletten?", "Beuteln?", "Beutel"),
        (
            *("Prozent", "Stunden?", "Minuten?", "Tagen?", "Tage?", "Wochen?", "Monaten?", "Monate?"),
            *("Jahren?", "Jahre?", "Personen"),
        ),
    ),
    "fr": _words(
        ("mg", "microgrammes?", "nanogrammes?", "ng", "kg", "g", "ml", "mL", "l", "L"),
        ("mg", "microgrammes?", "g", "ml", "mL"),
        ("comprimés?", "sachets?"),
        ("pour cent", "heures?", "minutes?", "jours?", "semaines?", "mois", "ans?", "années?", "personnes"),
    ),
}

#: Routes that are abbreviated, in any of the languages.
ROUTES = r"\bp\.\s?o\.|\bper os\b|\bi\.\s?t\.|\bi\.\s?v\.|\bi\.\s?m\.|\bs\.\s?c\.|\bs\.\s?l\.|\bIM\b|\bSL\b"
