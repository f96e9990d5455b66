"""The page shell: who may use a visit, what error pages say, security headers, a new window."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.lti.roles import CourseRole
from lti_tool.registration.models import PlatformOrigin, Registration
from lti_tool.registration.service import disable_registration, enable_registration
from lti_tool.web.guard import public
from lti_tool.web.models import Visit, VisitCode
from tests.builders import NOW, make_member
from tests.journeys.opened_visits import OpenVisit, enter

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
FRAMED = "https://lms.riverbend.example"


@dataclass
class Course:
    app: Flask
    session: Session

    def student(self, **options: bool) -> OpenVisit:
        member = make_member(self.session, "Zoë Núñez-Øster")
        return enter(self.app, self.session, member, CourseRole.LEARNER, **options)

    def teacher(self, **options: bool) -> OpenVisit:
        member = make_member(self.session, "Dr. Ruth Adeyemi", role=CourseRole.INSTRUCTOR)
        return enter(self.app, self.session, member, CourseRole.INSTRUCTOR, **options)


@pytest.fixture
def course(app: Flask, session: Session) -> Course:
    return Course(app, session)


def test_a_strong_visit_opens_in_its_browser_only(course: Course) -> None:
    zoe = course.student()
    assert zoe.client.get(zoe.url("/")).status_code == 200
    stranger = course.app.test_client()
    answer = stranger.get(zoe.url("/"), headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert "Open this from your course" in answer.text
    assert "Zoë" not in answer.text


@pytest.mark.parametrize("site", ["none", "cross-site", "same-site", None])
def test_a_weak_visit_refuses_requests_from_elsewhere(course: Course, site: str | None) -> None:
    zoe = course.student(strong=False)
    assert zoe.client.get(zoe.url("/")).status_code == 200
    stranger = course.app.test_client()
    headers = {"Sec-Fetch-Site": site} if site else {}
    answer = stranger.get(zoe.url("/"), headers=headers)
    assert answer.status_code == 401
    assert "visit_foreign_request" in answer.text


def test_an_unknown_visit_leads_back_to_the_course(app: Flask) -> None:
    answer = app.test_client().get("/v/not-a-visit/")
    assert answer.status_code == 401
    assert "Open this again from your course" in answer.text


def test_an_ended_visit_shows_the_text_that_was_being_sent(course: Course) -> None:
    zoe = course.student()
    visit = course.session.get_one(Visit, zoe.visit.id)
    visit.ends_at = clock.now() - timedelta(seconds=1)
    course.session.commit()
    typed = {
        "answer-task": "I compare the club's sign-up numbers of two years.",
        "answer-supervisor": "Ines Roy",
        "answer-hours": "1",
        "answer-start": "  ",
        "answer-agreed": "y",
        "made_from": "2026-09-01T08:00:00.123456+00:00",
    }
    answer = zoe.client.post(zoe.url("/modules/expectations/scope"), data=zoe.form(**typed))
    assert answer.status_code == 401
    assert "Your text is still here" in answer.text
    assert "sign-up numbers of two years" in answer.text
    kept = re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    assert kept[1:] == ["Ines Roy", "1"]
    assert zoe.form_token not in answer.text


def test_an_ended_visit_shows_nothing_that_nobody_typed(course: Course) -> None:
    zoe = course.student()
    visit = course.session.get_one(Visit, zoe.visit.id)
    visit.ends_at = clock.now() - timedelta(seconds=1)
    course.session.commit()
    data = zoe.form(agree="y", digest="0123456789abcdef0123456789abcdef")
    answer = zoe.client.post(zoe.url("/modules/expectations/statement"), data=data)
    assert answer.status_code == 401
    assert "Your text is still here" not in answer.text
    assert "0123456789abcdef" not in answer.text


def test_text_in_an_error_page_is_escaped(course: Course) -> None:
    answer = course.app.test_client().post("/v/not-a-visit/", data={"answer-task": "<script>alert(1)</script>"})
    assert "&lt;script&gt;alert" in answer.text
    assert "<script>alert" not in answer.text


def test_a_post_needs_the_form_token(course: Course) -> None:
    zoe = course.student()
    answer = zoe.client.post(zoe.url("/modules/expectations/scope"), data={"task": "x"})
    assert answer.status_code == 400
    assert "form_token_wrong" in answer.text


def test_a_token_of_another_visit_does_not_fit(course: Course) -> None:
    zoe, teacher = course.student(), course.teacher()
    answer = zoe.client.post(zoe.url("/window"), data={"csrf_token": teacher.form_token}, headers=SAME_ORIGIN)
    assert answer.status_code in (400, 401)


def test_nothing_is_sent_while_somebody_masquerades(course: Course) -> None:
    zoe = course.student(is_masquerade=True)
    assert zoe.client.get(zoe.url("/")).status_code == 200
    answer = zoe.client.post(zoe.url("/modules/expectations/statement"), data=zoe.form(agree="y"))
    assert answer.status_code == 403
    assert "acting as somebody else" in answer.text


def test_staff_pages_need_a_strong_visit_and_offer_a_window(course: Course) -> None:
    teacher = course.teacher(strong=False)
    answer = teacher.client.get(teacher.url("/"))
    assert answer.status_code == 403
    assert "Open in a new window" in answer.text


def test_a_student_does_not_reach_staff_pages(course: Course) -> None:
    zoe = course.student()
    answer = zoe.client.get(zoe.url(f"/people/{zoe.visit.user_id}"))
    assert answer.status_code == 403
    assert "not for your role" in answer.text


def test_a_new_window_is_strong_with_its_own_cookie(course: Course) -> None:
    zoe = course.student(strong=False)
    window = course.app.test_client()
    # The new window shares no partitioned cookie with the frame: only the form speaks for it.
    first = window.post(zoe.url("/window"), data=zoe.form(path="/modules/expectations"), headers=SAME_ORIGIN)
    assert first.status_code == 303
    second = window.get(first.location)
    assert second.status_code == 303
    assert second.location.endswith("/modules/expectations")
    assert zoe.path not in second.location
    assert window.get(second.location).status_code == 200
    opened = course.session.scalars(select(Visit).order_by(Visit.id.desc())).first()
    assert opened is not None
    assert opened.is_strong
    course.session.rollback()
    assert window.get(first.location).status_code == 401


def test_a_new_window_without_cookies_stays_weak(course: Course) -> None:
    zoe = course.student(strong=False)
    window = course.app.test_client(use_cookies=False)
    first = window.post(zoe.url("/window"), data=zoe.form(), headers=SAME_ORIGIN)
    second = window.get(first.location, headers=SAME_ORIGIN)
    assert window.get(second.location, headers=SAME_ORIGIN).status_code == 200
    assert window.get(second.location, headers={"Sec-Fetch-Site": "none"}).status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_a_code_that_is_sent_to_somebody_else_opens_nothing(course: Course, site: str | None) -> None:
    """Otherwise a classmate would work, and sign, in the sender's name."""
    zoe, window = course.student(), course.app.test_client()
    own = window.post(zoe.url("/window"), data=zoe.form(), headers=SAME_ORIGIN)
    assert window.get(own.location, headers=SAME_ORIGIN).status_code == 303
    sent = course.app.test_client().post(zoe.url("/window"), data=zoe.form(), headers=SAME_ORIGIN).location
    answer = window.get(sent, headers={"Sec-Fetch-Site": site} if site else {})
    assert answer.status_code == 401
    assert "window_code_foreign" in answer.text
    # It stays good for the browser that asked.
    assert window.get(sent, headers=SAME_ORIGIN).status_code == 303


