"""Claim names of LTI messages (LTI Core 1.3 §5.3 and §5.4, Deep Linking 2.0 §4, AGS 2.0 §3.1, NRPS 2.0 §3.1)."""

_LTI = "https://purl.imsglobal.org/spec/lti/claim/"
_DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"

MESSAGE_TYPE = _LTI + "message_type"
VERSION = _LTI + "version"
DEPLOYMENT_ID = _LTI + "deployment_id"
TARGET_LINK_URI = _LTI + "target_link_uri"
RESOURCE_LINK = _LTI + "resource_link"
ROLES = _LTI + "roles"
CONTEXT = _LTI + "context"
TOOL_PLATFORM = _LTI + "tool_platform"
ROLE_SCOPE_MENTOR = _LTI + "role_scope_mentor"
LAUNCH_PRESENTATION = _LTI + "launch_presentation"
LIS = _LTI + "lis"
CUSTOM = _LTI + "custom"
FOR_USER = _LTI + "for_user"

DL_SETTINGS = _DL + "deep_linking_settings"
DL_CONTENT_ITEMS = _DL + "content_items"
DL_DATA = _DL + "data"
DL_MESSAGE = _DL + "msg"
DL_LOG = _DL + "log"
DL_ERROR_MESSAGE = _DL + "errormsg"
DL_ERROR_LOG = _DL + "errorlog"

AGS_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"

CANVAS_PLACEMENT = "https://www.instructure.com/placement"
CANVAS_SUBMISSION = "https://canvas.instructure.com/lti/submission"
CANVAS_MODULE_NAME = "https://canvas.instructure.com/lti/module_name"

LTI_VERSION = "1.3.0"
# LTI Core 1.3 §5.3.3, §5.3.5, §5.3.6: identifiers are at most 255 ASCII characters.
ID_LENGTH = 255
