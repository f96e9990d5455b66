"""What Moodle and Canvas really send that no specification leads one to expect; the table stands in README.md.

Each starts from a launch as that LMS sent it and changes what the oddity is about.
"""

from typing import Any

import pytest
from sqlalchemy import select

from lti_tool.passback.models import LineItem
from lti_tool.roster.models import Membership
from lti_tool.roster.queries import list_learners
from lti_tool.web.models import Visit
from tests.certification.bench import Bench
from tests.certification.flow import query_of, send_login, start_login
from tests.certification.platform import (
    AGS,
    CONTEXT,
    CUSTOM,
    INSTITUTION_PERSON,
    INSTRUCTOR,
    LAUNCH_PRESENTATION,
    LEARNER,
    LTI,
    MEMBERSHIP,
    NRPS,
    RESOURCE_LINK,
    ROLES,
    SYSTEM_PERSON,
    Change,
    Claims,
    Platform,
    drop,
    put,
    put_in,
    stores_of,
)
from tests.certification.test_payloads import read, send

STUDENT, TEACHER = "moodle-launch-student1", "moodle-launch-teacher1"
CANVAS = "canvas-student"
COURSE_GROUP = "http://purl.imsglobal.org/vocab/lis/v2/course#Group"
CANVAS_STUDENT = [INSTITUTION_PERSON + "Student", LEARNER, SYSTEM_PERSON + "User"]
TEACHING_ASSISTANT = MEMBERSHIP + "/Instructor#TeachingAssistant"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def line_items_of(bench: Bench, visit: Visit) -> dict[str, str | None]:
    """Columns that are known in the visit's course: address by tag."""
    with stores_of(bench.app).reading() as session:
        rows = session.scalars(select(LineItem).where(LineItem.context_id == visit.context_id)).all()
        return {row.tag: row.url for row in rows}


def membership_of(bench: Bench, visit: Visit) -> Membership:
    with stores_of(bench.app).reading() as session:
        query = select(Membership).where(Membership.user_id == visit.user_id, Membership.context_id == visit.context_id)
        return session.scalars(query).one()


def counted_students(bench: Bench, visit: Visit) -> set[int]:
    assert visit.context_id is not None
    with stores_of(bench.app).reading() as session:
        return {member.user_id for member in list_learners(session, visit.context_id)}


# Moodle


def test_moodle_one_redirect_uri_for_every_item(bench: Bench) -> None:
    """A deep-linked item's own address is no registered redirect URI: the fixed one goes out, the token says where."""
    target = bench.platform.tool + "/lti/launch?module=expectations"
    login = start_login(bench.browser(), bench.platform, {"target_link_uri": target})
    assert login.parameters["redirect_uri"] == bench.platform.tool + "/lti/launch"
    assert (login.parameters["scope"], login.parameters["prompt"]) == ("openid", "none")
    visit = send(bench, STUDENT, query="?module=expectations").assert_accepted()
    assert visit.resource_link is not None and visit.resource_link.activity == "module:expectations"


def test_moodle_the_message_hint_is_json_and_comes_back_unchanged(bench: Bench) -> None:
    hint = read(STUDENT)["login"]["lti_message_hint"]
    answer = send_login(bench.browser(), bench.platform, {"lti_message_hint": hint})
    assert hint.startswith('{"cmid"') and query_of(answer.location)["lti_message_hint"] == hint
    assert "{" not in answer.location


def test_moodle_a_login_that_is_repeated_starts_anew(bench: Bench) -> None:
    """Its launch id is good once; the second login is Moodle's to refuse, and neither spoils the other here."""
    browser = bench.browser()
    first, second = (start_login(browser, bench.platform) for _ in range(2))
    assert first.state != second.state and first.nonce != second.nonce


@pytest.mark.parametrize("error", ["invalid_request", "access_denied"])
def test_moodle_posts_its_refusal_without_a_token(bench: Bench, error: str) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    form = {"error": error, "error_description": "Invalid response_mode", "state": login.state}
    bench.post(browser, form, origin=bench.platform.origin).assert_refused("platform_error", 400)


