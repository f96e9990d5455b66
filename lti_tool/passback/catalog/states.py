"""Values that line items and deliveries hold, and the words that AGS gives to progress."""

from enum import StrEnum

# The column of a link that names no module: only a launch binds it, we never make it.
PROGRAMME_TAG = "programme"


class LineItemState(StrEnum):
    """What is known of a column."""

    # Not looked for yet.
    WANTED = "wanted"
    # Its address is known.
    BOUND = "bound"
    # The address answers like a course that is closed, or a column of somebody else: a launch may name another.
    DOUBTFUL = "doubtful"
    # The platform has deleted it.
    GONE = "gone"


class DeliveryState(StrEnum):
    """Where a score is on its way."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    # A newer score of the same person and column took its place.
    SUPERSEDED = "superseded"
    # Somebody changed the grade in the LMS; theirs stays until they choose ours.
    KEPT_THEIRS = "kept_theirs"
    # Waits for something that only a person or a launch can bring; the reason says what.
    PARKED = "parked"


class ActivityProgress(StrEnum):
    """AGS 2.0 §3.4.7."""

    INITIALIZED = "Initialized"
    STARTED = "Started"
    IN_PROGRESS = "InProgress"
    SUBMITTED = "Submitted"
    COMPLETED = "Completed"


class GradingProgress(StrEnum):
    """AGS 2.0 §3.4.8."""

    FULLY_GRADED = "FullyGraded"
    PENDING = "Pending"
    PENDING_MANUAL = "PendingManual"
    FAILED = "Failed"
    NOT_READY = "NotReady"
