"""A whole export file: posts with their comments, each in a transaction of its own."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape

from django.db import transaction

from articles.wordpress.counts import Counts
from articles.wordpress.decoding import Unreadable, opened
from articles.wordpress.library import Library
from articles.wordpress.numbers import Numbers
from articles.wordpress.posts import TWICE, LeftOut, Posts
from articles.wordpress.records import Post, TooLong
from articles.wordpress.text import TooMuch
from articles.wordpress.wxr import read
from comments.wordpress.storing import LARGEST_KEPT, Came, Comments, move_on
from crpsinfo.typed import clean_line

OF_POSTS_LEFT_OUT, OF_DELETED = "of posts left out", "of articles that were deleted here"
LISTED = 20  # names, in a line about how many there are of each


@dataclass
class Summary:
    articles: Counter = field(default_factory=Counter)  # by status
    as_html: int = 0
    known: int = 0
    deleted: int = 0
    left_out: Counts = field(default_factory=Counts)  # posts, by why
    failed: int = 0
    dropped: Counts = field(default_factory=Counts)  # from texts
    files: int = 0
    by_number: int = 0  # files that posts show without their address
    not_in_the_file: int = 0  # of such
    not_listed: int = 0  # of such, and references to such
    comments: Came = field(default_factory=Came)
    unreadable: int = 0
    forbidden: int = 0


class Import:
    """Stores what one file holds. `summary` is true at any time. `tell` is called with a line about each post of which
    there is something to say."""

    def __init__(self, *, dry_run=False, tell=lambda line: None):
        self.dry_run, self.tell = dry_run, tell
        self.posts, self.library, self.summary = Posts(), Library(), Summary()
        self.comments = Numbers()  # those of this file that came, or had come before

    def run(self, path, progress=None):
        """Raises Unreadable; what came before that stays."""
        self.highest = highest_number(path)
        if not self.dry_run:
            move_on(self.highest)
        with opened(path, progress) as pieces:
            seen = 0
            try:
                for record in read(pieces):
                    damage, seen = pieces.damage - seen, pieces.damage
                    self.take(record, damage)
            finally:
                self.summary.unreadable, self.summary.forbidden = pieces.unreadable, pieces.forbidden
                self.list_library()

    def take(self, record, damage=0):
        """`damage`: how many characters of it could not be read."""
        if isinstance(record, TooLong):
            self.fail(record, record.comments, f"it has {record.why}.")
        elif isinstance(record, Post):
            self.take_post(record, damage)
        else:
            self.posts.learn(record)

    def take_post(self, post, damage):
        """Whatever may be wrong with one post, the others come."""
        if post.kind == "attachment":
            self.library.learn(post)
        try:
            with transaction.atomic():
                arrived = self.posts.store(post)
                came = self.comments_of(post, arrived.article)
                transaction.set_rollback(self.dry_run)
        except LeftOut as why:
            self.summary.left_out[str(why)] += 1
            self.leave_out_comments(len(post.comments))
            if str(why) == TWICE:
                self.tell(f"{name_of(post)}: left out, {why}.")
        except TooMuch as what:
            self.fail(post, len(post.comments), f"it has {what}.")
        except Exception as error:
            self.fail(post, len(post.comments), clean_line(f"{type(error).__name__}: {error}")[:300])
        else:
            self.posts.came.update([post.number])
            self.comments.update(came.numbers)
            self.count(post, arrived, came)
            self.report(post, arrived, came, damage)

    def fail(self, post, comments, why):
        """`comments`: how many it has."""
        self.summary.failed += 1
        self.leave_out_comments(comments)
        self.tell(f"{name_of(post)}: left out, {why}")

    def leave_out_comments(self, number):
        self.summary.comments.left_out += Counter({OF_POSTS_LEFT_OUT: number})

    def comments_of(self, post, article):
        if article is None:  # editors deleted it
            return Came(left_out=+Counter({OF_DELETED: len(post.comments)}))
        before = self.comments
        comments = Comments(self.posts.site, article, above=self.highest, before=before, dry_run=self.dry_run)
        return comments.store(post.comments)

    def count(self, post, arrived, came):
        if arrived.is_new:
            self.summary.articles[arrived.article.status] += 1
            self.summary.as_html += arrived.article.text_format == "html"
        elif arrived.article:
            self.summary.known += 1
        else:
            self.summary.deleted += 1
        if arrived.text:
            self.summary.dropped.update(arrived.text.dropped)
            self.summary.files += len(arrived.text.files)
            self.library.refer(post, arrived.text)
        total = self.summary.comments
        total.states.update(came.states)
        total.left_out.update(came.left_out)
        total.known += came.known
        total.lost_parents += came.lost_parents
        total.new_numbers += came.new_numbers
        total.undated += came.undated

    def report(self, post, arrived, came, damage):
        told = [*arrived.notes]
        if damage and (arrived.is_new or came.states):
            told.append(f"Characters that could not be read, in it or in its comments: {damage:,}.")
        if arrived.text and arrived.text.dropped:
            told.append(f"Dropped: {in_words(arrived.text.dropped)}.")
        if arrived.text and arrived.text.files:
            told.append(f"Links to files: {', '.join(arrived.text.files)}.")
        for why, numbers in came.named.items():
            told.append(f"Comments left out, {why}: {', '.join(map(str, numbers))}.")
        if told:
            self.tell(f"{name_of(post)}: {' '.join(told)}")

    def list_library(self):
        """The files that posts show by their number, which are known when all is read."""
        for post, addresses in self.library.listed().items():
            self.summary.by_number += len(addresses)
            self.tell(f"{post} shows by number: {', '.join(map(clean_line, addresses))}.")
        self.summary.not_in_the_file, self.summary.not_listed = self.library.missing, self.library.beyond


def highest_number(path):
    """The highest number that a comment in the file may keep; read beforehand, so that no other comment gets one that
    is still to come."""
    highest = 0
    with opened(path) as pieces, suppress(Unreadable):  # what is wrong with the file is said when it is stored
        for record in read(pieces):
            if isinstance(record, Post):
                numbers = (comment.number for comment in record.comments if comment.number <= LARGEST_KEPT)
                highest = max(highest, *numbers, 0)
    return highest


def name_of(post):
    return f"{post.number} “{clean_line(unescape(post.title))[:80]}”"


def in_words(counts):
    """script: 2, [gallery]: 1, and 5 more"""
    listed = [f"{name}: {count:,}" for name, count in counts.most_common(LISTED)]
    return ", ".join([*listed, f"and {len(counts) - LISTED:,} more"] if len(counts) > LISTED else listed)