def test_moodle_a_token_lives_a_minute_and_names_no_azp(bench: Bench) -> None:
    claims = read(STUDENT)["claims"]
    assert claims["exp"] - claims["iat"] == 60 and "azp" not in claims and isinstance(claims["aud"], str)
    send(bench, STUDENT).assert_accepted()


def test_moodle_the_site_administrator_comes_as_instructor(bench: Bench) -> None:
    roles = [INSTITUTION_PERSON + "Administrator", INSTRUCTOR, SYSTEM_PERSON + "Administrator"]
    visit = send(bench, TEACHER, put(ROLES, roles)).assert_accepted(role="instructor")
    assert visit.is_institution_administrator


def test_moodle_a_course_manager_is_an_instructor_and_nothing_more(bench: Bench) -> None:
    visit = send(bench, TEACHER, put(ROLES, [INSTRUCTOR])).assert_accepted(role="instructor")
    assert not visit.is_institution_administrator


def test_moodle_a_teacher_who_switched_role_looks_like_a_student_and_is_not_counted(bench: Bench) -> None:
    """`#Learner` with the teacher's own sub: pages of a student, no line in the class and no grade."""
    teacher = send(bench, TEACHER).assert_accepted(role="instructor")
    student = send(bench, STUDENT).assert_accepted()
    switched = send(bench, TEACHER, put(ROLES, [LEARNER])).assert_accepted(role="learner")
    assert switched.user_id == teacher.user_id
    assert membership_of(bench, switched).has_been_staff
    assert counted_students(bench, student) == {student.user_id}
    again = send(bench, TEACHER).assert_accepted(role="instructor")
    assert again.user_id == teacher.user_id


def test_moodle_a_role_that_was_switched_before_any_other_launch(bench: Bench) -> None:
    """Nothing tells such a teacher from a student until the next launch as teacher does."""
    switched = send(bench, TEACHER, put(ROLES, [LEARNER]), put("sub", "8801")).assert_accepted(role="learner")
    assert counted_students(bench, switched) >= {switched.user_id}
    teacher = send(bench, TEACHER, put("sub", "8801")).assert_accepted(role="instructor")
    assert switched.user_id not in counted_students(bench, teacher)


def test_moodle_empty_sourcedids_and_short_context_type(bench: Bench) -> None:
    lis = {"person_sourcedid": "", "course_section_sourcedid": ""}
    visit = send(bench, STUDENT, put(LTI + "lis", lis), put_in(CONTEXT, type=["CourseSection"])).assert_accepted()
    assert visit.context is not None and visit.context.title == "Micro-internship readiness"


def test_moodle_the_return_url_carries_a_session_key_that_no_log_holds(bench: Bench) -> None:
    url = "http://127.0.0.1:8080/mod/lti/return.php?course=2&sesskey=6k7wmRT9dC"
    bench.log.keep_out("6k7wmRT9dC")
    assert send(bench, STUDENT, put_in(LAUNCH_PRESENTATION, return_url=url)).assert_accepted().return_url == url


def test_moodle_custom_keys_come_twice_and_variables_unsubstituted(bench: Bench) -> None:
    custom = {
        "module": "expectations",
        "Module": "$Other",
        "mixed_case": "1",
        "Mixed Case": "1",
        "available_start": "$ResourceLink.available.startDateTime",
        "submission_end": "$ResourceLink.submission.endDateTime",
        "context_begin": "1794787200",
        "context_id_history": "2",
        "timezone": "99",
    }
    visit = send(bench, STUDENT, put(CUSTOM, custom)).assert_accepted()
    assert visit.resource_link is not None and visit.resource_link.activity == "module:expectations"
    assert visit.user.timezone == ""


@pytest.mark.parametrize("left_out", [("name", "given_name", "family_name"), ("email",), ("name", "email")])
def test_moodle_names_and_email_may_be_off(bench: Bench, left_out: tuple[str, ...]) -> None:
    visit = send(bench, STUDENT, drop(*left_out), put("sub", "nameless-1")).assert_accepted()
    assert [getattr(visit.user, name) for name in left_out] == [""] * len(left_out)


