"""The edge to a platform's Assignment and Grade Services: the only file that calls it.

Each call asks for the one scope that it needs. Whatever is not a success is raised as `PlatformRefused`.
"""

import json
import math
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import requests
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.exception import LtiException, LtiServiceException
from pylti1p3.lineitem import LineItem as LibraryLineItem

from lti_tool.lti import scopes as scope
from lti_tool.outbound import OutboundError, names_next_page
from lti_tool.passback.catalog import Answer, Column, ColumnWish, PlatformResult, Points, Results, Step
from lti_tool.passback.rules import filtered_url, service_url
from lti_tool.registration.connector import AnswerUnreadable, TokenRefused, ToolConnector

LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
_BODY_KEPT = 4_000
_LONGEST_ADDRESS = 2_000

T = TypeVar("T")


class PlatformRefused(Exception):
    """No success; `answer` says what came instead, for the rules to judge."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.step}: {answer.status or answer.transport}")
        self.answer = answer


class PlatformGradebook:
    """The gradebook of one course; safe to share between threads.

    `lineitems_url` is the claim's container, `scopes` what the claim offers.
    """

    def __init__(self, connector: ToolConnector, lineitems_url: str | None, scopes: list[str]) -> None:
        self._connector = connector
        self._lineitems_url = lineitems_url or ""
        self._scopes = scopes

    @property
    def has_address(self) -> bool:
        """Whether the course offers a container of line items."""
        return bool(self._lineitems_url)

    @property
    def may_read_columns(self) -> bool:
        """Whether line items may be listed."""
        return bool(self._lineitems_url and self._column_scope())

    @property
    def may_make_columns(self) -> bool:
        """Whether line items may be created."""
        return bool(self._lineitems_url and scope.LINE_ITEM in self._scopes)

    @property
    def may_read_results(self) -> bool:
        """Whether what stands in a cell may be read."""
        return scope.RESULT_READONLY in self._scopes

    @property
    def may_send_scores(self) -> bool:
        """Whether scores may be sent."""
        return scope.SCORE in self._scopes

    def list_columns(self, tag: str) -> list[Column]:
        """Our line items of a tag (AGS 2.0 §3.2.4); a platform may ignore the filter. Never with `limit`: Moodle."""
        url = filtered_url(self._lineitems_url, tag=tag)
        with _refusals(Step.LIST):
            pages = self._connector.get_paginated_data([self._column_scope()], url, accept=LINE_ITEMS_TYPE)
            items = [item for page in pages for item in _listed(page["body"], Step.LIST)]
        columns = [_column(item) for item in items if _is_address(item.get("id"))]
        return [column for column in columns if tag in (column.tag, column.resource_id)]

    def create_column(self, wish: ColumnWish) -> Column:
        """Make a line item (AGS 2.0 §3.2.5). Never idempotent: list first, also after an unknown outcome."""
        with _refusals(Step.CREATE):
            asked: Any = {"scope": [scope.LINE_ITEM], "lineitems": self._lineitems_url}
            service = AssignmentsGradesService(self._connector, asked)
            made = service.create_lineitem(_Wish(wish))
        if not _is_address(made.get_id()):
            raise PlatformRefused(Answer(Step.CREATE, transport="broken"))
        return Column(url=str(made.get_id()), tag=wish.tag)

    def find_result(self, line_item_url: str, sub: str) -> PlatformResult | None:
        """What stands for one person in a column (AGS 2.0 §3.3); None where nothing was ever there."""
        url = filtered_url(service_url(line_item_url, "results"), user_id=sub)
        with _refusals(Step.READ):
            pages = self._connector.get_paginated_data([scope.RESULT_READONLY], url, accept=RESULTS_TYPE)
            for page in pages:
                for item in _listed(page["body"], Step.READ):
                    if str(item.get("userId")) == sub:
                        return _result(item)
        return None

    def read_results(self, line_item_url: str, subs: Container[str], *, most_pages: int) -> Results:
        """What stands in a column for these people, as far as so many pages of everybody's results tell."""
        url: str | None = service_url(line_item_url, "results")
        found: dict[str, PlatformResult] = {}
        is_cut = False
        with _refusals(Step.READ):
            for _ in range(most_pages):
                if url is None:
                    break
                page = self._connector.make_service_request(
                    [scope.RESULT_READONLY], url, accept=RESULTS_TYPE, case_insensitive_headers=True
                )
                for item in _listed(page["body"], Step.READ):
                    sub = str(item.get("userId"))
                    # Of two the first counts, as where one person is asked for.
                    if sub in subs and sub not in found:
                        found[sub] = _result(item)
                url = page["next_page_url"]
                # A next page that is not followed: whoever is missing here may stand there.
                is_cut = url is None and names_next_page(page["headers"].get("link", ""))
        return Results(found, is_whole=url is None and not is_cut)

    def send_score(self, line_item_url: str, body: dict[str, Any]) -> None:
        """Post one score (AGS 2.0 §3.4)."""
        with _refusals(Step.SCORE):
            self._connector.make_service_request(
                [scope.SCORE],
                service_url(line_item_url, "scores"),
                is_post=True,
                # Not the library's `Grade`, which drops parts of seconds.
                data=json.dumps(body, ensure_ascii=False, allow_nan=False),
                content_type=SCORE_TYPE,
            )

    def _column_scope(self) -> str:
        offered = (one for one in (scope.LINE_ITEM, scope.LINE_ITEM_READONLY) if one in self._scopes)
        return next(offered, "")


