"""Use cases of the roster: what launches say of people and places, and what platforms list."""

from lti_tool.roster.service.asking import Held, ask_for_roster, finish_reading, hold_roster, renew_hold, want_roster
from lti_tool.roster.service.launch import (
    PERSON_UPDATES,
    Found,
    KnownContext,
    KnownLink,
    KnownUser,
    Person,
    Place,
    Placed,
    is_settled,
    list_person_values,
    place_member,
)
from lti_tool.roster.service.sync import sync_roster

__all__ = [
    "PERSON_UPDATES",
    "Found",
    "Held",
    "KnownContext",
    "KnownLink",
    "KnownUser",
    "Person",
    "Place",
    "Placed",
    "ask_for_roster",
    "finish_reading",
    "hold_roster",
    "is_settled",
    "list_person_values",
    "place_member",
    "renew_hold",
    "sync_roster",
    "want_roster",
]
