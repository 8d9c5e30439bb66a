from directory.freshness import short_date
from directory.register.command import FileCommand, checks_in_words
from directory.register.exclusions import check_file


class Command(FileCommand):
    help = (
        "Check the listings that have an NPI against the list of those excluded from federal health programs. A match "
        "hides the listing until an editor decides. Safe to run again. The file is UPDATED.csv from "
        "oig.hhs.gov/exclusions, fetched today (docs/register.md). "
        "Example: manage.py check_exclusions UPDATED.csv --dry-run"
    )
    date_help = "the day on which the file was fetched (default: when it was last written)"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        extent = parser.add_mutually_exclusive_group()
        extent.add_argument(
            "--supplement",
            action="store_const",
            const=False,
            dest="is_whole",
            help="the file holds a month's additions: record matches only (default: as its name says)",
        )
        extent.add_argument(
            "--whole",
            action="store_const",
            const=True,
            dest="is_whole",
            help="the file holds the whole list, however short it is",
        )

    def read(self, file, *, is_whole=None, on, dry_run, progress, **options):
        return check_file(file, on=on, is_whole=is_whole, dry_run=dry_run, progress=progress)

    def in_words(self, summary):
        holds = "the exclusion list" if summary.is_whole else "a supplement of the exclusion list"
        rows = f"{summary.rows:,} rows, {summary.with_npi:,} of them with an NPI"
        yield f"{summary.name}, {holds} of {short_date(summary.on)}: {rows}."
        yield checks_in_words(summary.checks)
        yield f"Rejected: {summary.rejects}."
