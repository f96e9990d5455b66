"""Words of this package: error pages, short notices, and where a score is."""

from lti_tool.web.messages import Message, register_messages

_HOME = "Go back to your modules and choose it there."

MESSAGES = {
    "no_course": Message(
        "Open this from a course",
        "The tool was opened outside of a course, so there is nothing to show on this page.",
        ("Open your course and start the activity there.",),
    ),
    "module_unknown": Message(
        "There is no such module",
        "The module that this address names does not exist, or it was taken away.",
        (_HOME,),
    ),
    "part_unknown": Message(
        "There is no such page in this module",
        "The page may have been renamed or taken away when the module was updated. Your work is kept.",
        (_HOME,),
    ),
    "try_unknown": Message(
        "There is no such try",
        "This address names a try at the knowledge check that you have not begun.",
        ("Go back to the module and open the knowledge check.",),
    ),
    "version_unknown": Message(
        "There is no such version",
        "This address names a version of your work that was not handed in.",
        ("Go back to the module and open your work there.",),
    ),
    "person_unknown": Message(
        "There is nobody of that kind in this course",
        "The address names no member of this course. People of other courses cannot be seen from here.",
        ("Go back to the overview and choose a student there.",),
    ),
    "delivery_unknown": Message(
        "There is no such score to send",
        "The score that this form names does not belong to this student in this course.",
        ("Go back to the student’s page and try again from there.",),
    ),
}
register_messages(MESSAGES)

# One-line notices after a form, by the code in the address: (kind of callout, words).
NOTICES = {
    "read": ("success", "Marked as read."),
    "saved": ("success", "Saved. You can go on later, from any device."),
    "handed_in": ("success", "Handed in."),
    "draft_saved": ("success", "Draft saved. You can go on later, from any device."),
    "feedback_read": ("success", "Noted that you have read it."),
    "decided": ("success", "Your decision is with the student."),
    "signed": ("success", "Signed. Thank you."),
    "text_changed": ("warning", "The statement was changed a moment ago. Read the new text, then sign it."),
    "cleared": ("info", "Your answers are cleared. Have another go."),
    "no_tries": ("warning", "You have no tries left. Ask your teacher to unlock another one."),
    "unlocked": ("success", "One more try is unlocked. The student sees it at once."),
    "not_locked": ("info", "This student still has a try, so nothing was unlocked."),
    "resent": ("success", "The score is in the queue again."),
    "resent_all": ("success", "The scores are in the queue again. This page shows where they are."),
    "none_resent": ("info", "No score was waiting to be sent again."),
    "not_resent": ("info", "That score is on its way already, has arrived, or was replaced by a newer one."),
    "preview": ("info", "This is a preview. Nothing that you do here is kept."),
}
