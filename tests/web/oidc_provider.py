"""An OpenID Connect provider in a process of its own: oidc-provider-mock, which also can be told to lie.

`python -m tests.web.oidc_provider PORT` serves it; `PUT /lie/<kind>` says what is wrong with every answer from then
on, one of LIES, or `nothing`, or `named_key` for a truth told differently. Every ID token is signed anew here, true
ones too, so that a lie differs in itself only. It also holds callers to PKCE, which the package leaves out.
"""

import base64
import hashlib
import os
import sys
from typing import Any

import flask
import jwt
import oidc_provider_mock
import uvicorn
from authlib import jose

from tests.web.oidc_lies import LIES

_told = {"lie": "nothing", "challenge": ""}
_other_key = jose.RSAKey.generate_key(is_private=True)


def _signed(token: str) -> str:
    """The same token, or what the lie makes of it."""
    lie = _told["lie"]
    claims = LIES.get(lie, dict)(jwt.decode(token, options={"verify_signature": False}))
    if lie == "unsigned":
        return jwt.encode(claims, None, "none")
    if lie == "signed_with_the_secret":
        return jwt.encode(claims, flask.request.form["client_secret"], "HS256")
    key = _other_key if lie == "other_key" else flask.g.oidc_provider_mock_storage.jwk
    # Not PyJWT's own encode: it does not make a token whose claims have a wrong type.
    return jwt.api_jws.encode(flask.json.dumps(claims).encode(), key.get_private_key(), "RS256", _naming(key))


def _naming(key: Any) -> dict[str, str]:
    """The token's headers. The package names no key, nor need it: there is only one."""
    named = {"named_key": key.thumbprint(), "other_kid": "none-of-ours"}.get(_told["lie"])
    return {"kid": named} if named else {}


def _hold_to_pkce() -> Any:
    request = flask.request
    if request.path == "/oauth2/authorize":
        assert request.args["code_challenge_method"] == "S256"
        _told["challenge"] = request.args["code_challenge"]
    if request.path == "/oauth2/token":
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != _told["challenge"]:
            return {"error": "invalid_grant"}, 400
    return None


def _tell(response: flask.Response) -> flask.Response:
    path, lie = flask.request.path, _told["lie"]
    if path == "/oauth2/token" and response.status_code == 200:
        if lie == "failing":
            return flask.make_response({"error": "server_error"}, 500)
        body = response.get_json()
        said = flask.json.dumps(body | {"id_token": _signed(body["id_token"])})
        response.set_data("<html>" if lie == "no_json" else said)
    if path == "/userinfo" and lie == "other_person":
        response.set_data(flask.json.dumps({"sub": "li"}))
    return response


def application() -> flask.Flask:
    app = oidc_provider_mock.app(require_client_registration=True, require_nonce=True)
    app.before_request(_hold_to_pkce)
    app.after_request(_tell)

    @app.put("/lie/<kind>")
    def lie(kind: str) -> str:
        if kind not in (*LIES, "named_key", "nothing"):
            flask.abort(404)
        _told["lie"] = kind
        return kind

    return app


if __name__ == "__main__":
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain HTTP, within this machine
    uvicorn.run(application(), interface="wsgi", host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
