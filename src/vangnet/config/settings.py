"""The one settings file. Everything comes from the environment; a wrong value stops the start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from vangnet.config import environment
from vangnet.config.database import database_urls

MODE = environment.mode()
DATA = environment.data_folder()
REGION_FOLDER = environment.region_folder()
REGION = environment.region(REGION_FOLDER)
BASE = Path(__file__).resolve().parents[1]
DOCS_FOLDER = environment.CHECKOUT / "docs"
DEMO = MODE == "demo"

DEBUG = False
SECRET_KEY = environment.secret("django-key")
ALLOWED_HOSTS = environment.hosts()
ROOT_URLCONF = "vangnet.config.urls"
WSGI_APPLICATION = "vangnet.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "vangnet.ui",
    "vangnet.audit",
    "vangnet.places",
    "vangnet.identity",
    "vangnet.agreements",
    "vangnet.vault",
    "vangnet.directory",
    "vangnet.strategy",
    "vangnet.meetings",
    "vangnet.cooperation",
    "vangnet.figures",
    "vangnet.casework",
    "vangnet.registers",
    "vangnet.picture",
    "vangnet.reports",
    "vangnet.portal",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "vangnet.identity.session.TokenMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vangnet.portal.navigation.page_frame",
            ],
        },
    }
]
FORM_RENDERER = "vangnet.ui.renderers.Written"

# --- database: one server for data, queue and cache --------------------------------------------------
URLS = database_urls(DATA, durable=MODE != "test")
OWNER_URL = URLS.owner
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(URLS.app)}
DATABASES["default"] |= {
    "ENGINE": "vangnet.identity.postgresql",
    "ATOMIC_REQUESTS": True,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": DATABASES["default"].get("OPTIONS", {}) | {"application_name": "vangnet"},
}
if MODE != "test":
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 12, "timeout": 10}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"},
    "pictures": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA / "cache" / "pictures",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "papers": {  # files of the note: anybody may ask for any day, so it holds few
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA / "cache" / "papers",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 100},
    },
}

# --- who: sessions and sign-in -----------------------------------------------------------------------
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "vangnet.identity.passwords.NotAboutYou"},
    {
        "NAME": "vangnet.identity.passwords.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "vangnet.identity.session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "vangnet.identity.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "change_password": "5/m/user",
}
MFA_ADAPTER = "vangnet.identity.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator made the account and knows the address
MFA_FORMS = {"activate_totp": "vangnet.identity.forms.ActivateTotp"}
FACTOR_KEY = environment.secret("mfa-key")
ALLAUTH_TRUSTED_PROXY_COUNT = environment.integer("VANGNET_TRUSTED_PROXIES", 0, least=0)

# --- security of transport and page ------------------------------------------------------------------
SELF_ONLY = [SELF]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": SELF_ONLY,
        "script-src": SELF_ONLY,
        "style-src": SELF_ONLY,
        "img-src": [SELF, "data:"],
        "font-src": SELF_ONLY,
        "connect-src": SELF_ONLY,
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": SELF_ONLY,
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if MODE == "production":
    # TLS ends at the proxy in front; plain http is only allowed when somebody says so in as many words.
    HTTPS = os.environ.get("VANGNET_HTTPS", "on") != "off"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
    SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
    SECURE_SSL_REDIRECT = HTTPS
    # Without a proxy that sets this header anybody could, so it counts only where TLS is promised.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
SECURITY_CONTACT = os.environ.get("VANGNET_SECURITY_CONTACT", "mailto:security@vangnet.invalid")
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
API_PER_MINUTE = environment.integer("VANGNET_API_PER_MINUTE", 120)  # requests of one token
FIGURES_MAX_UPLOAD = 50 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "vangnet.figures.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- language and numbers ----------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- static files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE == "production"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
    "vault": environment.vault_storage(DATA),
}
WHITENOISE_USE_FINDERS = MODE != "production"
WHITENOISE_AUTOREFRESH = False

# --- keys of the vault -------------------------------------------------------------------------------
KEY_FILE = environment.file_named("VANGNET_KEY_FILE") or DATA / "secrets" / "zone-keys.json"
KMS_URL = environment.service_address("VANGNET_KMS_URL")
KMS_TOKEN_FILE = environment.file_named("VANGNET_KMS_TOKEN_FILE")
VAULT_MAX_FILE = 25 * 1024 * 1024
CLAMD = environment.scanner_address("VANGNET_CLAMD")
LINK_HOSTS = environment.link_hosts("VANGNET_LINK_HOSTS")  # whose links the strategy checks; none by default

# --- official open-data services ---------------------------------------------------------------------
POLICE_ODATA_URL = os.environ.get("VANGNET_POLICE_ODATA", "https://dataderden.cbs.nl")
CBS_ODATA_URL = os.environ.get("VANGNET_CBS_ODATA", "https://datasets.cbs.nl/odata/v1")
PDOK_BOUNDARIES_URL = os.environ.get(
    "VANGNET_PDOK",
    "https://api.pdok.nl/kadaster/brk-bestuurlijke-gebieden/ogc/v1/collections/gemeentegebied/items",
)

# --- checkpoints of the log, and mail ----------------------------------------------------------------
CHECKPOINT_KEY = Path(os.environ.get("VANGNET_CHECKPOINT_KEY") or DATA / "secrets" / "checkpoint-key.pem")
CHECKPOINT_FOLDER = Path(os.environ.get("VANGNET_CHECKPOINT_FOLDER") or DATA / "checkpoints")
CHECKPOINT_FOLDER_IS_OURS = not os.environ.get("VANGNET_CHECKPOINT_FOLDER")
CHECKPOINT_MAIL = environment.mail_addresses("VANGNET_CHECKPOINT_MAIL")
CHECKPOINT_HTTP = environment.web_addresses("VANGNET_CHECKPOINT_HTTP")
MAIL_IS_SET = bool(os.environ.get("VANGNET_SMTP_HOST"))  # reminders go out only then
EMAIL_HOST = os.environ.get("VANGNET_SMTP_HOST", "localhost")
EMAIL_PORT = environment.integer("VANGNET_SMTP_PORT", 25)
EMAIL_HOST_USER = os.environ.get("VANGNET_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("VANGNET_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("VANGNET_SMTP_TLS", "on" if EMAIL_HOST_USER else "off") == "on"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("VANGNET_SMTP_FROM", "vangnet@localhost")

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "vangnet.config.log_lines.Formatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Without the handler of Django that mails a report with the values of a request.
    "loggers": {"django": {"handlers": [], "level": "INFO"}},
}
