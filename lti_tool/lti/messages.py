"""The message types that platforms send to tools."""

from enum import StrEnum


class MessageType(StrEnum):
    """Values of the `message_type` claim that this tool answers."""

    RESOURCE_LINK = "LtiResourceLinkRequest"
    DEEP_LINKING = "LtiDeepLinkingRequest"
    SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"
    DATA_PRIVACY = "LtiDataPrivacyLaunchRequest"
