"""Settings of all tests: examples are fixed where a run decides about a release, drawn anew everywhere else."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline: how long an example takes says something about the machine, and timings stand in the benchmarks.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("drawn", derandomize=False, deadline=None)
settings.load_profile("fixed" if os.environ.get("CI") else "drawn")
