"""Every setting of the site, in one file. What differs between machines comes from the environment
(or from `.env`), is read here and nowhere else, and is listed in `.env.example`."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from environs import Env, EnvError

from crpsinfo import __version__
from crpsinfo.jobs import JOBS as PERIODIC_JOBS  # noqa: F401 - what runs by the clock
from crpsinfo.jobs import RETENTION  # noqa: F401 - and what `purge`, one of these jobs, calls
from crpsinfo.logs import LOGGING  # noqa: F401 - no text, personal data, query string or key in any line
from crpsinfo.mail_url import mail_server
from crpsinfo.signin.settings import *  # noqa: F403 - what differs on no machine: AXES_…, AUTHENTICATION_BACKENDS

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # everything that running the site writes; ignored by git

env = Env()
# Variables already in the environment win over the file.
env.read_env(os.environ.get("ENV_FILE", BASE_DIR / ".env"), recurse=False)


def text(name, default):
    """The variable's value; `default` when it is not set, or empty."""
    return env.str(name, "").strip() or default


def chosen(name, default, choices):
    """The variable's value, which must be one of `choices`."""
    value = text(name, default)
    if value not in choices:
        raise EnvError(f"{name} is {value!r}; it must be one of: {', '.join(choices)}.")
    return value


# --- The site ------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
PORT = env.int("PORT", 8000)
SECRET_KEY = text("SECRET_KEY", "only-for-development-never-in-production" if DEBUG else "")
if not SECRET_KEY:
    raise EnvError("SECRET_KEY must be set (or DEBUG=true on a developer's machine). See .env.example.")
# Absolute addresses come from here, never from a request's Host header.
SITE_URL = text("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
PRODUCTION = SITE_URL.startswith("https://")  # what the public reaches; without https it is somebody's own machine
SITE_NAME = "CRPS Info"
ALLOWED_HOSTS = [
    host.strip()
    for host in text("ALLOWED_HOSTS", f"{urlsplit(SITE_URL).hostname},localhost,127.0.0.1,[::1]").split(",")
]
VERSION = __version__
# How many proxies of ours append to X-Forwarded-For. 0: the peer is the client.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
SECURITY_CONTACT = text("SECURITY_CONTACT", f"{SITE_URL}/contact/")
SITE_OPERATOR = text("SITE_OPERATOR", "the volunteers who run this site")  # who answers for people's data

# The web server's own (see crpsinfo/gunicorn.py).
WEB_BIND = text("WEB_BIND", "127.0.0.1")
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", 2)

# --- Apps ----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "crpsinfo",
    "articles",
    "comments",
    "directory",
    "crpsinfo.apps.CrpsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "phonenumber_field",
    "simple_history",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
]

MIDDLEWARE = [
    "crpsinfo.kept.middleware.KeptPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "crpsinfo.security.ContentSecurityPolicyMiddleware",
    "crpsinfo.errors.NulMiddleware",
    "crpsinfo.errors.MethodNotAllowedMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "crpsinfo.kept.middleware.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "articles.moved.MovedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",  # the last one: it exchanges the answer to who is locked out
]

ROOT_URLCONF = "crpsinfo.urls"
WSGI_APPLICATION = "crpsinfo.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crpsinfo.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "plain"
CRISPY_TEMPLATE_PACK = "plain"

# --- Database ------------------------------------------------------------------------------------

DATABASE_URL = text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers never wait for the one writer, and a writer waits its turn instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    VAR_DIR.mkdir(exist_ok=True)
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server that hangs, or a row that is locked, becomes an error in time: then nothing that was posted is lost.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "options": "-c lock_timeout=15s",
    } | DATABASES["default"].get("OPTIONS", {})

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "crpsinfo.formats"
PHONENUMBER_DEFAULT_REGION = "US"
PHONENUMBER_DEFAULT_FORMAT = "NATIONAL"
# Public pages are kept in each web process, up to so many bytes (see crpsinfo/kept); 0 keeps none.
KEPT_PAGES_BYTES = env.int("KEPT_PAGES_BYTES", 32_000_000)
# What they are made from: all rows, and of comments those that leave a trace.
PAGES_SHOW = dict.fromkeys(
    ["articles.Article", "articles.Article_topics", "articles.Correction", "articles.Topic", "comments.CommentSettings",
     "directory.Check", "directory.Doctor", "directory.Offer", "directory.Practice", "directory.StateBoard",
     "directory.StateCount", "directory.Treatment"], "true",
) | {"comments.Comment": "{row}.status NOT IN ('pending', 'spam')"}  # fmt: skip
PAGES_TALK = ["comments.Comment"]  # what changes most: what is around it is kept apart
TALLIES = ["comments.models.tally"]  # what triggers count, so that no reading has to

# --- Static files --------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Security ------------------------------------------------------------------------------------