def test_moodle_the_line_item_of_a_graded_activity_is_bound(bench: Bench) -> None:
    claims = read(STUDENT)["claims"]
    visit = send(bench, STUDENT).assert_accepted()
    assert line_items_of(bench, visit) == {"programme": claims[AGS]["lineitem"]}


def test_moodle_no_line_item_without_grading_or_with_two_columns(bench: Bench) -> None:
    visit = send(bench, "moodle-launch-student1-ungraded-link", put_in(CONTEXT, id="ungraded-course")).assert_accepted()
    assert "lineitem" not in read("moodle-launch-student1-ungraded-link")["claims"][AGS]
    assert line_items_of(bench, visit) == {}
    assert visit.context is not None and visit.context.lineitems_url


def test_moodle_a_line_item_that_vanishes_takes_nothing_away(bench: Bench) -> None:
    """Absent as soon as the activity has two columns: the one that we know stays ours."""
    known = line_items_of(bench, send(bench, STUDENT).assert_accepted())
    without: Change = lambda claims: claims[AGS].pop("lineitem")  # noqa: E731
    assert line_items_of(bench, send(bench, STUDENT, without).assert_accepted()) == known


def test_moodle_the_line_item_is_empty_after_its_column_was_deleted(bench: Bench) -> None:
    change = (put_in(AGS, lineitem=""), put_in(CONTEXT, id="course-without-column"))
    visit = send(bench, STUDENT, *change).assert_accepted()
    assert line_items_of(bench, visit) == {}


@pytest.mark.parametrize("target", ["frame", "window", "iframe"])
def test_moodle_phones_always_get_the_whole_window(bench: Bench, target: str) -> None:
    send(bench, STUDENT, put_in(LAUNCH_PRESENTATION, document_target=target)).assert_accepted()


def test_moodle_signs_a_review_of_anybody_for_a_student(bench: Bench) -> None:
    """`launch.php?…&action=gradeReport&user=6` by a student: the tool decides by the role."""
    owner = send(bench, STUDENT, put("name", "Quillfeather Marsh")).assert_accepted()
    name = "moodle-submission-review-teacher1-for-student1"
    attempt = send(bench, name, put(ROLES, [LEARNER]), put("sub", "7"))
    visit = attempt.assert_accepted(role="learner", opens=False)
    assert visit.user_id != owner.user_id
    assert "Quillfeather" not in attempt.open_first_page().text


def test_moodle_a_review_by_the_teacher_opens_the_work(bench: Bench) -> None:
    send(bench, STUDENT, put("name", "Quillfeather Marsh")).assert_accepted()
    attempt = send(bench, "moodle-submission-review-teacher1-for-student1")
    attempt.assert_accepted(role="instructor")
    assert "Quillfeather" in attempt.open_first_page().text


def test_moodle_a_copied_course_is_another_course(bench: Bench) -> None:
    """Same deployment, same people, same custom parameters; new ids of context and link, so nothing is mixed."""
    first = send(bench, STUDENT).assert_accepted()
    copied = send(bench, STUDENT, put_in(CONTEXT, id="copy-9"), put_in(RESOURCE_LINK, id="link-9")).assert_accepted()
    assert copied.deployment_id == first.deployment_id and copied.user_id == first.user_id
    assert copied.context_id != first.context_id and copied.resource_link_id != first.resource_link_id


def test_moodle_deep_linking_before_the_first_link(bench: Bench) -> None:
    """No NRPS claim yet, no data, nothing but the locale in launch_presentation."""
    claims = read("moodle-deep-linking-teacher1-first")["claims"]
    assert NRPS not in claims and "lineitems" in claims[AGS]
    send(bench, "moodle-deep-linking-teacher1-first").assert_accepted(role="instructor")


# Canvas


