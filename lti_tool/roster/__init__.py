"""Courses, links, people and their memberships."""
