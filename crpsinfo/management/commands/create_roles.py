from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction

ROLES = {
    "Moderator": [
        "comments.view_comment",
        "comments.moderate_comment",
        "comments.view_commentevent",
        "comments.view_commentsettings",
        "comments.add_commentsettings",
        "comments.change_commentsettings",
        "comments.view_writer",
        "comments.change_writer",
        "comments.view_crisislist",
        "comments.change_crisislist",
        "comments.view_historicalcrisislist",
        "comments.view_moderatorprofile",
        "comments.add_moderatorprofile",
        "comments.change_moderatorprofile",
        "comments.view_notification",
        "articles.view_article",
        "crpsinfo.view_checkerstate",
        "crpsinfo.view_rule",
        "crpsinfo.add_rule",
        "crpsinfo.change_rule",
        "crpsinfo.view_contactmessage",
        "crpsinfo.close_contactmessage",
        "directory.decide_report",
    ],
    "Editor": [
        "articles.view_article",
        "articles.add_article",
        "articles.change_article",
        "articles.publish_article",
        "articles.view_topic",
        "articles.add_topic",
        "articles.change_topic",
        "articles.view_picture",
        "articles.add_picture",
        "articles.change_picture",
        "articles.view_correction",
        "articles.add_correction",
        "articles.change_correction",
        "articles.delete_correction",
        "articles.view_historicalarticle",
        "directory.view_doctor",
        "directory.add_doctor",
        "directory.change_doctor",
        "directory.publish_doctor",
        "directory.view_practice",
        "directory.add_practice",
        "directory.change_practice",
        "directory.delete_practice",
        "directory.view_offer",
        "directory.add_offer",
        "directory.change_offer",
        "directory.delete_offer",
        "directory.view_treatment",
        "directory.add_treatment",
        "directory.change_treatment",
        "directory.view_zipcode",
        "directory.view_historicaldoctor",
        "directory.view_historicalpractice",
        "directory.view_historicaloffer",
        "directory.view_check",
        "directory.view_notlisted",
        "directory.view_registerentry",
        "directory.view_report",
        "directory.view_stateboard",
        "directory.add_stateboard",
        "directory.change_stateboard",
        "crpsinfo.view_contactmessage",
        "crpsinfo.close_contactmessage",
        "directory.decide_report",
    ],
}


class Command(BaseCommand):
    help = (
        "Make the groups Moderator and Editor, with just the permissions each needs. Running it again puts them right. "
        "Example: manage.py create_roles"
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    @transaction.atomic
    def handle(self, *, dry_run, **options):
        changed = 0
        for name, wanted in ROLES.items():
            permissions = {named(permission) for permission in wanted}
            group, created = Group.objects.get_or_create(name=name)
            if created or permissions != set(group.permissions.all()):
                changed += 1
                group.permissions.set(permissions)
        transaction.set_rollback(dry_run)
        self.stdout.write(f"Roles: {', '.join(ROLES)}; {changed} {'would be ' if dry_run else ''}made or changed.")


def named(permission):
    """The Permission that "app.codename" names."""
    app, codename = permission.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)
