"""What the campus stores beside the component's own tables."""

from django.conf import settings
from django.db import models


class Profile(models.Model):
    """Its number outside of the campus, and the role in the course: student or staff; None for who has left."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="profile")
    external_id = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=20, null=True)


class Grade(models.Model):
    """A cell of the grade book; `score` from 0 to 1."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    block = models.CharField(max_length=255)
    score = models.FloatField()
    comment = models.TextField(null=True)
