"""Pure rules of the outbox, on values."""

from datetime import UTC, datetime, timedelta

import pytest

from lti_tool.passback.catalog import (
    Action,
    Answer,
    Column,
    PlatformResult,
    Points,
    ReasonCode,
    Score,
    Standing,
    Step,
)
from lti_tool.passback.rules import (
    choose_column,
    decide_refused_stamp,
    decide_standing,
    describe_answer,
    filtered_url,
    hint_url,
    in_flight,
    is_outage,
    is_same_grade,
    is_sent_for,
    judge_answer,
    may_send_progress,
    must_read_back,
    next_stamp,
    parse_retry_after,
    service_url,
    wait_before_try,
    wait_when_limited,
    wish_column,
    write_score,
    write_time,
)

NOW = datetime(2026, 9, 1, 8, 0, 0, 250_999, tzinfo=UTC)
SUBMISSION = "https://canvas.instructure.com/lti/submission"


# When


def test_times_are_written_with_milliseconds_in_utc() -> None:
    plus_two = NOW.astimezone(tz=datetime.strptime("+0200", "%z").tzinfo)
    assert write_time(plus_two) == write_time(NOW) == "2026-09-01T08:00:00.250Z"


def test_a_stamp_is_now_or_a_second_after_the_last() -> None:
    assert next_stamp(NOW, None) == NOW.replace(microsecond=250_000)
    assert next_stamp(NOW, NOW - timedelta(seconds=2)) == NOW.replace(microsecond=250_000)
    last = NOW - timedelta(milliseconds=300)
    stamp = next_stamp(NOW, last)
    assert stamp == (last + timedelta(seconds=1)).replace(microsecond=950_000)
    assert int(stamp.timestamp()) > int(last.timestamp())
    ahead = NOW + timedelta(minutes=3)
    assert next_stamp(NOW, last, after=ahead) > ahead


def test_a_date_far_ahead_is_not_waited_for() -> None:
    """A platform that names the year 9999 would never get its score."""
    far = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert next_stamp(NOW, None, after=far) == NOW.replace(microsecond=250_000)
    assert next_stamp(NOW, None, after=datetime(1, 1, 1, tzinfo=UTC)) == NOW.replace(microsecond=250_000)