def test_canvas_a_line_item_only_where_an_assignment_was_launched(bench: Bench) -> None:
    assert line_items_of(bench, send(bench, "canvas-student-course-navigation").assert_accepted()) == {}
    claims = read("canvas-student-assignment")["claims"]
    visit = send(bench, "canvas-student-assignment").assert_accepted()
    assert list(line_items_of(bench, visit).values()) == [claims[AGS]["lineitem"]]


def test_canvas_behind_a_tls_proxy_writes_http(bench: Bench) -> None:
    platform = Platform(bench.platform.server, bench.app, issuer="https://canvas.riverbend.example").register()
    change = put_in(AGS, lineitems="http://canvas.riverbend.example/api/lti/courses/7/line_items")
    visit = send(bench, CANVAS, change, platform=platform).assert_accepted()
    assert visit.context is not None
    assert visit.context.lineitems_url == "https://canvas.riverbend.example/api/lti/courses/7/line_items"


def test_canvas_an_account_named_by_its_address(bench: Bench) -> None:
    name = "admin@riverbend.example"
    change = (put("name", name), put("given_name", name), put("family_name", ""))
    visit = send(bench, CANVAS, *change).assert_accepted()
    assert (visit.user.given_name, visit.user.family_name) == (name, "")


def test_canvas_sourcedids_that_are_their_own_variables(bench: Bench) -> None:
    assert read(CANVAS)["claims"][LTI + "lis"]["person_sourcedid"] == "$Person.sourcedId"
    send(bench, CANVAS).assert_accepted()


@pytest.mark.parametrize("literal", ["$Person.name.full", "$Person.email.primary"])
def test_canvas_a_variable_is_nobodys_name(bench: Bench, literal: str) -> None:
    names = ("name", "given_name", "family_name", "email")
    visit = send(bench, CANVAS, *(put(name, literal) for name in names)).assert_accepted()
    assert [getattr(visit.user, name) for name in names] == [""] * 4


@pytest.mark.parametrize(
    "literal", ["$Canvas.masqueradingUser.id", "${Canvas.masqueradingUser.id}", "user-$Canvas.user.id", "", None, False]
)
def test_canvas_a_value_with_a_variable_in_it_counts_as_absent(bench: Bench, literal: object) -> None:
    custom = dict.fromkeys(("masquerading_user_id", "module", "timezone", "student_view", "locale"), literal)
    visit = send(bench, CANVAS, put(CUSTOM, custom)).assert_accepted()
    assert not visit.is_masquerade and not visit.is_test_user
    assert visit.resource_link is not None and visit.resource_link.activity == ""
    assert visit.user.timezone == ""


@pytest.mark.parametrize(("value", "is_test"), [(True, True), ("true", True), (False, False), ("false", False)])
def test_canvas_student_view_is_a_boolean_or_a_word(bench: Bench, value: object, is_test: bool) -> None:
    assert send(bench, CANVAS, put_in(CUSTOM, student_view=value)).assert_accepted().is_test_user is is_test


@pytest.mark.parametrize("value", [10000000000042, "10000000000042"])
def test_canvas_ids_are_numbers_or_words(bench: Bench, value: object) -> None:
    assert (
        send(bench, CANVAS, put_in(CUSTOM, masquerading_user_id=value, user_id=value)).assert_accepted().is_masquerade
    )


def test_canvas_masquerading_changes_custom_ids_but_not_the_person(bench: Bench) -> None:
    """Acting as a student is that student's visit, in which nothing can be sent."""
    own = send(bench, CANVAS).assert_accepted()
    acting = send(bench, "canvas-masquerading").assert_accepted()
    assert acting.user_id == own.user_id
    assert acting.is_masquerade and not own.is_masquerade


def test_canvas_large_and_structured_custom_values_are_ignored(bench: Bench) -> None:
    custom = {
        "sections": '["Section A", "Section B"]',
        "section_ids": "11,12,13",
        "history": ",".join(["4dde05e8ca1973bcca9bffc13e1548820eee93a3"] * 1000) + ",truncated",
        "brand": '{"ic-brand-primary":"' + "x" * 30_000 + '"}',
        "section_restricted": True,
        "points": 10.5,
    }
    send(bench, CANVAS, put(CUSTOM, custom)).assert_accepted()


