"""Error types: what a person did or met that we expected could happen.

A `ToolError` becomes a page (`web/errors.py`) or one line on the command line. Anything else is a bug and stays an
exception.
"""


class ToolError(Exception):
    """An expected refusal: `reason` is a stable snake_case code, `status` the HTTP status."""

    status = 400

    def __init__(self, reason: str, message: str = "", *, status: int | None = None) -> None:
        super().__init__(message or reason)
        self.reason = reason
        self.message = message
        if status is not None:
            self.status = status


class LaunchRefused(ToolError):
    """A login or launch that must not be accepted; the page says how to start again."""


class VisitEnded(ToolError):
    """The address names no visit, an ended one, or one that is bound to another browser."""

    status = 401


class Forbidden(ToolError):
    """The person's role or the visit's strength does not allow this."""

    status = 403


class NotFound(ToolError):
    """Nothing of that name is visible to this person."""

    status = 404


class BadRequest(ToolError):
    """The request is not one that our pages make."""


class TooManyRequests(ToolError):
    """More than a limit allows; `retry_after` seconds from now there is room again."""

    status = 429

    def __init__(self, reason: str, retry_after: int) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class SettingError(ToolError):
    """A setting is missing or wrong: `message` is the one line that the operator sees."""

    def __init__(self, message: str) -> None:
        super().__init__("wrong_setting", message)


class ContentError(ToolError):
    """A content file is not usable: where, and why."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__("bad_content", f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.explanation = reason
