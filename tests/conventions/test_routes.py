"""Every route names its roles or is on the public list."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from lti_tool.web.guard import Access

# Reached without a visit: platforms, machines, and pages that hold nothing personal.
PUBLIC = {
    "static",
    "canvas.show_configuration",
    "health.show_health",
    "health.show_metrics",
    "health.show_readiness",
    "launch.bind_launch",
    "launch.explain_launch",
    "launch.receive_launch",
    "launch.show_keys",
    "launch.start_login",
    "registration.register",
    "registration.show_icon",
    "registration.show_register",
    "web.enter_window",
    "web.show_accent",
    "web.show_privacy",
}


def access_of(app: Flask, endpoint: str) -> Access:
    return getattr(app.view_functions[endpoint], "access", Access())


def test_every_route_names_its_roles_or_is_public(app: Flask) -> None:
    nameless = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PUBLIC
        and not access_of(app, rule.endpoint).roles
        and not access_of(app, rule.endpoint).needs_grant
    ]
    assert nameless == []


def test_the_public_list_is_exact(app: Flask) -> None:
    declared = {rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint).is_public} | {
        "static"
    }
    assert declared == PUBLIC


def test_routes_with_roles_stand_inside_a_visit(app: Flask) -> None:
    outside = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PUBLIC and not rule.rule.startswith("/v/<visit>/")
    ]
    assert outside == []


def test_pages_about_others_need_a_strong_visit_or_a_grant(app: Flask) -> None:
    about_others = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if any(arg.endswith("_id") for arg in rule.arguments) and "user_id" in rule.arguments
    ]
    assert about_others
    for endpoint in about_others:
        access = access_of(app, endpoint)
        assert access.needs_strong or access.needs_grant, endpoint


def test_numbers_in_addresses_fit_a_column(app: Flask) -> None:
    """A longer one is an address that does not exist, never an error of the database."""
    numbers = {
        (rule.rule, name): converter.max
        for rule in app.url_map.iter_rules()
        for name, converter in rule._converters.items()
        if isinstance(converter, IntegerConverter)
    }
    assert numbers
    assert set(numbers.values()) == {2**31 - 1}
