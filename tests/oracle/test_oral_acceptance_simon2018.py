"""Oracle: adults with alcohol use disorder (Simon, Front Psychiatry 2018;9:385; Marsot; Chevillard).

Weight 74 kg. Published CL/F 11.6, 9.9 and 8.0 L/h; accepted 8.0 to 12.3, set with the model (clearance 100 mL
per minute assumed).
"""

from __future__ import annotations

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, typical_individual


def test_adults_with_alcohol_use_disorder_clear_within_the_published_range() -> None:
    person = typical_individual(load_knowledge().models["oral.reference2026"], Covariates(50, 74, 100))
    assert 8.0 <= (person.cl / person.f)[0] <= 12.3
