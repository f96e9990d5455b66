"""Threads that need the same answer at once ask for it once."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class OneAsks(Generic[K, V]):
    """One thread asks, those who come meanwhile get its answer or its error.

    Behind somebody who hangs they would else time out one after another. Different keys never wait for each other.
    """

    def __init__(self) -> None:
        self._under_way: dict[K, Future[V]] = {}
        self._lock = threading.Lock()

    def ask(self, key: K, act: Callable[[], V]) -> V:
        """What `act` returns or raises, here or in the thread that is at it."""
        with self._lock:
            others = self._under_way.get(key)
            if others is None:
                mine = self._under_way[key] = Future[V]()
        if others is not None:
            return others.result()
        try:
            answer = act()
        except BaseException as error:
            self._forget(key)
            mine.set_exception(error)
            raise
        self._forget(key)
        mine.set_result(answer)
        return answer

    def _forget(self, key: K) -> None:
        with self._lock:
            del self._under_way[key]