@pytest.mark.parametrize(
    ("failures", "jitter", "slow", "seconds"),
    [(1, 1, False, 2), (2, 1, False, 4), (1, 0, False, 1), (60, 1, False, 3600), (1, 1, True, 900), (9, 1, True, 3600)],
)
def test_waits_double_up_to_an_hour(failures: int, jitter: float, slow: bool, seconds: int) -> None:
    assert wait_before_try(failures, jitter=jitter, is_slow=slow) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("99999999999999", 3600),
        ("Tue, 01 Sep 2026 08:01:00 GMT", 59.749001),
        ("Tue, 01 Sep 2026 08:01:00 -0000", 59.749001),
        ("Tue, 01 Sep 2026 07:00:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("Tue, 99 Sep 2026 08:01:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert parse_retry_after(text, NOW) == (None if seconds is None else timedelta(seconds=seconds))


def test_a_pause_is_what_was_asked_for_and_a_little_more() -> None:
    minute = timedelta(minutes=1)
    assert wait_when_limited(minute, failures=1, jitter=0) == minute
    assert minute < wait_when_limited(minute, failures=1, jitter=0.5) < minute * 1.1
    assert wait_when_limited(None, failures=1, jitter=0) == timedelta(seconds=10)
    assert wait_when_limited(None, failures=6, jitter=0) == timedelta(seconds=64)


# Who


@pytest.mark.parametrize(
    ("role", "staff", "test", "sent"),
    [
        ("learner", False, False, True),
        ("learner", True, False, False),
        ("learner", False, True, False),
        ("observer", False, False, False),
        ("instructor", False, False, False),
    ],
)
def test_students_alone_are_sent(role: str, staff: bool, test: bool, sent: bool) -> None:
    assert is_sent_for(role, staff, test) is sent


def test_what_differs_by_platform() -> None:
    assert may_send_progress("canvas")
    assert not may_send_progress("moodle")
    assert (in_flight("canvas"), in_flight("moodle"), in_flight("other")) == (3, 16, 16)


# Whose grade


@pytest.mark.parametrize(
    ("found", "ours", "same"),
    [
        ((24.66667, 37), (2, 3), True),
        ((66.67, 100), (2, 3), True),
        ((66.6, 100), (2, 3), False),
        ((0.33, 1), (1, 3), True),
        ((10, 10), (12, 10), True),
        ((12, 10), (12, 10), True),
        ((7, 0), (7, 10), True),
        ((7, 10), (7, 0), True),
        ((7, 0), (8, 10), False),
    ],
)
def test_grades_are_equal_within_rounding(found: tuple[float, float], ours: tuple[float, float], same: bool) -> None:
    assert is_same_grade(Points(*found), Points(*ours)) is same


FIVE, SEVEN, NINE = Points(5, 10), Points(7, 10), Points(9, 10)


@pytest.mark.parametrize(
    ("found", "attempted", "overrules", "standing"),
    [
        (None, [], False, Standing.SEND),
        (PlatformResult(None), [FIVE], False, Standing.SEND),
        (PlatformResult(FIVE), [FIVE], False, Standing.SEND),
        (PlatformResult(FIVE), [SEVEN, FIVE], False, Standing.SEND),
        (PlatformResult(NINE), [FIVE], False, Standing.ALREADY_THERE),
        (PlatformResult(NINE), [NINE], False, Standing.SEND),
        (PlatformResult(SEVEN), [FIVE], False, Standing.THEIRS),
        (PlatformResult(SEVEN), [], False, Standing.THEIRS),
        (PlatformResult(SEVEN), [FIVE], True, Standing.SEND),
    ],
)
def test_whose_grade_stands_before_a_send(
    found: PlatformResult | None, attempted: list[Points], overrules: bool, standing: Standing
) -> None:
    assert decide_standing(found, NINE, attempted=attempted, is_overruling=overrules) is standing


@pytest.mark.parametrize(
    ("found", "attempted", "overrules", "standing"),
    [
        (None, [], False, Standing.SEND),
        (PlatformResult(None), [], False, Standing.SEND),
        (PlatformResult(NINE), [NINE], False, Standing.ALREADY_THERE),
        (PlatformResult(FIVE), [FIVE], False, Standing.SEND),
        (PlatformResult(SEVEN), [FIVE], False, Standing.THEIRS),
        (PlatformResult(SEVEN), [FIVE], True, Standing.SEND),
    ],
)
def test_whose_grade_stands_after_a_refused_stamp(
    found: PlatformResult | None, attempted: list[Points], overrules: bool, standing: Standing
) -> None:
    assert decide_refused_stamp(found, NINE, attempted=attempted, is_overruling=overrules) is standing


@pytest.mark.parametrize(
    ("family", "has_score", "is_first", "was_sent", "reads"),
    [
        ("moodle", True, True, False, True),
        ("other", True, True, False, True),
        ("canvas", True, True, False, False),
        ("canvas", True, True, True, True),
        ("canvas", True, False, False, True),
        ("canvas", False, False, True, False),
    ],
)
def test_when_the_cell_is_read_first(family: str, has_score: bool, is_first: bool, was_sent: bool, reads: bool) -> None:
    assert must_read_back(family, has_score=has_score, is_first=is_first, was_sent=was_sent) is reads


# What is sent


def score(**changes: object) -> Score:
    values: dict[str, object] = {
        "sub": "sub-zoë",
        "points": NINE,
        "activity_progress": "Completed",
        "grading_progress": "FullyGraded",
        "comment": "Good.",
        "submitted_at": NOW - timedelta(days=1),
        "stamp": NOW,
    }
    return Score(**{**values, **changes})  # type: ignore[arg-type]


def test_a_score_for_moodle() -> None:
    assert write_score(score(), "moodle", repeats_comment=False) == {
        "userId": "sub-zoë",
        "timestamp": "2026-09-01T08:00:00.250Z",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "submission": {"submittedAt": "2026-08-31T08:00:00.250Z"},
        "scoreGiven": 9,
        "scoreMaximum": 10,
        "comment": "Good.",
    }


def test_without_a_comment_none_is_sent() -> None:
    assert "comment" not in write_score(score(comment=""), "moodle")


def test_parts_of_points_are_kept_to_five_decimals() -> None:
    body = write_score(score(points=Points(20 / 3, 10)), "moodle")
    assert body["scoreGiven"] == 6.66667


def test_work_is_never_handed_in_after_its_stamp() -> None:
    body = write_score(score(submitted_at=NOW + timedelta(hours=1)), "moodle")
    assert body["submission"]["submittedAt"] == body["timestamp"]


def test_a_first_score_for_canvas_and_a_later_one() -> None:
    common = {"launch_url": "https://t.example/lti/launch", "tag": "module:resume"}
    first = write_score(score(), "canvas", is_first=True, is_new_submission=True, **common)  # type: ignore[arg-type]
    assert first[SUBMISSION] == {
        "new_submission": True,
        "preserve_score": True,
        "prioritize_non_tool_grade": True,
        "submission_type": "basic_lti_launch",
        "submission_data": "https://t.example/lti/launch?module=resume&learner=sub-zo%C3%AB",
    }
    later = write_score(score(), "canvas", repeats_comment=False, **common)  # type: ignore[arg-type]
    assert later[SUBMISSION]["new_submission"] is False
    assert "prioritize_non_tool_grade" not in later[SUBMISSION]
    assert "comment" not in later


def test_points_leave_with_full_grading_only() -> None:
    body = write_score(score(grading_progress="PendingManual"), "canvas", is_first=True)
    assert "scoreGiven" not in body
    assert "prioritize_non_tool_grade" not in body[SUBMISSION]
    assert "scoreGiven" not in write_score(score(points=None), "moodle")


def test_hints_name_module_and_learner() -> None:
    assert hint_url("https://t.example/l", tag="programme") == "https://t.example/l"
    assert hint_url("https://t.example/l", tag="programme", sub="a&b") == "https://t.example/l?learner=a%26b"
    assert hint_url("https://t.example/l", tag="module:goals") == "https://t.example/l?module=goals"


def test_a_wished_column_is_one_that_platforms_take() -> None:
    wish = wish_column("module:x", "  What   it is ", 7.5, "moodle")
    assert (wish.label, wish.score_maximum, wish.extra) == ("What it is", 8, {})
    assert wish_column("module:x", " ", 0, "moodle").label == "module:x"
    assert wish_column("module:x", " ", 0, "moodle").score_maximum == 1
    assert len(wish_column("module:x", "é" * 300, 10, "moodle").label) == 255
    canvas = wish_column("module:x", "X", 10, "canvas", launch_url="https://t.example/l")
    assert canvas.extra == {
        "https://canvas.instructure.com/lti/submission_type": {
            "type": "external_tool",
            "external_tool_url": "https://t.example/l?module=x",
        }
    }


def test_the_column_of_a_tag() -> None:
    ours = Column("u1", tag="module:x")
    placed = Column("u2", tag="module:x", resource_link_id="7")
    by_resource = Column("u3", resource_id="module:x")
    assert choose_column([], "module:x") is None
    assert choose_column([by_resource, ours, placed], "module:x") is placed
    assert choose_column([by_resource, ours], "module:x") is ours
    assert choose_column([by_resource], "module:x") is by_resource
    assert choose_column([Column("u4", tag="other", resource_id="module:x")], "module:x") is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://m.example/5/lineitem?type_id=3", "https://m.example/5/lineitem/scores?type_id=3"),
        ("https://m.example/5/", "https://m.example/5/scores"),
        ("https://m.example/5?a=b?c=d#frag", "https://m.example/5/scores?a=b?c=d"),
    ],
)
def test_scores_stand_at_the_end_of_the_path(url: str, expected: str) -> None:
    assert service_url(url, "scores") == expected


