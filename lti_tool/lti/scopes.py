"""OAuth scopes of LTI Advantage services."""

LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
LINE_ITEM_READONLY = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
RESULT_READONLY = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
MEMBERSHIP_READONLY = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

# What a registration asks for: make columns, read what stands, send scores, read the roster.
REQUESTED = (LINE_ITEM, RESULT_READONLY, SCORE, MEMBERSHIP_READONLY)
