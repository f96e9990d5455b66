"""Which refusals speak of somebody who tries, and not of somebody who clicked twice or came late."""

# What no genuine platform and no student's browser sends, save by a wrong setting. What people meet in a lecture is
# not among them: a reload, a late click, a browser without cookies, an LMS that is down.
_FORGED = frozenset(
    {
        "algorithm_refused",
        "audience_wrong",
        "azp_wrong",
        "exp_missing",
        "iat_missing",
        "id_token_missing",
        "identifier_too_long",
        "issuer_wrong",
        "key_unfit",
        "kid_missing",
        "kid_unknown",
        "login_hint_missing",
        "login_issuer_missing",
        "nonce_missing",
        "nonce_wrong",
        "registration_unknown",
        "signature_wrong",
        "state_missing",
        "state_unknown",
        "target_link_uri_foreign",
        "target_link_uri_missing",
        "token_malformed",
    }
)


def is_forgery(reason: str) -> bool:
    """Whether a refusal counts against the address that it came from."""
    return reason in _FORGED
