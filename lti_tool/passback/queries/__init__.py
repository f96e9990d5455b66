"""Reads of the outbox: for the pages of a course, for metrics, for operators."""

from lti_tool.passback.queries.counts import (
    OutboxCounts,
    count_deliveries,
    count_open,
    count_workers,
    find_oldest_pending,
    list_totals,
)
from lti_tool.passback.queries.course import (
    ColumnStatus,
    DeliveryStatus,
    count_parked,
    find_delivery,
    list_columns,
    list_delivery_statuses,
)
from lti_tool.passback.queries.operator import (
    DeliveryFilter,
    DeliveryStory,
    find_story,
    list_matching,
    list_open_ids,
    list_pauses,
)

__all__ = [
    "ColumnStatus",
    "DeliveryFilter",
    "DeliveryStatus",
    "DeliveryStory",
    "OutboxCounts",
    "count_deliveries",
    "count_open",
    "count_parked",
    "count_workers",
    "find_delivery",
    "find_oldest_pending",
    "find_story",
    "list_columns",
    "list_delivery_statuses",
    "list_matching",
    "list_open_ids",
    "list_pauses",
    "list_totals",
]
