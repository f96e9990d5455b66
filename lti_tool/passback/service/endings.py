"""How one try to deliver a score can end, and what is stored of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lti_tool.passback.catalog import DeliveryReport, DeliveryState, ReasonCode


@dataclass(frozen=True)
class Arrived:
    """It stands in the LMS."""


@dataclass(frozen=True)
class KeptTheirs:
    """Somebody else's grade stands there and stays."""


@dataclass(frozen=True)
class Parked:
    """Only a person or a launch can help."""

    reason: ReasonCode
    detail: str = ""


@dataclass(frozen=True)
class Failed:
    """Tried in vain; due again at `at`, with the same stamp."""

    at: datetime
    reason: ReasonCode
    failing_since: datetime
    detail: str = ""
    # The registration pauses until `at`, for all its scores.
    pauses: bool = False
    is_outage: bool = False


@dataclass(frozen=True)
class Later:
    """Nothing went wrong; due again at `at`, perhaps with a fresh stamp or as a grade alone."""

    at: datetime
    changes: dict[str, Any]
    is_try: bool = False


Ending = Arrived | KeptTheirs | Parked | Failed | Later


def changes_of(ending: Ending, tries: int, now: datetime) -> dict[str, Any]:
    """The columns of the delivery that an ending sets."""
    freed: dict[str, Any] = {"leased_by": None}
    match ending:
        case Arrived():
            done = {"state": DeliveryState.DELIVERED, "finished_at": now, "failing_since": None}
            return freed | done | {"reason": "", "detail": ""}
        case KeptTheirs():
            kept = {"state": DeliveryState.KEPT_THEIRS, "finished_at": now, "failing_since": None}
            return freed | kept | {"reason": ReasonCode.CHANGED_IN_GRADEBOOK, "detail": ""}
        case Parked(reason, detail):
            return freed | {
                "state": DeliveryState.PARKED,
                "finished_at": now,
                "reason": reason,
                "detail": detail,
                "tries": tries + 1,
            }
        case Failed():
            return freed | {
                "state": DeliveryState.PENDING,
                "next_try_at": ending.at,
                "reason": ending.reason,
                "detail": ending.detail,
                "failing_since": ending.failing_since,
                "tries": tries + 1,
            }
        case Later(at, changes, is_try):
            waits = {"state": DeliveryState.PENDING, "next_try_at": at, "tries": tries + is_try}
            return freed | waits | changes


def count_ending(report: DeliveryReport, ending: Ending | None) -> None:
    """Add an ending to a report; None is a delivery that another sender holds by now."""
    match ending:
        case Arrived():
            report.delivered += 1
        case KeptTheirs():
            report.kept_theirs += 1
        case Parked():
            report.parked += 1
        case Failed():
            report.retried += 1
        case Later() | None:
            report.waiting += 1


def due_again(now: datetime) -> dict[str, Any]:
    """The columns of a parked delivery that is to be tried as if for the first time; its stamp stays."""
    return {
        "state": DeliveryState.PENDING,
        "reason": "",
        "detail": "",
        "tries": 0,
        "failing_since": None,
        "finished_at": None,
        "next_try_at": now,
    }
