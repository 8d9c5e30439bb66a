from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from articles.wordpress.decoding import Unreadable
from comments.wordpress.importing import Import, in_words
from crpsinfo.progress import Progress


class Command(BaseCommand):
    help = (
        "Move in from WordPress: posts and pages become articles, categories and tags topics, comments come with "
        "their threads, dates and states, and old addresses lead to the new ones. The file is what Tools → Export "
        "makes (WXR), of any size, also packed with gzip (docs/wordpress.md). Asks nobody outside, sends no mail. "
        "Safe to run again. "
        "Example: manage.py import_wordpress oursite.WordPress.2026-11-23.xml --dry-run"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.xml")
        parser.add_argument("--dry-run", action="store_true", help="say what would come, and change nothing")

    def handle(self, *, file, dry_run, **options):
        progress = Progress(self.stderr)
        work = Import(dry_run=dry_run, tell=self.tell(progress))
        unreadable = None
        try:
            work.run(file, progress)
        except Unreadable as error:
            unreadable = error
        finally:
            progress.end()
        self.stdout.write("\n".join(lines(work.summary, dry_run)))
        if unreadable:
            raise CommandError(f"{unreadable} What came before that is {'not kept' if dry_run else 'kept'}.")
        if work.summary.failed:
            raise CommandError(f"{work.summary.failed:,} posts could not be read; each is named above.")

    def tell(self, progress):
        def told(line):
            progress.end()
            self.stdout.write(line)

        return told


def lines(summary, dry_run):
    """What came, what did not, and why."""
    came = summary.articles
    yield f"{'Would have come' if dry_run else 'Came'}: articles: {came.total():,}{in_brackets(came)}."
    if summary.as_html:
        yield f"Kept as HTML: {summary.as_html:,}."
    if summary.known or summary.deleted:
        yield f"Here already: {summary.known:,}; deleted here since: {summary.deleted:,}."
    yield f"Posts left out: {summary.left_out.total() + summary.failed:,}{in_brackets(why_left_out(summary))}."
    if summary.dropped:
        yield f"Dropped from texts: {in_words(summary.dropped)}."
    if summary.files:
        yield f"Files of the old site that texts link to: {summary.files:,}."
    if summary.by_number or summary.not_in_the_file:
        missing = f"; not in this file: {summary.not_in_the_file:,}" if summary.not_in_the_file else ""
        yield f"Files of the old site that posts show by their number: {summary.by_number:,}{missing}."
    if summary.not_listed:
        yield f"Files, and references to them, that were too many to be listed: {summary.not_listed:,}."
    yield from lines_of_comments(summary.comments)
    if summary.unreadable or summary.forbidden:
        yield f"Characters that could not be read: {summary.unreadable:,}; left out as no text: {summary.forbidden:,}."


def why_left_out(summary):
    return summary.left_out + Counter({"could not be read, see above": summary.failed})


def lines_of_comments(came):
    yield f"Comments: {came.states.total():,}{in_brackets(came.states)}; here already: {came.known:,}."
    if came.left_out:
        yield f"Comments left out: {came.left_out.total():,}{in_brackets(came.left_out)}."
    if came.lost_parents:
        yield f"Replies to what is not there, which begin threads of their own: {came.lost_parents:,}."
    if came.new_numbers:
        yield f"Comments with a new number, since theirs was taken, or too large: {came.new_numbers:,}."
    if came.undated:
        yield f"Comments without a date that can be true, which got that of their post: {came.undated:,}."


def in_brackets(counts):
    return f" ({in_words(counts)})" if counts else ""
