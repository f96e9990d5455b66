"""The words of this package's reason codes, for the person who meets them."""

from lti_tool.errors import ToolError
from lti_tool.web.messages import Message
from lti_tool.web.phrases import Phrase

_AGAIN = Phrase("Go back to your course and open the activity again from there.")
_ASK = Phrase("If this page comes back, ask the person who runs the course and give the code below.")
_ADMIN = Phrase("If you look after this tool: compare its registration with the one in the LMS.")

_PLATFORM_FAULT = Message(
    Phrase("Your course could not be recognized"),
    Phrase(
        "The message from your course did not pass our security checks, so nothing was opened and nothing was changed."
    ),
    (_AGAIN, _ASK, _ADMIN),
)
_MESSAGE_FAULT = Message(
    Phrase("Your course sent something that we cannot use"),
    Phrase("The message from your course was genuine, but a part of it is missing or wrong, so nothing was opened."),
    (_AGAIN, _ASK, _ADMIN),
)
_LOGIN_FAULT = Message(
    Phrase("This activity must be opened from a course"),
    Phrase("The request that starts an activity was not complete. This happens with bookmarks and copied addresses."),
    (Phrase("Open your course in the LMS."), Phrase("Start the activity there."), _ADMIN),
)
_TARGET_FAULT = Message(
    Phrase("This link leads somewhere else"),
    Phrase("The link in your course names an address that does not belong to this tool, so nothing was opened."),
    (Phrase("Tell the person who runs the course that this link needs to be made again."), _ADMIN),
)
_WINDOW_STEP = Phrase("Open the activity again. If your browser blocked us, you will be offered a new window.")
_TIME_FAULT = Message(
    Phrase("This launch is too old"),
    Phrase("Too much time passed between your course and this page, so nothing was opened."),
    (
        _AGAIN,
        Phrase("If it happens each time, the clock of the LMS or of this tool may be wrong: tell your administrator."),
    ),
)
_KEY_FAULT = Message(
    Phrase("Your course could not be recognized"),
    Phrase("We could not find the key with which your LMS signs its messages, so nothing was opened."),
    (Phrase("Wait a minute, then open the activity again from your course."), _ASK, _ADMIN),
)

_CROWD = Message(
    Phrase("Many people are coming in at the moment"),
    Phrase(
        "More activities were opened from your network than we can let in at once. Nothing was opened, nothing is lost."
    ),
    (
        Phrase("Wait a minute."),
        _AGAIN,
        Phrase("If you look after this tool: a limit for one address was reached; see its launch log."),
    ),
)

