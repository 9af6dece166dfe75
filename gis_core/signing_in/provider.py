"""What WANGGE_OIDC says about an OpenID Connect provider. Read by the settings, so it knows nothing of Django."""

import json

NEEDED = ("client_id", "secret_file", "issuer", "authorize", "token", "userinfo", "keys")
"""Who we are to it, how it names itself in its tokens, and its addresses."""
ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
DEFAULTS = {"algorithm": "RS256", "scopes": "openid profile"}


def described(text: str) -> dict[str, str]:
    """The provider's description, complete; empty for no provider. Raises ValueError that says what is wrong."""
    given = json.loads(text or "null") or {}
    if not given:
        return {}
    allowed = f"allowed are {', '.join((*NEEDED, *DEFAULTS))}"
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise ValueError(f"WANGGE_OIDC is a JSON object of texts; {allowed}")
    if missing := [name for name in NEEDED if not given.get(name)]:
        raise ValueError(f"WANGGE_OIDC lacks {', '.join(missing)}; {allowed}")
    if unknown := sorted(set(given) - {*NEEDED, *DEFAULTS}):
        raise ValueError(f"WANGGE_OIDC: {', '.join(unknown)} unknown; {allowed}")
    whole = DEFAULTS | given
    if whole["algorithm"] not in ALGORITHMS:
        raise ValueError(f"WANGGE_OIDC: algorithm is one of {', '.join(ALGORITHMS)}")
    if "openid" not in whole["scopes"].split():
        raise ValueError("WANGGE_OIDC: scopes must contain openid")
    return whole