def test_canvas_legacy_identity_is_no_identity(bench: Bench) -> None:
    """`lti1p1` and `lti11_legacy_user_id` name the person of an older protocol; `sub` alone decides."""
    first = send(bench, CANVAS).assert_accepted()
    other = send(bench, CANVAS, put("sub", "another-person")).assert_accepted()
    assert first.user_id != other.user_id


@pytest.mark.parametrize("kind", [COURSE_GROUP, "Group", "CourseSection", "Account", ""])
def test_canvas_group_section_and_account_contexts(bench: Bench, kind: str) -> None:
    """A group's id is another one than its course's: what is done there is kept there."""
    course = send(bench, CANVAS).assert_accepted()
    visit = send(bench, CANVAS, put_in(CONTEXT, id=f"other-{kind[-5:]}", type=[kind])).assert_accepted()
    assert visit.context is not None and visit.context_id != course.context_id


def test_canvas_account_navigation_has_no_services_and_no_link(bench: Bench) -> None:
    account = "5e31b45f0e7b8c35a2c0b5b1f1fd9a3f2f6f3f10"
    roles = [INSTITUTION_PERSON + "Administrator", SYSTEM_PERSON + "User"]
    change = (
        drop(AGS, NRPS),
        put(CONTEXT, {"id": account, "label": None, "title": "Riverbend University", "type": ["Account"]}),
        put(RESOURCE_LINK, {"id": account, "title": "Riverbend University"}),
        put(ROLES, roles),
    )
    visit = send(bench, "canvas-account-admin", *change).assert_accepted(role="none")
    assert visit.resource_link is None and visit.is_institution_administrator
    assert visit.context is not None and visit.context.lineitems_url is None


CANVAS_ROLES: dict[str, tuple[list[str], str]] = {
    "student": (CANVAS_STUDENT, "learner"),
    "teacher": ([INSTITUTION_PERSON + "Instructor", INSTRUCTOR, SYSTEM_PERSON + "User"], "instructor"),
    "assistant": ([INSTRUCTOR, TEACHING_ASSISTANT, SYSTEM_PERSON + "User"], "assistant"),
    "designer": ([INSTITUTION_PERSON + "Instructor", MEMBERSHIP + "#ContentDeveloper"], "designer"),
    "observer": ([INSTITUTION_PERSON + "Observer", MEMBERSHIP + "#Mentor", SYSTEM_PERSON + "User"], "observer"),
    "account-admin": ([INSTITUTION_PERSON + "Administrator", SYSTEM_PERSON + "User"], "none"),
    "site-admin": ([INSTITUTION_PERSON + "Administrator", SYSTEM_PERSON + "SysAdmin", SYSTEM_PERSON + "User"], "none"),
    "admin-who-is-enrolled": ([INSTITUTION_PERSON + "Administrator", LEARNER, SYSTEM_PERSON + "User"], "learner"),
    "student-view": ([INSTITUTION_PERSON + "Student", LEARNER, TEST_USER], "learner"),
    "assistant-elsewhere": ([INSTITUTION_PERSON + "Instructor", *CANVAS_STUDENT], "learner"),
    "student-and-teacher": ([INSTRUCTOR, *CANVAS_STUDENT], "instructor"),
    "student-and-assistant": ([INSTRUCTOR, TEACHING_ASSISTANT, *CANVAS_STUDENT], "assistant"),
    "student-and-observer": ([MEMBERSHIP + "#Mentor", *CANVAS_STUDENT], "observer"),
    "nobody": ([SYSTEM_PERSON + "User"], "none"),
    "not-signed-in": ([SYSTEM_PERSON + "None"], "none"),
}


