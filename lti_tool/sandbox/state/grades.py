"""The gradebook: columns and what stands in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lti_tool.sandbox.state.courses import CoursesState
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import from_text, to_text


@dataclass(frozen=True)
class Score:
    """One cell of a gradebook. `source` is "tool" or "teacher"; `score` None is an ungraded row."""

    course: str
    column: str
    tag: str
    username: str
    name: str
    score: float | None
    maximum: float
    comment: str
    comments: tuple[str, ...]
    source: str
    activity_progress: str
    grading_progress: str
    stamp: str
    attempt: int
    submission_url: str
    lineitem_id: int


@dataclass(frozen=True)
class Arrival:
    """One call of a tool: what it was, whether it was applied, and what the tool heard (status 0: nothing)."""

    number: int
    at: datetime
    service: str
    method: str
    path: str
    status: int
    fault: str
    retry_after: float
    subject: str
    username: str
    lineitem_id: int | None
    # The score's `timestamp`; None for what is no score.
    stamp: datetime | None
    given: float | None
    maximum: float | None
    applied: bool


class GradesState(CoursesState):
    """Reads and writes the gradebook."""

    def list_lineitems(self, course: str | int, client_id: str | None = None) -> list[Row]:
        """Columns of a course (label or number), oldest first."""
        course_id = course if isinstance(course, int) else self.get_course(course)["id"]
        rows = self.store.all(
            "SELECT l.*, t.client_id FROM lineitem l JOIN tool t ON t.id = l.tool_id"
            " WHERE l.course_id = ? ORDER BY l.id",
            course_id,
        )
        return [row for row in rows if client_id is None or row["client_id"] == client_id]

    def get_lineitem(self, lineitem_id: int) -> Row:
        """A column by number; LookupError."""
        return self.store.get("SELECT * FROM lineitem WHERE id = ?", lineitem_id)

    def find_result(self, lineitem_id: int, person_id: int) -> Row | None:
        """One cell, or None while nothing stands there."""
        return self.store.one("SELECT * FROM result WHERE lineitem_id = ? AND person_id = ?", lineitem_id, person_id)

    def list_results(self, lineitem_id: int) -> list[Row]:
        """The cells of a column."""
        return self.store.all("SELECT * FROM result WHERE lineitem_id = ? ORDER BY id", lineitem_id)

    def write_result(self, lineitem_id: int, person_id: int, **values: Any) -> None:
        """Put values into a cell, new or not."""
        with self.store.transaction():
            found = self.find_result(lineitem_id, person_id)
            if found is None:
                moment = to_text(self.now())
                values = {"source": "tool", "stamp": moment, "changed_at": moment, **values}
                self.store.insert("result", lineitem_id=lineitem_id, person_id=person_id, **values)
            else:
                self.store.update("result", found["id"], **values)

    def set_grade(self, lineitem_id: int, who: str, score: float | None, comment: str | None = None) -> None:
        """Change a grade by hand, as a teacher does in the gradebook page."""
        person = self.get_person(who)
        self.get_lineitem(lineitem_id)
        moment = to_text(self.now())
        values: dict[str, Any] = {
            "score": score,
            "source": "teacher",
            "overridden": 1,
            "stamp": moment,
            "changed_at": moment,
            "grading_progress": "FullyGraded",
        }
        if comment is not None:
            values["comment"] = comment
        self.write_result(lineitem_id, person["id"], **values)

    def list_scores(self, course: str | None = None) -> list[Score]:
        """Every cell, by course, column and person."""
        rows = self.store.all(
            "SELECT r.*, l.label, l.tag, l.maximum, c.label AS course, p.username, p.name FROM result r"
            " JOIN lineitem l ON l.id = r.lineitem_id JOIN course c ON c.id = l.course_id"
            " JOIN person p ON p.id = r.person_id ORDER BY c.id, l.id, p.id"
        )
        return [_score(row) for row in rows if course is None or row["course"] == course]

    def find_score(self, who: str, column: str, course: str | None = None) -> Score | None:
        """One person's cell by the column's label or tag, or None."""
        username = self.get_person(who)["username"]
        return next(
            (
                score
                for score in self.list_scores(course)
                if score.username == username and column in (score.column, score.tag)
            ),
            None,
        )

    def delete_lineitem(self, lineitem_id: int) -> None:
        """Remove a column with its grades."""
        with self.store.transaction():
            self.store.run("DELETE FROM result WHERE lineitem_id = ?", lineitem_id)
            self.store.run("DELETE FROM lineitem WHERE id = ?", lineitem_id)

    # What arrived

    def note_call(
        self,
        service: str,
        method: str,
        path: str,
        status: int,
        tool: str,
        note: str,
        at: datetime | None = None,
        **more: Any,
    ) -> None:
        """Remember a call of a tool for the page «What arrived»; status 0 where it got no answer, `at` when it came."""
        with self.store.transaction():
            number = self.store.insert(
                "service_call",
                at=to_text(at or self.now_fn()),
                service=service,
                method=method,
                path=path,
                status=status,
                tool=tool,
                note=note[:300],
                **more,
            )
            self.store.run("DELETE FROM service_call WHERE id <= ?", number - self.settings.keep_calls)

    def list_calls(self, limit: int = 100) -> list[Row]:
        """The last calls of tools, newest first."""
        return self.store.all("SELECT * FROM service_call ORDER BY id DESC LIMIT ?", limit)

    def list_arrivals(self) -> list[Arrival]:
        """Every remembered call of services as a record to judge a tool by, oldest first."""
        rows = self.store.all(
            "SELECT s.*, coalesce(p.username, '') AS username FROM service_call s"
            " LEFT JOIN person p ON p.id = s.person_id WHERE s.service IN ('service', 'token') ORDER BY s.id"
        )
        return [_arrival(row) for row in rows]


def _arrival(row: Row) -> Arrival:
    at = from_text(row["at"])
    if at is None:
        raise ValueError(f"call {row['id']} has no time")
    return Arrival(
        number=row["id"],
        at=at,
        service=row["service"],
        method=row["method"],
        path=row["path"],
        status=row["status"],
        fault=row["fault"],
        retry_after=row["retry_after"],
        subject=row["subject"],
        username=row["username"],
        lineitem_id=row["lineitem_id"],
        stamp=from_text(row["stamp"]),
        given=row["given"],
        maximum=row["maximum"],
        applied=bool(row["applied"]),
    )


def _score(row: Row) -> Score:
    return Score(
        course=row["course"],
        column=row["label"],
        tag=row["tag"],
        username=row["username"],
        name=row["name"],
        score=row["score"],
        maximum=row["maximum"],
        comment=row["comment"],
        comments=tuple(row["comments"]),
        source=row["source"],
        activity_progress=row["activity_progress"],
        grading_progress=row["grading_progress"],
        stamp=row["stamp"],
        attempt=row["attempt"],
        submission_url=row["submission_url"],
        lineitem_id=row["lineitem_id"],
    )
