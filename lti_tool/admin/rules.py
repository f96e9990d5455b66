"""Pure rules of staff codes: what is printed, and what a person types of it."""

import hashlib

# No letter or digit that is mistaken for another.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# 80 random bits: 32 symbols to the power of 16.
LENGTH = 16
_GROUP = 4


def show_code(symbols: str) -> str:
    """The code in groups of four, as it is printed and read aloud."""
    return "-".join(symbols[start : start + _GROUP] for start in range(0, len(symbols), _GROUP))


def hash_staff_code(typed: str) -> str:
    """How a code is kept: however it was typed, in small letters, with or without dashes and spaces."""
    symbols = "".join(char for char in typed.upper() if char.isascii() and char.isalnum())
    return hashlib.sha256(b"staff code:" + symbols.encode()).hexdigest()
