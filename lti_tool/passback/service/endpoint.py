"""What each launch says about the gradebook: kept for scores that come later, and a wake-up for those that waited."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.db import insert_or_ignore
from lti_tool.lti import scopes as scope
from lti_tool.passback.catalog import DeliveryState, GradingProgress, LineItemState, ReasonCode
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.passback.rules import is_sent_for
from lti_tool.passback.service.endings import due_again
from lti_tool.roster.models import Context, Membership

# What a parked delivery waited for, and a launch can bring.
_WAITED_FOR_SERVICE = (
    ReasonCode.NO_GRADEBOOK_SERVICE,
    ReasonCode.SCOPE_LINE_ITEM_MISSING,
    ReasonCode.SCOPE_SCORE_MISSING,
)
_WAITED_FOR_COLUMN = (
    *_WAITED_FOR_SERVICE,
    ReasonCode.NO_COLUMN_YET,
    ReasonCode.COLUMN_GONE,
    ReasonCode.COLUMN_REFUSED,
    ReasonCode.COLUMN_OF_OTHER_REGISTRATION,
    ReasonCode.COURSE_UNAVAILABLE,
)


def remember_endpoint(
    session: Session,
    context: Context,
    *,
    lineitems_url: str | None,
    lineitem_url: str | None,
    scopes: Sequence[str],
    activity: str,
    now: datetime,
) -> None:
    """Keep the AGS endpoint of a launch (AGS 2.0 §3.1) and bind its line item to the launched link's activity.

    `lineitem_url` is None or "" where the link has no column, or several. A launch without an endpoint (another
    placement) takes nothing away. Scores that waited for what is new are due at once. An ordinary launch, which
    changes nothing, costs at most one SELECT.
    """
    offered = bool(lineitems_url or lineitem_url) and _keep_endpoint(context, lineitems_url, scopes)
    if offered and _may_send(context):
        _wake(session, context.id, _WAITED_FOR_SERVICE, now)
    if lineitem_url:
        _bind(session, context.id, activity, lineitem_url, now)


def wake_student(session: Session, member: Membership, now: datetime) -> None:
    """Scores that waited because the person was no student are due at once if they are one again."""
    if is_sent_for(member.role, member.has_been_staff, member.user.is_test_user):
        _wake(session, member.context_id, (ReasonCode.NOT_A_STUDENT,), now, user_id=member.user_id)


def _keep_endpoint(context: Context, lineitems_url: str | None, scopes: Sequence[str]) -> bool:
    """Store what is new; whether anything was."""
    wanted = sorted(set(scopes))
    url = lineitems_url or context.lineitems_url
    if context.lineitems_url == url and sorted(context.ags_scopes) == wanted:
        return False
    context.lineitems_url = url
    context.ags_scopes = wanted
    return True


def _may_send(context: Context) -> bool:
    return scope.SCORE in context.ags_scopes


def _wake(
    session: Session,
    context_id: int,
    reasons: Sequence[str],
    now: datetime,
    line_item_id: int | None = None,
    *,
    user_id: int | None = None,
) -> None:
    columns = select(LineItem.id).where(LineItem.context_id == context_id)
    if line_item_id is not None:
        columns = columns.where(LineItem.id == line_item_id)
    session.execute(
        update(Delivery)
        .where(
            Delivery.line_item_id.in_(columns),
            Delivery.state == DeliveryState.PARKED,
            Delivery.reason.in_(reasons),
            *([Delivery.user_id == user_id] if user_id is not None else []),
        )
        .values(**due_again(now))
    )


def _bind(session: Session, context_id: int, tag: str, url: str, now: datetime) -> None:
    find = select(LineItem).where(LineItem.context_id == context_id, LineItem.tag == tag)
    line_item = session.scalars(find).first()
    if line_item is None:
        values = {
            "context_id": context_id,
            "tag": tag,
            "label": "",
            "url": url,
            "state": LineItemState.BOUND,
            "is_from_launch": True,
            "created_at": now,
        }
        if insert_or_ignore(session, LineItem, values, key=["context_id", "tag"]):
            return
        line_item = session.scalars(find).one()
    if _stays(line_item, url):
        return
    # Nobody else binds it now, nor queues a score for it; what a sender has bound meanwhile is seen.
    line_item = session.scalars(find.with_for_update().execution_options(populate_existing=True)).one()
    if line_item.url == url:
        line_item.is_from_launch = True
        return
    if _stays(line_item, url):
        return
    moved = line_item.url is not None
    line_item.url = url
    line_item.state = LineItemState.BOUND
    line_item.is_from_launch = True
    session.flush()
    # In another column whatever was refused may be welcome.
    _wake(session, context_id, tuple(ReasonCode) if moved else _WAITED_FOR_COLUMN, now, line_item.id)
    if moved:
        _send_again(session, line_item.id, now)


def _stays(line_item: LineItem, url: str) -> bool:
    """Whether a launch that names this address changes nothing.

    Two links of one module have two columns: the first that was launched stays, else they would take turns.
    """
    return line_item.is_from_launch and (
        line_item.url == url or (line_item.url is not None and line_item.state == LineItemState.BOUND)
    )


def _send_again(session: Session, line_item_id: int, now: datetime) -> None:
    """What arrived in the column that we had made goes to the launched link's own column too; so does what is being
    sent now, since its sender knows the former address only. A person's newest score decides, lest an older one take
    its place.
    """
    deliveries = session.scalars(
        select(Delivery)
        .where(Delivery.line_item_id == line_item_id, Delivery.state != DeliveryState.SUPERSEDED)
        .order_by(Delivery.id)
        # A claim that has read the former address and is not committed yet: wait, and see that it is being sent.
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    newest: dict[int, Delivery] = {}
    for delivery in deliveries:
        former = newest.get(delivery.user_id)
        # Progress without a grade takes no grade's place.
        if former is None or _is_grade(delivery) or not _is_grade(former):
            newest[delivery.user_id] = delivery
    session.add_all(
        Delivery(
            registration_id=old.registration_id,
            line_item_id=old.line_item_id,
            user_id=old.user_id,
            score_given=old.score_given,
            score_maximum=old.score_maximum,
            activity_progress=old.activity_progress,
            grading_progress=old.grading_progress,
            comment=old.comment,
            submitted_at=old.submitted_at,
            created_at=now,
            next_try_at=now,
        )
        for old in newest.values()
        if old.state in (DeliveryState.DELIVERED, DeliveryState.SENDING)
    )
    session.flush()


def _is_grade(delivery: Delivery) -> bool:
    return delivery.grading_progress == GradingProgress.FULLY_GRADED