class _Wish(LibraryLineItem):
    """A line item with the properties of one LMS."""

    def __init__(self, wish: ColumnWish) -> None:
        super().__init__()
        self.set_label(wish.label).set_score_maximum(wish.score_maximum)
        self.set_tag(wish.tag).set_resource_id(wish.tag)
        self._extra = wish.extra

    def get_value(self) -> str:
        return json.dumps({**json.loads(super().get_value()), **self._extra})


@contextmanager
def _refusals(step: Step) -> Iterator[None]:
    try:
        yield
    except TokenRefused as error:
        raise PlatformRefused(_answer(Step.TOKEN, error.response, purpose=step)) from error
    except AnswerUnreadable as error:
        raise PlatformRefused(_answer(step, error.response)) from error
    except LtiServiceException as error:
        raise PlatformRefused(_answer(step, error.response)) from error
    except OutboundError as error:
        raise PlatformRefused(Answer(step, transport=error.reason.value)) from error
    except (LtiException, requests.RequestException) as error:
        raise PlatformRefused(Answer(step, transport="broken")) from error


def _answer(step: Step, response: requests.Response, purpose: Step | None = None) -> Answer:
    return Answer(
        step,
        status=response.status_code,
        body=response.content[:_BODY_KEPT].decode("utf-8", errors="replace"),
        retry_after=response.headers.get("Retry-After", ""),
        rate_left=response.headers.get("X-Rate-Limit-Remaining", ""),
        purpose=purpose,
    )


def _listed(body: object, step: Step) -> list[dict[str, Any]]:
    if not isinstance(body, list):
        raise PlatformRefused(Answer(step, transport="broken"))
    return [item for item in body if isinstance(item, dict)]


def _is_address(value: object) -> bool:
    """Whether a line item's `id` can be kept and called."""
    is_web = isinstance(value, str) and value.startswith(("http://", "https://"))
    return is_web and str(value).isprintable() and len(str(value)) <= _LONGEST_ADDRESS


def _column(item: dict[str, Any]) -> Column:
    return Column(
        url=item["id"],
        tag=str(item.get("tag") or ""),
        resource_id=str(item.get("resourceId") or ""),
        resource_link_id=str(item.get("resourceLinkId") or ""),
    )


def _result(item: dict[str, Any]) -> PlatformResult:
    given, maximum = _number(item.get("resultScore")), _number(item.get("resultMaximum"))
    # AGS 2.0 §3.3.4: an absent maximum is 1.
    points = None if given is None else Points(given, 1.0 if maximum is None else maximum)
    return PlatformResult(points, changed_at=_moment(item.get("timestamp")))


def _number(value: object) -> float | None:
    if not isinstance(value, (int, float, str)) or isinstance(value, bool):
        return None
    number = _tolerant(float, value)
    # JSON has no NaN and no infinity, but Python reads both.
    return number if number is not None and math.isfinite(number) else None


def _moment(value: object) -> datetime | None:
    moment = _tolerant(datetime.fromisoformat, value) if isinstance(value, str) else None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _tolerant(read: Callable[[Any], T], value: object) -> T | None:
    try:
        return read(value)
    except (ValueError, OverflowError):
        return None
