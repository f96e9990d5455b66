"""What every template may use: the visit, the tool's name, navigation, dates in the person's zone."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, g, request, url_for

from lti_tool.web.catalog import OpenVisit
from lti_tool.web.forms import VisitToken
from lti_tool.web.language import current_language, say
from lti_tool.web.phrases import Phrase
from lti_tool.web.session import settings


def init_pages(app: Flask) -> None:
    """Give templates their context and filters."""
    app.context_processor(_context)
    app.add_template_filter(in_zone, "in_zone")
    app.jinja_env.globals["url_for"] = _make_url_for(app)


def _make_url_for(app: Flask) -> Callable[..., str]:
    """`url_for` of templates: addresses of static files, a dozen on each page, are the same on all."""
    static = f"{app.static_url_path}/"

    def address_of(endpoint: str, **values: Any) -> str:
        if endpoint == "static" and values.keys() == {"filename"}:
            return static + quote(values["filename"])
        return url_for(endpoint, **values)

    return address_of


def zone_of(visit: OpenVisit | None) -> ZoneInfo:
    """The person's time zone where the platform says one that exists, else UTC."""
    name = visit.user.timezone if visit is not None else ""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


# What settings say where an institution says nothing.
_HELP = Phrase("Ask your instructor or your career center.")
_MONTHS = (
    *(Phrase("Jan"), Phrase("Feb"), Phrase("Mar"), Phrase("Apr"), Phrase("May"), Phrase("Jun")),
    *(Phrase("Jul"), Phrase("Aug"), Phrase("Sep"), Phrase("Oct"), Phrase("Nov"), Phrase("Dec")),
)


def in_zone(moment: datetime) -> str:
    """A moment as the person reads it: day, month, year, time and zone."""
    zone = zone_of(g.get("visit"))
    local = moment.astimezone(zone)
    name = "UTC" if zone.key == "UTC" else local.strftime("%Z")
    day = say_date(local)
    return say(Phrase("%(day)s, %(time)s %(zone)s", day=day, time=f"{local:%H:%M}", zone=name))


def say_date(day: date) -> str:
    """A day as the person reads it: 24 Nov 2026."""
    return say(Phrase("%(day)s %(month)s %(year)s", day=day.day, month=_MONTHS[day.month - 1], year=day.year))


def _help_text() -> str:
    """The institution's own words as they are; ours in the reader's language."""
    text = settings().help_text
    return say(_HELP) if text == _HELP else text


def _accent_url() -> str:
    """The style sheet with the institution's color; "" where it set none."""
    color = settings().accent_color
    return url_for("web.show_accent", v=color.removeprefix("#")) if color else ""


def _context() -> dict[str, Any]:
    visit: OpenVisit | None = g.get("visit")
    return {
        "visit": visit,
        "tool_name": settings().tool_name,
        "help_text": _help_text(),
        "privacy_url": settings().privacy_url or url_for("web.show_privacy"),
        "lang": current_language(),
        "accent_url": _accent_url(),
        "window_form": VisitToken() if visit is not None else None,
        # Browsers that do not say where the page goes are taken to show it in the course's frame.
        "in_frame": request.headers.get("Sec-Fetch-Dest") != "document",
    }
