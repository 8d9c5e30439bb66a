from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class CrpsInfoConfig(AppConfig):
    name = "crpsinfo"
    verbose_name = "Site"

    def ready(self):
        from crpsinfo import checks  # noqa: F401 - registers the system checks
        from crpsinfo.kept.models import SiteVersion

        # The one signal here: a migration can make a table anew, and without its triggers.
        post_migrate.connect(lambda using, **rest: SiteVersion.begin(using), sender=self, weak=False)


class CrpsAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with our own site as the one that everything registers with."""

    default = False  # of the apps in this package; settings name it
    default_site = "crpsinfo.signin.site.CrpsAdminSite"

    def ready(self):
        super().ready()
        from django.contrib import admin
        from django_otp.plugins.otp_static.models import StaticDevice
        from django_otp.plugins.otp_totp.models import TOTPDevice

        admin.site.unregister([TOTPDevice, StaticDevice])  # nobody sees or sets the secrets of others
