"""Decisions about a student's way through a module."""

from lti_tool.assessment.rules.progress import (
    ModuleScore,
    ModuleState,
    PartState,
    Progress,
    State,
    Tries,
    Try,
    decide_module_state,
    decide_tries,
    find_neighbours,
    next_action,
    score_module,
    signature_version,
)
from lti_tool.assessment.rules.snapshot import (
    Asked,
    clean_answers,
    list_unanswered,
    make_snapshot,
    read_snapshot,
    score_try,
)
from lti_tool.assessment.rules.sync import Sent, Sync, SyncLine, decide_sync
from lti_tool.assessment.rules.written import Finding, Merge, WrittenPart, check_written, merge_answers

__all__ = [
    "Asked",
    "Finding",
    "Merge",
    "ModuleScore",
    "ModuleState",
    "PartState",
    "Progress",
    "Sent",
    "State",
    "Sync",
    "SyncLine",
    "Tries",
    "Try",
    "WrittenPart",
    "check_written",
    "clean_answers",
    "decide_module_state",
    "decide_sync",
    "decide_tries",
    "find_neighbours",
    "list_unanswered",
    "make_snapshot",
    "merge_answers",
    "next_action",
    "read_snapshot",
    "score_module",
    "score_try",
    "signature_version",
]
