"""Seeds of virtual people: whole numbers of at least 0 and below 2 to the 64th, and nothing else, everywhere.

Larger ones are not cut down to size, because then two seeds would give the same people.
"""

from __future__ import annotations

from numbers import Integral

from eutonia.errors import Code, Problem

__all__ = ["SEEDS", "check_seed", "seed_problem"]

SEEDS = (
    2**64
)  # so many: the oral, spinal, population and laboratory draws each take that many keys of the counter
_ACCEPTED = "a whole number from 0 to 18,446,744,073,709,551,615"


def seed_problem(seed: object, path: str = "seed") -> Problem | None:
    """What is wrong with a seed, placed at ``path``; None when nothing is."""
    is_whole = isinstance(seed, Integral) and not isinstance(seed, bool)
    if is_whole and 0 <= int(seed) < SEEDS:  # type: ignore[call-overload]
        return None
    return Problem(
        Code.IMPOSSIBLE_VALUE if is_whole else Code.WRONG_TYPE,
        "A seed is a whole number of at least 0 and below 2 to the 64th.",
        path=path,
        given=f"{seed}",
        accepted=(_ACCEPTED,),
        next_step="Nothing was simulated.",
    )


def check_seed(seed: object) -> int:
    """The seed as an int. Raises ValueError saying what was given and what is accepted."""
    problem = seed_problem(seed)
    if problem is not None:
        raise ValueError(f"the seed must be {_ACCEPTED}, not {problem.given}")
    return int(seed)  # type: ignore[call-overload, no-any-return]
