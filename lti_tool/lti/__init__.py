"""Names that LTI 1.3 Advantage gives to claims, messages, roles and scopes."""