@pytest.mark.parametrize(("roles", "role"), CANVAS_ROLES.values(), ids=CANVAS_ROLES.keys())
def test_canvas_roles(bench: Bench, roles: list[str], role: str) -> None:
    """Only `membership` URIs and the institution's Administrator decide: `system/person#User` is on everybody."""
    visit = send(bench, CANVAS, put(ROLES, sorted(roles))).assert_accepted(role=role)
    assert visit.is_institution_administrator == (INSTITUTION_PERSON + "Administrator" in roles)
    assert visit.is_test_user == (TEST_USER in roles)


def test_canvas_the_test_student_is_not_counted(bench: Bench) -> None:
    student = send(bench, CANVAS).assert_accepted()
    tester = send(bench, "canvas-test-student").assert_accepted()
    assert tester.is_test_user and tester.context_id == student.context_id
    assert counted_students(bench, student) == {student.user_id}


def test_canvas_an_observer_sees_nobodys_work(bench: Bench) -> None:
    send(bench, CANVAS, put("name", "Quillfeather Marsh")).assert_accepted()
    attempt = send(bench, "canvas-observer")
    attempt.assert_accepted(role="observer")
    assert "Quillfeather" not in attempt.open_first_page().text


PRIVACY: dict[str, tuple[str, ...]] = {
    "anonymous": ("name", "given_name", "family_name", "email", LTI + "lis", "picture"),
    "email_only": ("name", "given_name", "family_name", LTI + "lis", "picture"),
    "name_only": ("email", "picture"),
    "public": (),
}


@pytest.mark.parametrize("level", PRIVACY)
def test_canvas_privacy_levels(bench: Bench, level: str) -> None:
    picture: dict[str, Any] = {"picture": "https://riverbend.example/p.png", LTI + "role_scope_mentor": ["x"]}
    add: Change = lambda claims: claims.update(picture)  # noqa: E731
    attempt = send(bench, CANVAS, add, drop(*PRIVACY[level]), put("sub", f"sub-{level}"))
    visit = attempt.assert_accepted()
    assert bool(visit.user.name) == (level in ("name_only", "public"))
    assert bool(visit.user.email) == (level in ("email_only", "public"))


def test_canvas_a_public_course_without_signing_in(bench: Bench) -> None:
    """No `sub`, no names, the role None: a page that asks to sign in, and no nameless student."""
    names = ("sub", "name", "given_name", "family_name", "email")
    attempt = send(bench, CANVAS, drop(*names), put(ROLES, [SYSTEM_PERSON + "None"]))
    attempt.assert_refused("user_missing", 400)
    assert "who you are" in attempt.answer.heading


def test_canvas_speedgrader_launches_with_the_contexts_id_and_our_query(bench: Bench) -> None:
    """§7: `retrieve` opens the submission's address as the viewer: no activity, no line item; the query is a hint."""
    student = send(bench, CANVAS, put("name", "Quillfeather Marsh")).assert_accepted()
    context = read(CANVAS)["claims"][CONTEXT]["id"]
    viewed: tuple[Change, ...] = (put_in(RESOURCE_LINK, id=context), _without_line_item)
    query = f"?module=expectations&learner={student.user.sub}"
    grader = send(bench, "canvas-teacher", *viewed, query=query)
    assert grader.assert_accepted(role="instructor").resource_link is None
    assert "Quillfeather" in grader.open_first_page().text
    # The same address in a fellow student's hands is that student's own page.
    fellow = send(bench, CANVAS, *viewed, put("sub", "fellow"), put("name", "Amara"), query=query)
    fellow.assert_accepted(opens=False)
    assert "Quillfeather" not in fellow.open_first_page().text


def test_canvas_speedgrader_may_encode_our_query_twice(bench: Bench) -> None:
    query = "?module%3Dexpectations%26learner%3D535fa085"
    send(bench, "canvas-teacher", query=query).assert_accepted(role="instructor")


def test_canvas_tells_region_and_environment_at_login(bench: Bench) -> None:
    extra = {"canvas_region": "us-east-1", "canvas_environment": "prod", "deployment_id": "12:other"}
    assert send_login(bench.browser(), bench.platform, extra).status == 302


def _without_line_item(claims: Claims) -> None:
    claims[AGS].pop("lineitem", None)
