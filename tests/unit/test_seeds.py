"""A seed is a whole number from 0 to 2^64 less 1, wherever virtual people are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eutonia.errors import InputRefused
from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, draw_individuals
from eutonia.model.intrathecal import draw_patients
from eutonia.model.published import draw_people
from eutonia.model.residual import ResidualError, measure
from eutonia.model.seeds import check_seed
from eutonia.simulate import virtual
from eutonia.simulate.table_run import predict_table
from eutonia.simulate.tables import read_csv

KNOWLEDGE = load_knowledge()
ORAL, SPINAL = KNOWLEDGE.models["oral.reference2026"], KNOWLEDGE.models["intrathecal.reference2026"]
MAN = Covariates(45, 70, 100)
ADULTS = KNOWLEDGE.populations["adults_multiple_sclerosis"]
TABLE = "ID,TIME,AMT,AGE,WT,CRCL\n1,0,10,45,70,100\n"

DRAWS: dict[str, Callable[[Any], object]] = {
    "people by mouth": lambda seed: draw_individuals(ORAL, MAN, 2, seed),
    "people of a published model": lambda seed: draw_people(KNOWLEDGE.models["oral.simon2018"], MAN, 2, seed),
    "people with a pump": lambda seed: draw_patients(ORAL, SPINAL, MAN, 2, seed),
    "a population": lambda seed: virtual.draw_people(ADULTS, 3600, 2, seed),
    "a laboratory": lambda seed: measure(np.ones((1, 2)), ResidualError(0.1, 0), seed),
}


@pytest.mark.parametrize("seed", [None, 1.5, 2.0, "1", True, -1, 2**64, 10**40])
@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_what_is_no_seed_draws_nobody_and_is_named(draw: Callable[[Any], object], seed: object) -> None:
    with pytest.raises(ValueError, match="the seed must be a whole number from 0 to") as error:
        draw(seed)
    assert f"not {seed}" in str(error.value)


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_the_first_and_the_last_seed_draw_people(draw: Callable[[Any], object]) -> None:
    for seed in (0, 2**64 - 1, np.int64(7)):
        draw(seed)


def test_a_checked_seed_is_a_plain_number() -> None:
    assert type(check_seed(np.uint64(2**64 - 1))) is int


def test_a_table_with_an_absurd_seed_is_refused_and_not_cut_down_to_size() -> None:
    with pytest.raises(InputRefused, match="seed"):
        predict_table(ORAL, read_csv(TABLE), seed=2**64)
