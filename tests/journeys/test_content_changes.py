"""An institution changes content while students are at work: what is begun stays as it was, what is new is new."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import lti_tool.app
from lti_tool.assessment.models import Attempt, Draft, RubricText, Submission
from lti_tool.config import Settings
from lti_tool.content.catalog import Activity, PartKind
from lti_tool.content.service import default_content_dir
from lti_tool.gradebook.models import Fact
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership
from lti_tool.rubrics.service import default_rubrics_dir
from tests.builders import make_member
from tests.journeys.visits import Page, Person, enter
from tests.unit.assessment.content import SHIPPED

ETIQUETTE = next(it for it in SHIPPED.modules if it.id == "etiquette")
MODULE = f"/modules/{ETIQUETTE.slug}"
WORK = MODULE + "/own-work"
assert ETIQUETTE.artefact is not None and ETIQUETTE.check is not None
ARTEFACT, CHECK = ETIQUETTE.artefact, ETIQUETTE.check
STRONG = dict(ARTEFACT.exemplars[-1].texts)
RATING = {f"answer-{it.criterion}": "3" for it in ARTEFACT.exemplars[-1].annotations}
MARK = "Riverbend says: "
KINDS = [
    PartKind.SORT, PartKind.MARK, PartKind.FORM, PartKind.RANK, PartKind.REWRITE, PartKind.SCENARIO, PartKind.SCALE,
    PartKind.RECORD,
]  # fmt: skip


def lay(folder: Path, name: str, change: Callable[[Any], None]) -> None:
    """One of our YAML files, changed, in an institution's folder."""
    ours = default_rubrics_dir().parent if name.startswith("rubrics/") else default_content_dir()
    content = yaml.safe_load((ours / name).read_text(encoding="utf-8"))
    change(content)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def change_check(content: Any) -> None:
    """Other words, and another right option."""
    for question in content["questions"]:
        question["stem"] = MARK + question["stem"]
        right = next(it for it in question["options"] if it.get("right"))
        right.pop("right")
        next(it for it in question["options"] if it is not right)["right"] = True


def change_titles(content: Any) -> None:
    for activity in content["activities"]:
        activity["title"] = MARK + activity["title"]


def change_levels(content: Any) -> None:
    for criterion in content["criteria"]:
        criterion["levels"] = {number: MARK + words for number, words in criterion["levels"].items()}


def drop_last_part(content: Any) -> None:
    content["parts"].pop()
    for part in content["parts"]:
        part["label"] = MARK + part["label"]


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An institution's files, to be laid over ours."""
    folder = tmp_path_factory.mktemp("content")
    lay(folder, "etiquette/check.yaml", change_check)
    for module in SHIPPED.modules:
        lay(folder, f"{module.slug}/activities.yaml", change_titles)
    lay(folder, "rubrics/etiquette.yaml", change_levels)
    statement = (default_content_dir() / "expectations" / "statement.md").read_text(encoding="utf-8")
    (folder / "expectations" / "statement.md").write_text(statement + f"\n{MARK}be kind.\n", encoding="utf-8")
    return folder


@pytest.fixture
def changed(settings: Settings, theirs: Path) -> Iterator[Flask]:
    """The tool after it was started again with those files, on the same database."""
    app = lti_tool.app.create_app(replace(settings, content_dir=theirs))
    yield app
    app.extensions["lti_tool"].engine.dispose()


@pytest.fixture
def before(app: Flask, session: Session, member: Membership) -> Person:
    return enter(app, session, member)


@pytest.fixture
def after(changed: Flask, session: Session, member: Membership) -> Person:
    return enter(changed, session, member)


def answers_on(page: Page) -> dict[str, str]:
    """The options that our own file calls right."""
    names = {str(it["name"]) for it in page.soup.select("input[type=radio]")}
    found = {}
    for name in names:
        question = CHECK.find_question(name.removeprefix("answer-"))
        assert question is not None
        found[name] = question.right_option.id
    return found


