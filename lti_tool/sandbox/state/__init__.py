"""Everything the sandbox knows, and plain functions to steer it from tests and the demo."""

from lti_tool.sandbox.state.grades import Arrival, GradesState, Score
from lti_tool.sandbox.state.tools import Registered


class Sandbox(GradesState):
    """One university: its people, courses, tools, gradebook and keys. Safe to use from several threads."""

    def close(self) -> None:
        """Release the state's file."""
        self.store.close()


__all__ = ["Arrival", "Registered", "Sandbox", "Score"]
