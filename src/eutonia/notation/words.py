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


WORDS: Mapping[str, Words] = {
    "en": Words(
        unit=r"(?:mg|micrograms?|mcg|nanograms?|ng|kg|mL|dL|L|litres?|mmol|per cent|hours?|minutes?|days?|weeks?|"
        r"months?|years?|tablets?|packets?|people|g)\b",
        dose=r"(?:mg|micrograms?|mcg|g|mL|tablets?|packets?)\b",
        counted=r"(?:tablets?|packets?)\b",
        touching=r"mg|mcg|micrograms?|mL|kg",
    ),
    "de": Words(
        unit=r"(?:mg|Mikrogramm|Nanogramm|ng|kg|ml|mL|l|L|Prozent|Stunden?|Minuten?|Tagen?|Tage?|Wochen?|Monaten?|"
        r"Monate?|Jahren?|Jahre?|Tabletten?|Beuteln?|Beutel|Personen|g)\b",
        dose=r"(?:mg|Mikrogramm|g|ml|mL|Tabletten?|Beuteln?|Beutel)\b",
        counted=r"(?:Tabletten?|Beuteln?|Beutel)\b",
        touching=r"mg|Mikrogramm|ml|mL|kg",
    ),
    "fr": Words(
        unit=r"(?:mg|microgrammes?|nanogrammes?|ng|kg|ml|mL|l|L|pour cent|heures?|minutes?|jours?|semaines?|mois|"
        r"ans?|années?|comprimés?|sachets?|personnes|g)\b",
        dose=r"(?:mg|microgrammes?|g|ml|mL|comprimés?|sachets?)\b",
        counted=r"(?:comprimés?|sachets?)\b",
        touching=r"mg|microgrammes?|ml|mL|kg",
    ),
}

#: Routes that are abbreviated, in any of the languages.
ROUTES = r"\bp\.\s?o\.|\bper os\b|\bi\.\s?t\.|\bi\.\s?v\.|\bi\.\s?m\.|\bs\.\s?c\.|\bs\.\s?l\.|\bIM\b|\bSL\b"
