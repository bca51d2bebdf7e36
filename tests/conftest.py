"""Settings of all tests: examples are fixed where a run decides about a release, drawn anew everywhere else."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fixed", derandomize=True)
settings.register_profile("drawn", derandomize=False)
settings.load_profile("fixed" if os.environ.get("CI") else "drawn")