def test_filters_keep_what_is_there() -> None:
    assert (
        filtered_url("https://m.example/l?type_id=3", tag="module:x") == "https://m.example/l?type_id=3&tag=module%3Ax"
    )
    assert filtered_url("https://m.example/l#f", tag="x") == "https://m.example/l?tag=x"


# What an answer means


def judged(status: int | None, body: str = "", *, family: str = "canvas", **more: object) -> tuple[Action, ReasonCode]:
    values: dict[str, object] = {"step": Step.SCORE, "status": status, "body": body, **more}
    verdict = judge_answer(Answer(**values), family)  # type: ignore[arg-type]
    return verdict.action, verdict.reason


@pytest.mark.parametrize(
    ("status", "body", "action", "reason"),
    [
        (400, "timestamp X before last updated timestamp Y", Action.READ_BACK, ReasonCode.TIMESTAMP_REFUSED),
        (409, "", Action.READ_BACK, ReasonCode.TIMESTAMP_REFUSED),
        (400, "Score can only be updated to a later point", Action.READ_BACK, ReasonCode.TIMESTAMP_REFUSED),
        (400, "missing", Action.PARK, ReasonCode.SCORE_REFUSED),
        (401, "Access token expired", Action.RETRY, ReasonCode.NOT_AUTHORISED),
        (401, "Tool is not linked to a Tool associated with this Context", Action.PARK, ReasonCode.TOOL_REMOVED),
        (403, "403 Forbidden (Rate Limit Exceeded)", Action.PAUSE, ReasonCode.RATE_LIMITED),
        (403, "no", Action.RETRY, ReasonCode.FORBIDDEN),
        (429, "", Action.PAUSE, ReasonCode.RATE_LIMITED),
        (404, "", Action.COLUMN_GONE, ReasonCode.COLUMN_GONE),
        (404, "The specified resource does not exist.", Action.PARK, ReasonCode.COURSE_UNAVAILABLE),
        (412, "no permission", Action.PARK, ReasonCode.COLUMN_OF_OTHER_REGISTRATION),
        (422, "This course has concluded.", Action.PARK, ReasonCode.COURSE_CONCLUDED),
        (422, "User not found in course or is not a student", Action.PARK, ReasonCode.NOT_A_STUDENT),
        (422, "This assignment is still unpublished", Action.RETRY, ReasonCode.ASSIGNMENT_UNPUBLISHED),
        (422, "maximum number of allowed attempts", Action.GRADE_ONLY, ReasonCode.ATTEMPTS_EXHAUSTED),
        (422, "?", Action.PARK, ReasonCode.SCORE_REFUSED),
        (500, "", Action.RETRY, ReasonCode.PLATFORM_ERROR),
        (408, "", Action.RETRY, ReasonCode.PLATFORM_ANSWER_BROKEN),
        (200, "<html>", Action.RETRY, ReasonCode.PLATFORM_ANSWER_BROKEN),
    ],
)
def test_answers_of_canvas(status: int, body: str, action: Action, reason: ReasonCode) -> None:
    assert judged(status, body) == (action, reason)


