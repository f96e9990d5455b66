"""A platform on the library lti1p3platform: links without quotes, refusals by 403 and 409, keys by kid and alg."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from lti_tool import clock
from lti_tool.lti.scopes import LINE_ITEM
from lti_tool.passback.ags import LINE_ITEMS_TYPE
from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.roster.catalog import RosterReason
from lti_tool.roster.models import Membership, User
from lti_tool.roster.nrps import PlatformRoster, RosterUnreadable
from tests.peers.campus import Campus, Peer, connect, run_campus

pytestmark = pytest.mark.xdist_group("peers")


@pytest.fixture
def campus(tmp_path: Path, sqlite_template: Path) -> Iterator[Campus]:
    shutil.copy(sqlite_template, tmp_path / "tool.db")
    with run_campus("lti1p3.py", "127.0.0.3", tmp_path, f"sqlite:///{tmp_path / 'tool.db'}") as campus:
        yield campus


def test_a_score_finds_its_column_on_the_second_page(campus: Campus) -> None:
    with Peer(campus, "s-1") as zoe:
        page = zoe.press("link")
        assert "/modules/expectations" in page.url
        zoe.complete(right=6)
    assert campus.work().delivered == 1
    assert campus.ask("scores")["scores"] == [["s-1", "Readiness", 8]]
    connector, context = connect(campus)
    pages = list(connector.get_paginated_data([LINE_ITEM], context.lineitems_url, accept=LINE_ITEMS_TYPE))
    assert [len(page["body"]) for page in pages if isinstance(page["body"], list)] == [2, 2]
    # The column that was there is used; none is made.
    with campus.session() as session:
        urls = session.scalars(select(LineItem.url).where(LineItem.tag == "module:expectations")).all()
    assert urls == [f"{campus.lms_url}/items/4"]
    assert not [line for line in campus.ask("answers")["answers"] if line[:2] == ["POST", "/items"]]


def test_an_older_stamp_is_answered_409_and_a_teachers_grade_stays(campus: Campus) -> None:
    with Peer(campus, "s-1") as zoe:
        zoe.press("link")
        zoe.complete(right=6)
        campus.work()
        with campus.sessions.begin() as session:
            # The answer was lost: the score is found there and not sent again.
            session.execute(update(Delivery).values(state=DeliveryState.PENDING, next_try_at=clock.now()))
        assert campus.work().delivered == 1
        # The platform's clock is ahead.
        campus.ask("later/s-1/20")
        zoe.take_check(right=7)
        campus.work(later=timedelta(seconds=5))
        assert _codes(campus) == [201, 409]
        # A fresh stamp at once, then after ever longer waits.
        assert [campus.work(later=timedelta(seconds=later)).delivered for later in (15, 180)] == [0, 1]
        assert _codes(campus) == [201, 409, 409, 200]
        assert campus.ask("scores")["scores"] == [["s-1", "Readiness", 9]]
        campus.ask("change/s-1/5")
        zoe.take_check(right=8)
    assert campus.work(later=timedelta(minutes=5)).kept_theirs == 1
    assert campus.ask("scores")["scores"] == [["s-1", "Readiness", 5]]


def _codes(campus: Campus) -> list[int]:
    return [code for method, _, code in campus.ask("answers")["answers"] if method == "POST"]


def test_the_roster_is_read_to_its_end(campus: Campus) -> None:
    with Peer(campus, "s-2") as amara:
        amara.press("link")
    report = campus.read_roster()
    assert (report.pages, report.members, report.added, report.failure) == (2, 3, 2, None)
    with campus.session() as session:
        names = session.scalars(select(User.name).join(Membership).order_by(User.name)).all()
    assert names == ["Amara Okafor", "Prof. Rivera", "Zoë Núñez-Øster"]


def test_a_foreign_link_is_refused(campus: Campus) -> None:
    with Peer(campus, "s-1") as zoe:
        zoe.press("link")
    connector, context = connect(campus)
    roster = PlatformRoster(connector, context.memberships_url or "")
    assert sum(len(page) for page in roster.read_pages(rlid="link-7")) == 4
    with pytest.raises(RosterUnreadable) as refused:
        list(roster.read_pages(rlid="link-of-others"))
    assert refused.value.failure.reason is RosterReason.NOT_ALLOWED
    assert refused.value.failure.detail.startswith("403")


def test_what_a_teacher_picks_comes_back_with_the_platforms_data(campus: Campus) -> None:
    with Peer(campus, "t-1") as rivera:
        page = rivera.press("link", pick=True)
        assert "Add to your course" in page.text
        page = rivera.browser.submit(page, {"picked": "module:expectations"}, button="Continue")
        page = rivera.browser.submit(page, form=0)
    assert page.status == 200, page.html
    assert '"data":"picked in week 3"' in page.html.replace(": ", ":")
    assert '"tag":"module:expectations"' in page.html.replace(": ", ":")
