"""Open the visit of a launch that is verified and bound."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lti_tool.config import Settings
from lti_tool.db import upsert
from lti_tool.errors import LaunchRefused
from lti_tool.launch.catalog import Binding, Endpoint, Launch
from lti_tool.launch.models import VisitMessage
from lti_tool.launch.queries import KnownColumn, LaunchRows, find_launch_rows
from lti_tool.launch.rules import list_learned_origins
from lti_tool.launch.service.usual import write_usual
from lti_tool.lti.messages import MessageType
from lti_tool.passback.service import remember_endpoint, wake_student
from lti_tool.registration.catalog import DeploymentState, ProductFamily
from lti_tool.registration.models import Deployment, Registration
from lti_tool.registration.rules import is_canvas_cloud, product_family_of
from lti_tool.registration.service import register_platform_origins
from lti_tool.roster.models import Context, Membership
from lti_tool.roster.queries import find_membership, find_user
from lti_tool.roster.service import Person, Place, Placed, ask_for_roster, is_settled, place_member
from lti_tool.web.catalog import Strength
from lti_tool.web.service import VisitFor, add_visit, make_visit_token

# The tag of the column of a link that stands for the whole programme.
PROGRAMME = "programme"
# Messages that may be about somebody's work; Canvas sends an ordinary one.
_REVIEWS = (MessageType.SUBMISSION_REVIEW, MessageType.RESOURCE_LINK)


@dataclass
class Trace:
    """What the log says of a launch; filled as it becomes known. Never names, addresses or tokens."""

    registration_id: int | None = None
    message_type: str = ""
    deployment: int | None = None
    binding: Binding = Binding.NONE
    strength: str = ""
    role: str = ""
    # For the page, not for the log: it may carry a session key.
    return_url: str = ""

    def read(self, launch: Launch) -> None:
        """Note what the verified message says."""
        self.message_type = launch.message_type
        self.role = launch.role
        self.return_url = launch.return_url


@dataclass(frozen=True)
class Opened:
    """A visit stands; `token` is its address and is kept nowhere. `person_id`: whose work the message asks for."""

    visit_id: int
    token: str
    launch: Launch
    # The key that the visit is bound to; None where it is weak.
    browser_key: str | None = None
    person_id: int | None = None
    # Whose pages may frame the ones of ours that lead into the visit; None where any may.
    frame_origins: tuple[str, ...] | None = None


def read_rows(session: Session, registration_id: int, launch: Launch, *, browser_hash: str = "") -> LaunchRows:
    """What is stored of a launch: read before the transaction begins, since nothing is decided by it for good."""
    rows = find_launch_rows(
        session,
        registration_id,
        deployment_id=launch.deployment_id,
        context_id=launch.context_id,
        link_id=launch.link_id,
        sub=launch.sub,
        tag=launch.activity or PROGRAMME,
        browser_hash=browser_hash,
    )
    if rows is None:
        raise LaunchRefused("registration_unknown")
    return rows


def open_launch(
    session: Session,
    rows: LaunchRows,
    launch: Launch,
    *,
    browser_key: str | None,
    posted_origin: str | None,
    settings: Settings,
    now: datetime,
    trace: Trace,
) -> Opened:
    """Bring the rows up to date and open a visit: strong with a browser key, weak without.

    Raises `deployment_held`, after which the caller commits the note of a new deployment.
    """
    deployment_id, state = rows.deployment_id, rows.deployment_state
    if deployment_id is None:
        deployment_id, state = _note_deployment(session, rows.registration_id, launch, settings, now)
    trace.deployment = deployment_id
    if state == DeploymentState.HELD:
        raise LaunchRefused("deployment_held", status=403)
    # Any bound launch teaches who may frame us; only one that its cookie binds teaches whose POST may bind others.
    by_cookie = trace.binding is Binding.COOKIE
    learned, proven = list_learned_origins(launch.origins, posted_origin if by_cookie else None, settings.base_url)
    _learn(session, rows, launch, learned, proven, now)
    placed = place_member(
        session,
        rows.found,
        _person(launch),
        _place(launch),
        launch.role,
        now,
        registration_id=rows.registration_id,
        deployment_id=deployment_id,
    )
    if placed.context_id is not None:
        _remember(session, placed.context_id, rows, launch, settings, now)
        if rows.waits_as_student and placed.member_id is not None:
            wake_student(session, session.get_one(Membership, placed.member_id), now)
    visit = add_visit(
        session,
        _visit_for(rows.registration_id, deployment_id, placed, launch),
        browser_key=browser_key,
        now=now,
    )
    trace.strength = visit.strength
    if launch.deep_linking is not None or launch.message_type is MessageType.DATA_PRIVACY:
        settings_json = asdict(launch.deep_linking) if launch.deep_linking is not None else None
        session.add(VisitMessage(visit_id=visit.id, deep_linking=settings_json, for_user=launch.for_user))
        session.flush()
    return Opened(
        visit.id,
        visit.token,
        launch,
        browser_key,
        _find_person(session, rows.registration_id, placed.context_id, launch),
        _frame_origins(rows, learned),
    )


def is_usual(rows: LaunchRows, launch: Launch, posted_origin: str | None, settings: Settings, now: datetime) -> bool:
    """Whether a launch that its cookie binds only brings its person: nothing else is new, or due."""
    if launch.message_type is not MessageType.RESOURCE_LINK or launch.for_user or rows.waits_as_student:
        return False
    if rows.deployment_id is None or rows.deployment_state == DeploymentState.HELD:
        return False
    learned, proven = list_learned_origins(launch.origins, posted_origin, settings.base_url)
    return (
        bool(launch.context_id)
        and is_settled(rows.found, _person(launch), _place(launch))
        and not _teaches(rows, launch, learned, proven)
        and (launch.endpoint is None or _is_remembered(rows, launch, launch.endpoint))
        and not _is_roster_due(rows, launch, now)
    )


def open_usual(
    session: Session,
    rows: LaunchRows,
    launch: Launch,
    *,
    login_id: int,
    outcome: str,
    browser_key: str,
    now: datetime,
    trace: Trace,
) -> Opened:
    """Do all that `open_launch` would do for a usual launch, and spend its login, in one statement of PostgreSQL."""
    known, deployment_id = rows.found, rows.deployment_id
    assert known.context is not None and deployment_id is not None  # noqa: S101 - `is_usual` has looked
    user_id = known.user.id if known.user is not None else None
    link_id = known.link.id if known.link is not None else None
    placed = Placed(user_id or 0, known.context.id, link_id)
    token = make_visit_token()
    visit_id = write_usual(
        session,
        login_id=login_id,
        outcome=outcome,
        person=_person(launch),
        user_id=user_id,
        member_id=known.member_id,
        facts=_visit_for(rows.registration_id, deployment_id, placed, launch),
        token=token,
        browser_key=browser_key,
        now=now,
    )
    if visit_id is None:
        raise LaunchRefused("state_used")
    trace.deployment, trace.strength = deployment_id, Strength.STRONG
    return Opened(visit_id, token, launch, browser_key, None, _frame_origins(rows, ()))


def _frame_origins(rows: LaunchRows, learned: tuple[str, ...]) -> tuple[str, ...] | None:
    return None if is_canvas_cloud(rows.issuer) else tuple(sorted(rows.origins | set(learned)))


def _note_deployment(
    session: Session, registration_id: int, launch: Launch, settings: Settings, now: datetime
) -> tuple[int, str]:
    """A client that is known may add deployments (Canvas: one per account or course); an operator may want to look."""
    state = DeploymentState.HELD if settings.hold_new_deployments else DeploymentState.ACCEPTED
    values = {
        "registration_id": registration_id,
        "deployment_id": launch.deployment_id,
        "state": state,
        "created_at": now,
    }
    made = upsert(session, Deployment, values, key=["registration_id", "deployment_id"], update=[])
    return made.id, made.state


def _learn(
    session: Session,
    rows: LaunchRows,
    launch: Launch,
    learned: tuple[str, ...],
    proven: tuple[str, ...],
    now: datetime,
) -> None:
    """What this launch teaches about the platform: its product, its identity, where its pages come from."""
    if not _teaches(rows, launch, learned, proven):
        return
    registration = session.get_one(Registration, rows.registration_id)
    family = product_family_of(launch.product_family)
    if _is_new_family(rows, family):
        registration.product_family = family
    if rows.guid is None and launch.guid:
        registration.guid = launch.guid
    register_platform_origins(session, registration, learned, now)
    register_platform_origins(session, registration, proven, now, is_proven=True)


def _teaches(rows: LaunchRows, launch: Launch, learned: tuple[str, ...], proven: tuple[str, ...]) -> bool:
    if _is_new_family(rows, product_family_of(launch.product_family)) or (rows.guid is None and launch.guid):
        return True
    return not rows.origins.issuperset(learned) or not rows.proven_origins.issuperset(proven)


def _is_new_family(rows: LaunchRows, family: ProductFamily) -> bool:
    return rows.product_family == ProductFamily.OTHER and family is not ProductFamily.OTHER


def _remember(
    session: Session, context_id: int, rows: LaunchRows, launch: Launch, settings: Settings, now: datetime
) -> None:
    """Keep the course's AGS endpoint of the latest launch (AGS 2.0 §3.1), and ask for its roster where it is time."""
    endpoint = launch.endpoint
    if endpoint is not None and not _is_remembered(rows, launch, endpoint):
        remember_endpoint(
            session,
            session.get_one(Context, context_id),
            lineitems_url=endpoint.lineitems,
            lineitem_url=_column_url(launch, endpoint),
            scopes=list(endpoint.scopes),
            activity=launch.activity or PROGRAMME,
            now=now,
        )
    if _is_roster_due(rows, launch, now):
        every = timedelta(minutes=settings.roster_minutes)
        ask_for_roster(session, session.get_one(Context, context_id), now, every=every)


