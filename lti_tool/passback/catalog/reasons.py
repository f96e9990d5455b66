"""Why a score is not in the LMS gradebook (yet): for each reason what happened, why, and what would help."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from lti_tool.web.phrases import Phrase


class ReasonCode(StrEnum):
    """Stable codes, kept in `Delivery.reason`."""

    # The course or its installation
    NO_GRADEBOOK_SERVICE = "no_gradebook_service"
    SCOPE_LINE_ITEM_MISSING = "scope_line_item_missing"
    SCOPE_SCORE_MISSING = "scope_score_missing"
    NO_COLUMN_YET = "no_column_yet"
    COLUMN_GONE = "column_gone"
    COLUMN_REFUSED = "column_refused"
    COLUMN_OF_OTHER_REGISTRATION = "column_of_other_registration"
    COURSE_CONCLUDED = "course_concluded"
    COURSE_UNAVAILABLE = "course_unavailable"
    ASSIGNMENT_UNPUBLISHED = "assignment_unpublished"
    TOOL_REMOVED = "tool_removed"
    NOT_AUTHORISED = "not_authorised"
    FORBIDDEN = "forbidden"
    # The person
    NOT_A_STUDENT = "not_a_student"
    CHANGED_IN_GRADEBOOK = "changed_in_gradebook"
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    # The score
    SCORE_REFUSED = "score_refused"
    TIMESTAMP_REFUSED = "timestamp_refused"
    GRADE_LOCKED = "grade_locked"
    # The platform or the way to it
    RATE_LIMITED = "rate_limited"
    PLATFORM_ERROR = "platform_error"
    PLATFORM_UNREACHABLE = "platform_unreachable"
    PLATFORM_TIMED_OUT = "platform_timed_out"
    PLATFORM_ANSWER_BROKEN = "platform_answer_broken"
    PLATFORM_CERTIFICATE_WRONG = "platform_certificate_wrong"
    PLATFORM_REDIRECTS = "platform_redirects"
    PLATFORM_ADDRESS_REFUSED = "platform_address_refused"
    OUR_ERROR = "our_error"


class Policy(StrEnum):
    """Whether trying again without anybody's help can succeed."""

    # Soon, then ever more slowly.
    RETRY = "retry"
    # Every quarter of an hour at first: somebody has to do something.
    RETRY_SLOWLY = "retry_slowly"
    PARK = "park"


@dataclass(frozen=True)
class Reason:
    """A reason in plain words: `title` for a list, `explanation` and `fix` for the teacher, `student` for a student."""

    code: ReasonCode
    policy: Policy
    title: str
    explanation: str
    fix: str
    student: str
    # How long it is retried before it is parked.
    horizon: timedelta = timedelta(days=7)
    # So many of the first tries come soon even where the others are slow: the trouble may be a moment's.
    soon: int = 0
    # Nothing is wrong: not shown among the problems.
    is_quiet: bool = False


_SAFE = Phrase("Your work is saved here and its grade is sent as soon as the gradebook takes it.")
_TEACHER_KNOWS = Phrase("Your work is saved here. Your teacher sees what has to be done in the course.")
_WAIT = "Nothing; it is tried again by itself."
_RESEND = "then press “Send again”."

