"""The words of full-page messages, by reason code: what happened, and what to do next.

Each is written for the person who meets it; codes that only an administrator can act on say so first.
"""

from dataclasses import dataclass

from lti_tool.web.phrases import Phrase


@dataclass(frozen=True)
class Message:
    """A page in words: a title, what happened, and the next steps in order."""

    title: str
    what: str
    steps: tuple[str, ...]


_REOPEN = Phrase("Go back to your course and open the activity again.")
_WINDOW = Phrase("If it happens again, use “Open in a new window” before you start, or try another browser.")

_ENDED = Message(
    Phrase("Open this again from your course"),
    Phrase("This page belongs to a visit that has ended. Nothing that you saved is lost."),
    (_REOPEN, Phrase("Your saved work will be there.")),
)

MESSAGES: dict[str, Message] = {
    "visit_unknown": _ENDED,
    "visit_ended": _ENDED,
    "visit_other_browser": Message(
        Phrase("Open this from your course"),
        Phrase("This address belongs to a visit in another browser or window, so it cannot be opened here."),
        (
            Phrase("Open your course and start the activity there."),
            Phrase("To share something with a teacher, use the course."),
        ),
    ),
    "visit_foreign_request": Message(
        Phrase("Open this from your course"),
        Phrase("This page can only be reached from inside your course. A pasted or copied address does not work."),
        (_REOPEN, Phrase("Your saved work will be there.")),
    ),
    "window_code_spent": Message(
        Phrase("This new window came too late"),
        Phrase("The link to open a new window works once and for one minute."),
        (Phrase("Close this window."), Phrase("In your course, press “Open in a new window” again.")),
    ),
    "window_code_foreign": Message(
        Phrase("Open this from your course"),
        Phrase(
            "This address opens a new window once, in the browser that asked for it. A pasted or "
            "copied one does not work."
        ),
        (Phrase("Open your course and start the activity there."),),
    ),
    "form_token_wrong": Message(
        Phrase("That form could not be sent"),
        Phrase("The form came from another page or an older visit, so nothing was changed."),
        (Phrase("Go back one page and reload it."), Phrase("Send the form again.")),
    ),
    "masquerading": Message(
        Phrase("You are acting as somebody else"),
        Phrase("While you act as another person you can look, but nothing can be submitted or signed in their name."),
        (Phrase("Stop acting as this person to do your own work."),),
    ),
    "role_not_allowed": Message(
        Phrase("This page is not for your role in this course"),
        Phrase("Your role in the course does not include this page."),
        (_REOPEN, Phrase("If you think your role is wrong, ask the person who runs the course.")),
    ),
    "no_staff_grant": Message(
        Phrase("This page needs a staff grant"),
        Phrase("Pages of the career office are open to people who were given a grant."),
        (Phrase("Ask your administrator for a one-time code."), Phrase("Enter it under “Staff access”.")),
    ),
    "internal_error": Message(
        Phrase("Something went wrong on our side"),
        Phrase("The tool met an error that we did not expect. It has been noted, without your personal data."),
        (Phrase("Wait a minute, then reload this page."), _REOPEN),
    ),
    "not_found": Message(
        Phrase("There is nothing at this address"),
        Phrase("The address is not one of this tool’s pages."),
        (_REOPEN,),
    ),
    "request_entity_too_large": Message(
        Phrase("That is too much at once"),
        Phrase(
            "What was sent is larger than this page accepts, so nothing was saved. What was saved "
            "before is still there."
        ),
        (
            Phrase(
                "Go back one page with your browser’s back button: your text should still be in its field. Copy it."
            ),
            Phrase("Shorten it, and send it again. A file may have up to 5 MB."),
            Phrase("If the field is empty, open the activity again from your course."),
        ),
    ),
    "too_many_codes": Message(
        Phrase("Too many codes were tried"),
        Phrase("To keep others’ codes safe, only a few can be tried in a short time."),
        (
            Phrase("Wait a minute, then enter your code again."),
            Phrase("If you do not have it at hand, ask for a new one."),
        ),
    ),
    "too_many_registrations": Message(
        Phrase("Too many registrations were tried"),
        Phrase("This address was opened many times from your network in a short time, so nothing was registered."),
        (
            Phrase("Wait a few minutes, then start again from your LMS."),
            Phrase("Your registration link is still good."),
        ),
    ),
}

_BY_STATUS: dict[int, Message] = {
    404: MESSAGES["not_found"],
    429: Message(
        Phrase("A little too fast"),
        Phrase("Too many requests came from here in a short time."),
        (Phrase("Wait a minute, then try again."),),
    ),
    500: MESSAGES["internal_error"],
}

_GENERAL = Message(
    Phrase("That did not work"),
    Phrase("The request could not be understood, so nothing was changed."),
    (_REOPEN, _WINDOW),
)


def register_messages(messages: dict[str, Message]) -> None:
    """Let a package add the words of its own reason codes."""
    MESSAGES.update(messages)


def find_message(reason: str, status: int) -> Message:
    """The words for a reason code; by its status where the code has none of its own."""
    return MESSAGES.get(reason) or _BY_STATUS.get(status) or _GENERAL
