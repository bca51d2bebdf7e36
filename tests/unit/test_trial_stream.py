"""Large trials: people are handed over in blocks, summaries merge, and nobody is held for the sake of a median."""

from __future__ import annotations

import io

import numpy as np
import pyarrow.parquet as pq
import pytest

from eutonia.simulate import trial_run, trial_table
from eutonia.simulate.trial_outcomes import summarise_outcome
from eutonia.simulate.trial_run import run_trial
from eutonia.simulate.trial_table import PeopleTable
from eutonia.simulate.trial_tally import RESOLUTION, Tally
from tests.unit.trial_base import KNOWLEDGE, ORAL, SCREENING, changed, read, run

PEAK = read(ORAL).outcomes[1]
FRACTION = read(ORAL).outcomes[0]


def tallied(values: np.ndarray, size: int, most: int = 1_000_000) -> Tally:
    tally = Tally(most)
    for low in range(0, len(values), size):
        tally.add(values[low : low + size])
    return tally


def lognormal(n: int) -> np.ndarray:
    return np.random.default_rng(3).lognormal(3, 1, n)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_people_counted_in_blocks_have_the_percentiles_of_all_of_them(size: int) -> None:
    values = lognormal(1000)
    found = summarise_outcome(PEAK, tallied(values, size), None)
    assert found.spread is not None
    assert found.spread.median.value == pytest.approx(np.median(values), rel=1e-12)
    assert found.spread.p10 == pytest.approx(np.percentile(values, 10), rel=1e-12)
    assert found.resolution == 0


def test_too_many_different_values_are_rounded_by_less_than_the_resolution_stated() -> None:
    values = lognormal(200_000)
    found = summarise_outcome(PEAK, tallied(values, 30_000, most=5000), None)
    exact = summarise_outcome(PEAK, tallied(values, 30_000), None)
    assert found.spread is not None
    assert exact.spread is not None
    assert (found.resolution, exact.resolution) == (RESOLUTION, 0)
    for rough, true in (
        (found.spread.median.value, exact.spread.median.value),
        (found.spread.median.low, exact.spread.median.low),
        (found.spread.p90, exact.spread.p90),
    ):
        assert rough == pytest.approx(true, rel=RESOLUTION)


def test_a_tally_does_not_depend_on_how_people_are_cut() -> None:
    values = np.concatenate([lognormal(5000), [0.0, np.inf, -2.5]])
    one, other = tallied(values, 13, most=100).ranks(), tallied(values, 5003, most=100).ranks()
    np.testing.assert_array_equal(one.values, other.values)
    np.testing.assert_array_equal(one.until, other.until)
    assert one.at(len(one) - 1) == np.inf


def test_a_fraction_is_a_count_however_many_people_there_are() -> None:
    values = (lognormal(150_000) > 20).astype(float)
    found = summarise_outcome(FRACTION, tallied(values, 9999, most=1), None)
    assert found.fraction is not None
    assert found.fraction.value == values.mean()


def test_values_that_were_not_kept_are_not_given_as_nothing() -> None:
    with pytest.raises(ValueError, match="were not kept"):
        _ = summarise_outcome(PEAK, tallied(lognormal(10), 10), None).values


@pytest.mark.parametrize("data", [ORAL, SCREENING], ids=["oral", "spinal"])
def test_the_table_holds_everybody_in_order_with_groups_of_rows(
    data: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_table, "_GROUP_ROWS", 40)
    monkeypatch.setattr(trial_run, "_BLOCK_FLOATS", 1)  # blocks of 32 people
    trial = read(changed(data, people=100, patient=None, population="adults_multiple_sclerosis"))
    sink = io.BytesIO()
    with PeopleTable(sink, trial, KNOWLEDGE.hash) as table:
        result = run_trial(trial, KNOWLEDGE, threads=2, give=table.write)
    file = pq.ParquetFile(sink)
    assert file.num_row_groups == 2
    rows = file.read()
    assert rows.column("person").to_pylist() == list(range(100))
    for found in result.runs[0].outcomes:
        np.testing.assert_array_equal(rows.column(found.outcome.name).to_numpy(), found.values)
    assert result.people is not None
    np.testing.assert_array_equal(rows.column("weight").to_numpy(), result.people.weight)
    assert rows.schema.metadata[b"seed"] == b"7"


def test_a_trial_too_large_to_keep_has_the_same_summaries(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = run(ORAL)
    monkeypatch.setattr(trial_run, "KEPT_VALUES", 10)
    for one, other in zip(kept.runs[0].outcomes, run(ORAL).runs[0].outcomes, strict=True):
        assert (one.spread, one.fraction) == (other.spread, other.fraction)
        assert other.kept is None


def test_nobody_is_written_for_a_model_that_refuses_one_of_the_people() -> None:
    data = changed(ORAL, people=300, patient=None, population="adults_multiple_sclerosis")
    trial = read(changed(data, models=["oral.reference2026", "oral.marsot2014"]))
    models: list[str] = []
    result = run_trial(trial, KNOWLEDGE, give=lambda block: models.append(block.model))
    assert set(models) == {"oral.reference2026"}
    assert result.left_out[0].model == "oral.marsot2014"