def _is_roster_due(rows: LaunchRows, launch: Launch, now: datetime) -> bool:
    """Whether `ask_for_roster` may ask, by what is stored."""
    known = rows.found.context
    if known is None:
        return bool(launch.memberships_url)
    has_address = launch.memberships_url or known.memberships_url
    return bool(has_address) and (known.roster_next_at is None or known.roster_next_at <= now)


def _column_url(launch: Launch, endpoint: Endpoint) -> str | None:
    """The column of the link. A review names the column of the work, which need not be the same one."""
    is_link = launch.message_type is MessageType.RESOURCE_LINK and bool(launch.link_id)
    return endpoint.lineitem if is_link else None


def _is_remembered(rows: LaunchRows, launch: Launch, endpoint: Endpoint) -> bool:
    """Whether `remember_endpoint` would change nothing, by what is stored."""
    column_url = _column_url(launch, endpoint)
    known = rows.found.context
    if known is None:
        return False
    if endpoint.lineitems or column_url:
        if endpoint.lineitems and endpoint.lineitems != known.lineitems_url:
            return False
        if set(endpoint.scopes) != set(known.ags_scopes):
            return False
    return not column_url or rows.column == KnownColumn(column_url, is_from_launch=True)


def _find_person(session: Session, registration_id: int, context_id: int | None, launch: Launch) -> int | None:
    if launch.message_type not in _REVIEWS or not launch.for_user or context_id is None:
        return None
    person = find_user(session, registration_id, launch.for_user)
    # Whoever is known from another course has not opened the activity in this one.
    if person is None or find_membership(session, context_id, person.id) is None:
        return None
    return person.id


def _pick(source: object, *names: str) -> dict[str, str]:
    return {name: getattr(source, name) for name in names}


def _person(launch: Launch) -> Person:
    return Person(
        **_pick(launch, "sub", "name", "given_name", "family_name", "email", "locale", "timezone"),
        is_test_user=launch.is_test_user,
    )


def _place(launch: Launch) -> Place:
    return Place(
        context_id=launch.context_id,
        label=launch.context_label,
        title=launch.context_title,
        memberships_url=launch.memberships_url,
        link_id=launch.link_id,
        link_title=launch.link_title,
        activity=launch.activity,
    )


def _visit_for(registration_id: int, deployment_id: int, placed: Placed, launch: Launch) -> VisitFor:
    return VisitFor(
        registration_id=registration_id,
        deployment_id=deployment_id,
        context_id=placed.context_id,
        resource_link_id=placed.link_id,
        user_id=placed.user_id,
        role=launch.role,
        message_type=launch.message_type,
        is_institution_administrator=launch.is_institution_administrator,
        is_test_user=launch.is_test_user,
        is_masquerade=launch.is_masquerade,
        locale=launch.locale,
        return_url=launch.return_url,
        due_at=datetime.fromisoformat(launch.due_at) if launch.due_at else None,
    )
