"""Other solvers on the same work. None is needed to use or test eutonia; each is imported when it is measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from benchmarks.yardsticks import (
    DOSE_H,
    DOSES,
    FALL_H,
    MOST,
    POINTS,
    RISE_H,
    SITE_RATE,
    STEEPNESS,
    Yardstick,
    by_scipy,
    outcome,
)
from eutonia.model.individual import FloatArray

RTOL, ATOL = 1e-6, 1e-8
MODULES = {
    "numbalsoda (LSODA)": "numbalsoda",
    "diffrax (Tsit5)": "diffrax",
    "SciPy solve_ivp (LSODA)": "scipy",
}
PEOPLE = {"numbalsoda (LSODA)": 64, "diffrax (Tsit5)": 64, "SciPy solve_ivp (LSODA)": 2}


def versions() -> list[tuple[str, str]]:
    """What is installed of what is compared."""
    found = []
    for name in ("numpy", "numba", "scipy", "numbalsoda", "diffrax", "jax"):
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, "of unknown version or not installed"))
    return found


def _scipy(states: int, who: Yardstick, n: int) -> FloatArray:
    curves = [outcome(by_scipy(who, i, states, "LSODA", RTOL, ATOL), who.parameters(i)) for i in range(n)]
    return np.array(curves).T


@cache
def _lsoda(states: int) -> Any:
    import numba as nb
    from numbalsoda import lsoda, lsoda_sig

    @nb.cfunc(lsoda_sig)
    def slope(_, y, dy, p):  # type: ignore[no-untyped-def]
        dy[0] = -p[0] * y[0]
        dy[1] = p[4] * y[0] - (p[1] + p[2]) * y[1] + p[3] * y[2]
        dy[2] = p[2] * y[1] - p[3] * y[2]
        if states == 5:
            x = (max(y[3], 0.0) / p[6]) ** STEEPNESS
            gap = MOST * x / (1 + x) - y[4]
            dy[3] = SITE_RATE * (p[5] * y[1] - y[3])
            dy[4] = gap / RISE_H if gap > 0 else gap / FALL_H

    address = slope.address

    @nb.njit
    def solve(parameters, dose):  # type: ignore[no-untyped-def]
        n = parameters.shape[0]
        found = np.empty((n, states, DOSES * POINTS + 1))
        grid = np.linspace(0.0, DOSE_H, POINTS + 1)
        for i in range(n):
            y = np.zeros(states)
            for k in range(DOSES):
                y[0] += dose
                some, _ = lsoda(address, y, grid, parameters[i], rtol=RTOL, atol=ATOL)
                found[i, :, k * POINTS : (k + 1) * POINTS + 1] = some.T
                y = some[POINTS].copy()
        return found

    return slope, solve  # the first must outlive its address


def _numbalsoda(states: int, who: Yardstick, n: int) -> FloatArray:
    parameters = np.array([who.parameters(i) for i in range(n)])
    found = _lsoda(states)[1](parameters, who.dose)
    return np.array([outcome(found[i], parameters[i]) for i in range(n)]).T


@cache
def _tsit5(states: int) -> Any:
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def slope(_, y, p):  # type: ignore[no-untyped-def]
        found = [
            -p[0] * y[0],
            p[4] * y[0] - (p[1] + p[2]) * y[1] + p[3] * y[2],
            p[2] * y[1] - p[3] * y[2],
        ]
        if states == 5:
            x = (jnp.maximum(y[3], 0.0) / p[6]) ** STEEPNESS
            gap = MOST * x / (1 + x) - y[4]
            found += [SITE_RATE * (p[5] * y[1] - y[3]), gap / jnp.where(gap > 0, RISE_H, FALL_H)]
        return jnp.stack(found)

    grid = jnp.linspace(0.0, DOSE_H, POINTS + 1)

    def one(p, dose):  # type: ignore[no-untyped-def]
        def interval(y, _):  # type: ignore[no-untyped-def]
            solution = diffrax.diffeqsolve(
                diffrax.ODETerm(slope), diffrax.Tsit5(), 0.0, DOSE_H, 0.05, y.at[0].add(dose), p,
                saveat=diffrax.SaveAt(ts=grid),
                stepsize_controller=diffrax.PIDController(rtol=RTOL, atol=ATOL),
            )  # fmt: skip
            return solution.ys[-1], solution.ys[:-1]

        last, ys = jax.lax.scan(interval, jnp.zeros(states), None, length=DOSES)
        return jnp.concatenate([ys.reshape(-1, states), last[None]]).T

    return jax.jit(jax.vmap(one, in_axes=(0, None)))


def _diffrax(states: int, who: Yardstick, n: int) -> FloatArray:
    parameters = np.array([who.parameters(i) for i in range(n)])
    found = np.asarray(_tsit5(states)(parameters, who.dose))
    return np.array([outcome(found[i], parameters[i]) for i in range(n)]).T


Solver = Callable[[Yardstick, int], FloatArray]
_SOLVERS = dict(zip(MODULES, (_numbalsoda, _diffrax, _scipy), strict=True))
B1: dict[str, Solver] = {name: partial(solver, 3) for name, solver in _SOLVERS.items()}
B2: dict[str, Solver] = {name: partial(solver, 5) for name, solver in _SOLVERS.items()}
