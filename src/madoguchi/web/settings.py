"""Django's settings. Every value that an installation may change is a variable named in `web/variables.py`."""

import secrets
from pathlib import Path

from madoguchi.web.sign_in_settings import form_targets, ldap_settings, mail_settings, oidc_providers
from madoguchi.web.variables import Variables

VARIABLES = Variables()
HERE = Path(__file__).parent
DATA = VARIABLES.folder("MADOGUCHI_DATA", default=Path("data"))
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)


def kept_secret(folder: Path) -> str:
    """Return the installation's key, made on the first start and readable by its account alone."""
    path = folder / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = VARIABLES.text("MADOGUCHI_SECRET_KEY") or kept_secret(DATA)
DEBUG = VARIABLES.flag("MADOGUCHI_DEBUG", default=False)
IS_HTTPS = VARIABLES.flag("MADOGUCHI_HTTPS", default=False)
ALLOWED_HOSTS = VARIABLES.names("MADOGUCHI_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
DATABASES = {"default": VARIABLES.database("MADOGUCHI_DATABASE", default=DATA / "madoguchi.sqlite3")}
# wrong passwords and used codes are counted here: all processes must count together
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ANCHOR_FOLDER = DATA / "anchors"
FILES_FOLDER = DATA / "files"
FIGURES_FOLDER = DATA / "figures"
MAIL_SECRETS_FOLDER = VARIABLES.folder("MADOGUCHI_MAIL_SECRETS", default=DATA / "secrets" / "mail")
MAIL_LOCKS_FOLDER = DATA / "locks" / "mail"
TELEPHONES_FILE = VARIABLES.file("MADOGUCHI_TELEPHONES")
SILENT_HOURS = VARIABLES.whole("MADOGUCHI_SILENT_HOURS", most=1_000)
AMI_SECRET = VARIABLES.text("MADOGUCHI_AMI_SECRET")

ROOMS = (
    "audit",
    "people",
    "contracts",
    "knowledge",
    "desk",
    "assets",
    "calls",
    "imports",
    "mail",
    "surveys",
    "works",
    "monitoring",
    "webhooks",
    "provisioning",
    "quality",
    "staffing",
    "documents",
    "procurement",
    "handover",
    "portal",
    "console",
    "api",
    "profile",
    "web",
)
INSTALLED_APPS = [
    *(f"madoguchi.{room}" for room in ROOMS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "madoguchi.web.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "madoguchi.web.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "madoguchi.web.urls"
WSGI_APPLICATION = "madoguchi.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "madoguchi.web.context.site",
            ],
            "builtins": ["madoguchi.web.templatetags.words", "madoguchi.web.templatetags.ticket_rows"],
        },
    }
]

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_FOLDER}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_200
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
MAX_ATTACHMENT_BYTES = 20_000_000
PRIVATE_TARGETS = VARIABLES.networks("MADOGUCHI_PRIVATE_TARGETS")

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("sign_in_name", "mail")},
    },
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "mail"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "madoguchi.people.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "madoguchi.people.sign_in.ProviderAdapter"
ACCOUNT_USER_DISPLAY = "madoguchi.people.queries.display_name"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = oidc_providers(VARIABLES)
FORM_TARGETS = form_targets(SOCIALACCOUNT_PROVIDERS)
# behind a proxy every visitor would come from its address, and one person's wrong passwords would lock out all
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if IS_HTTPS else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "madoguchi.people.second_factor.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Madoguchi"

globals().update(mail_settings(VARIABLES, folder=DATA / "mail"))
LDAP = ldap_settings(VARIABLES)
if LDAP:
    # after the local accounts: their passwords are not the directory's to see, and they work while it is down
    AUTHENTICATION_BACKENDS = [*AUTHENTICATION_BACKENDS, "madoguchi.people.directory.DirectoryBackend"]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "notices", "plans"]}}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "madoguchi.web.logs.NamelessLine",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "filters": {"no_survey_links": {"()": "madoguchi.web.logs.NoSurveyLinks"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_survey_links"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"madoguchi": {"level": "INFO"}},
}
SITE_ADDRESS = VARIABLES.address("MADOGUCHI_ADDRESS", default=f"http://{(ALLOWED_HOSTS or ['localhost'])[0]}:8000")
VARIABLES.finish()
