"""Logins and launches on both databases: what is consumed, bound, kept and learned."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.orm import Session

from lti_tool.config import Settings
from lti_tool.db import make_engine, make_session_factory
from lti_tool.errors import LaunchRefused
from lti_tool.launch.catalog import Binding
from lti_tool.launch.models import LoginRecord, PendingLaunch, VisitMessage
from lti_tool.launch.queries import find_deep_linking, find_for_user
from lti_tool.launch.service import (
    OfferedWindow,
    Opened,
    Trace,
    Waiting,
    bind_launch,
    note_platform_error,
    purge_launches,
)
from lti_tool.lti import claims as names
from lti_tool.passback.catalog import DeliveryState, ReasonCode
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.passback.service import queue_score
from lti_tool.registration.catalog import DeploymentState, RegistrationState
from lti_tool.registration.models import Deployment, PlatformOrigin
from lti_tool.registration.queries import list_proven_origins
from lti_tool.roster.models import Context, Membership, ResourceLink, User
from lti_tool.roster.queries import find_membership, list_learners, list_members
from lti_tool.web.models import Visit
from lti_tool.web.queries import list_frame_origins
from tests.builders import NOW, make_registration
from tests.service.launch_course import LMS, TARGET, Course, make_course, more, parameters_of


@pytest.fixture
def course(session: Session, settings: Settings) -> Course:
    return make_course(session, settings)


def refusal(call: object) -> str:
    assert callable(call)
    with pytest.raises(LaunchRefused) as caught:
        call()
    return caught.value.reason


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def assert_nobody(session: Session) -> None:
    assert [count(session, model) for model in (User, Context, ResourceLink, Membership, Visit)] == [0] * 5


# Login


def test_the_authorisation_request(course: Course) -> None:
    login = course.login()
    assert parameters_of(login) == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "client-1",
        "redirect_uri": TARGET,
        "login_hint": "7",
        "lti_message_hint": "hint",
        "state": login.state,
        "nonce": login.nonce,
    }
    assert "lti_message_hint" not in parameters_of(login, message_hint=None)


def test_secrets_are_kept_as_hashes(course: Course, session: Session) -> None:
    login = course.login(storage_target="_parent")
    record = session.scalars(select(LoginRecord)).one()
    kept = repr([getattr(record, column.key) for column in LoginRecord.__table__.columns])
    for secret in (login.state, login.nonce, login.cookie, login.storage):
        assert secret and secret not in kept
    assert record.login_hint_hash != "7"


def test_which_registration_a_login_is_for(course: Course, session: Session) -> None:
    assert course.login(client_id="").client_id == "client-1"
    assert refusal(lambda: course.begin(client_id="other")) == "registration_unknown"
    assert refusal(lambda: course.begin(issuer="https://nobody.example")) == "registration_unknown"
    make_registration(session, base=LMS, client_id="client-2")
    session.commit()
    assert refusal(lambda: course.begin(client_id="")) == "client_id_needed"
    assert course.login(client_id="client-2").client_id == "client-2"
    course.registration.state = RegistrationState.DISABLED
    session.commit()
    assert refusal(course.begin) == "registration_disabled"


@pytest.mark.parametrize(
    ("has_cookie", "target", "uses"),
    [
        (False, "_parent", True),
        (False, "post_message_forwarding", True),
        (True, "_parent", False),
        (False, "a b", False),
    ],
)
def test_when_the_platforms_storage_is_used(course: Course, has_cookie: bool, target: str, uses: bool) -> None:
    assert (course.login(has_cookie=has_cookie, storage_target=target).storage is not None) is uses


# Launch


def test_a_launch_makes_its_rows_and_a_strong_visit(course: Course, session: Session) -> None:
    trace = Trace()
    opened = course.open(trace=trace)
    visit = course.visit_of(opened)
    assert visit.is_strong and visit.user.name == "Zoë Núñez-Øster"
    assert visit.context is not None and visit.context.lineitems_url == LMS + "/items"
    assert (trace.binding, trace.strength, trace.role) == (Binding.COOKIE, "strong", "learner")
    assert trace.deployment == visit.deployment_id
    assert session.scalars(select(LoginRecord.outcome)).one() == "launched"
    member = find_membership(session, visit.context.id, visit.user_id)
    assert member is not None and member.last_launch_at == NOW


def test_a_second_launch_changes_what_changed(course: Course, session: Session) -> None:
    first = course.open()
    second = course.open(
        role="Instructor",
        name="",
        **more(
            {
                names.CONTEXT: {"id": "course-1", "title": "Readiness, autumn"},
                names.RESOURCE_LINK: {"id": "link-1", "title": "Start here"},
            }
        ),
        given_name="Zoë",
    )
    assert course.visit_of(first).user_id == course.visit_of(second).user_id
    session.expire_all()
    user = session.scalars(select(User)).one()
    context = session.scalars(select(Context)).one()
    link = session.scalars(select(ResourceLink)).one()
    assert (user.name, user.given_name) == ("Zoë Núñez-Øster", "Zoë")
    assert context.title == "Readiness, autumn"
    assert link.title == "Start here"
    assert [count(session, model) for model in (User, Context, ResourceLink, Membership)] == [1, 1, 1, 1]


def test_who_was_staff_once_is_never_counted(course: Course, session: Session) -> None:
    context_id = course.visit_of(course.open(role="Instructor")).context_id
    assert context_id is not None
    course.open(role="Learner")
    course.open(sub="amara", name="Amara Okafor")
    course.open(sub="test", name="Test", **more({names.CUSTOM: {"student_view": "true"}}))
    course.open(sub="new-ta", role="Learner")
    course.open(sub="new-ta", role="ContentDeveloper")
    assert [member.user.sub for member in list_learners(session, context_id)] == ["amara"]
    assert len(list_members(session, context_id)) == 4


def test_a_launch_outside_a_course(course: Course, session: Session) -> None:
    visit = course.visit_of(course.open(**more({names.CONTEXT: None})))
    assert (visit.context_id, visit.resource_link_id) == (None, None)
    assert count(session, Membership) == 0


def test_a_named_column_is_bound_to_the_links_activity(course: Course, session: Session) -> None:
    ags: dict[str, Any] = {"scope": [], "lineitems": LMS + "/items", "lineitem": LMS + "/items/5"}
    course.open(**more({names.CUSTOM: {"module": "expectations"}, names.AGS_ENDPOINT: ags}))
    item = session.scalars(select(LineItem)).one()
    assert (item.tag, item.url) == ("module:expectations", LMS + "/items/5")


def test_a_column_of_a_link_without_module_is_the_programmes(course: Course, session: Session) -> None:
    course.open(**more({names.AGS_ENDPOINT: {"scope": [], "lineitem": LMS + "/items/6"}}))
    assert session.scalars(select(LineItem.tag)).one() == "programme"


def test_a_state_is_good_once(course: Course, session: Session) -> None:
    login = course.login()
    course.post(login)
    session.commit()
    assert refusal(lambda: course.post(login)) == "state_used"


def test_a_refused_message_spends_its_login_and_leaves_nothing(course: Course, session: Session) -> None:
    login = course.login()
    assert refusal(lambda: course.post(login, **more({names.VERSION: "2"}))) == "version_wrong"
    session.commit()
    assert refusal(lambda: course.post(login)) == "state_used"
    assert_nobody(session)
    assert session.scalars(select(LoginRecord.outcome)).one() == "version_wrong"


def test_a_forged_token_spends_nothing(course: Course, session: Session) -> None:
    login = course.login()
    assert refusal(lambda: course.post(replace(login, nonce="other"))) == "nonce_wrong"
    session.commit()
    assert isinstance(course.post(login), Opened)


def test_a_login_lives_ten_minutes(course: Course) -> None:
    login = course.login()
    assert refusal(lambda: course.post(login, minutes=10)) == "state_unknown"


def test_a_platform_that_was_switched_off_meanwhile(course: Course, session: Session) -> None:
    login = course.login()
    course.registration.state = RegistrationState.DISABLED
    session.commit()
    assert refusal(lambda: course.post(login)) == "registration_disabled"


def test_two_requests_at_once_open_one_visit(course: Course, settings: Settings) -> None:
    login = course.login()
    engine = make_engine(settings.database_url)
    factory = make_session_factory(engine)
    together = threading.Barrier(4)
    results: list[str] = []

    def launch() -> None:
        with factory() as session:
            together.wait()
            try:
                course.post(login, session=session)
                session.commit()
                results.append("launched")
            except LaunchRefused as error:
                results.append(error.reason)

    threads = [threading.Thread(target=launch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert sorted(results) == ["launched", "state_used", "state_used", "state_used"]
    assert count(course.session, Visit) == 1


def test_two_first_launches_at_once_make_one_person(course: Course, settings: Settings) -> None:
    logins = [course.login() for _ in range(4)]
    engine = make_engine(settings.database_url)
    factory = make_session_factory(engine)
    together = threading.Barrier(4)

    def launch(number: int) -> None:
        with factory() as session:
            together.wait()
            course.post(logins[number], session=session)
            session.commit()

    threads = [threading.Thread(target=launch, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    counts = [count(course.session, model) for model in (User, Context, ResourceLink, Membership, Deployment, Visit)]
    assert counts == [1, 1, 1, 1, 1, 4]


# Deployments


def test_a_new_deployment_is_accepted_by_default(course: Course, session: Session) -> None:
    course.open()
    assert session.scalars(select(Deployment.state)).one() == DeploymentState.ACCEPTED


def test_a_new_deployment_waits_where_the_operator_wants_to_look(course: Course, session: Session) -> None:
    course.settings = replace(course.settings, hold_new_deployments=True)
    login = course.login()
    assert refusal(lambda: course.post(login)) == "deployment_held"
    session.commit()
    assert_nobody(session)
    assert session.scalars(select(LoginRecord.outcome)).one() == "deployment_held"
    deployment = session.scalars(select(Deployment)).one()
    assert deployment.state == DeploymentState.HELD
    assert refusal(lambda: course.post(course.login())) == "deployment_held"
    session.commit()
    deployment.state = DeploymentState.ACCEPTED
    session.commit()
    assert course.visit_of(course.open()).deployment_id == deployment.id


def test_a_held_launch_that_storage_bound_is_not_launched(course: Course, session: Session) -> None:
    secret, waiting = wait_for_storage(course)
    course.settings = replace(course.settings, hold_new_deployments=True)
    assert refusal(lambda: bind(course, waiting, secret)) == "deployment_held"
    session.commit()
    assert session.scalars(select(LoginRecord.outcome)).one() == "deployment_held"
    assert_nobody(session)


# Binding


def test_the_platforms_origin_opens_a_weak_visit(course: Course) -> None:
    trace = Trace()
    opened = course.post(course.login(), cookie=False, trace=trace)
    assert isinstance(opened, Opened)
    assert not course.visit_of(opened).is_strong and opened.browser_key is None
    assert trace.binding is Binding.ORIGIN


@pytest.mark.parametrize(
    ("origin", "any_cookie"), [("https://evil.example", False), ("null", False), (None, False), (LMS, True)]
)
def test_an_unbound_launch_leaves_nothing(
    course: Course, session: Session, origin: str | None, any_cookie: bool
) -> None:
    login = course.login()
    trace = Trace()
    assert (
        refusal(lambda: course.post(login, cookie=False, any_cookie=any_cookie, origin=origin, trace=trace))
        == "browser_unbound"
    )
    session.commit()
    assert_nobody(session)
    assert trace.return_url == LMS + "/course/1"
    # The next login offers a window, unless the person has chosen or the browser keeps cookies after all.
    assert isinstance(course.begin(), OfferedWindow)
    assert course.login(has_chosen=True)
    assert course.login(has_cookie=True)
    assert course.login(login_hint="8")
    course.post(course.login(has_chosen=True))
    session.commit()
    assert course.login()


def test_a_launch_that_still_waits_for_the_storage_offers_no_window_yet(course: Course) -> None:
    wait_for_storage(course)
    assert not isinstance(course.begin(), OfferedWindow)
    # Nothing came back for a while: this browser was not recognised.
    course.session.execute(update(LoginRecord).values(consumed_at=NOW - timedelta(seconds=11)))
    course.session.execute(delete(LoginRecord).where(LoginRecord.outcome.is_(None)))
    assert isinstance(course.begin(), OfferedWindow)


def test_a_cookie_of_another_login_binds_nothing(course: Course) -> None:
    mine, other = course.login(), course.login()
    crossed = replace(mine, cookie=other.cookie)
    assert refusal(lambda: course.post(crossed, origin=None)) == "browser_unbound"


def wait_for_storage(course: Course, **options: Any) -> tuple[str, Waiting]:
    login = course.login(storage_target="_parent", has_chosen=True)
    waiting = course.post(login, cookie=False, **options)
    assert isinstance(waiting, Waiting) and login.storage
    course.session.commit()
    return login.storage, waiting


def bind(course: Course, waiting: Waiting, value: str, *, any_cookie: bool = False, later: int = 0) -> Opened:
    opened = bind_launch(
        course.session,
        waiting.token,
        value,
        has_any_cookie=any_cookie,
        browser_key="browser-key" if any_cookie else None,
        settings=course.settings,
        now=NOW + timedelta(minutes=later),
        trace=Trace(),
    )
    course.session.commit()
    return opened


def test_the_platforms_storage_binds(course: Course, session: Session) -> None:
    secret, waiting = wait_for_storage(course, origin=None)
    assert (waiting.target, waiting.origin) == ("_parent", LMS)
    assert_nobody(session)
    opened = bind(course, waiting, secret)
    assert not course.visit_of(opened).is_strong
    assert count(session, PendingLaunch) == 0
    assert session.scalars(select(LoginRecord.outcome)).one() == "launched"
    assert refusal(lambda: bind(course, waiting, secret)) == "state_unknown"


def test_storage_in_a_browser_that_shows_a_cookie_after_all(course: Course) -> None:
    secret, waiting = wait_for_storage(course, origin=None)
    assert course.visit_of(bind(course, waiting, secret, any_cookie=True)).is_strong


def test_a_wrong_secret_spends_the_launch(course: Course, session: Session) -> None:
    secret, waiting = wait_for_storage(course)
    assert refusal(lambda: bind(course, waiting, "guess")) == "browser_unbound"
    session.commit()
    assert refusal(lambda: bind(course, waiting, secret)) == "state_unknown"
    assert_nobody(session)


def test_silent_storage_falls_back_to_the_origin_of_the_launch(course: Course, session: Session) -> None:
    _, waiting = wait_for_storage(course, origin=LMS)
    assert not course.visit_of(bind(course, waiting, "")).is_strong
    _, unbound = wait_for_storage(course, origin="https://evil.example")
    assert refusal(lambda: bind(course, unbound, "")) == "browser_unbound"
    _, keeps = wait_for_storage(course, origin=LMS)
    assert refusal(lambda: bind(course, keeps, "", any_cookie=True)) == "browser_unbound"


def test_a_waiting_launch_lives_five_minutes(course: Course) -> None:
    secret, waiting = wait_for_storage(course)
    assert refusal(lambda: bind(course, waiting, secret, later=5)) == "state_unknown"


# What a launch teaches


def test_origins_are_proven_by_message_and_post_together(course: Course, session: Session) -> None:
    back: dict[str, Any] = {names.LAUNCH_PRESENTATION: {"return_url": "https://school.example/back"}}
    course.open(origin="https://evil.example", **back)
    known = set(session.scalars(select(PlatformOrigin.origin)))
    assert "https://school.example" in known and "https://evil.example" not in known
    assert list_proven_origins(session, course.registration.id) == []
    course.open(origin="https://school.example", **back)
    assert list_proven_origins(session, course.registration.id) == ["https://school.example"]
    weak = course.post(course.login(), cookie=False, origin="https://school.example")
    assert isinstance(weak, Opened) and not course.visit_of(weak).is_strong


VANITY = "https://canvas.school.edu"


def test_a_launch_without_cookie_teaches_who_frames_us_but_proves_nothing(course: Course, session: Session) -> None:
    back = more({names.LAUNCH_PRESENTATION: {"return_url": VANITY + "/courses/1"}})
    course.post(course.login(), cookie=False, **back)
    session.commit()
    assert VANITY in list_frame_origins(session, course.registration.id)
    assert list_proven_origins(session, course.registration.id) == []
    # The platform names it, and the POST comes from it, but no cookie binds: refused as before.
    login = course.login()
    assert refusal(lambda: course.post(login, cookie=False, origin=VANITY, **back)) == "browser_unbound"


def test_a_launch_that_storage_bound_teaches_who_frames_us(course: Course, session: Session) -> None:
    back = more({names.LAUNCH_PRESENTATION: {"return_url": VANITY + "/courses/1"}})
    secret, waiting = wait_for_storage(course, origin=VANITY, **back)
    assert count(session, PlatformOrigin) == 0
    bind(course, waiting, secret, any_cookie=True)
    assert VANITY in list_frame_origins(session, course.registration.id)
    assert list_proven_origins(session, course.registration.id) == []


def test_the_product_and_its_identity_are_learned_once(course: Course, session: Session) -> None:
    course.registration.product_family = "other"
    session.commit()
    course.open(**more({names.TOOL_PLATFORM: {"product_family_code": "canvas", "guid": "g-1"}}))
    course.open(**more({names.TOOL_PLATFORM: {"product_family_code": "moodle", "guid": "g-2"}}))
    session.refresh(course.registration)
    assert (course.registration.product_family, course.registration.guid) == ("canvas", "g-1")


# Other messages


def test_deep_linking_settings_stay_with_the_visit(course: Course, session: Session) -> None:
    opened = course.open(
        role="Instructor",
        **more(
            {
                names.MESSAGE_TYPE: "LtiDeepLinkingRequest",
                names.DL_SETTINGS: {
                    "deep_link_return_url": LMS + "/return",
                    "accept_types": ["ltiResourceLink"],
                    "accept_presentation_document_targets": ["iframe"],
                    "data": "csrf",
                },
            }
        ),
    )
    settings = find_deep_linking(session, opened.visit_id)
    assert settings == opened.launch.deep_linking
    assert settings is not None and settings.data == "csrf"
    assert find_deep_linking(session, opened.visit_id + 1) is None
    assert find_for_user(session, opened.visit_id + 1) == ""


def test_a_data_privacy_launch_keeps_whom_it_is_about(course: Course, session: Session) -> None:
    opened = course.open(**more({names.MESSAGE_TYPE: "DataPrivacyLaunchRequest", names.FOR_USER: {"user_id": "amara"}}))
    assert find_for_user(session, opened.visit_id) == "amara"
    assert find_deep_linking(session, opened.visit_id) is None


def test_a_review_names_the_person_by_our_row(course: Course) -> None:
    student = course.visit_of(course.open(sub="amara")).user_id
    review: dict[str, Any] = {
        names.MESSAGE_TYPE: "LtiSubmissionReviewRequest",
        names.AGS_ENDPOINT: {"scope": [], "lineitem": LMS + "/items/5"},
    }
    opened = course.open(role="Instructor", **review, **more({names.FOR_USER: {"user_id": "amara"}}))
    assert opened.person_id == student
    assert course.open(role="Instructor", **review, **more({names.FOR_USER: {"user_id": "nobody"}})).person_id is None


def test_a_review_of_somebody_known_from_another_course_only(course: Course) -> None:
    course.open(sub="amara", **more({names.CONTEXT: {"id": "course-2", "title": "Nursing placements"}}))
    review: dict[str, Any] = {
        names.MESSAGE_TYPE: "LtiSubmissionReviewRequest",
        names.AGS_ENDPOINT: {"scope": [], "lineitem": LMS + "/items/5"},
        names.FOR_USER: {"user_id": "amara"},
    }
    assert course.open(role="Instructor", **review).person_id is None
    assert course.open(role="Instructor", **review, **more({names.CONTEXT: None})).person_id is None


# Scores that waited


@pytest.fixture
def parked(course: Course, session: Session) -> Delivery:
    """A score of Zoë's that her course has refused, since she was no student there."""
    visit = course.visit_of(course.open())
    assert visit.context_id is not None
    delivery = queue_score(
        session,
        context_id=visit.context_id,
        user_id=visit.user_id,
        tag="module:expectations",
        label="Expectations",
        score_given=9,
        score_maximum=10,
        comment="",
        submitted_at=NOW,
        now=NOW,
    )
    assert delivery is not None
    delivery.state, delivery.reason, delivery.tries = DeliveryState.PARKED, ReasonCode.NOT_A_STUDENT, 3
    session.commit()
    return delivery


