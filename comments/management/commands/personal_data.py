from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from comments import personal_data


class Command(BaseCommand):
    help = (
        "Answer people who ask for their data: a copy of what is held about the comments whose e-mail address they "
        "confirmed, or its erasure. After an older backup was restored, do past erasures again. "
        "Examples: manage.py personal_data export ann@example.org --output ann.json; "
        "manage.py personal_data erase ann@example.org --dry-run; "
        "manage.py personal_data replay var/erasures.jsonl"
    )

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write a copy as JSON")
        export.add_argument("address", metavar="EMAIL")
        export.add_argument("--output", type=Path, metavar="FILE", help="a new file, instead of the screen")
        erase = actions.add_parser("erase", help="erase confirmed comments; elsewhere only the address")
        erase.add_argument("address", metavar="EMAIL")
        replay = actions.add_parser("replay", help="do the erasures of a file again; twice does no harm")
        replay.add_argument("file", type=Path, metavar="FILE")
        for action in (erase, replay):
            action.add_argument("--dry-run", action="store_true", help="say what would be erased, and erase nothing")

    def handle(self, *, action, **options):
        {"export": self.export, "erase": self.erase, "replay": self.replay}[action](**options)

    def export(self, *, address, output, **options):
        data = personal_data.export(valid(address))
        text = personal_data.as_json(data, indent=2) + "\n"
        summary = (
            f"Exported {count(data['comments'], 'comment')}. With this address unconfirmed, and left out: "
            f"{', '.join(f'{number} {what}' for what, number in data['only_counted'].items())}."
        )
        if output is None:
            self.stdout.write(text, ending="")
            self.stderr.write(summary, self.style.SUCCESS)  # so that what is written can be sent on as it is
            return
        try:
            with open(output, "x", encoding="utf-8", opener=personal_data.private) as file:
                file.write(text)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{summary} Written to {output}: send it to nobody else, and delete it afterwards.")

    def erase(self, *, address, dry_run, **options):
        try:
            done = personal_data.erase(valid(address), dry_run=dry_run)
        except OSError as error:
            path = personal_data.erasures_file()
            raise CommandError(f"Nothing was erased, since {path} cannot be written: {error.strerror}.") from error
        self.stdout.write(in_words(done, dry_run))
        if done and not dry_run:
            self.stdout.write(f"Noted in {personal_data.erasures_file()}: keep that file beside your backups.")

    def replay(self, *, file, dry_run, **options):
        try:
            past = personal_data.read_erasures(file)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise CommandError(f"{file}: {error}. Nothing was erased.") from error
        done = personal_data.replay(past, dry_run=dry_run)
        self.stdout.write(f"{count(past, 'past erasure')}. {in_words(done, dry_run)}")


def valid(address):
    """The address, or CommandError. It is not repeated: errors end up in logs."""
    try:
        validate_email(address.strip())
    except ValidationError as error:
        raise CommandError("This is no e-mail address. It should look like ann@example.org.") from error
    return address.strip()


def in_words(done, dry_run):
    typed = [count(done.addresses, "comment"), count(done.messages, "message"), count(done.reports, "report")]
    removed = f"the address removed from {typed[0]}, {typed[1]} and {typed[2]} about listings"
    return f"{'Would be' if dry_run else 'Done'}: {count(done.comments, 'comment')} erased, {removed}."


def count(rows, noun):
    return f"{len(rows)} {noun}{'' if len(rows) == 1 else 's'}"
