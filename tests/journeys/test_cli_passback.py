"""An operator looks after scores: list, explain, retry."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.cli.explain import WHO
from lti_tool.passback.catalog import DeliveryState, LineItemState, ReasonCode
from lti_tool.passback.models import Delivery, PlatformPause
from lti_tool.registration.catalog import RegistrationState
from tests.builders import make_member
from tests.journeys.terminal import Run, at_head, fails, make_run
from tests.service.passback_course import ZOE, Course, open_course
from tests.service.passback_platform import Platform


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Iterator[Run]:
    with at_head(database_url):
        yield make_run(tmp_path, LTI_TOOL_DATABASE_URL=database_url)


@pytest.fixture
def course(session: Session) -> Iterator[Course]:
    """Zoë's score is parked, Amara's waits after a failure, Priya's arrived."""
    platform = Platform("moodle")
    course = open_course(session, platform)
    course.now = clock.now() - timedelta(minutes=5)
    course.score(9, who=make_member(session, "Priya Sharma", context=course.context))
    course.deliver()
    platform.fail("scores", status=422, body=f"This course has concluded for {ZOE}.")
    course.score(7.5, comment="Well done, Zoë.")
    course.deliver()
    platform.fail("scores", status=503, times=10)
    course.score(6, who=make_member(session, "Amara", context=course.context))
    course.deliver()
    session.commit()
    yield course
    platform.stop()


def of_state(course: Course, state: DeliveryState) -> Delivery:
    return next(it for it in course.deliveries() if it.state == state)


def quiet(course: Course) -> None:
    """Let go of SQLite's lock."""
    course.session.commit()


def test_an_empty_outbox(run: Run) -> None:
    assert run("passback", "list").stdout == "No score waits.\n"
    assert run("passback", "list", "--state", "delivered").stdout == "There is none.\n"
    assert run("passback", "list", "--json").stdout == ""


def test_listing_what_has_not_arrived(run: Run, course: Course) -> None:
    listed = run("passback", "list")
    assert listed.exit_code == 0
    header, *lines = listed.stdout.splitlines()
    assert header.split() == [
        "ID",
        "STATE",
        "SCORE",
        "COLUMN",
        "COURSE",
        "PLATFORM",
        "TRIES",
        "NEXT",
        "TRY",
        "WAITS",
        "REASON",
    ]
    assert [line.split()[1] for line in lines] == ["parked", "pending"]
    assert "7.5 of 10" in lines[0]
    assert "The course has ended (course_concluded)" in lines[0]
    assert "5 min" in lines[0]
    assert "platform_error" in lines[1] or "grade_locked" in lines[1]


def test_no_name_leaves_the_outbox(run: Run, course: Course) -> None:
    for shown in (
        run("passback", "list").output,
        run("passback", "list", "--state", "delivered", "--state", "parked", "--json").output,
        *(run("passback", "explain", str(number)).output for number in (1, 2, 3)),
    ):
        for name in ("Zoë", "Amara", "Priya", "Well done"):
            assert name not in shown


def test_narrowing_the_list(run: Run, course: Course) -> None:
    def ids(*arguments: str) -> list[int]:
        found = run("passback", "list", "--json", *arguments)
        assert found.exit_code == 0, found.output
        return [json.loads(line)["id"] for line in found.stdout.splitlines()]

    place = ("--registration", str(course.registration.id), "--course", str(course.context.id))
    quiet(course)
    assert ids() == [2, 3]
    assert ids(*place) == [2, 3]
    assert ids(*place, "--reason", "course_concluded") == [2]
    assert ids("--state", "delivered") == [1]
    assert ids("--state", "kept_theirs") == []
    limited = run("passback", "list", "--limit", "1")
    assert len(limited.stdout.splitlines()) == 2
    assert limited.stderr == "There are more than 1: raise --limit.\n"
    row = json.loads(run("passback", "list", "--json", "--reason", "course_concluded").stdout)
    assert (row["state"], row["score_given"], row["score_maximum"], row["tries"]) == ("parked", 7.5, 10, 1)
    assert row["next_try_at"] is None
    assert row["stamp"].endswith("+00:00")
    assert row["answer"].startswith("422")


def test_slips_of_the_fingers(run: Run, course: Course) -> None:
    quiet(course)
    fails(run("passback", "list", "--state", "stuck"), "--state", "'stuck'", "parked", "passback list --help")
    fails(run("passback", "list", "--reason", "bad_luck"), "--reason", "'bad_luck'")
    fails(run("passback", "list", "--registration", "99"), "no platform 99", "platform list")
    fails(run("passback", "list", "--course", "99"), "no course 99")
    fails(run("passback", "list", "--course", "MIR101"), "--course", "MIR101")
    fails(run("passback", "list", "--limit", "0"), "--limit")
    fails(run("passback", "explain", "99"), "no score 99", "passback list")
    fails(run("passback", "explain", "seven"), "'seven'")
    fails(run("passback", "explain"), "DELIVERY_ID")
    fails(run("passback", "retry"), "Name one score", "--all-parked")
    fails(run("passback", "retry", "99"), "no score 99")
    fails(run("passback", "retry", "1", "--all-parked"), "Name one score")
    fails(run("passback", "retry", "--all-parked", "--waiting"), "exclude each other")
    fails(run("passback", "retri"), "No such command 'retri'")
    fails(run("purge", "--now"), "--now")


def test_the_story_of_a_parked_score(run: Run, course: Course) -> None:
    story = run("passback", "explain", "2").stdout
    for words in (
        "2: 7.5 of 10 for person",
        "with a comment of 15 characters",
        "platform 1 (Riverbend LMS, moodle), course 1, deployment 1",
        "module:expectations, known: http://127.0.0.1",
        "which every further try repeats",
        "Failed tries:     1",
        "422 This course has concluded for ….",
        "parked. It is parked",
        "course_concluded. The course has ended.",
        "By the course's teacher.",
        "Then `lti-tool passback retry 2`.",
    ):
        assert words in story


