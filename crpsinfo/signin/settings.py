"""The settings about signing in, which crpsinfo.settings takes over. None of them differs between machines."""

from datetime import timedelta

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: whoever is locked out is refused before any password is compared
    "django.contrib.auth.backends.ModelBackend",
]

# A user name is locked for one address, so that nobody can lock somebody else out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "crpsinfo.signin.lockout.network"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying too early makes nobody wait longer
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "crpsinfo.signin.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # who signed in when is nobody's business
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]  # left out of its notes
LOCKOUT_RETENTION_DAYS = 30

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
