from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from crpsinfo.signin import devices
from crpsinfo.signin.sessions import sign_out_everywhere


class Command(BaseCommand):
    help = (
        "For somebody who lost their phone and their recovery codes: forget both, and sign them out everywhere. "
        "Make sure first that it is really them who ask. Example: manage.py reset_2fa ann"
    )

    def add_arguments(self, parser):
        parser.add_argument("user", help="the name that they sign in with")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    @transaction.atomic
    def handle(self, *, user, dry_run, **options):
        model = get_user_model()
        try:
            person = model.objects.get_by_natural_key(user)
        except model.DoesNotExist:
            raise CommandError(f"There is no user called {user}.") from None
        phones, sessions = devices.forget(person), sign_out_everywhere(person)
        transaction.set_rollback(dry_run)
        would = "that would be " if dry_run else ""
        self.stdout.write(f"{user}: phones {would}forgotten: {phones}, sessions {would}ended: {sessions}.")
