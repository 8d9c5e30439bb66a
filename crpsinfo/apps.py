from django.apps import AppConfig


class CrpsInfoConfig(AppConfig):
    name = "crpsinfo"
    verbose_name = "Site"

    def ready(self):
        from crpsinfo import checks  # noqa: F401 - registers the system checks