def test_a_try_that_has_begun_keeps_its_questions_and_its_key(session: Session, before: Person, after: Person) -> None:
    page = before.post(MODULE + "/check/start")
    assert MARK not in page.text
    shown = after.get(MODULE + "/check/tries/1")
    assert shown.soup.select("fieldset legend") and MARK not in shown.text
    result = after.post(MODULE + "/check/tries/1", {**answers_on(shown), "hand_in": "1"})
    assert MARK not in result.text and len(result.soup.select(".feedback-correct")) == CHECK.draw
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.right, attempt.is_passed, attempt.version) == (CHECK.draw, True, ETIQUETTE.version)
    assert MARK not in json.dumps(attempt.snapshot)
    session.rollback()


def test_the_next_try_has_the_new_questions_and_the_old_result_stays(
    session: Session, before: Person, after: Person
) -> None:
    page = before.post(MODULE + "/check/start")
    before.post(MODULE + "/check/tries/1", {**answers_on(page), "hand_in": "1"})
    second = after.post(MODULE + "/check/start")
    assert second.text.count(MARK) == CHECK.draw
    after.post(MODULE + "/check/tries/2", {**answers_on(second), "hand_in": "1"})
    old, new = session.scalars(select(Attempt).order_by(Attempt.number))
    assert (old.right, new.right) == (CHECK.draw, 0)
    assert old.version == ETIQUETTE.version != new.version
    session.rollback()
    assert MARK not in after.get(MODULE + "/check/tries/1").text
    assert MARK in after.get(MODULE + "/check/tries/2").text


def fill(activity: Activity) -> Mapping[str, str]:
    """Something written or chosen in a practice of any kind."""
    match activity.kind:
        case PartKind.SORT:
            return {f"answer-{it.id}": it.answer for it in activity.items}  # type: ignore[union-attr]
        case PartKind.MARK:
            return {f"answer-{it.id}": "y" for it in activity.parts if it.is_problem}  # type: ignore[union-attr]
        case PartKind.FORM:
            return {f"answer-{it.id}": f"My words for {it.id}" for it in activity.fields} | {"save": "1"}  # type: ignore[union-attr]
        case PartKind.RANK:
            return {f"answer-{it.id}": str(at) for at, it in enumerate(activity.items, 1)}  # type: ignore[union-attr]
        case PartKind.REWRITE:
            return {"answer-text": "My words for a better line"}
        case PartKind.SCALE:
            return {"answer-goal": "My words for a goal", "answer-level-0": "Three"}
        case PartKind.RECORD:
            return {"answer-note": "My words for next time"}
        case _:
            raise AssertionError(activity.kind)


def kept_on(page: Page) -> list[str]:
    """What stands chosen or written on a page."""
    chosen = [f"{it['name']}={it['value']}" for it in page.soup.select("input[checked]")]
    chosen += [f"{it.parent['name']}={it['value']}" for it in page.soup.select("option[selected]") if it.parent]
    written = [it.get_text() for it in page.soup.select("textarea")]
    written += [str(it.get("value", "")) for it in page.soup.select("input[type=text]")]
    return [it for it in (*chosen, *written) if it.strip() and not it.endswith("=")]


@pytest.mark.parametrize("kind", [it for it in KINDS if it is not PartKind.SCENARIO])
def test_practice_shows_the_new_words_and_keeps_what_was_done(
    session: Session, before: Person, after: Person, kind: PartKind
) -> None:
    module, activity = next((m, it) for m in SHIPPED.modules for it in m.activities if it.kind is kind)
    path = f"/modules/{module.slug}/practice/{activity.id}"
    before.post(path, fill(activity))
    was = kept_on(before.get(path))
    page = after.get(path)
    assert page.heading == MARK + activity.title
    assert was and kept_on(page) == was
    draft = session.scalars(select(Draft)).one()
    assert draft.version == module.version
    session.rollback()


def test_a_story_goes_on_where_it_was(before: Person, after: Person) -> None:
    module, story = next((m, it) for m in SHIPPED.modules for it in m.activities if it.kind is PartKind.SCENARIO)
    path = f"/modules/{module.slug}/practice/{story.id}"
    page = before.get(path)
    choice = page.soup.select("button[name=choice]")[0]
    before.post(path, {"way": str(page.one("input[name=way]")["value"]), "choice": str(choice["value"])})
    page = after.get(path)
    assert page.heading == MARK + story.title and len(page.soup.select(".story-way > li")) == 1