def test_a_score_wakes_when_its_person_is_a_student_again(course: Course, session: Session, parked: Delivery) -> None:
    course.open()
    session.refresh(parked)
    assert (parked.state, parked.reason, parked.tries) == (DeliveryState.PENDING, "", 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": "amara"},
        {"role": "Instructor"},
        {"role": "Mentor"},
        {names.CUSTOM: {"student_view": "true"}},
        {names.CONTEXT: {"id": "course-2"}},
    ],
    ids=["somebody-else", "staff", "observer", "test-user", "another-course"],
)
def test_a_score_sleeps_on_while_its_person_is_no_student_there(
    course: Course, session: Session, parked: Delivery, changes: dict[str, Any]
) -> None:
    course.open(**changes)
    session.refresh(parked)
    assert (parked.state, parked.reason) == (DeliveryState.PARKED, ReasonCode.NOT_A_STUDENT)


def test_a_launch_wakes_no_score_that_waits_for_something_else(
    course: Course, session: Session, parked: Delivery
) -> None:
    parked.reason = ReasonCode.COURSE_CONCLUDED
    session.commit()
    course.open()
    session.refresh(parked)
    assert parked.state == DeliveryState.PARKED


def test_the_platforms_error_spends_the_login(course: Course, session: Session) -> None:
    login = course.login()
    trace = Trace()
    note_platform_error(session, login.state, NOW, trace)
    note_platform_error(session, "unknown", NOW, Trace())
    note_platform_error(session, "", NOW, Trace())
    session.commit()
    assert trace.registration_id == course.registration.id
    assert refusal(lambda: course.post(login)) == "state_used"


# Housekeeping and cost


def test_what_is_over_is_forgotten(course: Course, session: Session) -> None:
    wait_for_storage(course)
    course.open(**more({names.MESSAGE_TYPE: "DataPrivacyLaunchRequest"}))
    assert purge_launches(session, NOW) == 0
    assert purge_launches(session, NOW + timedelta(minutes=6)) == 1
    assert count(session, LoginRecord) == 2
    assert purge_launches(session, NOW + timedelta(days=2)) == 2
    assert [count(session, model) for model in (LoginRecord, PendingLaunch, VisitMessage)] == [0, 0, 1]


def test_an_ordinary_launch_costs_few_statements(course: Course, session: Session) -> None:
    course.open()
    course.open()
    statements: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement))
    login = course.login()
    at_login = len(statements)
    course.post(login)
    session.commit()
    # BEGIN and COMMIT come on top of each.
    assert at_login <= 3, statements
    assert len(statements) - at_login <= 6, statements[at_login:]
