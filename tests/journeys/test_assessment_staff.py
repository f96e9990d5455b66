"""Teachers, assistants and designers: the class, one student, previews; and who may see whom."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.assessment.models import Attempt, Draft, PartProgress
from lti_tool.gradebook.models import Fact, Result
from lti_tool.lti.roles import CourseRole
from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.roster.models import Membership
from tests.builders import NOW, make_context, make_member
from tests.journeys.test_assessment_student import CHECK, MODULE, SCOPE, do_check, finish_all, key_of
from tests.journeys.visits import Person, enter
from tests.unit.assessment import content
from tests.unit.assessment.content import EXPECTATIONS


@pytest.fixture
def teacher(session: Session) -> Membership:
    context = make_context(session, lineitems_url="http://127.0.0.1:9000/lineitems")
    member = make_member(session, "Dr. Haddad", context=context, role=CourseRole.INSTRUCTOR)
    member.has_been_staff = True
    session.commit()
    return member


@pytest.fixture
def zoe(session: Session, teacher: Membership) -> Membership:
    member = make_member(session, "Zoë Núñez-Øster", context=teacher.context)
    session.commit()
    return member


def delivery_of(session: Session, member: Membership) -> Delivery:
    return session.scalars(
        select(Delivery).join(LineItem).where(Delivery.user_id == member.user_id, LineItem.tag == "module:expectations")
    ).one()


def test_the_first_to_open_is_the_teacher(app: Flask, session: Session, teacher: Membership) -> None:
    page = enter(app, session, teacher).get("/")
    assert page.heading == "Class overview"
    assert "Nobody has opened this yet" in page.text and "What to do next" in page.text
    assert "not connected" not in page.text


def test_a_course_without_a_gradebook_is_told_so(app: Flask, session: Session, teacher: Membership) -> None:
    teacher.context.lineitems_url = None
    session.commit()
    assert "The gradebook is not connected yet" in enter(app, session, teacher).get("/").text


@pytest.mark.parametrize("role", [CourseRole.INSTRUCTOR, CourseRole.ASSISTANT])
def test_the_class_shows_progress_score_and_gradebook(
    app: Flask, session: Session, teacher: Membership, zoe: Membership, role: CourseRole
) -> None:
    finish_all(enter(app, session, zoe))
    make_member(session, "Amara Okafor", context=teacher.context)
    delivery = delivery_of(session, zoe)
    delivery.state, delivery.reason = DeliveryState.PARKED, "course_concluded"
    page = enter(app, session, teacher, role=role).get("/")
    rows = [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]
    rest = " Not started" * (len(page.soup.select("thead th")) - 2)
    assert rows == [
        f"Amara Okafor Not started{rest}",
        f"Zoë Núñez-Øster Complete 10 of 10 The course has ended{rest}",
    ]
    assert "1 of 2 students" in page.text


def test_a_large_class_is_paged(app: Flask, session: Session, teacher: Membership) -> None:
    for number in range(120):
        make_member(session, f"Student {number:03}", context=teacher.context)
    person = enter(app, session, teacher)
    first = person.get("/")
    assert len(first.soup.select("tbody tr")) == 100
    link = str(first.one("a[rel=next]")["href"])
    second = person.get(link.removeprefix(person.base))
    assert len(second.soup.select("tbody tr")) == 20 and "20 students of 120" in second.text
    back = str(second.one("a[rel=prev]")["href"])
    assert len(person.get(back.removeprefix(person.base)).soup.select("tbody tr")) == 100
    assert person.get("/?after=nonsense").status == 200


def test_a_students_page_tells_the_whole_story(
    app: Flask, session: Session, teacher: Membership, zoe: Membership
) -> None:
    student = enter(app, session, zoe)
    do_check(student, wrong=8)
    finish_all(student)
    page = enter(app, session, teacher).get(f"/people/{zoe.user_id}")
    assert page.heading == "Zoë Núñez-Øster"
    for words in (
        SCOPE["answer-task"],
        "Check 8 of 8, scope template accepted, statement signed.",
        "Try 1: 0 of 8 right, not passed",
        "Try 2: 8 of 8 right, passed",
        "Signed",
        "On its way",
        "2 of 3 tries used, best 8 of 8",
    ):
        assert words in page.text


def test_a_student_who_did_nothing_has_a_page(
    app: Flask, session: Session, teacher: Membership, zoe: Membership
) -> None:
    page = enter(app, session, teacher).get(f"/people/{zoe.user_id}")
    assert page.status == 200 and "No try yet" in page.text and "Nothing written yet" in page.text


def test_a_teacher_unlocks_one_more_try(app: Flask, session: Session, teacher: Membership, zoe: Membership) -> None:
    student = enter(app, session, zoe)
    for _ in range(3):
        do_check(student, wrong=8)
    staff = enter(app, session, teacher)
    path = f"/people/{zoe.user_id}"
    assert "Unlock another try" in staff.get(path).text
    fields = {"module": "expectations"}
    assert "One more try is unlocked" in staff.post(path + "/tries", fields).text
    assert "nothing was unlocked" in staff.post(path + "/tries", fields).text
    assert staff.post(path + "/tries", {"module": "nothing"}).status == 404
    assert "1 of 4" in student.get(MODULE + "/check").text
    assert "8 of 8 right" in do_check(student).text


def test_a_parked_score_is_sent_again(app: Flask, session: Session, teacher: Membership, zoe: Membership) -> None:
    finish_all(enter(app, session, zoe))
    delivery = delivery_of(session, zoe)
    delivery.state, delivery.reason = DeliveryState.PARKED, "column_gone"
    staff = enter(app, session, teacher)
    path = f"/people/{zoe.user_id}"
    page = staff.get(path)
    assert "The gradebook column was deleted" in page.text and "What would help" in page.text
    assert "in the queue again" in staff.post(path + "/deliveries", {"delivery": str(delivery.id)}).text
    assert "on its way already" in staff.post(path + "/deliveries", {"delivery": str(delivery.id)}).text
    session.expire_all()
    assert delivery_of(session, zoe).state == DeliveryState.PENDING
    session.rollback()
    assert staff.post(path + "/deliveries", {"delivery": "x"}).status == 400
    assert staff.post(path + "/deliveries", {"delivery": "9999"}).status == 404


@pytest.mark.parametrize("role", [CourseRole.INSTRUCTOR, CourseRole.ASSISTANT])
def test_all_stuck_scores_of_a_class_are_sent_again_at_once(
    app: Flask, session: Session, teacher: Membership, zoe: Membership, role: CourseRole
) -> None:
    reasons = ("course_concluded", "course_concluded", "column_gone", "not_a_student", "no_gradebook_service", "")
    names = ("Amara Okafor", "Ana Moreno", "Wei Chen", "Priya Nair", "Sam Lee")
    students = [zoe, *(make_member(session, name, context=teacher.context) for name in names)]
    session.commit()
    for member, reason in zip(students, reasons, strict=True):
        finish_all(enter(app, session, member))
        delivery = delivery_of(session, member)
        delivery.reason, delivery.state = reason, DeliveryState.PARKED if reason else DeliveryState.DELIVERED
        session.commit()
    elsewhere = make_context(session, lti_id="course-2")
    stranger = make_member(session, "Dr. Moreau", context=elsewhere, role=CourseRole.INSTRUCTOR)
    assert "No score was waiting" in enter(app, session, stranger).post("/deliveries").text
    staff = enter(app, session, teacher, role=role)
    page = staff.get("/")
    told = [it.get_text(" ", strip=True) for it in page.soup.select(".callout h3")]
    assert told == ["The course has ended: 2 students", "The gradebook column was deleted: 1 student"]
    assert "extend the course’s end date" in page.text and "to make a new column" in page.text
    form = page.one(".callout form")
    assert form.get_text(strip=True) == "Send all again"
    after = staff.post(str(form["action"]).removeprefix(staff.base))
    assert "The scores are in the queue again" in after.text and not after.soup.select(".callout h3")
    states = [delivery_of(session, member).state for member in students]
    session.rollback()
    assert states == ["pending", "pending", "pending", "parked", "parked", "delivered"]
    assert "No score was waiting" in staff.post("/deliveries").text


def test_a_teachers_own_grade_stays_until_they_choose_ours(
    app: Flask, session: Session, teacher: Membership, zoe: Membership
) -> None:
    finish_all(enter(app, session, zoe))
    delivery = delivery_of(session, zoe)
    delivery.state, delivery.finished_at = DeliveryState.KEPT_THEIRS, NOW
    staff = enter(app, session, teacher)
    page = staff.get(f"/people/{zoe.user_id}")
    assert "Changed in the gradebook" in page.text and "Send ours" in page.text
    staff.post(f"/people/{zoe.user_id}/deliveries", {"delivery": str(delivery.id), "overrule": "1"})
    session.expire_all()
    assert delivery_of(session, zoe).is_overruling
    session.rollback()


@pytest.mark.parametrize("role", [CourseRole.LEARNER, CourseRole.OBSERVER, CourseRole.NONE, CourseRole.DESIGNER])
def test_only_teachers_see_a_student(
    app: Flask, session: Session, teacher: Membership, zoe: Membership, role: CourseRole
) -> None:
    other = make_member(session, "Amara Okafor", context=teacher.context)
    person = enter(app, session, other, role=role)
    assert person.get(f"/people/{zoe.user_id}").status == 403
    assert person.post(f"/people/{zoe.user_id}/tries", {"module": "expectations"}).status == 403
    assert person.post(f"/people/{zoe.user_id}/deliveries", {"delivery": "1"}).status == 403
    assert person.post("/deliveries").status == 403


def test_a_student_is_not_shown_to_teachers_of_another_course(
    app: Flask, session: Session, teacher: Membership, zoe: Membership
) -> None:
    finish_all(enter(app, session, zoe))
    delivery = delivery_of(session, zoe)
    delivery.state = DeliveryState.PARKED
    elsewhere = make_context(session, lti_id="course-2")
    stranger = make_member(session, "Dr. Moreau", context=elsewhere, role=CourseRole.INSTRUCTOR)
    colleague = make_member(session, "Amara Okafor", context=elsewhere)
    person = enter(app, session, stranger)
    path = f"/people/{zoe.user_id}"
    assert person.get(path).status == 404
    assert person.post(path + "/tries", {"module": "expectations"}).status == 404
    assert person.post(path + "/deliveries", {"delivery": str(delivery.id)}).status == 404
    stolen = person.post(f"/people/{colleague.user_id}/deliveries", {"delivery": str(delivery.id)})
    assert stolen.status == 404
    assert person.get("/people/99999999999999").status == 404
    session.expire_all()
    assert delivery_of(session, zoe).state == DeliveryState.PARKED
    session.rollback()


def test_work_in_one_course_is_not_shown_in_another(
    app: Flask, session: Session, teacher: Membership, zoe: Membership
) -> None:
    finish_all(enter(app, session, zoe))
    elsewhere = make_context(session, lti_id="course-2")
    twin = Membership(context_id=elsewhere.id, user_id=zoe.user_id, role=CourseRole.LEARNER, created_at=NOW)
    session.add(twin)
    session.flush()
    assert "Not started" in enter(app, session, twin).get("/").text


def test_a_weak_visit_of_a_teacher_reaches_nothing(
    app: Flask, session: Session, teacher: Membership, zoe: Membership
) -> None:
    person = enter(app, session, teacher, is_weak=True)
    assert person.get("/").status == 403
    assert person.get(f"/people/{zoe.user_id}").status == 403
    assert person.post("/deliveries").status == 403


@pytest.mark.parametrize("role", [CourseRole.INSTRUCTOR, CourseRole.ASSISTANT, CourseRole.DESIGNER])
def test_a_preview_shows_everything_and_keeps_nothing(
    app: Flask, session: Session, teacher: Membership, role: CourseRole
) -> None:
    staff = enter(app, session, teacher, role=role)
    preview_all(staff)
    for model in (PartProgress, Draft, Attempt, Fact, Result):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    session.rollback()


def preview_all(staff: Person) -> None:
    assert staff.get("/preview").heading == "What students see"
    assert "This is a preview" in staff.get(MODULE).text
    lesson = staff.post(f"{MODULE}/lessons/{EXPECTATIONS.lessons[0].id}")
    assert lesson.heading == EXPECTATIONS.lessons[1].title
    sorted_page = staff.post(
        f"{MODULE}/practice/{content.SORT.id}", {f"answer-{item.id}": item.answer for item in content.SORT.items}
    )
    assert "You have 10 of 10 right" in sorted_page.text
    assert staff.post(f"{MODULE}/practice/{content.SORT.id}", {"clear": "1"}).status == 200
    assert "would be accepted" in staff.post(MODULE + "/scope", {**SCOPE, "check": "1"}).text
    wrong = staff.post(MODULE + "/scope", {"answer-task": "Help", "check": "1"})
    assert wrong.status == 200 and wrong.soup.select(".error-summary")
    assert "Preview the questions" in staff.get(MODULE + "/check").text
    questions = staff.get(MODULE + "/check/preview")
    assert len(questions.soup.select("fieldset")) == CHECK.draw
    missing = staff.post(MODULE + "/check/preview", {"hand_in": "1"})
    assert "Some questions have no answer yet" in missing.text
    result = staff.post(MODULE + "/check/preview", {**key_of(questions), "hand_in": "1"})
    assert result.heading == "Result of the preview" and "8 of 8 right" in result.text
    assert not staff.get(MODULE + "/statement").soup.select("main form")
    assert staff.post(MODULE + "/statement", {"agree": "y"}).status == 403
    assert staff.post(MODULE + "/check/start").status == 403


def test_a_designer_sees_modules_and_no_students(
    app: Flask, session: Session, teacher: Membership, zoe: Membership
) -> None:
    page = enter(app, session, teacher, role=CourseRole.DESIGNER).get("/")
    assert page.heading == "Modules in this course" and "Zoë" not in page.text
