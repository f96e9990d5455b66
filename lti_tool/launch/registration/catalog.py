"""What passes between a platform and us while it registers us."""

from dataclasses import dataclass

from lti_tool.errors import ToolError
from lti_tool.registration.catalog import ProductFamily

# Canvas expands these for us; none of them identifies a person. Moodle and others get those that they offer.
CUSTOM_PARAMETERS = {
    "timezone": "$Person.address.timezone",
    "context_id_history": "$Context.id.history",
    "due_at": "$ResourceLink.submission.endDateTime",
}
CANVAS_CUSTOM_PARAMETERS = CUSTOM_PARAMETERS | {
    "student_view": "$com.instructure.User.student_view",
    "masquerading_user_id": "$Canvas.masqueradingUser.id",
    "canvas_course_id": "$Canvas.course.id",
    "canvas_section_names": "$com.instructure.User.sectionNames",
    "canvas_term_name": "$Canvas.term.name",
    "canvas_due_at": "$Canvas.assignment.dueAt.iso8601",
}
# Where a teacher may add modules in Canvas, by its bare names.
CANVAS_DEEP_LINKING_PLACEMENTS = (
    "module_index_menu_modal",
    "module_menu_modal",
    "course_assignments_menu",
    "assignment_selection",
    "link_selection",
)
CANVAS_PREFIX = "https://canvas.instructure.com/lti/"
TOOL_ID = "micro-internship-prep"
DESCRIPTION = "Preparation for micro-internships: what to expect, practice, and a grade in the gradebook."
PICKER_WIDTH = 900
PICKER_HEIGHT = 700


class RegistrationFailed(ToolError):
    """Registration stopped: `message` names what failed, `advice` what to do. The invitation stays good."""

    def __init__(self, reason: str, message: str, *advice: str, status: int = 400) -> None:
        super().__init__(reason, message, status=status)
        self.advice = advice


@dataclass(frozen=True)
class PlatformConfiguration:
    """What we use of a platform's openid configuration, checked."""

    issuer: str
    auth_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    token_audience: str | None
    family: ProductFamily
    name: str
    # None where the platform does not say.
    scopes: frozenset[str] | None
    claims: frozenset[str] | None
    messages: frozenset[str]
    variables: frozenset[str]


@dataclass(frozen=True)
class RegistrationAnswer:
    """What the platform gave us."""

    client_id: str
    deployment_id: str | None
