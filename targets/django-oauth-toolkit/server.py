"""A project of one file for django-oauth-toolkit: login, consent, clients by document and by registration."""

import os
import signal
import sys
import tempfile
from importlib.metadata import version
from urllib.parse import urlsplit

import django
from django.conf import settings

ISSUER = os.environ["CIMDSPEC_ISSUER"]
PORT = int(os.environ["CIMDSPEC_PORT"])
STATE = os.environ.get("CIMDSPEC_STATE")
if STATE is None:
    # Started by hand: the state goes when the server goes.
    temporary = tempfile.TemporaryDirectory(prefix="cimdspec-state-")
    STATE = temporary.name
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
LOGIN_PAGE = """<!doctype html><title>Log in</title>
<form method="post">{% csrf_token %}{{ form.as_p }}<button type="submit">Log in</button></form>"""

settings.configure(
    ALLOWED_HOSTS=[urlsplit(ISSUER).hostname],
    CSRF_TRUSTED_ORIGINS=[ISSUER],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.path.join(STATE, "db.sqlite3"),
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
            },
        }
    },
    DEBUG=False,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    LOGIN_URL="/login/",
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    OAUTH2_PROVIDER={
        "CIMD_ENABLED": True,
        "DCR_ENABLED": True,
        "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",),
        "DEFAULT_SCOPES": ["read"],
        "PKCE_REQUIRED": True,
        "SCOPES": {"read": "Read", "write": "Write"},
    },
    # The usual hasher takes most of a second on purpose; the harness registers hundreds of clients.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for tests",
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ],
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN_PAGE}),
                    "django.template.loaders.app_directories.Loader",
                ],
            },
        }
    ],
    USE_TZ=True,
    USE_X_FORWARDED_HOST=True,
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402
from waitress import serve  # noqa: E402

urlpatterns = [
    path("login/", LoginView.as_view()),
    path("", include("oauth2_provider.urls", namespace="oauth2_provider")),
]

if __name__ == "__main__":
    # A state that a run before has made is kept: the harness starts a server again that died.
    call_command("migrate", verbosity=0)
    users = get_user_model().objects
    if not users.filter(username="alice").exists():
        users.create_user("alice", password="wonderland")
    print(
        f"django-oauth-toolkit {version('django-oauth-toolkit')} on Django {django.get_version()}, "
        f"CPython {sys.version.split()[0]}, port {PORT}, issuer {ISSUER}",
        flush=True,
    )
    serve(
        get_wsgi_application(),
        host="127.0.0.1",
        port=PORT,
        threads=32,
        channel_timeout=60,
        # The front of the harness; without this waitress takes the forwarded fields away.
        trusted_proxy="127.0.0.1",
        trusted_proxy_headers="x-forwarded-for x-forwarded-host x-forwarded-proto",
        clear_untrusted_proxy_headers=True,
    )
