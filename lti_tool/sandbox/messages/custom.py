"""Custom parameters and the variables that each LMS replaces in them; others arrive as they are written."""

import json
import re
from collections.abc import Mapping

from lti_tool.sandbox import urls
from lti_tool.sandbox.messages.plan import Plan
from lti_tool.sandbox.people import locale_of
from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.store import Row


def moodle_custom(sandbox: Sandbox, tool: Row, person: Row, plan: Plan, link: Mapping[str, str]) -> dict[str, str]:
    """Link parameters over the tool's; a key that is not plain lower case comes twice."""
    known = {
        "$User.username": person["username"],
        "$User.id": str(person["id"]),
        "$Person.sourcedId": person["sourcedid"],
        "$Person.address.timezone": "99",
        "$Message.locale": locale_of(person["username"]),
        "$Context.id": str(plan.course_id or 1),
        "$Context.id.history": "",
        "$CourseSection.timeFrame.begin": "2026-09-07T00:00:00+00:00",
        "$CourseSection.timeFrame.end": "2027-02-21T00:00:00+00:00",
        "$Context.timeFrame.begin": "1788739200",
    }
    if not person["private"]:
        known |= {
            "$Person.name.full": person["name"],
            "$Person.name.given": person["given"],
            "$Person.name.family": person["family"],
            "$Person.email.primary": person["email"],
        }
    if plan.course_id:
        known["$ToolProxyBinding.memberships.url"] = urls.memberships_url(sandbox, tool, plan.course_id)
    result: dict[str, str] = {}
    for key, value in {**tool["custom"], **link}.items():
        filled = known.get(value, value)
        result[re.sub(r"[^a-z0-9]", "_", key.lower())] = filled
        result[key] = filled
    return result


def canvas_custom(sandbox: Sandbox, tool: Row, person: Row, plan: Plan, link: Mapping[str, str]) -> dict[str, object]:
    """Link parameters over the tool's, with Canvas's variables."""
    known = _canvas_person(person) | _canvas_course(sandbox, person, plan)
    return {key: known.get(value, value) for key, value in {**tool["custom"], **link}.items()}


def _canvas_person(person: Row) -> dict[str, object]:
    return {
        "$Canvas.user.id": str(person["id"]),
        "$Canvas.user.loginId": person["username"],
        "$User.username": person["username"],
        "$Canvas.user.sisSourceId": person["sourcedid"] or "$Canvas.user.sisSourceId",
        "$Person.sourcedId": person["sourcedid"] or "$Person.sourcedId",
        "$Person.name.full": person["name"],
        "$Person.name.given": person["given"],
        "$Person.name.family": person["family"],
        "$Person.email.primary": person["email"] or "$Person.email.primary",
        "$Person.address.timezone": "America/Chicago",
        "$Message.locale": locale_of(person["username"]),
        "$com.instructure.User.student_view": person["kind"] == "test",
        "$com.instructure.PostMessageToken": f"pm-{person['uuid'][:8]}",
        "$Canvas.user.isRootAccountAdmin": person["kind"] == "admin",
    }


def _canvas_course(sandbox: Sandbox, person: Row, plan: Plan) -> dict[str, object]:
    known: dict[str, object] = {
        "$Canvas.api.domain": sandbox.base_url.split("//")[1],
        "$ToolConsumerInstance.guid": sandbox.setting("guid") or "",
        "$Canvas.account.id": "1",
        "$Canvas.account.name": sandbox.settings.name,
        "$Canvas.rootAccount.id": "1",
        "$Canvas.term.name": "Fall 2026",
    }
    course = sandbox.find_course(plan.course_id) if plan.course_id else None
    if course is None:
        return known
    known |= {
        "$Canvas.course.id": str(course["id"]),
        "$Canvas.course.name": course["title"],
        "$Canvas.course.sisSourceId": course["label"].replace(" ", "-"),
        "$Canvas.course.workflowState": "completed" if course["concluded"] else "available",
        "$Canvas.course.sectionSisSourceIds": course["label"].replace(" ", "-") + "-01",
        "$Canvas.course.sectionIds": str(course["id"] * 10 + 1),
        "$com.instructure.contextLabel": course["label"],
        "$com.instructure.User.sectionNames": json.dumps([f"{course['label']} section 01"]),
        "$Canvas.enrollment.enrollmentState": "active",
        "$Context.id.history": "",
        "$Canvas.course.previousContextIds": "",
    }
    if plan.item_id is not None:
        item = sandbox.get_item(plan.item_id)
        known |= {"$ResourceLink.id": sandbox.resource_link_id(item), "$ResourceLink.title": item["title"]}
        if item["graded"]:
            known |= {
                "$Canvas.assignment.id": str(item["id"]),
                "$Canvas.assignment.title": item["title"],
                "$Canvas.assignment.published": bool(item["published"]),
            }
            if item["due"]:
                known["$Canvas.assignment.dueAt.iso8601"] = item["due"]
    return known
