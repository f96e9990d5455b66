"""Chance that comes out the same again: it depends on a seed and on what happens to whom, not on who is faster."""

import hashlib
import threading
from collections import Counter


class Chance:
    """Decides the n-th time that something could go wrong with one subject."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def strikes(self, kind: str, subject: str, share: float) -> bool:
        """Whether it happens this time; `share` from 0 to 1."""
        if share >= 1:
            return True
        with self._lock:
            self._counts[kind, subject] += 1
            count = self._counts[kind, subject]
        drawn = hashlib.blake2b(f"{self.seed}|{kind}|{subject}|{count}".encode(), digest_size=8).digest()
        return int.from_bytes(drawn) / 2**64 < share
