"""Words of this package's reason codes."""

from lti_tool.web.messages import Message, register_messages

register_messages(
    {
        "deep_linking_not_asked": Message(
            "Start from your course to add something",
            "This window does not know where in your course something was to be added.",
            ("Close this window.", "In your course, choose this tool again where you add activities."),
        )
    }
)