def test_stories_of_other_scores(run: Run, course: Course) -> None:
    arrived = run("passback", "explain", "1").stdout
    assert "It stands in the platform's gradebook." in arrived
    assert "What to do:       Nothing.\n" in arrived
    waiting = run("passback", "explain", "3").stdout
    assert "Next try:" in waiting
    assert "(due now)" in waiting or "(in " in waiting
    assert "To try at once: `lti-tool passback retry 3`." in waiting
    course.score(10)
    quiet(course)
    assert "score 4 is newer. See `lti-tool passback explain 4`" in run("passback", "explain", "2").stdout
    assert "does a worker run?" in run("passback", "explain", "4").stdout
    assert "never so far" in run("passback", "explain", "4").stdout


def test_a_story_that_ends_elsewhere(run: Run, course: Course) -> None:
    parked = of_state(course, DeliveryState.PARKED)
    parked.is_overruling, parked.restamps = True, 2
    parked.line_item.state = LineItemState.GONE
    course.registration.state = RegistrationState.DISABLED
    quiet(course)
    story = run("passback", "explain", "2").stdout
    assert "lti-tool platform enable 1" in story
    assert "deleted at the platform" in story
    assert "Fresh timestamps: 2" in story
    assert "a teacher chose this score" in story
    course.registration.state = RegistrationState.ACTIVE
    course.zoe.has_been_staff = True
    quiet(course)
    assert "no students of the course never leave" in run("passback", "explain", "2").stdout
    course.zoe.has_been_staff = False
    parked.state = DeliveryState.KEPT_THEIRS
    parked.score_given = None
    quiet(course)
    story = run("passback", "explain", "2").stdout
    assert "“Send ours” on the class page" in story
    assert "2: FullyGraded for person" in story
    parked.state, parked.reason = DeliveryState.PARKED, "of_a_newer_version"
    quiet(course)
    assert "By you, the operator of this tool." in run("passback", "explain", "2").stdout


def test_retrying_one(run: Run, course: Course) -> None:
    stamp = of_state(course, DeliveryState.PARKED).stamp
    quiet(course)
    assert "Score 2 will be sent again" in run("passback", "retry", "2").stdout
    assert "tried at once" in run("passback", "retry", "3").stdout
    fails(run("passback", "retry", "1"), "is delivered")
    course.platform.faults.clear()
    course.now = clock.now() + timedelta(seconds=5)
    assert course.deliver().delivered == 2
    # A person's wish is a new event.
    resent = course.deliveries()[1]
    assert stamp is not None
    assert resent.stamp is not None
    assert resent.stamp > stamp


def test_a_grade_of_a_teacher_is_not_retried(run: Run, course: Course) -> None:
    of_state(course, DeliveryState.PARKED).state = DeliveryState.KEPT_THEIRS
    quiet(course)
    fails(run("passback", "retry", "2"), "Only a teacher may send ours", "class page")


def test_retrying_many(run: Run, course: Course) -> None:
    for number in range(3):
        course.platform.fail("scores", status=422, body="This course has concluded.")
        course.platform.faults.insert(0, course.platform.faults.pop())
        course.score(5, who=make_member(course.session, f"José {number}", context=course.context))
        course.deliver()
    asked = ("passback", "retry", "--reason", "course_concluded", "--course", str(course.context.id))
    quiet(course)
    assert run(*asked).stdout == "4 scores would be sent again. Add --yes to do it.\n"
    assert run("passback", "retry", "--reason", "column_gone", "--yes").stdout.startswith("0 scores will be")
    assert run(*asked, "--yes").stdout == "4 scores will be sent again; a worker takes them up within seconds.\n"
    assert run(*asked).stdout.startswith("0 scores")
    assert set(course.states) == {"delivered", "pending"}


def test_after_a_night_nobody_waits_for_the_next_try(run: Run, course: Course) -> None:
    waiting = of_state(course, DeliveryState.PENDING)
    waiting.next_try_at = clock.now() + timedelta(minutes=50)
    stamp = waiting.stamp
    quiet(course)
    assert run("passback", "retry", "--waiting").stdout == "1 score would be sent again. Add --yes to do it.\n"
    assert run("passback", "retry", "--waiting", "--yes").stdout.startswith("1 score will be sent again")
    assert "Pause:" not in run("passback", "explain", "3").stdout
    course.session.add(PlatformPause(registration_id=1, until=clock.now() + timedelta(minutes=30)))
    quiet(course)
    assert "Platform 1 is left alone until" in run("passback", "retry", "3").stderr
    assert "Platform 1 is left alone until" in run("passback", "retry", "--waiting", "--yes").stderr
    assert "nothing is sent to this platform before" in run("passback", "explain", "3").stdout
    course.session.execute(delete(PlatformPause))
    course.platform.faults.clear()
    course.now = clock.now() + timedelta(seconds=1)
    assert course.deliver().delivered == 1
    assert course.deliveries()[2].stamp == stamp


def test_everybody_who_can_help_is_named() -> None:
    for code in ReasonCode:
        assert WHO.get(code, "the course's teacher")
    assert set(WHO) <= set(ReasonCode)


def test_forgetting_by_hand(run: Run, course: Course) -> None:
    quiet(course)
    counted = run("purge", "--dry-run")
    assert counted.exit_code == 0
    assert counted.stdout.splitlines()[0].split() == ["WHAT", "WOULD", "GO"]
    assert "replaced scores  0" in run("purge").stdout
