"""The tool on `localhost` and the sandbox LMS on `127.0.0.1`: two sites to a browser, as in real life."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from lti_tool import clock, sandbox
from lti_tool.config import Settings
from lti_tool.content.catalog import Module
from lti_tool.content.service import default_content_dir, load_catalogue
from lti_tool.db import SessionFactory, make_session_factory
from lti_tool.passback import worker
from lti_tool.passback.catalog import DeliveryReport
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.service import NewRegistration, add_registration
from lti_tool.sandbox.state.keys import new_private_pem
from lti_tool.sandbox.store import Row
from tests.serving import run_tool

COURSE, OTHER_COURSE = "MIR 101", "BUS 240"
TEACHER, ADMIN, STAFF, ASSISTANT = "helena.marsh", "ines.valverde", "marcus.bell", "priya.raman"


class World:
    """One LMS and one tool that know, or do not yet know, each other."""

    def __init__(self, settings: Settings, sessions: SessionFactory, lms: sandbox.SandboxServer) -> None:
        self.settings, self.sessions, self.server, self.lms = settings, sessions, lms, lms.sandbox
        self.module = shipped_module()
        self.client_id = ""

    @property
    def lms_url(self) -> str:
        return self.server.base_url

    @property
    def tool_url(self) -> str:
        return self.settings.base_url

    def session(self) -> Session:
        return self.sessions()

    def work(self, *, later: timedelta = timedelta()) -> DeliveryReport:
        """Deliver what is due, as `lti-tool worker` does; `later` than now, so that no stamp has to wait."""
        return worker.run(self.settings, self.sessions, once=True, now_fn=lambda: clock.now() + later)

    def register(self) -> str:
        """Connect the two by hand; the client id."""
        found = self.lms.register_tool(
            initiate_login_uri=f"{self.tool_url}/lti/login",
            redirect_uris=[self.settings.launch_url],
            target_link_uri=self.settings.launch_url,
            jwks_uri=f"{self.tool_url}/lti/jwks.json",
            placements=("course_navigation", "account_navigation", "link_selection", "module_index_menu_modal"),
        )
        tool = self.lms.get_tool(found.client_id)
        new = NewRegistration(
            issuer=found.issuer,
            client_id=found.client_id,
            auth_url=found.auth_url,
            token_url=found.token_url,
            jwks_url=found.jwks_url,
            product_family=ProductFamily(self.lms.rules),
            deployment_ids=tuple(row["deployment_id"] for row in self.lms.list_deployments(tool["id"])),
            institution=self.lms.settings.name,
        )
        with self.session() as session:
            add_registration(session, new, clock.now(), settings=self.settings)
            session.commit()
        self.client_id = found.client_id
        return found.client_id

    def add_item(self, course: str = COURSE, *, points: float | None = 10, **changes: Any) -> Row:
        """A link to the module in a course, with its gradebook column."""
        tag = f"module:{self.module.id}" if points is not None else ""
        title = changes.pop("title", self.module.title)
        values: dict[str, Any] = {
            "url": f"{self.settings.launch_url}?module={self.module.id}",
            "text": self.module.summary,
            "custom": {"module": self.module.id},
            "points": points,
            "tag": tag,
            "resource_id": tag,
        }
        return self.lms.add_item(course, self.client_id, title, **{**values, **changes})

    def add_student(self) -> str:
        """Somebody new in every course; the user name."""
        return str(self.lms.add_students(1)[0]["username"])

    def find_score(self, who: str, column: str = "", course: str | None = None) -> sandbox.Score | None:
        """A person's cell of the module's column."""
        return self.lms.find_score(who, column or f"module:{self.module.id}", course)


@cache
def shipped_module() -> Module:
    """The module `expectations` as it ships."""
    return load_catalogue([default_content_dir()]).modules[0]


@cache
def _signing_pem() -> str:
    # Making a key takes longer than most tests; each LMS begins with the same one.
    return new_private_pem()


@contextmanager
def run_world(folder: Path, database_url: str, rules: sandbox.Rules) -> Iterator[World]:
    """Serve both in threads of this process; the tool is not registered yet."""
    with (
        sandbox.make_server(sandbox.SandboxSettings(port=0, rules=rules)) as lms,
        run_tool(folder, database_url) as (settings, engine),
    ):
        made = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        lms.sandbox.store.insert("signing_key", kid="first", private_pem=_signing_pem(), created_at=made)
        yield World(settings, make_session_factory(engine), lms)
