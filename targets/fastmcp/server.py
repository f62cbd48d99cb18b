"""FastMCP's OAuth proxy in front of a small identity provider of ours: clients by document and by registration, consent at the proxy, login upstream."""

import html
import os
import secrets
import sys
from importlib.metadata import version
from urllib.parse import urlencode

import uvicorn
from fastmcp import FastMCP
from fastmcp.server.auth import AccessToken, OAuthProxy, TokenVerifier
from key_value.aio.stores.memory import MemoryStore
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

ISSUER = os.environ["CIMDSPEC_ISSUER"]
PORT = int(os.environ["CIMDSPEC_PORT"])
USERS = {"alice": "wonderland"}
LIFETIME = 3600
CLIENT, SECRET = "fastmcp", "only for tests, and the same in each run"

# What the identity provider has given out: codes and tokens of a user.
codes: dict[str, str] = {}
access: dict[str, str] = {}
refresh: dict[str, str] = {}


class Verifier(TokenVerifier):
    """The proxy asks it whether a token of the identity provider is alive."""

    async def verify_token(self, token: str) -> AccessToken | None:
        user = access.get(token)
        return user and AccessToken(token=token, client_id=CLIENT, scopes=["mcp"], subject=user)


proxy = OAuthProxy(
    upstream_authorization_endpoint=f"{ISSUER}/upstream/authorize",
    upstream_token_endpoint=f"http://127.0.0.1:{PORT}/upstream/token",
    upstream_revocation_endpoint=f"http://127.0.0.1:{PORT}/upstream/revoke",
    upstream_client_id=CLIENT,
    upstream_client_secret=SECRET,
    token_verifier=Verifier(required_scopes=["mcp"]),
    base_url=ISSUER,
    client_storage=MemoryStore(),
)
mcp = FastMCP("cimdspec", auth=proxy)


def page(message: str) -> Response:
    return HTMLResponse(
        f"""<!doctype html><title>Log in</title><h1>Log in</h1><p>{html.escape(message)}</p>
<form method="post"><label>User <input name="username"></label> <label>Password <input name="password" type="password"></label>
<button type="submit">Log in</button></form>"""
    )


@mcp.custom_route("/upstream/authorize", methods=["GET", "POST"])
async def authorize(request: Request) -> Response:
    """The identity provider knows one client, the proxy, and asks for the password each time."""
    asked = request.query_params
    if asked.get("client_id") != CLIENT or asked.get("redirect_uri") != f"{ISSUER}/auth/callback":
        return HTMLResponse("unknown client", status_code=400)
    if request.method == "GET":
        return page("")
    form = await request.form()
    user = str(form.get("username"))
    if USERS.get(user) != form.get("password"):
        return page("That is not right.")
    code = secrets.token_urlsafe(32)
    codes[code] = user
    answer = urlencode({"code": code, "state": asked.get("state", "")})
    return RedirectResponse(f"{asked['redirect_uri']}?{answer}", status_code=303)


@mcp.custom_route("/upstream/token", methods=["POST"])
async def token(request: Request) -> Response:
    form = await request.form()
    user = codes.pop(str(form.get("code")), None) or refresh.pop(str(form.get("refresh_token")), None)
    if user is None:
        return JSONResponse({"error": "invalid_grant"}, status_code=400)
    given = {"access_token": secrets.token_urlsafe(32), "refresh_token": secrets.token_urlsafe(32)}
    access[given["access_token"]] = user
    refresh[given["refresh_token"]] = user
    return JSONResponse({**given, "token_type": "Bearer", "expires_in": LIFETIME, "scope": "mcp"})


@mcp.custom_route("/upstream/revoke", methods=["POST"])
async def revoke(request: Request) -> Response:
    form = await request.form()
    for kind in (access, refresh):
        kind.pop(str(form.get("token")), None)
    return Response()


@mcp.tool
def hello() -> str:
    """Greets."""
    return "hello"


if __name__ == "__main__":
    print(
        f"fastmcp {version('fastmcp')} on CPython {sys.version.split()[0]}, port {PORT}, issuer {ISSUER}",
        flush=True,
    )
    uvicorn.run(mcp.http_app(path="/mcp"), host="127.0.0.1", port=PORT, log_level="warning")
