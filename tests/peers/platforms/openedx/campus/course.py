"""One course, its people and its LTI blocks; the functions that the component asks of Open edX."""

import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from lti_consumer.exceptions import LtiError
from lti_consumer.models import CourseAllowPIISharingInLTIFlag, Lti1p3Passport, LtiConfiguration
from opaque_keys.edx.keys import CourseKey, UsageKey

from campus.models import Grade, Profile

COURSE = CourseKey.from_string("course-v1:Lakeside+MIR101+2026")
TITLE = "Micro-internship readiness"
# By name: how the tool may use the grade book, and what the author wrote behind its address; None: picked there.
BLOCKS = {
    "graded": ("declarative", "?module=expectations"),
    "whole": ("declarative", ""),
    "managed": ("programmatic", "?module=expectations"),
    "picked": ("declarative", None),
}
PEOPLE = {
    "rivera": ("Prof. Rivera", "staff"),
    "zoe": ("Zoë Núñez-Øster", "student"),
    "amara": ("Amara Okafor", "student"),
    "wei": ("Wei Chen", "student"),
}
# So many others never open the tool.
OTHERS = 446


class Off:
    """A flag that is off."""

    @staticmethod
    def is_enabled(*_):
        return False


class Block:
    """The placed component."""

    has_score = True
    weight = 10
    start = due = None
    accept_grades_past_due = True
    lti_1p3_passport_id = ""
    context_id = str(COURSE)

    def __init__(self, location):
        self.location = location
        self.display_name = f"Readiness ({location.block_id})"
        self.scope_ids = type("ScopeIds", (), {"usage_id": location, "user_id": None})()

    def is_past_due(self):
        return False

    def max_score(self):
        return self.weight

    def set_user_module_score(self, user, score, _max_score, comment=""):
        Grade.objects.update_or_create(
            user=user, block=self.location.block_id, defaults={"score": score, "comment": comment}
        )


def location_of(name):
    return UsageKey.from_string(f"block-v1:Lakeside+MIR101+2026+type@lti_consumer+block@{name}")


def config_of(name):
    return LtiConfiguration.objects.get(location=location_of(name))


def open_course():
    """Make people and blocks; what the tool has to be told."""
    from lti_consumer.api import get_lti_1p3_launch_info

    tool = settings.TOOL_URL
    people = dict(PEOPLE) | {f"s{number:03}": (f"Student {number:03}", "student") for number in range(OTHERS)}
    users = get_user_model().objects
    users.bulk_create([users.model(username=it, is_staff=role == "staff") for it, (_, role) in people.items()])
    numbers = {user.username: user for user in users.all()}
    Profile.objects.bulk_create(
        Profile(user=numbers[it], external_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, it)), role=role)
        for it, (_, role) in people.items()
    )
    CourseAllowPIISharingInLTIFlag.objects.create(course_id=COURSE, enabled=True)
    passport = Lti1p3Passport.objects.create(lti_1p3_tool_keyset_url=f"{tool}/lti/jwks.json", name="Readiness")
    for name, (mode, query) in BLOCKS.items():
        is_picked = query is None
        config = LtiConfiguration.objects.create(
            version="lti_1p3",
            config_store="CONFIG_ON_DB",
            location=location_of(name),
            lti_1p3_passport=passport,
            lti_1p3_oidc_url=f"{tool}/lti/login",
            lti_1p3_launch_url=f"{tool}/lti/launch{query or ''}",
            lti_1p3_redirect_uris=[f"{tool}/lti/launch"],
            lti_advantage_enable_nrps=True,
            lti_advantage_deep_linking_enabled=is_picked,
            lti_advantage_deep_linking_launch_url=f"{tool}/lti/launch" if is_picked else "",
            lti_advantage_ags_mode=mode,
        )
    return get_lti_1p3_launch_info(launch_data(users.get(username="rivera"), config))


def launch_data(user, config, return_url=""):
    from lti_consumer.data import Lti1p3LaunchData

    return Lti1p3LaunchData(
        user_id=user.id,
        external_user_id=user.profile.external_id,
        user_role=user.profile.role,
        name=name_of(user),
        email=f"{user.username}@lakeside.example",
        preferred_username=user.username,
        config_id=str(config.config_id),
        resource_link_id=str(config.location),
        context_id=str(COURSE),
        context_type=["course_offering"],
        context_title=TITLE,
        context_label="MIR101",
        launch_presentation_document_target="window",
        launch_presentation_return_url=return_url or None,
    )


def name_of(user):
    return PEOPLE[user.username][0] if user.username in PEOPLE else f"Student {user.username[1:]}"


# What the component asks of Open edX


def load_enough_xblock(location):
    return Block(location)


def load_block_as_user(location):
    return Block(location)


def get_user_from_external_user_id(external_user_id):
    profile = Profile.objects.filter(external_id=external_user_id).first()
    if profile is None:
        raise LtiError("Invalid User")
    return profile.user


def batch_get_or_create_externalids(users):
    return {user.id: type("ExternalId", (), {"external_user_id": user.profile.external_id})() for user in users}


def get_course_members(_course_key):
    return {
        user.id: {
            "id": user.id,
            "username": user.username,
            "name": name_of(user),
            "email": f"{user.username}@lakeside.example",
            "roles": [user.profile.role],
        }
        for user in get_user_model().objects.select_related("profile").exclude(profile__role=None)
    }


def merge_course_forum_roles(_course_key, members):
    return members


def user_has_studio_write_access(user, _course_key):
    return user.is_authenticated and user.is_staff


def user_course_access(*_, **__):
    return True


def user_has_access(*_, **__):
    return True


def get_course_by_id(_course_key):
    return None
