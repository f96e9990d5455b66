"""Plain types of the outbox: states, the words of AGS, answers of platforms, reasons in plain words."""

from lti_tool.passback.catalog.reasons import REASONS, Policy, Reason, ReasonCode, get_reason
from lti_tool.passback.catalog.states import (
    PROGRAMME_TAG,
    ActivityProgress,
    DeliveryState,
    GradingProgress,
    LineItemState,
)
from lti_tool.passback.catalog.values import (
    Action,
    Answer,
    Column,
    ColumnWish,
    DeliveryReport,
    PlatformResult,
    Points,
    Results,
    Score,
    Standing,
    Step,
    Verdict,
)

__all__ = [
    "PROGRAMME_TAG",
    "REASONS",
    "Action",
    "ActivityProgress",
    "Answer",
    "Column",
    "ColumnWish",
    "DeliveryReport",
    "DeliveryState",
    "GradingProgress",
    "LineItemState",
    "PlatformResult",
    "Points",
    "Policy",
    "Reason",
    "ReasonCode",
    "Results",
    "Score",
    "Standing",
    "Step",
    "Verdict",
    "get_reason",
]
