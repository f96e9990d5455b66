"""Members as platforms list them, what a page changes, and when to ask again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lti_tool.lti.roles import CourseRole
from lti_tool.roster.catalog import LASTING, WORDS, KnownMember, RosterFailure, RosterMember, RosterReason
from lti_tool.roster.rules import plan_page, read_members, roster_url, wait_after

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
LEARNER = LIS + "membership#Learner"
INSTRUCTOR = LIS + "membership#Instructor"
ZOE = RosterMember("zoe", CourseRole.LEARNER, name="Zoë Núñez", given_name="Zoë", family_name="Núñez")


def read_one(**entry: Any) -> RosterMember:
    (member,) = read_members([{"user_id": "zoe", "roles": [LEARNER], **entry}])
    return member


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (["Learner"], CourseRole.LEARNER),
        ([LEARNER, LIS + "institution/person#Student"], CourseRole.LEARNER),
        ("Instructor", CourseRole.INSTRUCTOR),
        ([INSTRUCTOR, LIS + "membership/Instructor#TeachingAssistant"], CourseRole.ASSISTANT),
        ([LIS + "membership#Mentor"], CourseRole.OBSERVER),
        (["http://purl.imsglobal.org/vocab/lis/v2/person#Administrator"], CourseRole.NONE),
        ([], CourseRole.NONE),
        (None, CourseRole.NONE),
        ([None, 7, LEARNER], CourseRole.LEARNER),
    ],
)
def test_roles_short_and_long(roles: object, role: CourseRole) -> None:
    assert read_one(roles=roles).role == role


@pytest.mark.parametrize(
    ("status", "is_here"),
    [("Active", True), ("active", True), (None, True), ("", True), ("Inactive", False), ("Deleted", False)],
)
def test_who_is_here(status: str | None, is_here: bool) -> None:
    assert read_one(status=status).is_here is is_here


def test_only_what_is_used_is_taken() -> None:
    member = read_one(
        name=" Zoë\0 Núñez ",
        given_name="$Person.name.given",
        family_name=None,
        email="zoe@riverbend.example",
        lis_person_sourcedid="S-0002",
        picture="https://lms.example/zoe.png",
        message=[{"custom": {}}],
    )
    assert member == RosterMember("zoe", CourseRole.LEARNER, name="Zoë Núñez")
    assert len(read_one(name="Z" * 900).name) == 255


def test_entries_without_a_usable_id_are_skipped() -> None:
    wrong: list[object] = [None, "zoe", 7, {}, {"user_id": ""}, {"user_id": None}, {"user_id": "ö"}, {"user_id": True}]
    wrong += [{"user_id": "z" * 256}, {"user_id": "a\0b"}, {"user_id": ["zoe"]}]
    assert read_members(wrong) == ()
    assert [member.sub for member in read_members([{"user_id": 7}, {"user_id": "z" * 255}])] == ["7", "z" * 255]


def test_somebody_with_two_enrolments_is_one_member_with_both_roles() -> None:
    (member,) = read_members(
        [
            {"user_id": "amara", "roles": ["Learner"], "name": "Amara"},
            {"user_id": "amara", "roles": ["Instructor"], "name": "Amara"},
            {"user_id": "amara", "roles": ["Administrator"], "status": "Deleted"},
        ]
    )
    assert member == RosterMember("amara", CourseRole.INSTRUCTOR, name="Amara")


def test_the_test_student_is_marked() -> None:
    assert read_one(roles=[LEARNER, "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"]).is_test_user


def test_new_people_and_memberships() -> None:
    plan = plan_page([ZOE], {})
    assert plan.people == (("zoe", ZOE.names),)
    assert plan.memberships == (("zoe", CourseRole.LEARNER),)
    assert (plan.added, plan.changed) == (1, 0)


def test_nothing_is_written_for_what_is_known() -> None:
    plan = plan_page([ZOE], {"zoe": KnownMember(7, ZOE.names, "learner")})
    assert (plan.people, plan.memberships, plan.added, plan.changed) == ((), (), 0, 0)
    assert plan.seen == {7}


@pytest.mark.parametrize(
    ("known", "memberships"),
    [
        (KnownMember(7, ZOE.names), True),
        (KnownMember(7, ZOE.names, "instructor"), True),
        (KnownMember(7, ZOE.names, "instructor", has_launched=True), False),
        (KnownMember(7, ZOE.names, "learner", has_left=True), True),
        (KnownMember(7, ZOE.names, "learner", has_launched=True, has_left=True), True),
    ],
)
def test_a_launch_outranks_the_roster_in_roles(known: KnownMember, memberships: bool) -> None:
    plan = plan_page([ZOE], {"zoe": known})
    assert bool(plan.memberships) is memberships
    assert plan.people == ()


def test_a_launch_outranks_the_roster_in_names_but_gaps_are_filled() -> None:
    launched = KnownMember(7, ("Zoë N.", "", ""), "learner", has_launched=True)
    assert plan_page([ZOE], {"zoe": launched}).people == (("zoe", ("Zoë N.", "Zoë", "Núñez")),)
    listed = KnownMember(7, ("Zoë N.", "Z.", "N."), "learner")
    assert plan_page([ZOE], {"zoe": listed}).people == (("zoe", ZOE.names),)
    nameless = RosterMember("zoe", CourseRole.LEARNER)
    assert plan_page([nameless], {"zoe": listed}).people == ()


@pytest.mark.parametrize(
    "member",
    [
        RosterMember("sam", CourseRole.LEARNER, is_test_user=True),
        RosterMember("sam", CourseRole.OBSERVER),
        RosterMember("sam", CourseRole.NONE),
        RosterMember("sam", CourseRole.LEARNER, is_here=False),
    ],
)
def test_nobody_is_stored_without_a_use(member: RosterMember) -> None:
    assert plan_page([member], {}).people == ()
    assert plan_page([member], {"sam": KnownMember(3, ("", "", ""))}).memberships == ()


def test_whoever_is_known_and_listed_is_not_taken_for_gone() -> None:
    known = {"sam": KnownMember(3, ("Sam", "", ""), "learner", has_launched=True)}
    assert plan_page([RosterMember("sam", CourseRole.LEARNER, is_test_user=True)], known).seen == {3}
    assert plan_page([RosterMember("sam", CourseRole.OBSERVER)], known).seen == {3}
    assert plan_page([RosterMember("sam", CourseRole.LEARNER, is_here=False)], known).seen == frozenset()


def test_a_listed_learner_who_became_an_observer_stops_counting() -> None:
    plan = plan_page([RosterMember("sam", CourseRole.OBSERVER)], {"sam": KnownMember(3, ("", "", ""), "learner")})
    assert plan.memberships == (("sam", CourseRole.OBSERVER),)
    assert (plan.added, plan.changed) == (0, 1)


def test_of_two_entries_on_two_pages_the_first_counts() -> None:
    teacher = RosterMember("zoe", CourseRole.INSTRUCTOR)
    plan = plan_page([teacher], {"zoe": KnownMember(7, ZOE.names, "learner")}, seen={7})
    assert (plan.memberships, plan.people, plan.seen) == ((), (), frozenset())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://lms.example/m", "https://lms.example/m?limit=200"),
        ("https://lms.example/m?type_id=3#x", "https://lms.example/m?type_id=3&limit=200"),
    ],
)
def test_the_first_page(url: str, expected: str) -> None:
    assert roster_url(url, limit=200) == expected


def test_filters_are_written_into_the_address() -> None:
    url = roster_url("https://lms.example/m", limit=50, rlid="link 1", role=LEARNER)
    assert url == (
        "https://lms.example/m?limit=50&rlid=link+1"
        "&role=http%3A%2F%2Fpurl.imsglobal.org%2Fvocab%2Flis%2Fv2%2Fmembership%23Learner"
    )


def test_waits_grow_to_half_a_day_and_end() -> None:
    away = RosterFailure(RosterReason.UNREACHABLE)
    waits = [wait_after(away, tries, jitter=0.5) for tries in range(1, 13)]
    assert waits[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert waits[10] == timedelta(hours=12)
    assert waits[11] is None
    assert wait_after(away, 1, jitter=0) == timedelta(minutes=1.5)


def test_what_only_a_person_can_mend_is_not_tried_again() -> None:
    assert all(wait_after(RosterFailure(reason), 1, jitter=0.5) is None for reason in LASTING)


def test_the_platform_may_ask_for_a_longer_wait() -> None:
    limited = RosterFailure(RosterReason.RATE_LIMITED, retry_after=timedelta(hours=1))
    assert wait_after(limited, 1, jitter=0.5) == timedelta(hours=1)


def test_every_reason_has_words() -> None:
    assert set(WORDS) == set(RosterReason)


def test_who_was_new_on_an_earlier_page_counts_by_the_first_entry() -> None:
    first = plan_page([ZOE], {})
    assert first.met == {"zoe"}
    # Stored by now, and listed once more as something else.
    stored = {"zoe": KnownMember(7, ZOE.names, "learner")}
    again = plan_page([replace(ZOE, role=CourseRole.INSTRUCTOR)], stored, first.seen, first.met)
    assert (again.people, again.memberships, again.added, again.changed) == ((), (), 0, 0)
