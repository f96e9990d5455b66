"""The words of full-page messages, by reason code: what happened, and what to do next.

Each is written for the person who meets it; codes that only an administrator can act on say so first.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """A page in words: a title, what happened, and the next steps in order."""

    title: str
    what: str
    steps: tuple[str, ...]


_REOPEN = "Go back to your course and open the activity again."
_WINDOW = "If it happens again, use “Open in a new window” before you start, or try another browser."

_ENDED = Message(
    "Open this again from your course",
    "This page belongs to a visit that has ended. Nothing that you saved is lost.",
    (_REOPEN, "Your saved work will be there."),
)

MESSAGES: dict[str, Message] = {
    "visit_unknown": _ENDED,
    "visit_ended": _ENDED,
    "visit_other_browser": Message(
        "Open this from your course",
        "This address belongs to a visit in another browser or window, so it cannot be opened here.",
        (
            "Open your course and start the activity there.",
            "To share something with a teacher, use the course.",
        ),
    ),
    "visit_foreign_request": Message(
        "Open this from your course",
        "This page can only be reached from inside your course. A pasted or copied address does not work.",
        (_REOPEN, "Your saved work will be there."),
    ),
    "window_code_spent": Message(
        "This new window came too late",
        "The link to open a new window works once and for one minute.",
        ("Close this window.", "In your course, press “Open in a new window” again."),
    ),
    "window_code_foreign": Message(
        "Open this from your course",
        "This address opens a new window once, in the browser that asked for it. A pasted or copied one does not work.",
        ("Open your course and start the activity there.",),
    ),
    "form_token_wrong": Message(
        "That form could not be sent",
        "The form came from another page or an older visit, so nothing was changed.",
        ("Go back one page and reload it.", "Send the form again."),
    ),
    "masquerading": Message(
        "You are acting as somebody else",
        "While you act as another person you can look, but nothing can be submitted or signed in their name.",
        ("Stop acting as this person to do your own work.",),
    ),
    "role_not_allowed": Message(
        "This page is not for your role in this course",
        "Your role in the course does not include this page.",
        (_REOPEN, "If you think your role is wrong, ask the person who runs the course."),
    ),
    "no_staff_grant": Message(
        "This page needs a staff grant",
        "Pages of the career office are open to people who were given a grant.",
        ("Ask your administrator for a one-time code.", "Enter it under “Staff access”."),
    ),
    "internal_error": Message(
        "Something went wrong on our side",
        "The tool met an error that we did not expect. It has been noted, without your personal data.",
        ("Wait a minute, then reload this page.", _REOPEN),
    ),
    "not_found": Message(
        "There is nothing at this address",
        "The address is not one of this tool’s pages.",
        (_REOPEN,),
    ),
    "request_entity_too_large": Message(
        "That is too much at once",
        "What was sent is larger than this page accepts, so nothing was saved. What was saved before is still there.",
        (
            "Go back one page with your browser’s back button: your text should still be in its field. Copy it.",
            "Shorten it, and send it again.",
            "If the field is empty, open the activity again from your course.",
        ),
    ),
    "too_many_codes": Message(
        "Too many codes were tried",
        "To keep others’ codes safe, only a few can be tried in a short time.",
        ("Wait a minute, then enter your code again.", "If you do not have it at hand, ask for a new one."),
    ),
    "too_many_registrations": Message(
        "Too many registrations were tried",
        "This address was opened many times from your network in a short time, so nothing was registered.",
        ("Wait a few minutes, then start again from your LMS.", "Your registration link is still good."),
    ),
}

_BY_STATUS: dict[int, Message] = {
    404: MESSAGES["not_found"],
    429: Message(
        "A little too fast",
        "Too many requests came from here in a short time.",
        ("Wait a minute, then try again.",),
    ),
    500: MESSAGES["internal_error"],
}

_GENERAL = Message(
    "That did not work",
    "The request could not be understood, so nothing was changed.",
    (_REOPEN, _WINDOW),
)


def register_messages(messages: dict[str, Message]) -> None:
    """Let a package add the words of its own reason codes."""
    MESSAGES.update(messages)


def find_message(reason: str, status: int) -> Message:
    """The words for a reason code; by its status where the code has none of its own."""
    return MESSAGES.get(reason) or _BY_STATUS.get(status) or _GENERAL
