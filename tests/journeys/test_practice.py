"""Practice of the shipped modules, by the pages alone: an order, a text, a story, a scale."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.queries import find_progress
from lti_tool.content.catalog import (
    PartKind,
    RankActivity,
    RecordActivity,
    RewriteActivity,
    ScaleActivity,
    ScenarioActivity,
)
from lti_tool.content.rules import walk_scenario
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership
from tests.builders import make_member
from tests.journeys.visits import Person, enter
from tests.unit.assessment.content import SHIPPED

Practice = RankActivity | RecordActivity | RewriteActivity | ScenarioActivity | ScaleActivity


def first(kind: PartKind) -> tuple[str, str, Practice]:
    """The first activity of a kind: module id, address, activity."""
    for module in SHIPPED.modules:
        for activity in module.activities:
            if activity.kind is kind:
                return module.id, f"/modules/{module.slug}/practice/{activity.id}", activity  # type: ignore[return-value]
    raise AssertionError(kind)


def is_done(session: Session, member: Membership, module_id: str, part_id: str) -> bool:
    found = find_progress(session, Learner(member.context_id, member.user_id), module_id).get(part_id)
    # SQLite has one writer: the test's own session must not be in the way of the next request.
    session.rollback()
    return found is not None and found.done_at is not None


def test_an_order(session: Session, member: Membership, zoe: Person) -> None:
    module_id, url, activity = first(PartKind.RANK)
    assert isinstance(activity, RankActivity)
    page = zoe.get(url)
    shown = [str(it["name"]).removeprefix("answer-") for it in page.soup.select("select")]
    right = [it.id for it in activity.items]
    assert sorted(shown) == sorted(right)
    assert shown != right
    page = zoe.post(url, {f"answer-{right[0]}": "2", f"answer-{right[1]}": "2"})
    assert "You gave the place 2 to more than one" in page.text
    assert not is_done(session, member, module_id, activity.id)
    page = zoe.post(url, {f"answer-{it}": str(place) for place, it in enumerate(right, start=1)})
    assert f"{len(right)} of {len(right)} at the right place" in page.text
    assert len(page.soup.select(".feedback-correct")) == len(right)
    assert is_done(session, member, module_id, activity.id)


def test_a_better_text(session: Session, member: Membership, zoe: Person) -> None:
    module_id, url, activity = first(PartKind.REWRITE)
    assert isinstance(activity, RewriteActivity)
    page = zoe.get(url)
    assert "Compare with" not in page.text
    page = zoe.post(url, {"answer-text": ""})
    assert "There is nothing to check yet" in page.text
    page = zoe.post(url, {"answer-text": "I was responsible for the phones"})
    assert page.soup.select(".feedback-partly")
    assert "Compare with" in page.text
    model = str(activity.models[0].text_html.striptags())
    page = zoe.post(url, {"answer-text": model})
    assert not page.soup.select(".feedback-partly")
    assert is_done(session, member, module_id, activity.id)


def test_a_story(session: Session, member: Membership, zoe: Person) -> None:
    module_id, url, activity = first(PartKind.SCENARIO)
    assert isinstance(activity, ScenarioActivity)
    page, steps = zoe.get(url), 0
    while buttons := page.soup.select("button[name=choice]"):
        path = str(page.one("input[name=way]")["value"])
        page = zoe.post(url, {"way": path, "choice": str(buttons[-1]["value"])})
        steps += 1
        assert steps < 20
    assert "Take this with you" in page.text
    assert len(page.soup.select(".story-way > li")) == steps
    assert is_done(session, member, module_id, activity.id)
    path = str(page.one("input[name=way]")["value"])
    assert walk_scenario(activity, path.split()).is_over
    back = zoe.post(url, {"way": path, "back": "1"})
    assert len(back.soup.select(".story-way > li")) == steps - 1
    again = zoe.post(url, {"way": path, "again": "1"})
    assert not again.soup.select(".story-way > li")
    lost = zoe.post(url, {"way": "no such way", "choice": "nothing"})
    assert lost.soup.select("button[name=choice]")


def test_a_scale(session: Session, member: Membership, zoe: Person) -> None:
    module_id, url, activity = first(PartKind.SCALE)
    assert isinstance(activity, ScaleActivity)
    page = zoe.post(url, {"answer-goal": "Charts", "answer-level-0": "3 charts"})
    assert "4 things to look at" in page.text
    assert not is_done(session, member, module_id, activity.id)
    model = activity.models[0]
    answers = {f"answer-{level.field}": text for level, text in zip(activity.levels, model.levels, strict=True)}
    page = zoe.post(url, {"answer-goal": model.goal, **answers})
    assert "Five clear steps" in page.text
    assert is_done(session, member, module_id, activity.id)


def test_a_recording(session: Session, member: Membership, zoe: Person) -> None:
    """Only the notes are kept; the page alone may use the microphone."""
    module_id, url, activity = first(PartKind.RECORD)
    assert isinstance(activity, RecordActivity)
    page = zoe.get(url)
    assert "never sent to us" in page.text and "phone’s recorder" in page.text
    assert page.response.headers["Permissions-Policy"].endswith("microphone=(self)")
    assert "media-src blob:" in page.response.headers["Content-Security-Policy"]
    assert zoe.get("/").response.headers["Permissions-Policy"].endswith("microphone=()")
    assert not page.soup.select("input[type=file]")
    zoe.post(url, {})
    assert not is_done(session, member, module_id, activity.id)
    page = zoe.post(url, {f"answer-{activity.review[0].id}": "y", "answer-note": "Stop sooner"})
    assert f"You ticked 1 of {len(activity.review)}" in page.text
    assert is_done(session, member, module_id, activity.id)
    page = zoe.post(url, {f"answer-{it.id}": "y" for it in activity.review})
    assert "You heard all of it" in page.text


@pytest.mark.parametrize("kind", [PartKind.RECORD, PartKind.RANK, PartKind.REWRITE, PartKind.SCENARIO, PartKind.SCALE])
def test_a_preview_keeps_nothing(app: Flask, session: Session, kind: PartKind) -> None:
    teacher = make_member(session, "Helena Marsh", role=CourseRole.INSTRUCTOR)
    session.commit()
    visit = enter(app, session, teacher)
    module_id, url, activity = first(kind)
    assert activity.title in visit.get(url).text
    assert activity.title in visit.post(url, {"answer-text": "Built it", "choice": "x"}).text
    assert not is_done(session, teacher, module_id, activity.id)
