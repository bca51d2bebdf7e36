"""The two yardsticks: who is simulated, and the answer of a general solver at the strictest setting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eutonia.model.individual import FloatArray
from eutonia.model.kernel_numpy import Tone

TIMES = np.linspace(0.0, 720.0, 1441)
DOSES, DOSE_H = 90, 8.0
POINTS = 16  # output times between two doses
STEEPNESS, MOST, RISE_H, FALL_H = 2.5, 0.5, 120.0, 168.0
SITE_RATE = 0.3


@dataclass(frozen=True)
class Yardstick:
    """n made-up people: ka, k10, k12, k21 per hour, F, volume in L, EC50 in ng/mL, and the dose in mg."""

    ka: FloatArray
    k10: FloatArray
    k12: FloatArray
    k21: FloatArray
    f: FloatArray
    volume: FloatArray
    ec50: FloatArray
    dose: float

    @property
    def rates(self) -> FloatArray:
        """Depot, central, peripheral: (n, 3, 3)."""
        rates = np.zeros((len(self.ka), 3, 3))
        rates[:, 0, 0], rates[:, 1, 0] = -self.ka, self.f * self.ka
        rates[:, 1, 1], rates[:, 1, 2] = -(self.k10 + self.k12), self.k21
        rates[:, 2, 1], rates[:, 2, 2] = self.k12, -self.k21
        return rates

    @property
    def read(self) -> FloatArray:
        """Concentration in ng/mL from the amounts: (3, n)."""
        read = np.zeros((3, len(self.ka)))
        read[1] = 1000.0 / self.volume
        return read

    @property
    def with_site(self) -> FloatArray:
        """With the effect site as a fourth state, ng/mL."""
        rates = np.zeros((len(self.ka), 4, 4))
        rates[:, :3, :3] = self.rates
        rates[:, 3, 1], rates[:, 3, 3] = SITE_RATE * 1000.0 / self.volume, -SITE_RATE
        return rates

    @property
    def tone(self) -> Tone:
        """No tolerance; adaptation is the slow state."""
        n = len(self.ka)
        slow = np.repeat([[0.0], [1.0], [1.0], [1.0], [MOST], [1 / RISE_H], [1 / FALL_H]], n, axis=1)
        return Tone((3,), self.ec50[None], np.full((1, n), STEEPNESS), slow, np.zeros((2, n)))

    def parameters(self, i: int) -> FloatArray:
        """ka, k10, k12, k21, F ka, ng/mL per mg, EC50 of one person."""
        return np.array(
            [
                self.ka[i], self.k10[i], self.k12[i], self.k21[i], self.f[i] * self.ka[i],
                1000.0 / self.volume[i], self.ec50[i],
            ]
        )  # fmt: skip


def yardstick(n: int, seed: int = 1) -> Yardstick:
    """Always the same people for the same seed."""
    eta = np.random.default_rng(seed).standard_normal((5, n))
    volume, clearance = 30 * np.exp(0.25 * eta[0]), 8 * np.exp(0.3 * eta[1])
    flow = np.full(n, 9.5)
    return Yardstick(
        ka=2.2 * np.exp(0.4 * eta[2]),
        k10=clearance / volume,
        k12=flow / volume,
        k21=flow / (0.6 * volume),
        f=1 / (1 + np.exp(-1.05 - 0.3 * eta[3])),
        volume=volume,
        ec50=150 * np.exp(0.3 * eta[4]),
        dose=10.0,
    )


def slope(_: float, y: FloatArray, p: FloatArray) -> list[float]:
    """The equations of both: depot, central, peripheral and, with five states, effect site and adaptation."""
    ka, k10, k12, k21, in_rate, scale, ec50 = p
    found = [-ka * y[0], in_rate * y[0] - (k10 + k12) * y[1] + k21 * y[2], k12 * y[1] - k21 * y[2]]
    if len(y) == 5:
        x = (max(y[3], 0.0) / ec50) ** STEEPNESS
        gap = MOST * x / (1 + x) - y[4]
        found += [SITE_RATE * (scale * y[1] - y[3]), gap / (RISE_H if gap > 0 else FALL_H)]
    return found


def by_scipy(who: Yardstick, i: int, states: int, method: str, rtol: float, atol: float) -> FloatArray:
    """All states of one person at all times by ``solve_ivp``, restarted at each dose: (states, T)."""
    from scipy.integrate import solve_ivp

    y, p, found = np.zeros(states), who.parameters(i), []
    for _ in range(DOSES):
        y[0] += who.dose
        grid = np.linspace(0.0, DOSE_H, POINTS + 1)
        y_all = solve_ivp(slope, (0.0, DOSE_H), y, method, grid, args=(p,), rtol=rtol, atol=atol).y
        found.append(y_all[:, :-1])
        y = y_all[:, -1].copy()
    return np.concatenate([*found, y[:, None]], axis=1)


def outcome(states: FloatArray, p: FloatArray) -> FloatArray:
    """Concentration with three states; (1 + A)(1 - E) with five."""
    if len(states) == 3:
        return p[5] * states[1]
    x = (np.maximum(states[3], 0.0) / p[6]) ** STEEPNESS
    return (1 + states[4]) / (1 + x)


def oracle_b1(who: Yardstick, i: int) -> FloatArray:
    """B1 of one person by DOP853 at rtol 1e-12."""
    return outcome(by_scipy(who, i, 3, "DOP853", 1e-12, 1e-14), who.parameters(i))


def oracle_b2(who: Yardstick, i: int) -> FloatArray:
    """B2 of one person by DOP853 at rtol 1e-12."""
    return outcome(by_scipy(who, i, 5, "DOP853", 1e-12, 1e-14), who.parameters(i))
