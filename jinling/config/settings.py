"""Django settings. What a site may change comes from the environment; see docs/reference/settings.md."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from jinling.config.catalogues import pack_texts
from jinling.config.database.postgres import database_settings, is_embedded
from jinling.config.observing.logs import logging_settings
from jinling.config.site.city import city_of, name_of
from jinling.config.site.home import home, secret, secret_versions
from jinling.config.site.mail import mail_settings
from jinling.kernel.contexts import contexts
from jinling.kernel.languages import ENGLISH, english

PACKAGE = Path(__file__).resolve().parent.parent
HOME = home()

DEBUG = os.environ.get("JINLING_DEBUG") == "1"
SECRET_KEY = os.environ.get("JINLING_SECRET_KEY") or secret("django", size=48).hex()
ALLOWED_HOSTS = os.environ.get("JINLING_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")

# The city pack: a name under jinling/cities or a folder's path.
JINLING_CITY = os.environ.get("JINLING_CITY", "nanjing")
_city = city_of(JINLING_CITY)
# The numbers that pages name for questions and in an emergency; without one they name none.
JINLING_HOTLINE, JINLING_EMERGENCY = _city.hotline, _city.emergency
# What amounts are in, and how the city writes numbers and dates where its language does so in another way.
JINLING_CURRENCY, JINLING_FORMATS = _city.currency, _city.formats
JINLING_COUNTRY = _city.country
JINLING_EMBEDDED_DATABASE = is_embedded()
# What a command calls before it touches the database.
JINLING_PREPARATION = "jinling.config.database.preparation.ensure_prepared"

# What closes identifiers at rest: sealing keys and index keys by version, and the algorithm (aes or sm4).
JINLING_SEALING = {
    "keys": secret_versions("sealing"),
    "index_keys": secret_versions("index"),
    "algorithm": os.environ.get("JINLING_SEALING_ALGORITHM", "aes"),
}
# API keys and sign-in codes are kept as hashes under this key.
JINLING_KEY_HASH_SECRET = secret("key-hashes", size=64)
# Heads of the audit are signed with this; each day's root is written to a folder that belongs on another machine.
JINLING_AUDIT_KEY = secret("audit-signing")
JINLING_AUDIT_ROOTS = Path(os.environ.get("JINLING_AUDIT_ROOTS") or HOME / "audit-roots")
# Where notices go: console, file (under the home) or smtp.
JINLING_MESSAGING = os.environ.get("JINLING_MESSAGING", "file")
globals().update(mail_settings(os.environ.get("JINLING_SMTP", "smtp://localhost:25")))
DEFAULT_FROM_EMAIL = os.environ.get("JINLING_MAIL_FROM", "jinling@localhost")

INSTALLED_APPS = [
    "jinling.config",
    *contexts(),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
]

MIDDLEWARE = [
    "jinling.config.observing.health.HealthMiddleware",
    "jinling.config.observing.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jinling.web.requests.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jinling.foundation.access.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

# For programs that call the API with a key (jinling.config.wsgi): no session, form token or page headers.
API_MIDDLEWARE = [
    "jinling.config.observing.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "jinling.web.requests.RequestMiddleware",
    "django.middleware.common.CommonMiddleware",
    "jinling.foundation.access.middleware.AccessMiddleware",
]

ROOT_URLCONF = "jinling.config.urls"
WSGI_APPLICATION = "jinling.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jinling.web.menus.menus",
            ],
        },
    },
]

DATABASES = {"default": database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# The city's own language and English; where they are one, there is one. A third one's texts stand in the pack.
LANGUAGE_CODE = _city.language
LANGUAGES = [
    (code, name_of(code)) for code in ((LANGUAGE_CODE,) if english(LANGUAGE_CODE) else (LANGUAGE_CODE, ENGLISH))
]
LOCALE_PATHS = [pack_texts(_city.path, LANGUAGE_CODE, HOME / "locale")]
# The city's one clock. The database's sessions keep to UTC: SQL compares instants and is told days.
TIME_ZONE = _city.timezone
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [
    ("vendor/bootstrap", Path(__import__("xstatic.pkg.bootstrap", fromlist=["BASE_DIR"]).BASE_DIR)),
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
# Plain HTTP on the machine itself only; a city serves HTTPS and says so.
SECURE_COOKIES = os.environ.get("JINLING_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
if SECURE_COOKIES:  # bound to this very host
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SECURE_SSL_REDIRECT = SECURE_COOKIES
# People are sent over; programs are refused, so that nobody keeps sending keys in clear.
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^fhir/"]
if SECURE_COOKIES:
    MIDDLEWARE.insert(2, "jinling.config.https.HttpsForPrograms")
    API_MIDDLEWARE.insert(1, "jinling.config.https.HttpsForPrograms")
# The proxy in front ends TLS and says so; without one nobody may claim it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
SECURE_HSTS_SECONDS = 31536000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
# How large uploads may be, in bytes: a file (asked in GiB), and what one request may carry, since a form's file is
# written to disk before anything looks at it; larger files come in pieces. deploy/nginx.conf lets one request through;
# docs/reference/settings.md and docs/how-to/upload-data.md name both.
JINLING_UPLOAD_LIMIT = int(os.environ.get("JINLING_UPLOAD_LIMIT", "64")) << 30
UPLOAD_LIMIT_OF_ONE_REQUEST = 2 << 30
UPLOAD_LIMIT_OF_RETURNS = 20 << 20  # a file of statistical returns
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# -- signing in --------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.Account"
LOGIN_URL = "access_sign_in"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "jinling.foundation.access.passwords.SiteWordsValidator"},
]
ACCOUNT_ADAPTER = "jinling.foundation.access.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
SOCIALACCOUNT_ADAPTER = "jinling.foundation.access.adapters.SocialAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
MFA_ADAPTER = "jinling.foundation.access.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
# Passkeys on a machine without HTTPS: browsers allow them on localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE_COOKIES
# The city's single sign-on for staff: an OpenID Connect server; the claim tells the account's name.
JINLING_OIDC_CLAIM = os.environ.get("JINLING_OIDC_CLAIM", "preferred_username")
# What its ``acr`` reads when it saw a second factor; with none, or another, staff set one up here.
JINLING_OIDC_ACR = frozenset(filter(None, os.environ.get("JINLING_OIDC_ACR", "").split(",")))
if os.environ.get("JINLING_OIDC_SERVER"):
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "city",
                    "name": os.environ.get("JINLING_OIDC_NAME", "Single sign-on"),
                    "client_id": os.environ.get("JINLING_OIDC_CLIENT", ""),
                    "secret": os.environ.get("JINLING_OIDC_SECRET", ""),
                    "settings": {"server_url": os.environ["JINLING_OIDC_SERVER"]},
                }
            ],
            "OAUTH_PKCE_ENABLED": True,
        }
    }
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip"}
# Whether hospitals may see each other's records of a patient who has said nothing about it; every patient may
# say otherwise at any time.
JINLING_SHARING_DEFAULT = os.environ.get("JINLING_SHARING_DEFAULT", "permit") == "permit"
# Staff sign in with a second factor wherever the city is served over HTTPS; a plain machine offers it.
JINLING_SECOND_FACTOR = os.environ.get("JINLING_SECOND_FACTOR", "required" if SECURE_COOKIES else "offered")
# A staff session that is left alone this long ends.
JINLING_IDLE_MINUTES = int(os.environ.get("JINLING_IDLE_MINUTES", "30"))
# A mobile number stands for at most this many citizens' accounts.
JINLING_ACCOUNTS_PER_MOBILE = int(os.environ.get("JINLING_ACCOUNTS_PER_MOBILE", "3"))
# Tries to prove a real name that fail, a day, for an account and for a number.
JINLING_IDENTITY_TRIES = int(os.environ.get("JINLING_IDENTITY_TRIES", "5"))
# After five wrong passwords a name is locked for the address that tried, not for its owner elsewhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "jinling.foundation.access.adapters.tried_name"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "ip_address", "mobile", "code", "next"]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "access/locked.html"

LOGGING = logging_settings(os.environ.get("JINLING_LOG_LEVEL", "WARNING"), os.environ.get("JINLING_LOG_FORMAT", "json"))
