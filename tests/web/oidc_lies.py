"""What a provider of sign-ins may get wrong: kind -> what it makes of the claims of an ID token."""

import time
from collections.abc import Callable
from typing import Any

Claims = dict[str, Any]


def _client(claims: Claims) -> str:
    audience = claims["aud"]
    return str(audience[0] if isinstance(audience, list) else audience)


LIES: dict[str, Callable[[Claims], Claims]] = {
    "expired": lambda claims: claims | {"iat": time.time() - 7200, "exp": time.time() - 3600},
    "for_ever": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "of_tomorrow": lambda claims: claims | {"iat": time.time() + 86400, "exp": time.time() + 90000},
    "other_audience": lambda claims: claims | {"aud": "another-program"},
    "shared_audience": lambda claims: claims | {"aud": [_client(claims), "another-program"]},
    "other_program": lambda claims: claims | {"azp": "another-program"},
    "other_issuer": lambda claims: claims | {"iss": "https://elsewhere.example"},
    "other_nonce": lambda claims: claims | {"nonce": "x" * 32},
    "no_nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "number_for_sub": lambda claims: claims | {"sub": 7},
    "empty_sub": lambda claims: claims | {"sub": ""},
    # These leave the claims as they are:
    "other_key": dict,
    "other_kid": dict,
    "unsigned": dict,
    "signed_with_the_secret": dict,
    "other_person": dict,  # in the answer of userinfo
    "no_json": dict,  # nor in the one with the tokens
    "failing": dict,
}
