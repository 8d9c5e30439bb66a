"""The settings of the sites that are measured: the site's own, but for what is named here. What differs from one site
to the next comes from the environment (see benchmarks/sites.py)."""

import json
import os

from crpsinfo.settings import *  # noqa: F403
from crpsinfo.settings import DATABASES

# The deadline in production, 5 s, would cut a checker's slow answer off at the moment when it comes, and the breaker
# would then ask no more. Here a slow checker is to keep the worker busy all the time.
AKISMET_TIMEOUT = 10.0  # seconds
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# Nothing collected, nothing compressed: no page with such a file in it is measured.
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# What `benchmarks.tuning` sets otherwise.
for name, value in json.loads(os.environ.get("OTHER_SETTINGS_OF_DATABASE", "{}")).items():
    DATABASES["default"][name] = DATABASES["default"][name] | value if isinstance(value, dict) else value