def test_a_foreign_page_opens_no_window(course: Course) -> None:
    zoe = course.student()
    hostile = course.app.test_client()
    answer = hostile.post(zoe.url("/window"), data=zoe.form(), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 401
    assert course.session.scalars(select(VisitCode)).all() == []


def test_a_weak_visit_that_was_left_alone_opens_no_window(course: Course) -> None:
    zoe = course.student(strong=False)
    visit = course.session.get_one(Visit, zoe.visit.id)
    visit.seen_at = clock.now() - timedelta(minutes=29)
    course.session.commit()
    assert zoe.client.post(zoe.url("/window"), data=zoe.form(), headers=SAME_ORIGIN).status_code == 303
    course.session.query(VisitCode).delete()
    visit.seen_at = clock.now() - timedelta(minutes=31)
    course.session.commit()
    answer = zoe.client.post(zoe.url("/window"), data=zoe.form(), headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert "visit_ended" in answer.text
    assert course.session.scalars(select(VisitCode)).all() == []


def test_a_strong_visit_opens_a_window_after_any_pause(course: Course) -> None:
    zoe = course.student()
    course.session.get_one(Visit, zoe.visit.id).seen_at = clock.now() - timedelta(hours=3)
    course.session.commit()
    assert zoe.client.post(zoe.url("/window"), data=zoe.form(), headers=SAME_ORIGIN).status_code == 303


@pytest.mark.parametrize("strong", [True, False])
def test_switching_a_platform_off_ends_the_use_of_open_visits(course: Course, strong: bool) -> None:
    zoe = course.student(strong=strong)
    assert zoe.client.get(zoe.url("/")).status_code == 200
    window = zoe.client.post(zoe.url("/window"), data=zoe.form(), headers=SAME_ORIGIN).location
    registration = course.session.get_one(Registration, zoe.visit.registration_id)
    disable_registration(course.session, registration)
    course.session.commit()
    text = "I compare the club's sign-up numbers of two years."
    answers = [
        zoe.client.get(zoe.url("/")),
        zoe.client.post(zoe.url("/modules/expectations/scope"), data=zoe.form(**{"answer-task": text})),
        zoe.client.post(zoe.url("/window"), data=zoe.form(), headers=SAME_ORIGIN),
        zoe.client.get(window, headers=SAME_ORIGIN, follow_redirects=True),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert "switched off for your school" in answer.text
        assert "Zoë" not in answer.text
    assert "sign-up numbers of two years" in answers[1].text
    course.session.refresh(registration)
    enable_registration(course.session, registration)
    course.session.commit()
    assert zoe.client.get(zoe.url("/")).status_code == 200


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_a_new_window_goes_nowhere_else(course: Course, path: str) -> None:
    zoe = course.student()
    first = zoe.client.post(zoe.url("/window"), data=zoe.form(path=path), headers=SAME_ORIGIN)
    location = zoe.client.get(first.location).location
    assert location.startswith("/v/")
    assert "evil.example" not in location


def test_security_headers(course: Course) -> None:
    zoe = course.student()
    registration_id = zoe.visit.registration_id
    course.session.add(PlatformOrigin(registration_id=registration_id, origin=FRAMED, learned_at=NOW))
    course.session.commit()
    answer = zoe.client.get(zoe.url("/"))
    policy = answer.headers["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {FRAMED}" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_error_pages_may_be_framed_by_the_platform_too(course: Course) -> None:
    zoe = course.student()
    course.session.add(PlatformOrigin(registration_id=zoe.visit.registration_id, origin=FRAMED, learned_at=NOW))
    course.session.commit()
    answer = course.app.test_client().get(zoe.url("/"), headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert FRAMED in answer.headers["Content-Security-Policy"]
    missing = course.app.test_client().get("/nowhere")
    assert missing.status_code == 404
    assert "There is nothing at this address" in missing.text
    assert "X-Frame-Options" not in missing.headers


def test_a_bug_is_a_friendly_page_and_logs_nothing_personal(course: Course, caplog: pytest.LogCaptureFixture) -> None:
    @public
    def explode() -> str:
        raise RuntimeError("Zoë wrote this")

    course.app.add_url_rule("/explode", "explode", explode)
    answer = course.app.test_client().get("/explode")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "Zoë" not in caplog.text
    assert "RuntimeError" not in answer.text


def test_too_large_a_request_is_said(course: Course) -> None:
    zoe = course.student()
    answer = zoe.client.post(zoe.url("/modules/expectations/scope"), data=zoe.form(task="x" * 600_000))
    assert answer.status_code == 413
    assert "too much at once" in answer.text


def test_the_privacy_notice_needs_no_visit(app: Flask) -> None:
    answer = app.test_client().get("/privacy")
    assert answer.status_code == 200
    assert "What this tool stores about you" in answer.text


def test_weak_visits_note_their_use(course: Course) -> None:
    zoe = course.student(strong=False)
    visit = course.session.get_one(Visit, zoe.visit.id)
    visit.seen_at = clock.now() - timedelta(minutes=20)
    course.session.commit()
    assert zoe.client.get(zoe.url("/")).status_code == 200
    course.session.refresh(visit)
    assert clock.now() - visit.seen_at < timedelta(minutes=1)


def test_a_weak_visit_notes_its_use_by_a_form_too(course: Course) -> None:
    """The request's own transaction writes already; a second one would wait for it on SQLite."""
    zoe = course.student(strong=False)
    visit = course.session.get_one(Visit, zoe.visit.id)
    visit.seen_at = clock.now() - timedelta(minutes=20)
    course.session.commit()
    answer = zoe.client.post(zoe.url("/modules/expectations/scope"), data=zoe.form(**{"answer-task": "x"}))
    assert answer.status_code < 500
    course.session.refresh(visit)
    assert clock.now() - visit.seen_at < timedelta(minutes=1)
