"""Use cases of the outbox: remember where scores go, queue them, deliver them."""

from lti_tool.passback.service.endpoint import remember_endpoint, wake_student
from lti_tool.passback.service.queueing import queue_score, retry_delivery, retry_parked
from lti_tool.passback.service.running import Dispatcher, deliver_due
from lti_tool.passback.service.waking import wake_shut_out

__all__ = [
    "Dispatcher",
    "deliver_due",
    "queue_score",
    "remember_endpoint",
    "retry_delivery",
    "retry_parked",
    "wake_shut_out",
    "wake_student",
]
