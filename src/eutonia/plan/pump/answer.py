"""What a question for a pump plan is answered with: the plan or its refusal, the programmes, and what the rules say."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.assess.findings import Assessment
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal
from eutonia.plan.pump.programme import Programme
from eutonia.wanted_pump import PumpAsk

__all__ = ["PumpAnswer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpAnswer:
    """kind: what was asked. plan: the plan, or why there is none.

    before, after: the programmes where the plan is about two (after None: the programme stays). concentration: of what
    is in the pump, micrograms per mL. then: the rules on the record with the plan done; None where nothing is planned.
    """

    kind: PumpAsk
    plan: PumpPlan | PumpRefusal
    implant: Implant | None = None
    before: Programme | None = None
    after: Programme | None = None
    concentration: Fraction | None = None
    then: Assessment | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the documents behind the numbers, the disagreements and the rules of this answer."""
        cited = [number.evidence for number in self.plan.numbers]
        if isinstance(self.plan, PumpPlan):
            cited += [side.evidence for conflict in self.plan.conflicts for side in conflict.sides]
        else:
            cited += [limit.evidence for limit in self.plan.limits]
        if self.then is not None:
            cited += [finding.evidence for finding in self.then.findings]
        return tuple(dict.fromkeys(citation.source for evidence in cited for citation in evidence))