MESSAGES: dict[str, Message] = {
    "too_many_logins": _CROWD,
    "too_many_launches": _CROWD,
    "too_many_refused": Message(
        Phrase("This could not be opened"),
        Phrase(
            "Many requests that we had to refuse came from your network in a short time, and this one "
            "is refused as well."
        ),
        (Phrase("Wait a minute."), _AGAIN, _ASK),
    ),
    "login_issuer_missing": _LOGIN_FAULT,
    "login_hint_missing": _LOGIN_FAULT,
    "target_link_uri_missing": _LOGIN_FAULT,
    "target_link_uri_foreign": _TARGET_FAULT,
    "target_link_uri_changed": _TARGET_FAULT,
    "launch_by_get": _LOGIN_FAULT,
    "registration_unknown": Message(
        Phrase("This course system is not connected yet"),
        Phrase("Your LMS asked us to open an activity, but it has not been registered with this tool."),
        (
            Phrase("Tell the person who runs the course; there is nothing that you can do here."),
            Phrase("If you look after the LMS: register this tool again, or ask its operator for a registration link."),
        ),
    ),
    "client_id_needed": Message(
        Phrase("We cannot tell which school you come from"),
        Phrase("Several schools use the same LMS address, and the request did not say which one this is."),
        (
            Phrase("Tell the person who runs the course."),
            Phrase("If you look after the LMS: it must send `client_id` at login."),
        ),
    ),
    "registration_disabled": Message(
        Phrase("This tool is switched off for your school"),
        Phrase(
            "The connection between your LMS and this tool has been switched off by its operator. Your work is kept."
        ),
        (Phrase("Ask the person who runs the course when it will be back."),),
    ),
    "platform_error": Message(
        Phrase("Your course could not open this activity"),
        Phrase("Your LMS stopped the launch and told us so. Nothing was opened and nothing is lost."),
        (_AGAIN, _ASK),
    ),
    "platform_error.login_required": Message(
        Phrase("Please sign in to your course again"),
        Phrase("Your LMS says that you are no longer signed in, or that your browser did not let it see that you are."),
        (
            Phrase("Sign in to your course."),
            Phrase("Open the activity again from there."),
            Phrase("Or open the course in its own window."),
        ),
    ),
    "platform_error.launch_no_longer_valid": Message(
        Phrase("This launch was already used"),
        Phrase("Each click on an activity can be used once. A reload or the back button tries to use it again."),
        (_AGAIN,),
    ),
    "platform_error.access_denied": Message(
        Phrase("Your course did not let you in"),
        Phrase(
            "Your LMS says that you may not open this activity, or that somebody else is signed in in this browser."
        ),
        (Phrase("Check that you are signed in as yourself."), _AGAIN),
    ),
    "platform_error.unauthorized_client": Message(
        Phrase("This tool is switched off in your LMS"),
        Phrase("Your LMS says that this tool is not allowed to be opened at the moment."),
        (
            Phrase("Tell the person who runs the course."),
            Phrase("If you look after the LMS: switch the tool's key on."),
        ),
    ),
    "platform_error.invalid_request": Message(
        Phrase("Your course and this tool do not fit together"),
        Phrase("Your LMS did not accept our request. This is a matter of settings, not of anything that you did."),
        (_AGAIN, _ASK, _ADMIN),
    ),
    "id_token_missing": _LOGIN_FAULT,
    "state_missing": _LOGIN_FAULT,
    "state_unknown": Message(
        Phrase("This launch took too long"),
        Phrase(
            "We no longer know the click that started this page: it is older than ten minutes, or it "
            "was never made here."
        ),
        (_AGAIN,),
    ),
    "state_used": Message(
        Phrase("This launch was already used"),
        Phrase(
            "Each click on an activity opens it once. This page was reloaded, or opened a second time. Nothing is lost."
        ),
        (_AGAIN, Phrase("To go on working, use the page that was opened first, if it is still there.")),
    ),
    "browser_unbound": Message(
        Phrase("Your browser did not let us recognize you"),
        Phrase(
            "Your browser keeps nothing for this page inside your course, so we cannot be sure that it was you who "
            "clicked. Nothing was opened, and nothing is lost."
        ),
        (Phrase("Go back to your course."), _WINDOW_STEP, Phrase("Or use another browser.")),
    ),
    "kid_unknown": _KEY_FAULT,
    "keys_unavailable": Message(
        Phrase("Your LMS did not answer"),
        Phrase(
            "To be sure that this launch is genuine we ask your LMS for its keys, and it did not answer as it should. "
            "This usually passes."
        ),
        (Phrase("Wait a minute, then open the activity again from your course."), _ASK),
    ),
    "expired": _TIME_FAULT,
    "iat_in_future": _TIME_FAULT,
    "token_too_old": _TIME_FAULT,
    "deployment_held": Message(
        Phrase("This tool is not enabled in this place yet"),
        Phrase(
            "Your school knows this tool, but it was added in a new place (an account or a course), which has to be "
            "accepted once."
        ),
        (
            Phrase("Tell the person who runs the course; then open the activity again."),
            Phrase("If you look after this tool: accept the held deployment."),
        ),
    ),
    "user_missing": Message(
        Phrase("This activity needs to know who you are"),
        Phrase(
            "Your course was opened without signing in, or it does not tell us who you are, so there is nobody whose "
            "work we could keep."
        ),
        (
            Phrase("Sign in to your course."),
            _AGAIN,
            Phrase("If you are signed in, ask the person who runs the course."),
        ),
    ),
    "deep_linking_settings_wrong": Message(
        Phrase("Content cannot be added from here"),
        Phrase("Your LMS opened our content picker without saying where the choice should go, so nothing was opened."),
        (Phrase("Close this window and try to add the content again."), _ASK),
    ),
    "for_user_missing": Message(
        Phrase("We were not told whose work to show"),
        Phrase("Your LMS asked us to show somebody’s work, but did not say whose."),
        (Phrase("Go back to the gradebook and open the work again."), _ASK),
    ),
    "line_item_missing": Message(
        Phrase("We were not told which work to show"),
        Phrase("Your LMS asked us to show somebody’s work, but did not say for which column of the gradebook."),
        (Phrase("Go back to the gradebook and open the work again."), _ASK),
    ),
    "person_unopened": Message(
        Phrase("This person has not opened the activity yet"),
        Phrase("There is no work to show, because this person has never opened the tool in this course."),
        (
            Phrase("Go back to the gradebook."),
            Phrase("When they have opened the activity, their work can be seen here."),
        ),
    ),
    **dict.fromkeys(
        (
            "token_malformed",
            "kid_missing",
            "algorithm_refused",
            "key_unfit",
            "signature_wrong",
            "issuer_wrong",
            "audience_wrong",
            "azp_wrong",
            "exp_missing",
            "iat_missing",
            "nonce_missing",
            "nonce_wrong",
        ),
        _PLATFORM_FAULT,
    ),
    **dict.fromkeys(
        (
            "version_wrong",
            "message_type_unknown",
            "deployment_missing",
            "deployment_changed",
            "roles_missing",
            "roles_malformed",
            "resource_link_missing",
            "user_empty",
            "identifier_too_long",
            "claim_malformed",
        ),
        _MESSAGE_FAULT,
    ),
}

# `error` values of OpenID Connect Core 3.1.2.6, OAuth 2.0 and Canvas that have words of their own.
PLATFORM_ERRORS = frozenset(
    key.removeprefix("platform_error.") for key in MESSAGES if key.startswith("platform_error.")
)


def key_of(refusal: ToolError) -> str:
    """The key of the words for a refusal: the platform's own error has words by its value."""
    if refusal.reason == "platform_error" and refusal.message in PLATFORM_ERRORS:
        return f"platform_error.{refusal.message}"
    return refusal.reason
