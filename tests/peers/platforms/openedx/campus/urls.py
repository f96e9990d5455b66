"""The component's addresses, and ours: people press links, the tests look into the tables."""

from datetime import timedelta

from django.contrib.auth import get_user_model, login
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import include, path
from lti_consumer.api import get_lti_1p3_content_url, get_lti_1p3_launch_start_url
from lti_consumer.models import LtiAgsLineItem, LtiAgsScore, LtiDlContentItem

from campus.course import COURSE, config_of, launch_data
from campus.models import Grade, Profile


def press(request, who, block):
    """Sign in and open a block, as its link does; with ?pick, its author chooses content."""
    user = get_user_model().objects.get(username=who)
    login(request, user)
    config = config_of(block)
    data = launch_data(user, config, return_url=request.build_absolute_uri(f"/course/{COURSE}"))
    if "pick" in request.GET:
        return HttpResponseRedirect(get_lti_1p3_launch_start_url(data, deep_link_launch=True))
    return HttpResponseRedirect(get_lti_1p3_content_url(data))


def show_grades(request):
    """The grade book: block and score by person."""
    rows = Grade.objects.select_related("user")
    return JsonResponse({"grades": [[row.user.username, row.block, row.score, row.comment] for row in rows]})


def show_scores(request):
    """The component's own tables: line items and what the tool sent."""
    who = dict(Profile.objects.values_list("external_id", "user__username"))
    items = [[item.tag, item.label, item.score_maximum, item.resource_id] for item in LtiAgsLineItem.objects.all()]
    scores = [
        [who.get(row.user_id), row.line_item.tag, row.score_given, row.timestamp.isoformat(), row.grading_progress]
        for row in LtiAgsScore.objects.select_related("line_item").order_by("id")
    ]
    return JsonResponse({"items": items, "scores": scores})


def change_score(request, who, given):
    """Somebody with access to the component's tables sets another score."""
    profile = Profile.objects.get(user__username=who)
    count = LtiAgsScore.objects.filter(user_id=profile.external_id).update(score_given=given)
    return JsonResponse({"changed": count})


def shift_score(request, who, seconds):
    """Say that the score was given so much later: a clock that is ahead."""
    rows = LtiAgsScore.objects.filter(user_id=Profile.objects.get(user__username=who).external_id)
    for row in rows:
        LtiAgsScore.objects.filter(pk=row.pk).update(timestamp=row.timestamp + timedelta(seconds=seconds))
    return JsonResponse({"changed": len(rows)})


def unenrol(request, who):
    """The person leaves the course."""
    return JsonResponse({"changed": Profile.objects.filter(user__username=who).update(role=None)})


def show_number(request, who):
    """What the tool knows the person by."""
    return JsonResponse({"sub": Profile.objects.get(user__username=who).external_id})


def show_links(request):
    """What was picked."""
    return JsonResponse({"links": [[it.content_type, it.attributes] for it in LtiDlContentItem.objects.all()]})


urlpatterns = [
    path("api/", include("lti_consumer.plugin.urls")),
    path("press/<who>/<block>", press),
    path("grades", show_grades),
    path("scores", show_scores),
    path("scores/<who>/<int:given>", change_score),
    path("scores/<who>/later/<int:seconds>", shift_score),
    path("unenrol/<who>", unenrol),
    path("number/<who>", show_number),
    path("links", show_links),
]
