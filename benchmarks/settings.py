"""The settings of the sites that are measured: the site's own, but for what is named here. What differs from one site
to the next comes from the environment (see benchmarks/sites.py)."""

from crpsinfo.settings import *  # noqa: F403

# The deadline in production, 5 s, would cut a checker's slow answer off at the moment when it comes, and the breaker
# would then ask no more. Here a slow checker is to keep the worker busy all the time.
AKISMET_TIMEOUT = 10.0  # seconds
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# Nothing collected, nothing compressed: no page with such a file in it is measured.
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
