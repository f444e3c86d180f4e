"""A city's single sign-on for tests: an OpenID Connect server in a process of its own, with its own people.

``python city_sign_on.py FOLDER PORT CALLBACK ACR`` serves until it is ended. It is the server half of allauth over
oauthlib; nothing of the platform is imported here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

CLIENT, SECRET = "jinling", "a-secret-of-this-test"
PEOPLE = {"li": "north-gate-lantern-4", "nobody-here": "south-gate-lantern-5"}
ACR = ""


def configure(folder: Path, port: int) -> None:
    """Settings of the server."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from django.conf import settings

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    settings.configure(
        SECRET_KEY="k" * 50,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "people.sqlite3"}},
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SESSION_COOKIE_NAME="city_session",
        CSRF_COOKIE_NAME="city_csrf",
        LOGIN_URL="/accounts/login/",
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_LOGIN_METHODS={"username"},
        ACCOUNT_SIGNUP_FIELDS=["username*", "password1*"],
        IDP_OIDC_PRIVATE_KEY=pem,
        IDP_OIDC_ADAPTER=f"{__name__}.Adapter",
    )


def __getattr__(name: str):  # what the settings name is made once Django is set up
    if name == "urlpatterns":
        from django.urls import include, path

        return [path("accounts/", include("allauth.account.urls")), path("", include("allauth.idp.urls"))]
    if name == "Adapter":
        from allauth.idp.oidc.adapter import DefaultOIDCAdapter

        class Adapter(DefaultOIDCAdapter):
            def populate_id_token(self, id_token, client, scopes, **more):
                if ACR:
                    id_token["acr"] = ACR

        return Adapter
    raise AttributeError(name)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def main(folder: str, port: str, callback: str, acr: str) -> None:
    """Make the people and the one client, then serve."""
    global ACR
    ACR = acr
    sys.modules["city_sign_on"] = sys.modules[__name__]
    configure(Path(folder), int(port))
    import django

    django.setup(set_prefix=False)
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    for name, password in PEOPLE.items():
        User.objects.create_user(name, password=password)
    client = Client(
        id=CLIENT, name="Jinling", redirect_uris=callback, scopes="openid\nprofile\nemail", skip_consent=True
    )
    client.set_secret(SECRET)
    client.save()
    server = make_server("127.0.0.1", int(port), get_wsgi_application(), server_class=Server)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
