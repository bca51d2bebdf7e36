"""Oracle: a man on haemodialysis (Brvar, Eur J Clin Pharmacol 2007;63:1143-6), abstract: 7.7 L/h and 0.152 per hour.

Their ratio is a volume of 50.7 L that needs no bioavailability; tolerance 20 percent, set with the model. The clearance
itself is an input of ours.
"""

from __future__ import annotations

import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, typical_individual
from eutonia.simulate.removal import published_clearances

KNOWLEDGE = load_knowledge()


def test_the_volume_of_distribution_is_the_one_dialysis_points_to() -> None:
    person = typical_individual(KNOWLEDGE.models["oral.reference2026"], Covariates(60, 70, 100))
    assert abs((person.vc + person.vp)[0] - 7.70 / 0.152) <= 0.20 * 7.70 / 0.152


def test_the_clearance_of_haemodialysis_is_the_published_one() -> None:
    usual, high = published_clearances(KNOWLEDGE.models["removal.reference2026"], "haemodialysis")
    assert usual == pytest.approx(2.14 * 3.6, abs=0.05)  # mL per second in L/h
    assert high == 12
