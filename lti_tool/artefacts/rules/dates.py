"""Dates as people write them on a résumé."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime

MONTHS = {name.casefold(): index for index, name in enumerate(calendar.month_name) if name}
SHORT = {name.casefold(): index for index, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
SEASONS = {"winter": 2, "spring": 5, "summer": 8, "fall": 12, "autumn": 12}  # the last month
OPEN = r"(?:present|current(?:ly)?|now|ongoing|today)"
_YEAR = r"(?:19|20)\d\d"
_NAME = "|".join(sorted((*MONTHS, *SHORT), key=len, reverse=True))
DATE = re.compile(
    rf"(?<![\w@/.-])(?:"
    rf"(?P<month>{_NAME})(?P<dot>\.?),?\s*(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?(?P<year>{_YEAR}|['’]\d\d)"
    rf"|(?P<bare>{_NAME})\.?(?=\s*(?:[-–—−]|to)\s*(?:{_NAME})\.?,?\s+{_YEAR})"
    rf"|(?P<season>spring|summer|fall|autumn|winter)\s+(?P<season_year>{_YEAR})"
    rf"|(?P<m>0?[1-9]|1[0-2])(?P<sep>[/.])(?:(?:[0-2]?\d|3[01])(?P=sep))?(?P<my>{_YEAR})"
    rf"|(?P<iy>{_YEAR})(?P<isep>[-/.])(?P<im>0[1-9]|1[0-2])(?:(?P=isep)\d\d)?"
    rf"|(?P<only>{_YEAR})"
    rf")(?![\w@]|[/.]\d)",
    re.IGNORECASE,
)
_TO = re.compile(r"\s*(?:[-–—−]+|to|until|till|through)\s*", re.IGNORECASE)
_OPEN = re.compile(OPEN + r"\b", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """A date in a text: its form (month, short, slash, dot, iso, two-digit, season, year), value and span."""

    form: str
    year: int
    month: int | None
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Span:
    """When something ended: the last day of the last month named, None while it goes on."""

    end: date | None
    dates: tuple[Written, ...]


def list_dates(text: str) -> list[Written]:
    """All dates of a line, left to right."""
    return [_written(match) for match in DATE.finditer(text)]


def find_span(text: str) -> Span | None:
    """The first range or single date of a line; None without a date."""
    dates = list_dates(text)
    if not dates:
        return None
    first = dates[0]
    joint = _TO.match(text, first.end)
    if joint is None:
        return Span(_last_day(first), (first,))
    if _OPEN.match(text, joint.end()):
        return Span(None, (first,))
    if len(dates) > 1 and dates[1].start == joint.end():
        return Span(_last_day(dates[1]), (first, dates[1]))
    return Span(None, (first,))  # "May 2024 –": open


def is_past(span: Span, now: datetime) -> bool:
    """Whether it was over before today."""
    return span.end is not None and span.end < now.date()


def _written(match: re.Match[str]) -> Written:
    form, year, month = _value(match)
    return Written(form, year, month, match.start(), match.end(), match.group())


def _value(match: re.Match[str]) -> tuple[str, int, int | None]:
    if match["month"]:
        name = match["month"].casefold()
        number = MONTHS.get(name) or SHORT[name]
        if not match["year"][0].isdigit():
            return "two-digit", 2000 + int(match["year"][1:]), number
        if name == "may":
            return "may", int(match["year"]), number
        return "month" if name in MONTHS else "short", int(match["year"]), number
    if match["bare"]:  # "Jun – Aug 2025": never the end of a span, so its year does not matter
        name = match["bare"].casefold()
        return ("may" if name == "may" else "month" if name in MONTHS else "short"), 1, MONTHS.get(name) or SHORT[name]
    if match["season"]:
        return "season", int(match["season_year"]), SEASONS[match["season"].casefold()]
    if match["m"]:
        return ("slash" if match["sep"] == "/" else "dot"), int(match["my"]), int(match["m"])
    if match["iy"]:
        return "iso", int(match["iy"]), int(match["im"])
    return "year", int(match["only"]), None


def _last_day(written: Written) -> date:
    month = written.month or 12
    return date(written.year, month, calendar.monthrange(written.year, month)[1])
