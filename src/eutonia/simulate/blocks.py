"""Work done in blocks by several threads, handed over in order, with few blocks held at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["run_blocks"]

_T = TypeVar("_T")


def run_blocks(work: Callable[[int, int], _T], n: int, size: int, threads: int) -> Iterator[tuple[int, _T]]:
    """``work(first, count)`` for blocks of ``size`` out of ``n``: people done so far and each result, in order.

    At most one block more than ``threads`` is held at a time, however slowly the results are taken. Raises ValueError
    for a count below 1, and whatever ``work`` raises.
    """
    if n < 1 or size < 1 or threads < 1:
        raise ValueError("n, size and threads must be at least 1")
    starts = iter(range(0, n, size))
    waiting: deque[tuple[int, Future[_T]]] = deque()
    with ThreadPoolExecutor(threads) as pool:

        def hand_out() -> None:
            first = next(starts, None)
            if first is not None:
                count = min(size, n - first)
                waiting.append((first + count, pool.submit(work, first, count)))

        for _ in range(threads + 1):
            hand_out()
        try:
            while waiting:
                done, block = waiting.popleft()
                result = block.result()
                hand_out()
                yield done, result
        finally:
            for _, block in waiting:
                block.cancel()