SECURE_CSP = {  # the name and shape of Django 6's setting
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CSRF_FAILURE_VIEW = "crpsinfo.signin.gate.without_token"
SESSION_COOKIE_AGE = 12 * 60 * 60  # moderators and editors only: readers have no session
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
REQUIRE_2FA = env.bool("REQUIRE_2FA", PRODUCTION)  # everybody who may sign in does the second step
OTP_TOTP_ISSUER = SITE_NAME  # as the app on a phone lists it
DATA_UPLOAD_MAX_MEMORY_SIZE = 3_500_000  # bytes of a posted form; a longer one gets a clear 413

# --- Comments ------------------------------------------------------------------------------------

COMMENT_POLICY = chosen("COMMENT_POLICY", "hold-all", ["hold-all", "trust-returning", "publish-ham"])
# What a person looks at first under every policy, and under all but `publish-ham`: functions of (name, text).
PERSON_FIRST = ["comments.policy.claims_authority", "directory.mentions.names_a_listed_doctor"]
PERSON_FIRST_UNLESS_HAM_IS_PUBLISHED = ["comments.policy.gives_details"]
# Names that readers may not use, nor what looks like them; moderators' pen names are kept too.
RESERVED_NAMES = (
    "moderator", "moderators", "moderation", "mod", "mods", "mod team", "admin", "admins", "administrator",
    "site admin", "the admin", "crps admin", "webmaster", "staff", "site staff", "the staff", "site editor",
    "site owner", "site team", "crps info", "support team")  # fmt: skip
COMMENT_RETENTION_DAYS = {  # what `purge` erases, counted from the event that the name tells
    "submission": 30,  # IP address, user agent, referrer
    "spam": 15,
    "removed": 30,
    "withdrawn": 7,
    "former": 30,  # texts that were changed since
    "notes": 90,  # of moderators, for each other
    "reports": 90,  # their words, and those of appeals, after they were closed
    "crisis": 30,  # flags
    "writer": 365,  # a remembered writer's row after the last post: by then the cookie is gone
}
CONTACT_RETENTION_DAYS = {"closed": 90, "spam": 15}  # after a message was closed; after it came
ALARM = "comments.crisis.hit"  # says whether a message may be about somebody in danger
TYPED_ADDRESSES = {"messages": "crpsinfo.ContactMessage", "reports": "directory.Report"}  # whose `email` is anybody's
LISTING_REPORT_RETENTION_DAYS = {"closed": 90, "spam": 15, "submission": 30}  # after the decision; after it was sent
# Posts: (how many, in how many seconds) from one network, which readers may share, and of one remembered writer.
POST_LIMITS = [(10, 60), (60, 60 * 60), (200, 24 * 60 * 60)]
WRITER_LIMITS = [(5, 60), (20, 60 * 60), (60, 24 * 60 * 60)]
# What is held for a person: more links than this, and the same text again (if it has so many letters) within some days.
MOST_LINKS, SAME_TEXT_LETTERS, SAME_TEXT_DAYS = 3, 40, 30

REVIEW_LETTER = "articles.publishing.letter"  # what the mail about due reviews says
# What arrives at the moderators' desk, in the order of the tabs. The admin opens on the first for who decides about it.
DESK = ["comments.moderation.desk.Comments", "directory.reports.desk.Reports", "crpsinfo.desk.messages.Messages"]
# What /search/ finds, in the order of its results.
SEARCH = ["articles.found.Articles", "directory.found.Doctors", "comments.found.Comments"]

# --- Spam checker --------------------------------------------------------------------------------

AKISMET_API_KEY = text("AKISMET_API_KEY", "")
AKISMET_API_URL = text("AKISMET_API_URL", "https://rest.akismet.com").rstrip("/")
AKISMET_TIMEOUT = 5.0  # seconds, for a whole call
SPAM_CHECKER = "crpsinfo.spam.akismet.AkismetChecker" if AKISMET_API_KEY else "crpsinfo.spam.none.NoChecker"
# After so many failures in a row, one call in so many seconds to see whether it works again.
CHECKER_BREAKER = (3, 60)
DISCARD_SAMPLE = 5  # of the comments called blatant spam, how many a day a moderator is asked to judge
RULE_RETENTION_DAYS = 30  # rules about e-mail addresses and networks, after their end

# --- Mail ----------------------------------------------------------------------------------------

mail_url = text("EMAIL_URL", "")  # not a setting: pages about errors show those, and a password is in it
MAIL_CONFIGURED = bool(mail_url) or not PRODUCTION  # without it the site offers no mails
if mail_url:
    globals().update(mail_server(mail_url))  # EMAIL_BACKEND, EMAIL_HOST and so on
else:  # on somebody's own machine a mail becomes a file
    EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if MAIL_CONFIGURED else 'dummy'}.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 10  # seconds, for each step
MAIL_DEADLINE = 40  # seconds, for all of them; less than WORK_LEASE, or two workers send the same mail
MAIL_ATTEMPTS = 15  # then a mail is given up
MAIL_NAME = "Comment notices"  # the sender's name: says nothing of the illness
MAIL_FROM = text("MAIL_FROM", f"no-reply@{urlsplit(SITE_URL).hostname}")

# --- Background work -----------------------------------------------------------------------------

# Which function works on which kind of due row (see crpsinfo/work.py).
WORK = {
    "comments.Comment": "comments.checking.check",
    "comments.Proposal": "comments.checking.check_proposal",
    "comments.Feedback": "comments.checking.report",
    "comments.Notification": "comments.mails.send",
    "directory.Report": "directory.reports.checking.check",
    "crpsinfo.StaffMail": "crpsinfo.desk.mails.send",
    "crpsinfo.PeriodicJob": "crpsinfo.periodic.run",
}
WORK_LEASE = 60  # seconds that a claimed row is left to its worker
WORK_RETRY = (30, 24 * 60 * 60)  # seconds before the first retry, and at most
WORK_OVERDUE = env.int("WORK_OVERDUE", 60 * 60)  # seconds after which /readyz calls due work overdue
