"""Use cases of the roster: what launches say of people and places."""

from lti_tool.roster.service.launch import Found, Person, Place, Placed, place_member

__all__ = ["Found", "Person", "Place", "Placed", "place_member"]
