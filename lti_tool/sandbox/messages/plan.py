"""What one launch will say, decided before the tool's login begins and kept until the token is signed."""

from dataclasses import asdict, dataclass
from typing import Any

from lti_tool.sandbox.spec import RESOURCE_LINK_REQUEST
from lti_tool.sandbox.store import Row


@dataclass(frozen=True)
class Plan:
    """One message. Without `item_id` it is a launch from the course's navigation, without `course_id` from the site."""

    target_link_uri: str
    message: str = RESOURCE_LINK_REQUEST
    course_id: int | None = None
    item_id: int | None = None
    document_target: str = "iframe"
    placement: str | None = None
    for_user: int | None = None
    picking: str = ""
    accept_multiple: bool = True
    review_lineitem: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values for the store."""
        return asdict(self)


def plan_of(launch: Row) -> Plan:
    """Read the plan of a stored launch."""
    return Plan(**launch["plan"])
