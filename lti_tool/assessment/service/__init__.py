"""Use cases of students and of staff; each flushes and leaves the commit to the view."""

from lti_tool.assessment.service.check import HandedIn, TryRefused, Unfinished, hand_in, save_try, start_try
from lti_tool.assessment.service.overview import (
    ClassPage,
    ClassRow,
    ModuleLine,
    StudentView,
    resend_class,
    show_class,
    show_module_line,
    show_student,
)
from lti_tool.assessment.service.parts import (
    TwoTexts,
    accept_part,
    begin_part,
    finish_part,
    save_draft,
    save_written,
    sign_statement,
    stamp_of,
)
from lti_tool.assessment.service.people import (
    ModuleStory,
    NotLocked,
    Story,
    resend,
    tell_story,
    unlock_try,
)

__all__ = [
    "ClassPage",
    "ClassRow",
    "HandedIn",
    "ModuleLine",
    "ModuleStory",
    "NotLocked",
    "Story",
    "StudentView",
    "TryRefused",
    "TwoTexts",
    "Unfinished",
    "accept_part",
    "begin_part",
    "finish_part",
    "hand_in",
    "resend",
    "resend_class",
    "save_draft",
    "save_try",
    "save_written",
    "show_class",
    "show_module_line",
    "show_student",
    "sign_statement",
    "stamp_of",
    "start_try",
    "tell_story",
    "unlock_try",
]
