"""Connected tools and their deployments."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lti_tool.sandbox.spec import ALL_SCOPES
from lti_tool.sandbox.state.keys import KeysState
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import now, to_text


@dataclass(frozen=True)
class Registered:
    """What the administrator hands to the tool, with the endpoints of this site."""

    client_id: str
    deployment_id: str
    issuer: str
    auth_url: str
    token_url: str
    jwks_url: str


class ToolsState(KeysState):
    """Registers tools and knows where each is deployed."""

    def register_tool(
        self,
        *,
        initiate_login_uri: str,
        redirect_uris: Sequence[str],
        target_link_uri: str,
        jwks_uri: str,
        name: str = "Internship Prep",
        description: str = "",
        deep_link_uri: str = "",
        domain: str = "",
        logo_uri: str = "",
        custom: Mapping[str, str] | None = None,
        scopes: Sequence[str] = ALL_SCOPES,
        placements: Sequence[str] = ("course_navigation", "link_selection"),
        privacy: str = "public",
        client_id: str | None = None,
        active: bool = True,
    ) -> Registered:
        """Connect a tool by hand; under Canvas rules the second course gets a deployment of its own."""
        with self.store.transaction():
            tool_id = self.store.insert(
                "tool",
                client_id=client_id or self.new_client_id(),
                name=name,
                description=description,
                initiate_login_uri=initiate_login_uri,
                redirect_uris=list(redirect_uris),
                target_link_uri=target_link_uri,
                deep_link_uri=deep_link_uri or target_link_uri,
                jwks_uri=jwks_uri,
                domain=domain or urlsplit(target_link_uri).netloc,
                logo_uri=logo_uri,
                scopes=list(scopes),
                custom=dict(custom or {}),
                placements=list(placements),
                privacy=privacy,
                state="active" if active else "pending",
                created_at=to_text(now()),
            )
            self._deploy(tool_id, None)
            if not self.moodle:
                second = self.store.all("SELECT id FROM course ORDER BY id")[1]
                self._deploy(tool_id, second["id"])
        tool = self.store.get("SELECT client_id FROM tool WHERE id = ?", tool_id)
        return self.registered(tool["client_id"])

    def registered(self, client_id: str) -> Registered:
        """What the tool must be told about a connection."""
        tool = self.get_tool(client_id)
        return Registered(
            client_id=client_id,
            deployment_id=self.deployment_for(tool, None),
            issuer=self.base_url,
            auth_url=self.base_url + "/lti/auth",
            token_url=self.base_url + "/lti/token",
            jwks_url=self.base_url + "/lti/jwks",
        )

    def new_client_id(self) -> str:
        """A fresh client id, shaped as the LMS whose rules count shapes it."""
        if self.moodle:
            return secrets.token_urlsafe(11).replace("-", "x").replace("_", "y")
        return f"1000000{secrets.randbelow(10**7):07d}"

    def add_deployment(self, client_id: str, course: str) -> str:
        """Deploy a tool once more, in one course (by label); the new deployment_id."""
        tool = self.get_tool(client_id)
        course_id = self.store.get("SELECT id FROM course WHERE label = ?", course)["id"]
        return self._deploy(tool["id"], course_id)

    def _deploy(self, tool_id: int, course_id: int | None) -> str:
        count = self.store.get("SELECT count(*) AS n FROM deployment")["n"]
        simple = self.moodle and course_id is None
        deployment_id = str(tool_id) if simple else f"{count + 1}:{secrets.token_hex(20)}"
        self.store.insert("deployment", tool_id=tool_id, course_id=course_id, deployment_id=deployment_id)
        return deployment_id

    def deployment_for(self, tool: Row, course_id: int | None) -> str:
        """The deployment_id that a launch in this course carries: the course's newest, else the site's."""
        row = self.store.get(
            "SELECT deployment_id FROM deployment WHERE tool_id = ? AND (course_id = ? OR course_id IS NULL)"
            " ORDER BY course_id IS NULL, id DESC LIMIT 1",
            tool["id"],
            course_id,
        )
        return str(row["deployment_id"])

    def list_deployments(self, tool_id: int) -> list[Row]:
        """Deployments of a tool with the course's label ("" for the whole site)."""
        return self.store.all(
            "SELECT d.deployment_id, coalesce(c.label, '') AS course FROM deployment d"
            " LEFT JOIN course c ON c.id = d.course_id WHERE d.tool_id = ? ORDER BY d.id",
            tool_id,
        )

    def list_tools(self, *, active_only: bool = False) -> list[Row]:
        """Connected tools, oldest first."""
        where = "WHERE state = 'active'" if active_only else ""
        return self.store.all(f"SELECT * FROM tool {where} ORDER BY id")  # noqa: S608 - constant

    def find_tool(self, client_id: str) -> Row | None:
        """The tool of a client id, or None."""
        return self.store.one("SELECT * FROM tool WHERE client_id = ?", client_id)

    def get_tool(self, client_id: str) -> Row:
        """The tool of a client id; LookupError."""
        return self.store.get("SELECT * FROM tool WHERE client_id = ?", client_id)

    def set_tool_state(self, client_id: str, state: str) -> None:
        """Turn a tool on ("active") or off ("pending")."""
        if state not in ("active", "pending"):
            raise ValueError(f"unknown state {state!r}")
        self.store.update("tool", self.get_tool(client_id)["id"], state=state)

    def remove_tool(self, client_id: str) -> None:
        """Disconnect a tool, with its links and columns."""
        tool_id = self.get_tool(client_id)["id"]
        with self.store.transaction():
            self.store.run(
                "DELETE FROM result WHERE lineitem_id IN (SELECT id FROM lineitem WHERE tool_id = ?)", tool_id
            )
            self.store.run("DELETE FROM lineitem WHERE tool_id = ?", tool_id)
            self.store.run("DELETE FROM item WHERE tool_id = ?", tool_id)
            self.store.run("DELETE FROM deployment WHERE tool_id = ?", tool_id)
            self.store.run("DELETE FROM access_token WHERE tool_id = ?", tool_id)
            self.store.run("DELETE FROM tool WHERE id = ?", tool_id)
