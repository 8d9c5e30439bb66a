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
        "articles.view_article",
        "crpsinfo.view_contactmessage",
        "crpsinfo.close_contactmessage",
    ],
    "Editor": [
        "articles.view_article",
        "articles.add_article",
        "articles.change_article",
        "articles.publish_article",
        "articles.view_topic",
        "articles.add_topic",
        "articles.change_topic",
        "articles.view_historicalarticle",
        "directory.*",
        "directory.delete_practice",
        "directory.delete_offer",
        "crpsinfo.view_contactmessage",
        "crpsinfo.close_contactmessage",
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
            permissions = {permission for pattern in wanted for permission in matching(pattern)}
            group, created = Group.objects.get_or_create(name=name)
            if created or permissions != set(group.permissions.all()):
                changed += 1
                group.permissions.set(permissions)
        transaction.set_rollback(dry_run)
        self.stdout.write(f"Roles: {', '.join(ROLES)}; {changed} {'would be ' if dry_run else ''}made or changed.")


def matching(pattern):
    """The permissions that "app.codename" names; "app.*" means all of the app but deleting."""
    app, codename = pattern.split(".")
    found = Permission.objects.filter(content_type__app_label=app)
    return found.exclude(codename__startswith="delete_") if codename == "*" else [found.get(codename=codename)]
