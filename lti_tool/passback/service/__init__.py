"""Use cases of the outbox: remember where scores go, queue them, deliver them."""

from lti_tool.passback.service.endpoint import remember_endpoint
from lti_tool.passback.service.queueing import queue_score, retry_delivery, retry_parked

__all__ = [
    "queue_score",
    "remember_endpoint",
    "retry_delivery",
    "retry_parked",
]
