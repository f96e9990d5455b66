"""Plain types of the gradebook."""

from enum import StrEnum


class Keep(StrEnum):
    """Which score of an activity stands."""

    # A knowledge check: the highest share; a tie keeps the earlier one.
    BEST = "best"
    # A reviewed artefact: the latest review, also when it is lower.
    LATEST = "latest"
