"""Scores enter the outbox in the transaction that made them; a person may send a stuck one again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.db import insert_or_ignore
from lti_tool.passback.catalog import (
    PROGRAMME_TAG,
    ActivityProgress,
    DeliveryState,
    GradingProgress,
    LineItemState,
    ReasonCode,
)
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.passback.rules import is_sent_for, may_send_progress, next_stamp
from lti_tool.passback.service.claiming import replaces
from lti_tool.registration.models import Deployment, Registration
from lti_tool.roster.models import Context, Membership, User


def queue_score(
    session: Session,
    *,
    context_id: int,
    user_id: int,
    tag: str,
    label: str,
    score_given: float | None,
    score_maximum: float | None,
    comment: str,
    submitted_at: datetime,
    now: datetime,
    activity_progress: str = ActivityProgress.COMPLETED,
    grading_progress: str = GradingProgress.FULLY_GRADED,
) -> Delivery | None:
    """Put one score on its way; it replaces an older one of the same cell that is not being sent.

    None for people whose scores never leave (staff, observers, test users), and for progress without a grade where
    the platform is not Canvas, or where a grade of the same cell is still on its way: that one must arrive. Where the
    course offers no gradebook the row waits until a launch brings one.
    """
    found = session.execute(
        select(Registration.id, Registration.product_family, Context.lineitems_url, Membership, User.is_test_user)
        .join(Deployment, Deployment.registration_id == Registration.id)
        .join(Context, Context.deployment_id == Deployment.id)
        .join(Membership, Membership.context_id == Context.id)
        .join(User, User.id == Membership.user_id)
        .where(Context.id == context_id, Membership.user_id == user_id)
    ).one_or_none()
    if found is None:
        return None
    registration_id, family, lineitems_url, member, is_test_user = found
    if not is_sent_for(member.role, member.has_been_staff, is_test_user):
        return None
    is_progress = grading_progress != GradingProgress.FULLY_GRADED
    if is_progress and not may_send_progress(family):
        return None
    line_item = _claim_line_item(session, context_id, tag, label, score_maximum, now)
    if is_progress and _has_grade_to_come(session, line_item.id, user_id):
        return None
    reason = _reason_to_wait(line_item, lineitems_url)
    _supersede(session, line_item.id, user_id, now)
    delivery = Delivery(
        registration_id=registration_id,
        line_item_id=line_item.id,
        user_id=user_id,
        score_given=score_given,
        score_maximum=score_maximum,
        activity_progress=activity_progress,
        grading_progress=grading_progress,
        comment=comment,
        submitted_at=submitted_at,
        created_at=now,
        state=DeliveryState.PARKED if reason else DeliveryState.PENDING,
        reason=reason,
        next_try_at=now,
    )
    session.add(delivery)
    session.flush()
    return delivery


def retry_delivery(session: Session, delivery: Delivery, *, now: datetime, overrule: bool = False) -> bool:
    """Send a parked score, or one that gave way to a teacher's, again; `overrule` sends ours over theirs.

    False where there is nothing to do: it is under way, arrived, or a newer score of the same cell exists. A column
    that was deleted is made again.
    """
    if delivery.state not in (DeliveryState.PARKED, DeliveryState.KEPT_THEIRS):
        return False
    newer = select(Delivery.id).where(
        Delivery.line_item_id == delivery.line_item_id,
        Delivery.user_id == delivery.user_id,
        Delivery.id > delivery.id,
        replaces(delivery.grading_progress),
    )
    if session.scalars(newer.limit(1)).first() is not None:
        return False
    line_item = delivery.line_item
    # A column of ours carries our tag, so looking again finds it if it is there; a link's own column need not.
    if line_item.state == LineItemState.GONE or (
        line_item.state == LineItemState.DOUBTFUL and not line_item.is_from_launch
    ):
        line_item.state = LineItemState.WANTED
        line_item.url = None
    delivery.state = DeliveryState.PENDING
    delivery.reason = delivery.detail = ""
    delivery.tries = delivery.restamps = 0
    delivery.failing_since = delivery.finished_at = None
    delivery.is_overruling = overrule
    delivery.next_try_at = now
    if delivery.stamp is not None:
        # The LMS may have changed since the first send: a person's wish is a new event.
        delivery.stamp = next_stamp(now, delivery.stamp)
        delivery.next_try_at = max(now, delivery.stamp)
    session.flush()
    return True


def retry_parked(session: Session, *, context_id: int, now: datetime, reasons: Collection[str] | None = None) -> int:
    """Send all parked scores of a course again (of these reasons only, if named); how many there were."""
    parked = (
        select(Delivery)
        .join(LineItem)
        .where(LineItem.context_id == context_id, Delivery.state == DeliveryState.PARKED)
        .order_by(Delivery.id)
    )
    if reasons is not None:
        parked = parked.where(Delivery.reason.in_(reasons))
    return sum(retry_delivery(session, delivery, now=now) for delivery in session.scalars(parked).all())


def _claim_line_item(
    session: Session, context_id: int, tag: str, label: str, score_maximum: float | None, now: datetime
) -> LineItem:
    values = {
        "context_id": context_id,
        "tag": tag,
        "label": label,
        "score_maximum": score_maximum,
        "state": LineItemState.WANTED,
        "created_at": now,
    }
    find = select(LineItem).where(LineItem.context_id == context_id, LineItem.tag == tag)
    # The lock that the new row's foreign key takes anyhow, before any other: a launch that moves the column must see
    # the score, or be over before it is queued.
    find = find.with_for_update(read=True, key_share=True)
    line_item = session.scalars(find).first()
    if line_item is None:
        insert_or_ignore(session, LineItem, values, key=["context_id", "tag"])
        line_item = session.scalars(find).one()
    if line_item.label != label:
        line_item.label = label
    # A column's maximum is never changed at the platform: Moodle would give every ungraded student a 0.
    if line_item.score_maximum is None or (line_item.url is None and score_maximum is not None):
        line_item.score_maximum = score_maximum
    return line_item


def _reason_to_wait(line_item: LineItem, lineitems_url: str | None) -> str:
    if line_item.url is not None:
        return ""
    if line_item.tag == PROGRAMME_TAG:
        return ReasonCode.NO_COLUMN_YET
    return "" if lineitems_url else ReasonCode.NO_GRADEBOOK_SERVICE


def _has_grade_to_come(session: Session, line_item_id: int, user_id: int) -> bool:
    to_come = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.PARKED)
    grade = select(Delivery.id).where(
        Delivery.line_item_id == line_item_id,
        Delivery.user_id == user_id,
        Delivery.grading_progress == GradingProgress.FULLY_GRADED,
        Delivery.state.in_(to_come),
    )
    return session.scalars(grade.limit(1)).first() is not None


def _supersede(session: Session, line_item_id: int, user_id: int, now: datetime) -> None:
    waiting = (DeliveryState.PENDING, DeliveryState.PARKED)
    session.execute(
        update(Delivery)
        .where(Delivery.line_item_id == line_item_id, Delivery.user_id == user_id, Delivery.state.in_(waiting))
        .values(state=DeliveryState.SUPERSEDED, finished_at=now)
    )