_ALL = (
    Reason(
        ReasonCode.NO_GRADEBOOK_SERVICE,
        Policy.PARK,
        "The course offers no gradebook to this tool",
        "The course has not given this tool access to its gradebook, so scores wait here.",
        "Ask your administrator to allow grade services for this tool, then open any activity once; all waiting scores "
        "are sent by themselves.",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.SCOPE_LINE_ITEM_MISSING,
        Policy.PARK,
        "The tool may not make a gradebook column",
        "The installation allows scores but not new columns, and no column of this activity was found.",
        "Add the activity to the course with grading (then open it once), or ask your administrator to allow “grade "
        "sync and column management”; waiting scores are sent by themselves.",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.SCOPE_SCORE_MISSING,
        Policy.PARK,
        "The tool may not send scores",
        "The installation of this tool does not include the permission to send scores.",
        "Ask your administrator to allow scores for this tool, then open any activity once.",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.NO_COLUMN_YET,
        Policy.PARK,
        "No column is linked",
        "The whole programme has a column only where a graded link opens it.",
        "Add the tool to the course as one graded activity if you want a column for the whole programme.",
        Phrase("Your progress is kept here."),
        is_quiet=True,
    ),
    Reason(
        ReasonCode.COLUMN_GONE,
        Policy.PARK,
        "The gradebook column was deleted",
        "The column of this activity no longer exists in the gradebook. Scores are kept here.",
        "Add the activity to the course again and open it once, or press “Send again” to make a new column.",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.COLUMN_REFUSED,
        Policy.PARK,
        "The gradebook refused a new column",
        "The platform did not accept the column that this activity needs.",
        f"Add the activity to the course with grading and open it once, {_RESEND}",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.COLUMN_OF_OTHER_REGISTRATION,
        Policy.PARK,
        "The column belongs to an older installation",
        "The column was made by an earlier installation of this tool; the platform lets only that one write to it.",
        f"Remove the activity from the course and add it again, open it once, {_RESEND}",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.COURSE_CONCLUDED,
        Policy.PARK,
        "The course has ended",
        "The platform takes no scores for a course that has concluded.",
        f"If scores are still wanted, extend the course’s end date, {_RESEND}",
        Phrase("The course has ended, so its gradebook takes no more scores. Your work is saved here."),
    ),
    Reason(
        ReasonCode.COURSE_UNAVAILABLE,
        Policy.PARK,
        "The course or its gradebook is not there",
        "The platform says that the course, or its gradebook, does not exist or is outside its dates.",
        f"Check the course’s dates and that it is published, {_RESEND}",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.ASSIGNMENT_UNPUBLISHED,
        Policy.RETRY_SLOWLY,
        "The assignment is not published",
        "The platform takes scores only for published assignments.",
        "Publish the assignment; waiting scores follow within the hour.",
        _TEACHER_KNOWS,
        horizon=timedelta(days=30),
    ),
    Reason(
        ReasonCode.TOOL_REMOVED,
        Policy.PARK,
        "The tool is switched off or removed from the course",
        "The platform says that this tool’s key is off, or that the tool is no longer installed in the course.",
        f"Ask your administrator to switch the tool on again, {_RESEND}",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.NOT_AUTHORISED,
        Policy.RETRY_SLOWLY,
        "The platform did not let the tool in",
        "The platform refused the tool’s access token twice, or would not give one.",
        f"Ask your administrator to check that the tool is active and can reach its key set, {_RESEND}",
        _SAFE,
        horizon=timedelta(hours=6),
        # A platform that cannot fetch our key set while we restart gives no token.
        soon=4,
    ),
    Reason(
        ReasonCode.FORBIDDEN,
        Policy.RETRY_SLOWLY,
        "The platform does not allow this",
        "The platform refused the request although it knows the tool.",
        f"Ask your administrator to check the tool’s permissions for grades, {_RESEND}",
        _TEACHER_KNOWS,
        horizon=timedelta(hours=6),
    ),
    Reason(
        ReasonCode.NOT_A_STUDENT,
        Policy.PARK,
        "Not a student of the course",
        "The platform has no graded place for this person: not enrolled, no longer active, or not a student.",
        f"Nothing, unless the person should be a student; then enrol them, {_RESEND}",
        Phrase("The course’s gradebook has no place for you at the moment. Your work is saved here."),
        is_quiet=True,
    ),
    Reason(
        ReasonCode.CHANGED_IN_GRADEBOOK,
        Policy.PARK,
        "Changed in the gradebook",
        "The grade in the gradebook is not one that this tool sent, so somebody changed it by hand. Theirs was kept.",
        "Nothing, if that is what you want; or press “Send ours” to replace it. Where the gradebook marks the grade as "
        "overridden (Moodle), lift the override there first.",
        Phrase("Your teacher set this grade in the gradebook, and it was kept."),
    ),
    Reason(
        ReasonCode.ATTEMPTS_EXHAUSTED,
        Policy.PARK,
        "No attempts are left",
        "The assignment limits attempts, and the platform refused the score even without a new attempt.",
        f"Allow another attempt for this student, {_RESEND}",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.SCORE_REFUSED,
        Policy.PARK,
        "The gradebook refused the score",
        "The platform did not accept this score and says that it never will.",
        f"Check the column’s settings in the gradebook, {_RESEND}",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.TIMESTAMP_REFUSED,
        Policy.PARK,
        "The gradebook holds a later date",
        "The platform says that its grade is newer than any date we can send, although it is an old one of ours.",
        f"Check that the clocks of both servers are right, {_RESEND}",
        _TEACHER_KNOWS,
    ),
    Reason(
        ReasonCode.GRADE_LOCKED,
        Policy.RETRY_SLOWLY,
        "The gradebook answers with an error",
        "Moodle answers like this where the grade, its column or its category is locked.",
        "Unlock the grade in the gradebook; waiting scores follow within the hour.",
        _SAFE,
        # Moodle's word for a lock is also its word for any trouble of its own.
        soon=5,
    ),
    Reason(
        ReasonCode.RATE_LIMITED,
        Policy.RETRY,
        "The platform is busy",
        "The platform asked the tool to slow down.",
        _WAIT,
        _SAFE,
    ),
    Reason(
        ReasonCode.PLATFORM_ERROR,
        Policy.RETRY,
        "The platform had an error",
        "The platform answered with an error of its own.",
        _WAIT,
        _SAFE,
    ),
    Reason(
        ReasonCode.PLATFORM_UNREACHABLE,
        Policy.RETRY,
        "The platform cannot be reached",
        "Nobody answers at the platform’s address.",
        _WAIT,
        _SAFE,
    ),
    Reason(
        ReasonCode.PLATFORM_TIMED_OUT,
        Policy.RETRY,
        "The platform took too long",
        "The platform did not answer in time.",
        _WAIT,
        _SAFE,
    ),
    Reason(
        ReasonCode.PLATFORM_ANSWER_BROKEN,
        Policy.RETRY,
        "The platform’s answer broke off",
        "The connection ended early, or the answer made no sense.",
        _WAIT,
        _SAFE,
    ),
    Reason(
        ReasonCode.PLATFORM_CERTIFICATE_WRONG,
        Policy.RETRY_SLOWLY,
        "The platform’s certificate is not valid",
        "The tool does not send grades to a server that cannot prove who it is.",
        "Ask your administrator to renew the platform’s certificate.",
        _SAFE,
    ),
    Reason(
        ReasonCode.PLATFORM_REDIRECTS,
        Policy.RETRY_SLOWLY,
        "The platform’s address has moved",
        "The platform answers with a redirect, which is not followed since the access token would travel with it.",
        "Open any activity once, so that the tool learns the new address; if that fails, register it again.",
        _SAFE,
    ),
    Reason(
        ReasonCode.PLATFORM_ADDRESS_REFUSED,
        Policy.PARK,
        "The platform’s address is not allowed",
        "The address is not https, or leads into a private network.",
        "Ask the operator of this tool.",
        _SAFE,
    ),
    Reason(
        ReasonCode.OUR_ERROR,
        Policy.RETRY_SLOWLY,
        "An error of this tool",
        "This tool met an error that it did not expect; it has been noted.",
        "Ask the operator of this tool if it stays.",
        _SAFE,
        soon=2,
    ),
)

REASONS: dict[str, Reason] = {reason.code.value: reason for reason in _ALL}


def get_reason(code: str) -> Reason:
    """The words of a code; an unknown one (of a newer version) reads as an error of ours."""
    return REASONS.get(code, REASONS[ReasonCode.OUR_ERROR.value])
