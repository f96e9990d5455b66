"""What every part of the state shares."""

import json
import secrets
import uuid
from typing import Any, Literal, cast

from lti_tool.sandbox.people import COURSES, STAFF, STUDENTS, Seed
from lti_tool.sandbox.settings import Rules, SandboxSettings
from lti_tool.sandbox.store import Row, Store

Kind = Literal["student", "teacher", "ta", "observer", "staff", "admin", "test"]


class StateBase:
    """The store, the site's own facts and the first people and courses."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.store = Store(settings.state)
        with self.store.transaction():
            if self.setting("rules") is None:
                self._seed()

    @property
    def base_url(self) -> str:
        """Origin and issuer."""
        return self.settings.base_url

    @property
    def rules(self) -> Rules:
        """Whose rules the site follows now."""
        return cast(Rules, self.setting("rules"))

    @property
    def moodle(self) -> bool:
        """Whether the site follows Moodle's rules."""
        return self.rules == "moodle"

    def set_rules(self, rules: Rules) -> None:
        """Follow Moodle's or Canvas's rules from now on."""
        if rules not in ("moodle", "canvas"):
            raise ValueError(f"unknown rules {rules!r}")
        self.set_setting("rules", rules)

    def setting(self, key: str) -> str | None:
        """One fact about the site, or None."""
        row = self.store.one("SELECT value FROM setting WHERE key = ?", key)
        return None if row is None else str(row["value"])

    def set_setting(self, key: str, value: str) -> None:
        """Remember one fact about the site."""
        self.store.run("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", key, value)

    def _seed(self) -> None:
        self.set_setting("rules", self.settings.rules)
        self.set_setting("guid", secrets.token_hex(16))
        self.set_setting("hint_secret", secrets.token_hex(32))
        # Moodle's front page is course 1 and its guest is user 1; ids of people and courses differ on purpose.
        for number, (label, title, blurb) in enumerate(COURSES, start=2):
            self.store.insert("course", id=number, uuid=secrets.token_hex(20), label=label, title=title, blurb=blurb)
        for number, seed in enumerate((*STAFF, *STUDENTS), start=3):
            self._add_person(seed, number)

    def _add_person(self, seed: Seed, number: int | None = None) -> int:
        domain = "student.riverbend.example" if seed.kind == "student" else "riverbend.example"
        values: dict[str, Any] = {"id": number} if number is not None else {}
        person_id = self.store.insert(
            "person",
            **values,
            uuid=str(uuid.uuid4()),
            username=seed.username,
            kind=seed.kind,
            name=seed.name,
            given=seed.given,
            family=seed.family,
            email="" if seed.kind == "test" else f"{seed.username}@{domain}",
            note=seed.note,
            sourcedid="" if seed.kind == "test" else f"{seed.kind[0].upper()}-{(number or 0):04d}",
            rtl=int(seed.rtl),
        )
        for course in self.store.all("SELECT id, label FROM course"):
            role = _role_in(seed.kind, course["label"])
            if role:
                self.store.insert("enrolment", course_id=course["id"], person_id=person_id, role=role)
        return person_id


def _role_in(kind: str, label: str) -> str:
    """The role a person of this kind has in a course, "" for none."""
    if kind in ("staff", "admin"):
        return ""
    if kind == "ta":
        return "ta" if label == "MIR 101" else "student"
    if kind == "observer":
        return "observer" if label == "MIR 101" else ""
    return kind


def as_json(value: object) -> str:
    """JSON as it stands in requests."""
    return json.dumps(value, ensure_ascii=False)


__all__ = ["Kind", "Row", "StateBase", "as_json"]
