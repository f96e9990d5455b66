"""Tables of what students do in modules: where they stand, what they wrote, how they answered, what they handed in."""

from lti_tool.assessment.models.parts import Attempt, Draft, PartProgress, TryGrant
from lti_tool.assessment.models.work import Decision, IgnoredFinding, RubricText, Submission, Upload

__all__ = [
    "Attempt",
    "Decision",
    "Draft",
    "IgnoredFinding",
    "PartProgress",
    "RubricText",
    "Submission",
    "TryGrant",
    "Upload",
]
