"""Comments at the desk."""

from django.contrib import admin
from django.urls import reverse

from comments import absence
from comments.masking import NotThere
from comments.models import Comment, Writer
from comments.moderation.card import cards
from comments.moderation.decisions import DECISIONS, decide, undo
from comments.moderation.forms import DecisionForm
from comments.moderation.timeline import since
from comments.moves import Conflict
from comments.waiting import last_seen
from crpsinfo.desk.kinds import Kind, Left, Tab
from crpsinfo.spam.health import alarm

IN_BULK = ("publish", "spam", "remove", "hold", "confirm_spam", "dismiss")


class Comments(Kind):
    name = "comment"
    permission = "comments.moderate_comment"
    template = "admin/comments/comment/_card.html"
    above = "admin/comments/comment/_above.html"
    keys = [(one.key, one.words.lower()) for one in DECISIONS.values() if one.key]
    bulk = [(name, DECISIONS[name].words) for name in IN_BULK]
    bulk_fields = "admin/comments/comment/_bulk_fields.html"
    tabs = (
        Tab("attention", "Needs attention", lambda user: Comment.objects.for_a_person(user).by_urgency(), waits=True),
        Tab("waiting", "Waiting", lambda user: Comment.objects.waiting().oldest_first()),
        Tab("unchecked", "Unchecked", lambda user: Comment.objects.unchecked().oldest_first()),
        Tab("reported", "Reported", lambda user: Comment.objects.reported().by_urgency()),
        Tab("spam", "Spam", lambda user: Comment.objects.spam().newest_first()),
        Tab("sample", "Discard sample", lambda user: Comment.objects.drawn().oldest_first()),
        Tab("removed", "Removed", lambda user: Comment.objects.removed().order_by("-status_at", "-pk")),
    )

    def cards(self, rows, user):
        return cards(rows.for_moderators(), user)

    def around(self, user):
        return {"alerted": Writer.objects.alerted(), "alarm": alarm()}

    def form(self, data):
        return DecisionForm(data)

    def decide(self, pk, typed, *, by, seen):
        comment = find(pk)
        try:
            return decide(comment, typed["action"], by=by, seen=seen.marks, typed=typed)
        except NotThere as refusal:
            raise Left(str(refusal)) from None
        except Conflict:
            raise Left(how_it_is(comment, seen.at)) from None

    def undo(self, step, *, by):
        comment = find(step.item)
        try:
            undo(comment, step.name, step.facts, by=by)
        except Conflict:
            raise Left(why_not_undone(step)) from None

    def done(self, name):
        return DECISIONS[name].done

    def called(self, pks):
        rows = Comment.objects.filter(pk__in=pks).values_list("pk", "author_name")
        return {pk: f"comment {pk}{f', by {name}' if name else ''}" for pk, name in rows}

    def now(self, pk, seen):
        """What a comment is that was not to be decided about as it was seen."""
        try:
            return how_it_is(find(pk), seen.at)
        except Left as left:
            return left.why

    def urgent_since(self, time):
        return Comment.objects.in_danger_since(time).count()

    def waiting_since(self):
        return absence.waiting_since()

    def last_decided(self):
        return last_seen()

    def absence(self):
        return absence.current()

    def page(self, pk):
        return reverse("admin:comments_comment_change", args=[pk])

    def page_again(self, request, pk, form, why):
        if not Comment.objects.filter(pk=pk).exists():
            return None
        return admin.site.get_model_admin(Comment).page_again(request, pk, form, why)


def find(pk):
    """The comment; Left if there is none."""
    comment = Comment.objects.filter(pk=pk).first()
    if comment is None:
        raise Left("It is not here any more.")
    return comment


def why_not_undone(step):
    """What came between a decision and its undoing: sentences."""
    reply = step.facts.get("reply")
    now = find(reply or step.item)
    is_answered = bool(reply) and now.replies.public().exists()
    return how_it_is(now, step.at) + (" Somebody has answered it; you can remove it instead." if is_answered else "")


def how_it_is(comment, at):
    """What a comment is now, and who did what to it since then, and when: sentences."""
    comment.refresh_from_db()
    state = f"It is {comment.get_status_display().lower()} now."
    return " ".join([state, *(f"{line}." for line in since(comment, at))])
