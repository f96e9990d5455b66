"""Pure rules of the outbox: who is sent, what a score says, when, whose grade stands, what an answer means."""

from lti_tool.passback.rules.answers import describe_answer, is_outage, judge_answer
from lti_tool.passback.rules.ownership import (
    decide_refused_stamp,
    decide_standing,
    is_same_grade,
    must_read_back,
)
from lti_tool.passback.rules.payload import (
    choose_column,
    filtered_url,
    hint_url,
    service_url,
    wish_column,
    write_score,
)
from lti_tool.passback.rules.timing import (
    next_stamp,
    parse_retry_after,
    wait_before_try,
    wait_when_limited,
    write_time,
)
from lti_tool.passback.rules.who import in_flight, is_sent_for, may_send_progress, shares_reads

__all__ = [
    "choose_column",
    "decide_refused_stamp",
    "decide_standing",
    "describe_answer",
    "filtered_url",
    "hint_url",
    "in_flight",
    "is_outage",
    "is_same_grade",
    "is_sent_for",
    "judge_answer",
    "may_send_progress",
    "must_read_back",
    "next_stamp",
    "parse_retry_after",
    "service_url",
    "shares_reads",
    "wait_before_try",
    "wait_when_limited",
    "wish_column",
    "write_score",
    "write_time",
]
