from directory.freshness import short_date
from directory.register.command import FileCommand, checks_in_words
from directory.register.filling import Fate
from directory.register.nppes import import_file


class Command(FileCommand):
    help = (
        "Read the federal registry of providers: fill the table of pain medicine in which editors look providers up, "
        "and check the listings that have an NPI. Publishes nothing. Safe to run again. The file is a monthly or "
        "weekly ZIP from download.cms.gov/nppes/NPI_Files.html, or the npidata_pfile CSV in it (docs/register.md). "
        "Example: manage.py import_nppes NPPES_Data_Dissemination_November_2026_V2.zip --dry-run"
    )
    date_help = "the day of the file; needed if its name does not say it"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        holds = parser.add_mutually_exclusive_group()
        for name, value, holding in (
            ("--full", True, "the whole registry, so that an NPI that is not in it is none"),
            ("--weekly", False, "only what changed in a week"),
        ):
            text = f"the file holds {holding} (default: as its name says)"
            holds.add_argument(name, action="store_const", const=value, dest="is_full", help=text)

    def read(self, file, *, is_full=None, on, dry_run, progress, **options):
        return import_file(file, on=on, is_full=is_full, dry_run=dry_run, progress=progress)

    def in_words(self, summary):
        edition, register = summary.edition, summary.register
        holds = "the whole registry" if edition.is_full else "changes of the registry"
        yield f"{edition.name}, {holds} of {short_date(edition.on)}: {summary.rows:,} rows, {register.kept:,} kept."
        fates = ", ".join(f"{register.fates[fate]:,} {fate}" for fate in Fate if fate != Fate.OTHER)
        yield f"Register: {fates}."
        yield checks_in_words(summary.checks)
        yield f"Rejected: {summary.rejects}."
        if summary.unknown_columns:
            yield f"Columns that are new, and were not read: {', '.join(summary.unknown_columns)}."
