"""Pure rules of the outbox: who is sent, what a score says, when, whose grade stands, what an answer means."""

from lti_tool.passback.rules.timing import next_stamp, write_time
from lti_tool.passback.rules.who import is_sent_for, may_send_progress

__all__ = ["is_sent_for", "may_send_progress", "next_stamp", "write_time"]
