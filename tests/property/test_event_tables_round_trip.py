"""For any table: written and read again it is the same, in both formats; and doses add whatever the rows say."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.errors import InputRefused
from eutonia.model.individual import FloatArray, Individual
from eutonia.simulate.table_run import simulate_table
from eutonia.simulate.tables import EventTable, make_table, read_csv, read_parquet, write_csv, write_parquet

COMMON = settings(deadline=None, max_examples=30)
positive = st.floats(1e-3, 1e4)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """One row of any kind, time still to come."""
    kind = draw(
        st.sampled_from(["level", "look", "dose", "infusion", "steady", "endless", "reset", "start again"])
    )
    row: dict[str, Any] = {"EVID": 0, "CMT": 2, "WT": draw(st.floats(3, 150))}
    if kind == "level":
        return {**row, "DV": draw(st.floats(0, 2000)), "MDV": draw(st.sampled_from([0, 1]))}
    if kind == "look":
        return {**row, "EVID": draw(st.sampled_from([0, 2]))}
    if kind == "reset":
        return {**row, "EVID": 3}
    dose = {**row, "EVID": 4 if kind == "start again" else 1, "CMT": draw(st.sampled_from([1, 2]))}
    if kind == "endless":
        return {**dose, "RATE": draw(positive), "SS": draw(st.sampled_from([1, 2]))}
    dose["AMT"] = draw(positive)
    if kind == "infusion":
        dose["RATE"] = draw(positive)
    if kind == "steady":
        dose |= {"SS": draw(st.sampled_from([1, 2])), "II": draw(st.floats(0.5, 48))}
        dose["RATE"] = draw(st.just(0.0) | st.floats(dose["AMT"] / 100, dose["AMT"] * 10))
    elif draw(st.booleans()):
        dose |= {"ADDL": draw(st.integers(1, 6)), "II": draw(st.floats(0.5, 48))}
    return dose


@st.composite
def tables(draw: st.DrawFn) -> EventTable:
    people = draw(
        st.lists(
            st.text('abc019_," ', min_size=1, max_size=4).map(lambda s: f"p{s}q"),
            min_size=1,
            max_size=3,
            unique=True,
        )
    )
    columns: dict[str, list[Any]] = {
        name: []
        for name in ("ID", "TIME", "AMT", "RATE", "II", "ADDL", "SS", "EVID", "CMT", "MDV", "DV", "WT")
    }
    for person in people:
        found = draw(st.lists(rows(), min_size=1, max_size=6))
        times = sorted(draw(st.lists(st.floats(0, 200), min_size=len(found), max_size=len(found))))
        for row, time in zip(found, times, strict=True):
            for name, values in columns.items():
                values.append({"ID": person, "TIME": time, **row}.get(name))
    return make_table(columns, ["WT"])


def assert_same(one: EventTable, other: EventTable) -> None:
    assert one.id == other.id
    for name in ("time", "amt", "rate", "ii", "addl", "ss", "evid", "cmt", "mdv", "dv"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        assert getattr(one, name).dtype == getattr(other, name).dtype
    assert list(one.covariates) == list(other.covariates)
    for name, values in one.covariates.items():
        np.testing.assert_array_equal(values, other.covariates[name])


@COMMON
@given(table=tables())
def test_a_table_written_as_text_reads_back_the_same_to_the_last_bit(table: EventTable) -> None:
    assert_same(read_csv(write_csv(table), ["WT"]), table)


@COMMON
@given(table=tables())
def test_a_table_written_as_parquet_reads_back_the_same_to_the_last_bit(table: EventTable) -> None:
    assert_same(read_parquet(write_parquet(table), ["WT"]), table)


cells = st.sampled_from(
    ["", ".", "0", "1", "2", "3", "4", "-1", "8", "0.5", "nan", "inf", "x", "1e400", "1,5", "9" * 25]
)


@settings(deadline=None, max_examples=150)
@given(
    names=st.lists(
        st.sampled_from(["ID", "TIME", "AMT", "RATE", "II", "ADDL", "SS", "EVID", "CMT", "MDV", "DV", "WT"]),
        max_size=9,
    ),
    data=st.data(),
)
def test_any_table_is_read_or_refused_with_a_place_and_a_reason(
    names: list[str], data: st.DataObject
) -> None:
    body = data.draw(st.lists(st.lists(cells, min_size=len(names), max_size=len(names)), max_size=4))
    try:
        table = read_csv("\n".join(",".join(row) for row in [names, *body]), ["WT"])
    except InputRefused as refused:
        assert refused.problems
        assert all(problem.path and problem.why for problem in refused.problems)
    else:
        assert len(table) == len([row for row in body if row])


@settings(deadline=None, max_examples=100)
@given(text=st.text(max_size=80) | st.text('ID,TME10\n\r"\x00 .', max_size=60).map(lambda s: f"ID,TIME\n{s}"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InputRefused):
        assert len(read_csv(text)) > 0


@settings(deadline=None, max_examples=50)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(InputRefused):
        read_parquet(data)


def person(_: object, values: Any) -> Individual:
    def a(value: float) -> FloatArray:
        return np.array([float(value)])

    size = values["WT"] / 70
    return Individual(
        cl=a(8 * size),
        cl_renal=a(0),
        q=a(9),
        vc=a(30 * size),
        vp=a(18),
        f=a(0.74),
        ka=a(2.2),
        mtt=a(0.39),
        n_transit=3,
    )


@COMMON
@given(table=tables(), factor=st.floats(0.1, 20), lag=st.sampled_from([0.0, 0.25]))
def test_levels_are_proportional_to_all_doses_and_never_negative(
    table: EventTable, factor: float, lag: float
) -> None:
    scaled = EventTable(
        id=table.id,
        time=table.time,
        amt=table.amt * factor,
        rate=table.rate * factor,
        ii=table.ii,
        addl=table.addl,
        ss=table.ss,
        evid=table.evid,
        cmt=table.cmt,
        mdv=table.mdv,
        dv=table.dv,
        covariates=table.covariates,
    )
    one = simulate_table(table, person, lag_h=lag)
    many = simulate_table(scaled, person, lag_h=lag)
    assert (one.concentration >= 0).all()
    assert np.isfinite(one.concentration).all()
    np.testing.assert_allclose(many.concentration, factor * one.concentration, rtol=1e-8, atol=1e-9)
    first = np.array([i == 0 or table.id[i] != table.id[i - 1] for i in range(len(table))])
    assert (np.diff(one.exposure)[~first[1:]] >= -1e-9 * one.exposure[1:][~first[1:]]).all()  # rounding