def test_answers_of_moodle() -> None:
    assert judged(500, family="moodle") == (Action.RETRY, ReasonCode.GRADE_LOCKED)
    assert judged(503, family="moodle") == (Action.RETRY, ReasonCode.PLATFORM_ERROR)
    assert judged(500, family="moodle", step=Step.READ) == (Action.RETRY, ReasonCode.PLATFORM_ERROR)
    missing = judged(404, "The specified resource does not exist.", family="moodle")
    assert missing == (Action.COLUMN_GONE, ReasonCode.COLUMN_GONE)


def test_a_rate_limit_is_seen_in_its_header() -> None:
    assert judged(403, rate_left="0.0") == (Action.PAUSE, ReasonCode.RATE_LIMITED)
    assert judged(403, rate_left="12.5") == (Action.RETRY, ReasonCode.FORBIDDEN)


@pytest.mark.parametrize(
    ("step", "status", "reason"),
    [
        (Step.LIST, 404, ReasonCode.COURSE_UNAVAILABLE),
        (Step.CREATE, 404, ReasonCode.COURSE_UNAVAILABLE),
        (Step.CREATE, 400, ReasonCode.COLUMN_REFUSED),
        (Step.READ, 409, ReasonCode.SCORE_REFUSED),
        (Step.READ, 404, ReasonCode.COLUMN_GONE),
    ],
)
def test_what_was_asked_matters(step: Step, status: int, reason: ReasonCode) -> None:
    assert judged(status, step=step)[1] is reason


