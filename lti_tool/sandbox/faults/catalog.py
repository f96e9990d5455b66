"""Every fault: what an operator can set, and what Canvas and Moodle do when it happens in real life."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Amount:
    """A number that goes with a fault."""

    label: str
    # «{} seconds»
    words: str
    default: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class Fault:
    """One fault that is on; `course_id` None is the whole LMS, `share` the part of the calls that it strikes."""

    kind: str
    course_id: int | None = None
    share: float = 1.0
    amount: float | None = None

    @property
    def value(self) -> float:
        """The number that counts."""
        amount = KINDS[self.kind].amount
        if self.amount is not None:
            return self.amount
        return amount.default if amount is not None else 0.0


@dataclass(frozen=True)
class Kind:
    """A kind of fault. An empty answer of an LMS: nothing is different there."""

    key: str
    group: str
    title: str
    canvas_answer: str
    canvas: str
    moodle_answer: str
    moodle: str
    amount: Amount | None = None
    has_share: bool = False
    # Has no sense for one course alone.
    is_whole_only: bool = False


@dataclass(frozen=True)
class Preset:
    """Several faults at one press."""

    key: str
    title: str
    text: str
    faults: tuple[Fault, ...]


GROUPS = ("On the way", "Access", "Course and gradebook")
_WAY, _ACCESS, _BOOK = GROUPS
_LOST = "The grade stands in the gradebook, and the tool never hears of it: it has to ask before it sends again."
_AWAY = "Nobody answers: tokens, columns, grades and keys. Pages stay, so that you can end it."

_ALL = (
    Kind(
        "slow", _WAY, "Slow answers",
        "late", "Busy hours: an answer takes seconds, at worst until a gateway gives up after a minute.",
        "late", "Busy hours, cron or a backup: an answer takes seconds.",
        Amount("Seconds", "{} s", 3, 0, 60), has_share=True,
    ),
    Kind(
        "errors", _WAY, "Errors of the server",
        "500 – 504", "500 and 503 came before anything was stored; 502 and 504 are a gateway’s: the grade may stand.",
        "500 – 504", "503 in maintenance mode, 500 for errors; 502 and 504 are a proxy’s: the grade may stand.",
        Amount("Status", "status {}", 503, 500, 504), has_share=True,
    ),
    Kind(
        "busy", _WAY, "Too many requests",
        "429", "“Rate Limit Exceeded”. The header Retry-After names the seconds to wait.",
        "429", "Moodle itself has no limit; the proxy before it may have one, with Retry-After.",
        Amount("Retry-After (s)", "Retry-After {} s", 30, 1, 3600), has_share=True,
    ),
    Kind(
        "budget", _WAY, "A budget of requests",
        "403", "“Rate Limit Exceeded” with X-Rate-Limit-Remaining: 0.0 and no Retry-After, above so many a second "
        "(five seconds’ worth at once) or 12 in parallel. One budget for all courses.",
        "429", "Moodle itself has none; a proxy says 429 with Retry-After: 5 above so many a second.",
        Amount("Requests a second", "{} requests a second", 10, 1, 1000), is_whole_only=True,
    ),
    Kind("lost", _WAY, "Lost answers", "no answer", _LOST, "no answer", _LOST, has_share=True),
    Kind(
        "broken", _WAY, "Answers that make no sense",
        "200, a web page", "A sign-in page of a proxy comes where JSON was asked for.",
        "0", "«HTTP/1.0 0 Error writing to database»: a status line with the code 0.",
        has_share=True,
    ),
    Kind("away", _WAY, "Away", "connection reset", _AWAY, "connection reset", _AWAY, is_whole_only=True),
    Kind(
        "revoked", _ACCESS, "Token revoked",
        "401", "“Access token expired”. A new token works, until this strikes again.",
        "401", "The token is unknown. A new token works, until this strikes again.",
        has_share=True,
    ),
    Kind(
        "concluded", _BOOK, "Concluded course",
        "422", "“This course has concluded. AGS requests will no longer be accepted”.",
        "", "Moodle has no such end: a course past its end date takes grades as before.",
    ),
    Kind(
        "gone", _BOOK, "Course outside its dates or deleted",
        "404", "“The specified resource does not exist.”",
        "404", "“Not Found: Course … doesn’t exist.”",
    ),
    Kind(
        "unpublished", _BOOK, "Unpublished item",
        "422", "“This assignment is still unpublished”. One item alone: hide it on the course’s page.",
        "", "Hidden activities take grades; students see them later.",
    ),
    Kind(
        "locked", _BOOK, "Locked grade",
        "", "Scores of tools pass by the assignment’s lock date.",
        "500", "An error without words: the grade, its column or its category is locked.",
    ),
    Kind(
        "attempts", _BOOK, "Limited attempts",
        "422", "“The maximum number of allowed attempts has been reached”. A grade without a new attempt is taken.",
        "", "Grades of tools are no attempts.",
        Amount("Attempts", "{} allowed", 1, 1, 20),
    ),
    Kind(
        "clock", _BOOK, "Clock ahead or behind",
        "400", "Behind: “submitted_at … lies in the future”. Ahead: after a teacher’s change, “Provided timestamp … "
        "before last updated timestamp”.",
        "409", "Ahead: “Refusing score with an earlier timestamp”, until the tool’s clock has caught up.",
        Amount("Seconds ahead (behind: below 0)", "{} s ahead", 90, -3600, 3600), is_whole_only=True,
    ),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.key: kind for kind in _ALL}

PRESETS = (
    Preset(
        "bad-day",
        "A bad day",
        "Some of everything on the way: errors, 429, lost answers, revoked tokens.",
        (
            Fault("errors", share=0.2, amount=503),
            Fault("busy", share=0.05, amount=5),
            Fault("lost", share=0.1),
            Fault("revoked", share=0.1),
            Fault("slow", share=0.2, amount=2),
        ),
    ),
    Preset("night", "Down for the night", "Nobody answers until all is well again.", (Fault("away"),)),
)