def hand_in(person: Person) -> None:
    stamp = str(person.get(WORK + "?edit=1").one("input[name=made_from]")["value"])
    person.post(WORK, {"made_from": stamp, "next": "1", **{f"answer-{name}": it for name, it in STRONG.items()}})
    newest = str(person.get(WORK + "/rating").one("input[name=after]")["value"])
    person.post(WORK + "/rating", {"after": newest, **RATING})


def test_work_keeps_the_rubric_that_it_was_handed_in_under(
    changed: Flask, session: Session, member: Membership, before: Person, after: Person
) -> None:
    hand_in(before)
    assert MARK not in after.get(WORK + "/versions/1").text
    teacher = make_member(session, "Helena Marsh", context=member.context, role=CourseRole.INSTRUCTOR)
    session.commit()
    page = enter(changed, session, teacher).get(f"/people/{member.user_id}/versions/{ETIQUETTE.slug}/1")
    assert MARK not in page.text and STRONG["kickoff-subject"] in page.text
    stamp = str(after.get(WORK + "?edit=1").one("input[name=made_from]")["value"])
    again = {**STRONG, "kickoff-subject": "Can we talk on Tuesday?"}
    after.post(WORK, {"made_from": stamp, "next": "1", **{f"answer-{name}": it for name, it in again.items()}})
    rating = after.get(WORK + "/rating")
    assert MARK in rating.text
    after.post(WORK + "/rating", {"after": str(rating.one("input[name=after]")["value"]), **RATING})
    assert MARK in after.get(WORK + "/versions/2").text and MARK not in after.get(WORK + "/versions/1").text
    first, second = session.scalars(select(Submission).order_by(Submission.number))
    assert first.rubric_digest != second.rubric_digest and first.version == ETIQUETTE.version != second.version
    assert len(session.scalars(select(RubricText)).all()) == 2
    session.rollback()


def test_a_field_that_is_gone_takes_no_words_with_it(
    settings: Settings, tmp_path: Path, session: Session, member: Membership, before: Person
) -> None:
    hand_in(before)
    last = ARTEFACT.fields[-1].id
    lay(tmp_path / "shorter", "etiquette/artefact.yaml", drop_last_part)
    for level in (2, 3, 4):
        lay(tmp_path / "shorter", f"etiquette/exemplars/level-{level}.yaml", _without(last))
    app = lti_tool.app.create_app(replace(settings, content_dir=tmp_path / "shorter"))
    person = enter(app, session, member)
    assert f"answer-{last}" not in person.get(WORK + "?edit=1").response.get_data(as_text=True)
    words = re.sub(r"\s+", " ", STRONG[last])[:40]
    assert words in person.get(WORK + "/versions/1").text
    teacher = make_member(session, "Helena Marsh", context=member.context, role=CourseRole.INSTRUCTOR)
    session.commit()
    page = enter(app, session, teacher).get(f"/people/{member.user_id}/versions/{ETIQUETTE.slug}/1")
    assert words in page.text
    app.extensions["lti_tool"].engine.dispose()


def _without(name: str) -> Callable[[Any], None]:
    def drop(content: Any) -> None:
        gone = content["parts"].pop(name)
        for note in content["annotations"]:
            if note["quote"].strip() in gone:
                note["quote"] = next(iter(content["parts"].values())).split("\n")[0].strip()

    return drop


def test_a_changed_statement_asks_again_and_keeps_the_signature(
    session: Session, before: Person, after: Person
) -> None:
    statement = SHIPPED.modules[0].statement
    assert statement is not None
    path = "/modules/expectations/statement"
    before.post(path, {"agree": "y", "digest": statement.digest})
    page = after.get(path)
    assert MARK in page.text and page.soup.select("input[name=agree]")
    digest = str(page.one("input[name=digest]")["value"])
    assert digest != statement.digest
    after.post(path, {"agree": "y", "digest": digest})
    versions = session.scalars(select(Fact.version).where(Fact.kind == "attestation").order_by(Fact.id)).all()
    assert [it.split(":")[1] for it in versions] == [statement.digest, digest]
    session.rollback()