@pytest.mark.parametrize(
    ("status", "body", "purpose", "action", "reason"),
    [
        (400, '{"error":"invalid_scope"}', Step.SCORE, Action.PARK, ReasonCode.SCOPE_SCORE_MISSING),
        (400, '{"error":"invalid_scope"}', Step.CREATE, Action.PARK, ReasonCode.SCOPE_LINE_ITEM_MISSING),
        (401, '{"error":"unauthorized_client"}', Step.SCORE, Action.PARK, ReasonCode.TOOL_REMOVED),
        (400, '{"error":"invalid_client"}', Step.SCORE, Action.RETRY, ReasonCode.NOT_AUTHORISED),
        (502, "", Step.SCORE, Action.RETRY, ReasonCode.PLATFORM_ERROR),
    ],
)
def test_answers_of_the_token_endpoint(
    status: int, body: str, purpose: Step, action: Action, reason: ReasonCode
) -> None:
    assert judged(status, body, step=Step.TOKEN, purpose=purpose) == (action, reason)


@pytest.mark.parametrize(
    ("transport", "action", "reason"),
    [
        ("timed_out", Action.RETRY, ReasonCode.PLATFORM_TIMED_OUT),
        ("unreachable", Action.RETRY, ReasonCode.PLATFORM_UNREACHABLE),
        ("broken", Action.RETRY, ReasonCode.PLATFORM_ANSWER_BROKEN),
        ("too_large", Action.RETRY, ReasonCode.PLATFORM_ANSWER_BROKEN),
        ("redirected", Action.RETRY, ReasonCode.PLATFORM_REDIRECTS),
        ("certificate_wrong", Action.RETRY, ReasonCode.PLATFORM_CERTIFICATE_WRONG),
        ("address_refused", Action.PARK, ReasonCode.PLATFORM_ADDRESS_REFUSED),
    ],
)
def test_no_answer(transport: str, action: Action, reason: ReasonCode) -> None:
    assert judged(None, transport=transport) == (action, reason)


def test_an_outage_is_nobody_answering_or_the_platform_itself_in_trouble() -> None:
    def away(step: Step = Step.SCORE, **values: object) -> bool:
        return is_outage(judge_answer(Answer(step, **values), "moodle"))  # type: ignore[arg-type]

    assert away(transport="unreachable")
    assert away(transport="timed_out")
    assert away(transport="broken")
    assert away(status=503)
    assert away(Step.READ, status=500)
    assert not away(status=500), "Moodle says so of one locked grade"
    assert not away(status=429)
    assert not away(status=404)


@pytest.mark.parametrize(
    ("status", "body", "line"),
    [
        (422, '{"errors": {"type": "x", "message": "This course has concluded."}}', "422 This course has concluded."),
        (422, '{"errors": [{"message": "Late  for\\nsub-zoë"}]}', "422 Late for …"),
        (400, '{"error": "invalid_client", "error_description": "Unknown kid"}', "400 Unknown kid"),
        (400, 'Incorrect score received{"userId": "5", "comment": "Private"}', "400 Incorrect score received"),
        (404, "<!doctype html><TITLE>Not found</TITLE><p>5", "404 Not found"),
        (404, "<p>no title", "404"),
        (500, "[]", "500"),
        (500, "{}", "500"),
        (500, "5", "500"),
        (502, "x" * 500, "502 " + "x" * 200),
        (500, "", "500"),
    ],
)
def test_what_is_kept_of_an_answer(status: int, body: str, line: str) -> None:
    assert describe_answer(Answer(Step.SCORE, status=status, body=body), ("sub-zoë", "")) == line


def test_what_is_kept_of_no_answer() -> None:
    assert describe_answer(Answer(Step.SCORE, transport="timed_out")) == "timed_out"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("[" * 4000, "500"),
        ("[" * 700 + "]" * 700, "500"),
        ('{"message": "a\\u0000b\\ud800c"}', "500 abc"),
        ("no\0 JSON \udfff", "500 no JSON "),
    ],
    ids=["endless", "deep", "surrogate", "text"],
)
def test_what_no_database_keeps_is_left_out_of_a_line(body: str, line: str) -> None:
    assert describe_answer(Answer(Step.SCORE, status=500, body=body)) == line.strip()
