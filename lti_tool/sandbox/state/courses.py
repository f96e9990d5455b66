"""People, courses and what stands in them."""

import uuid
from collections.abc import Mapping

from lti_tool.sandbox.faults import Fault
from lti_tool.sandbox.people import Seed
from lti_tool.sandbox.state.tools import ToolsState
from lti_tool.sandbox.store import Row

STUDENT_ROLES = ("student", "test")
STAFF_ROLES = ("teacher", "ta")


class CoursesState(ToolsState):
    """Who is where, and which links a course has."""

    # People

    def list_people(self, kind: str | None = None) -> list[Row]:
        """People, staff first; the test student exists under Canvas rules only."""
        rows = self.store.all("SELECT * FROM person ORDER BY id")
        if self.moodle:
            rows = [row for row in rows if row["kind"] != "test"]
        return [row for row in rows if kind is None or row["kind"] == kind]

    def get_person(self, who: str) -> Row:
        """A person by user name, or by a part of the name that only one person has; LookupError."""
        row = self.store.one("SELECT * FROM person WHERE username = ?", who)
        if row is not None:
            return row
        found = [person for person in self.list_people() if who.casefold() in person["name"].casefold()]
        if len(found) != 1:
            raise LookupError(f"{len(found)} people are called {who!r}")
        return found[0]

    def sub_of(self, person: Row) -> str:
        """How tools know a person: Moodle's number or Canvas's UUID."""
        return str(person["id"]) if self.moodle else str(person["uuid"])

    def find_by_sub(self, sub: object) -> Row | None:
        """The person a tool means, or None. Canvas takes its own number too."""
        column = "CAST(id AS TEXT)" if self.moodle else "uuid"
        row = self.store.one(f"SELECT * FROM person WHERE {column} = ?", str(sub))  # noqa: S608
        if row is None and not self.moodle:
            row = self.store.one("SELECT * FROM person WHERE CAST(id AS TEXT) = ?", str(sub))
        return row

    def set_private(self, who: str, private: bool = True) -> None:
        """Withhold (or give) a person's name and e-mail."""
        self.store.update("person", self.get_person(who)["id"], private=int(private))

    def add_students(self, count: int) -> list[Row]:
        """Enrol `count` more students in every course."""
        with self.store.transaction():
            start = self.store.get("SELECT max(id) AS n FROM person")["n"] + 1
            for number in range(start, start + count):
                seed = Seed(f"student.{number}", "student", f"Student {number}", f"Example {number}")
                self._add_person(seed, number)
        return self.store.all("SELECT * FROM person WHERE id >= ? ORDER BY id", start)

    def institution_roles(self, person: Row) -> set[str]:
        """Every role the person has in any course."""
        rows = self.store.all("SELECT DISTINCT role FROM enrolment WHERE person_id = ?", person["id"])
        return {row["role"] for row in rows}

    # Courses

    def list_courses(self) -> list[Row]:
        """Every course."""
        return self.store.all("SELECT * FROM course ORDER BY id")

    def get_course(self, label: str) -> Row:
        """A course by its label; LookupError."""
        return self.store.get("SELECT * FROM course WHERE label = ?", label)

    def find_course(self, course_id: int) -> Row | None:
        """A course by number, or None."""
        return self.store.one("SELECT * FROM course WHERE id = ?", course_id)

    def courses_of(self, person: Row) -> list[Row]:
        """Courses a person may enter, each with the person's `role` in it ("" for administrators)."""
        rows = self.store.all(
            "SELECT c.*, coalesce(e.role, '') AS role FROM course c"
            " LEFT JOIN enrolment e ON e.course_id = c.id AND e.person_id = ? ORDER BY c.id",
            person["id"],
        )
        return rows if person["kind"] in ("staff", "admin") else [row for row in rows if row["role"]]

    def role_in(self, course_id: int | None, person: Row) -> str:
        """The person's role in a course, "" for none."""
        row = self.store.one(
            "SELECT role FROM enrolment WHERE course_id = ? AND person_id = ?", course_id, person["id"]
        )
        return "" if row is None else str(row["role"])

    def members_of(self, course_id: int) -> list[Row]:
        """Enrolled people with their `role`; the test student under Canvas rules only."""
        rows = self.store.all(
            "SELECT p.*, e.role FROM enrolment e JOIN person p ON p.id = e.person_id"
            " WHERE e.course_id = ? ORDER BY p.id",
            course_id,
        )
        return [row for row in rows if not (self.moodle and row["role"] == "test")]

    def unenrol(self, label: str, who: str) -> None:
        """Take a person out of a course."""
        self.store.run(
            "DELETE FROM enrolment WHERE course_id = ? AND person_id = ?",
            self.get_course(label)["id"],
            self.get_person(who)["id"],
        )

    def conclude_course(self, label: str, concluded: bool = True) -> None:
        """End a course: under Canvas rules AGS takes nothing any more."""
        course_id = self.get_course(label)["id"]
        if concluded:
            self.turn_on(Fault("concluded", course_id))
        else:
            self.turn_off("concluded", course_id)

    # Links

    def add_item(
        self,
        course: str,
        client_id: str,
        title: str,
        *,
        url: str = "",
        text: str = "",
        custom: Mapping[str, str] | None = None,
        points: float | None = None,
        tag: str = "",
        resource_id: str = "",
        module: str = "Get ready",
        new_window: bool = False,
        published: bool = True,
        due: str = "",
        review_url: str = "",
        review_custom: Mapping[str, str] | None = None,
    ) -> Row:
        """Place a link to a tool in a course; with `points` it gets its own gradebook column."""
        course_id, tool = self.get_course(course)["id"], self.get_tool(client_id)
        with self.store.transaction():
            position = self.store.get("SELECT count(*) AS n FROM item WHERE course_id = ?", course_id)["n"]
            item_id = self.store.insert(
                "item",
                uuid=str(uuid.uuid4()),
                course_id=course_id,
                tool_id=tool["id"],
                module=module,
                title=title,
                text=text,
                url=url or tool["target_link_uri"],
                custom=dict(custom or {}),
                new_window=int(new_window),
                published=int(published),
                graded=int(points is not None),
                due=due,
                position=position,
            )
            if points is not None:
                self.store.insert(
                    "lineitem",
                    course_id=course_id,
                    tool_id=tool["id"],
                    item_id=item_id,
                    own=1,
                    label=title,
                    maximum=float(points),
                    tag=tag,
                    resource_id=resource_id,
                    review_url=review_url,
                    review_custom=dict(review_custom or {}),
                )
        return self.get_item(item_id)

    def get_item(self, item_id: int) -> Row:
        """A link by number; LookupError."""
        return self.store.get("SELECT * FROM item WHERE id = ?", item_id)

    def list_items(self, course: str | int, *, published_only: bool = False) -> list[Row]:
        """Links of a course (label or number) in their order."""
        course_id = course if isinstance(course, int) else self.get_course(course)["id"]
        rows = self.store.all("SELECT * FROM item WHERE course_id = ? ORDER BY position, id", course_id)
        return [row for row in rows if row["published"] or not published_only]

    def publish_item(self, item_id: int, published: bool = True) -> None:
        """Show a link to students; under Canvas rules only then are its scores taken."""
        self.store.update("item", item_id, published=int(published))

    def resource_link_id(self, item: Row) -> str:
        """How tools know a link."""
        return str(item["id"]) if self.moodle else str(item["uuid"])

    def find_item_by_link(self, resource_link_id: str) -> Row | None:
        """The link a tool means, or None."""
        column = "CAST(id AS TEXT)" if self.moodle else "uuid"
        return self.store.one(f"SELECT * FROM item WHERE {column} = ?", resource_link_id)  # noqa: S608

    def context_id(self, course: Row) -> str:
        """How tools know a course."""
        return str(course["id"]) if self.moodle else str(course["uuid"])
