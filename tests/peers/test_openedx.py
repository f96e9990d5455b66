"""Open edX's LTI component (lti-consumer-xblock): its own launches, grade book, roster and deep linking."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from lti_tool import clock
from lti_tool.lti.roles import CourseRole
from lti_tool.passback.ags import PlatformGradebook
from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.roster.models import Membership, User
from lti_tool.roster.nrps import PlatformRoster
from tests.peers.campus import Campus, Peer, connect, run_campus

pytestmark = pytest.mark.xdist_group("peers")
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZOE, AMARA = "Zoë Núñez-Øster", "Amara Okafor"
# Three named students and 446 others, and the teacher.
EVERYBODY = 450


@pytest.fixture
def campus(tmp_path: Path, database_url: str) -> Iterator[Campus]:
    with run_campus("openedx/serve.py", "127.0.0.2", tmp_path, database_url) as campus:
        yield campus


def grades(campus: Campus) -> list[list[object]]:
    """Person, block and score from 0 to 1 in the platform's grade book."""
    return [row[:3] for row in campus.ask("grades")["grades"]]


def test_a_score_travels_into_the_grade_book(campus: Campus) -> None:
    with Peer(campus, "zoe") as zoe:
        page = zoe.press("graded")
        assert page.status == 200 and "What a micro-internship is" in page.text
        assert f"Hello, {ZOE}" in zoe.go("/").text
        zoe.complete(right=6)
    assert campus.work().delivered == 1
    assert grades(campus) == [["zoe", "graded", 0.8]]
    comment = campus.ask("grades")["grades"][0][3]
    assert comment.startswith("Check 6 of 8")
    with campus.session() as session:
        member = session.scalars(select(Membership).join(User).where(User.name == ZOE)).one()
        assert member.role == CourseRole.LEARNER
        line_item = session.scalars(select(LineItem).where(LineItem.tag == "module:expectations")).one()
    connector, context = connect(campus)
    assert line_item.url is not None
    book = PlatformGradebook(connector, context.lineitems_url, context.ags_scopes)
    result = book.find_result(line_item.url, campus.ask("number/zoe")["sub"])
    assert result is not None and result.points is not None
    assert (result.points.given, result.points.maximum) == (8, 10)


@only_sqlite
def test_stamps_that_are_refused_and_a_score_that_was_changed(campus: Campus) -> None:
    with Peer(campus, "zoe") as zoe:
        zoe.press("graded")
        zoe.complete(right=6)
        campus.work()
        # The answer is lost on the way: the same score with the same stamp, once more.
        with campus.sessions.begin() as session:
            delivered = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.DELIVERED)).one()
            session.execute(
                update(Delivery)
                .where(Delivery.id == delivered.id)
                .values(state=DeliveryState.PENDING, next_try_at=clock.now(), finished_at=None)
            )
        assert campus.work().delivered == 1
        assert len(campus.ask("scores")["scores"]) == 1
        # The platform's clock is ahead: our next score is older than what it holds.
        campus.ask("scores/zoe/later/20")
        zoe.take_check(right=7)
    assert campus.work(later=timedelta(seconds=5)).delivered == 0
    assert grades(campus) == [["zoe", "graded", 0.8]]
    # A fresh stamp at once, then after ever longer waits.
    assert [campus.work(later=timedelta(seconds=later)).delivered for later in (15, 180)] == [0, 1]
    assert grades(campus) == [["zoe", "graded", 0.9]]
    # Somebody sets another score at the platform.
    assert campus.ask("scores/zoe/5")["changed"] == 1
    with Peer(campus, "zoe") as zoe:
        zoe.press("graded")
        zoe.take_check(right=8)
    assert campus.work(later=timedelta(minutes=5)).kept_theirs == 1
    assert campus.ask("scores")["scores"][0][2] == 5


@only_sqlite
def test_everybody_is_in_the_class_page_by_page(campus: Campus) -> None:
    with Peer(campus, "rivera") as rivera:
        rivera.press("graded")
        report = campus.read_roster()
        assert (report.members, report.pages, report.failure) == (EVERYBODY, 3, None)
        assert report.added == EVERYBODY - 1
        page = rivera.go("/")
        assert "449 students are in this course; none have opened the tool." in page.text
        assert AMARA in page.text and "Not started" in page.text
        again = campus.read_roster()
        assert (again.members, again.added, again.changed, again.left) == (EVERYBODY, 0, 0, 0)
        campus.ask("unenrol/wei")
        assert campus.read_roster().left == 1
        assert "448 students are in this course" in rivera.go("/").text
    connector, context = connect(campus)
    roster = PlatformRoster(connector, context.memberships_url or "")
    pages = list(roster.read_pages(limit=100))
    assert [len(page) for page in pages] == [100, 100, 100, 100, EVERYBODY - 1 - 400]
    assert len({member.sub for page in pages for member in page}) == EVERYBODY - 1


@only_sqlite
def test_a_teacher_picks_the_module_and_a_student_opens_it(campus: Campus) -> None:
    with Peer(campus, "rivera") as rivera:
        page = rivera.press("picked", pick=True)
        assert page.status == 200 and "Add to your course" in page.text
        page = rivera.browser.submit(page, {"picked": "module:expectations"}, button="Continue")
        page = rivera.browser.submit(page, form=0)
        assert page.status == 200 and page.origin == campus.lms_url
    ((kind, link),) = campus.ask("links")["links"]
    assert kind == "ltiResourceLink"
    assert link["custom"] == {"module": "expectations"}
    assert link["lineItem"]["tag"] == "module:expectations"
    with Peer(campus, "amara") as amara:
        page = amara.press("picked")
        assert "/modules/expectations" in page.url and "What a micro-internship is" in page.text
        amara.complete(right=8)
    assert campus.work().delivered == 1
    assert grades(campus) == [["amara", "picked", 1.0]]


@only_sqlite
def test_where_the_tool_manages_columns_it_makes_its_own(campus: Campus) -> None:
    """Open edX keeps such a score, but takes into its grade book only what is bound to the placed component."""
    with Peer(campus, "amara") as amara:
        amara.press("managed")
        amara.complete(right=8)
    assert campus.work().delivered == 1
    told = campus.ask("scores")
    assert ["module:expectations", "What a micro-internship is", 10, "module:expectations"] in told["items"]
    assert told["scores"][0][:3] == ["amara", "module:expectations", 10]
