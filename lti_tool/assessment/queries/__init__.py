"""Reads of work, of a class, and of where its scores are."""

from lti_tool.assessment.queries.people import (
    LearnerCount,
    LearnerPage,
    count_complete,
    count_learners,
    find_member,
    list_learners,
)
from lti_tool.assessment.queries.scores import find_delivery, list_results_of, list_sent
from lti_tool.assessment.queries.work import (
    find_attempt,
    find_draft,
    find_progress,
    list_attempts,
    list_drafts,
    list_grants,
    list_progress,
    list_seen_questions,
    list_tries,
)

__all__ = [
    "LearnerCount",
    "LearnerPage",
    "count_complete",
    "count_learners",
    "find_attempt",
    "find_delivery",
    "find_draft",
    "find_member",
    "find_progress",
    "list_attempts",
    "list_drafts",
    "list_grants",
    "list_learners",
    "list_progress",
    "list_results_of",
    "list_seen_questions",
    "list_sent",
    "list_tries",
]
