"""Settings of all tests: examples are fixed where a run decides about a release, drawn anew everywhere else."""

from __future__ import annotations

import gc
import os

from hypothesis import settings

# No deadline: how long an example takes says something about the machine, and timings stand in the benchmarks.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("drawn", derandomize=False, deadline=None)
settings.load_profile("fixed" if os.environ.get("CI") else "drawn")


def pytest_collection_finish() -> None:
    """What is there by now stays to the end; looking through it again for garbage took a fifth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Libraries that count what they leave behind at the end shall find it cleared away."""
    gc.unfreeze()
