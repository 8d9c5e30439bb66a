"""The comments of a WordPress post, stored in batches."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from articles.wordpress.counts import Counts
from articles.wordpress.numbers import Numbers
from articles.wordpress.posts import TWICE
from comments.models import Comment, CommentEvent, ImportedComment
from comments.moves import Actor, Move, Status
from comments.wordpress.rows import has_date, row
from comments.wordpress.text import plain
from comments.wordpress.threads import levels
from crpsinfo import search

AT_ONCE = 500
LONGEST_TEXT = 20_000  # characters
LARGEST_KEPT = 2**31  # beyond it a number is not kept: our own go on after the largest
TOO_LONG = f"of more than {LONGEST_TEXT:,} characters"
NAMED = (TOO_LONG, TWICE)
TABLE = f'"{Comment._meta.db_table}"'
SEQUENCE = "pg_get_serial_sequence(%s, 'id')::regclass"


@dataclass
class Came:
    """How many came, by status, and how many did not, and why."""

    states: Counter = field(default_factory=Counter)
    left_out: Counts = field(default_factory=Counts)
    named: dict = field(default_factory=dict)  # {why: [numbers]} of some that left_out counts as well
    numbers: set = field(default_factory=set)  # of those that came, or had come before
    known: int = 0
    lost_parents: int = 0
    new_numbers: int = 0
    undated: int = 0


class Comments:
    """Those of one post, in a transaction of the caller's. Safe to do again: what came before stays as it is. `above`:
    numbers up to this one are left to comments that have them in the file; `before`: Numbers of those that were in the
    file already."""

    def __init__(self, site, article, *, above=0, before=None, dry_run=False):
        self.site, self.article, self.above, self.dry_run = site, article, above, dry_run
        self.before = before or Numbers()
        self.came = Came()

    def store(self, comments):
        """Store these `records.Comment`, in any order. Returns a Came."""
        self.known = self.stored_before(comments)
        wanted = self.wanted(comments)
        self.keys = self.keys_for(wanted)
        self.placed = {number: known for number, known in self.known.items() if known}
        parents = {number: comment.parent for number, (comment, _) in wanted.items()}
        order, lost = levels(parents, self.placed.keys())
        self.came.lost_parents += len(lost)
        for numbers in order:
            for start in range(0, len(numbers), AT_ONCE):
                self.write([(number, *wanted[number]) for number in numbers[start : start + AT_ONCE]], lost)
        search.refresh("comment", *self.keys.values())
        return self.came

    def stored_before(self, comments):
        """{number: (key, key of the thread's first comment)} of those that came before; None if it is gone."""
        found = {}
        numbers = [comment.number for comment in comments]
        for some in batches(numbers):
            rows = ImportedComment.objects.filter(site=self.site, number__in=some)
            for number, key, root in rows.values_list("number", "comment", "comment__root"):
                found[number] = key and (key, root or key)
        return found

    def wanted(self, comments):
        """{number: (comment, its text)} of those that are to come."""
        wanted = {}
        for comment in comments:
            if comment.number in self.before or comment.number in self.came.numbers:
                self.leave_out(comment, TWICE)
            elif comment.number in self.known:
                self.came.known += 1
                self.came.numbers.add(comment.number)
            elif why := why_not(comment):
                self.leave_out(comment, why)
            elif text := plain(comment.text):
                wanted[comment.number] = comment, text
                self.came.numbers.add(comment.number)
            else:
                self.leave_out(comment, "nothing is left of its text")
        return wanted

    def leave_out(self, comment, why):
        self.came.left_out[why] += 1
        if why in NAMED:
            self.came.named.setdefault(why, []).append(comment.number)

    def keys_for(self, numbers):
        """{number: the key that its comment gets}: the same, unless another comment has that."""
        taken = {
            key
            for some in batches(list(numbers))
            for key in Comment.objects.filter(pk__in=some).values_list("pk", flat=True)
        }
        free, keys = count(max(highest_key(), self.above) + 1), {}
        for number in numbers:
            keys[number] = number if number <= LARGEST_KEPT and number not in taken else next(free)
            self.came.new_numbers += keys[number] != number
        if keys and not self.dry_run:
            move_on(max(keys.values()))
        return keys

    def write(self, batch, lost):
        """`batch`: (number, comment, text), whose parents are stored."""
        rows = {}
        for number, comment, text in batch:
            new = rows[number] = row(comment, text, self.article)
            new.pk = self.keys[number]
            self.came.states[new.status] += 1
            self.came.undated += not has_date(comment)
            if comment.parent in self.placed and number not in lost:
                new.parent_id, new.root_id = self.placed[comment.parent]
        Comment.objects.bulk_create(rows.values())
        for number, new in rows.items():
            self.placed[number] = new.pk, new.root_id or new.pk
        ImportedComment.objects.bulk_create(
            ImportedComment(site=self.site, number=number, comment=new) for number, new in rows.items()
        )
        # So that nobody takes the years that they waited elsewhere for the time that we need.
        CommentEvent.objects.bulk_create(
            CommentEvent(
                comment=new,
                at=timezone.now(),
                move=Move.HOLD,
                actor=Actor.SYSTEM,
                was=new.status,
                reason="imported",
                revision=1,
            )
            for new in rows.values()
            if new.status == Status.PENDING
        )


def highest_key():
    """The highest number that one of our own comments has, or had, or is about to get."""
    highest = Comment.objects.aggregate(highest=Max("pk"))["highest"] or 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(pg_sequence_last_value({SEQUENCE}), 0)", [TABLE])  # noqa: S608
            highest = max(highest, cursor.fetchone()[0])
    return highest


def move_on(number):
    """Our own comments are counted from beyond this number on, at once: readers go on writing. SQLite needs no word."""
    if connection.vendor == "postgresql" and number > highest_key():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval({SEQUENCE}, %s)", [TABLE, number])


def why_not(comment):
    """Why a comment does not come, in words that many may share; empty if it does."""
    if comment.kind in ("pingback", "trackback"):
        return "pingbacks and trackbacks"
    if comment.kind not in ("", "comment"):
        return f"of the kind “{comment.kind[:40]}”"
    if not comment.number:
        return "without a number"
    return TOO_LONG if comment.is_cut or len(comment.text) > LONGEST_TEXT else ""


def batches(numbers):
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))
