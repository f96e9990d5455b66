"""Words of this package: error pages, short notices, and where a score is."""

from lti_tool.web.messages import Message, register_messages
from lti_tool.web.phrases import Phrase

_HOME = Phrase("Go back to your modules and choose it there.")

MESSAGES = {
    "no_course": Message(
        Phrase("Open this from a course"),
        Phrase("The tool was opened outside of a course, so there is nothing to show on this page."),
        (Phrase("Open your course and start the activity there."),),
    ),
    "module_unknown": Message(
        Phrase("There is no such module"),
        Phrase("The module that this address names does not exist, or it was taken away."),
        (_HOME,),
    ),
    "part_unknown": Message(
        Phrase("There is no such page in this module"),
        Phrase("The page may have been renamed or taken away when the module was updated. Your work is kept."),
        (_HOME,),
    ),
    "try_unknown": Message(
        Phrase("There is no such try"),
        Phrase("This address names a try at the knowledge check that you have not begun."),
        (Phrase("Go back to the module and open the knowledge check."),),
    ),
    "version_unknown": Message(
        Phrase("There is no such version"),
        Phrase("This address names a version of your work that was not handed in."),
        (Phrase("Go back to the module and open your work there."),),
    ),
    "file_unknown": Message(
        Phrase("There is no such file"),
        Phrase("This address names no file of yours in this course. You may have taken it out or replaced it."),
        (Phrase("Go back to the module and open your work there."),),
    ),
    "file_gone": Message(
        Phrase("This file is no longer stored"),
        Phrase(
            "We know that the file was uploaded, but its content is not in our storage any more. The text in it is."
        ),
        (
            Phrase("Go back and look at what was read in the file."),
            Phrase("If you still have the file, upload it again. If it matters, tell the person who runs the tool."),
        ),
    ),
    "person_unknown": Message(
        Phrase("There is nobody of that kind in this course"),
        Phrase("The address names no member of this course. People of other courses cannot be seen from here."),
        (Phrase("Go back to the overview and choose a student there."),),
    ),
    "delivery_unknown": Message(
        Phrase("There is no such score to send"),
        Phrase("The score that this form names does not belong to this student in this course."),
        (Phrase("Go back to the student’s page and try again from there."),),
    ),
}
register_messages(MESSAGES)

# One-line notices after a form, by the code in the address: (kind of callout, words).
NOTICES = {
    "read": ("success", Phrase("Marked as read.")),
    "saved": ("success", Phrase("Saved. You can go on later, from any device.")),
    "handed_in": ("success", Phrase("Handed in.")),
    "draft_saved": ("success", Phrase("Draft saved. You can go on later, from any device.")),
    "file_read": ("success", Phrase("Your file is saved, and this is what we read in it.")),
    "file_removed": ("info", Phrase("The file is out of your draft. Versions that you handed in keep theirs.")),
    "finding_ignored": ("success", Phrase("Noted. Your reason stands with the finding, and your reviewer sees it.")),
    "finding_heeded": ("info", Phrase("The finding is open again.")),
    "finding_gone": ("info", Phrase("That finding is not there any more: the file has changed since.")),
    "feedback_read": ("success", Phrase("Noted that you have read it.")),
    "decided": ("success", "Your decision is with the student."),
    "signed": ("success", Phrase("Signed. Thank you.")),
    "text_changed": ("warning", Phrase("The statement was changed a moment ago. Read the new text, then sign it.")),
    "cleared": ("info", Phrase("Your answers are cleared. Have another go.")),
    "no_tries": ("warning", Phrase("You have no tries left. Ask your teacher to unlock another one.")),
    "unlocked": ("success", "One more try is unlocked. The student sees it at once."),
    "not_locked": ("info", "This student still has a try, so nothing was unlocked."),
    "resent": ("success", "The score is in the queue again."),
    "resent_all": ("success", "The scores are in the queue again. This page shows where they are."),
    "none_resent": ("info", "No score was waiting to be sent again."),
    "not_resent": ("info", "That score is on its way already, has arrived, or was replaced by a newer one."),
    "preview": ("info", "This is a preview. Nothing that you do here is kept."),
}
