"""Our own judgement of what readers send, before anybody outside is asked: the moderators' rules, and a few limits. It
is local, so it holds without a spam checker, and while that is away."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from comments.details import count_links
from comments.text import mark_of
from crpsinfo.models import Rule, RuleAction
from crpsinfo.spam import Submission
from crpsinfo.spam.rules import matching
from crpsinfo.sql import rows

# But for the comment itself. The second condition is that of the index.
SAYS_THE_SAME = (
    "SELECT 1 FROM comments_comment "
    "WHERE text_mark = %s AND NOT (text_mark = '') AND created_at >= %s AND id <> %s LIMIT 1"
)


@dataclass(frozen=True)
class Ruling:
    """What our own rules say: "hold" (a person looks first), "spam" (out of sight, and told to nobody), or ""
    (nothing); and why, in words for moderators."""

    action: str = ""
    because: str = ""


NOTHING = Ruling()


def screen(comment, submission, *, trapped=False):
    """The Ruling on a Submission that is to become a comment or a new version of one. `trapped`: a field was filled in
    that no person sees. Rules that match are counted."""
    findings = [(rule.action, rule.because) for rule in Rule.objects.catching(submission)]
    findings += limits(comment, submission.text)
    if trapped:
        findings.append((RuleAction.SPAM, "filled in a field that nobody sees"))
    return sum_up(findings)


def limits(comment, text):
    """What no person does often: (action, why) of each finding."""
    links = count_links(text)
    if links > settings.MOST_LINKS:
        yield RuleAction.HOLD, f"{links} links"
    if says_the_same(comment, text):
        yield RuleAction.HOLD, "the same text again"


def says_the_same(comment, text):
    """Whether another comment of the last weeks, on any article, has this text, however it is written."""
    mark, since = mark_of(text), timezone.now() - timedelta(days=settings.SAME_TEXT_DAYS)
    return bool(mark and rows(SAYS_THE_SAME, mark, since, comment.pk or 0))


def sum_up(findings):
    """The Ruling of several (action, why): the gravest, and what is to say for it."""
    actions = [action for action, _ in findings]
    if not actions:
        return NOTHING
    gravest = RuleAction.SPAM if RuleAction.SPAM in actions else RuleAction.HOLD
    return Ruling(gravest.value, "; ".join(why for action, why in findings if action == gravest)[:300])


def caught_by(rule, comments):
    """Those of some comments, as they are now, that this rule would have caught; it need not be stored."""
    return [comment for comment in comments if matching(what_rules_see(comment), [rule])]


def what_rules_see(comment):
    """The Submission that a stored comment makes, without what rules do not look at."""
    return Submission(
        kind="comment",
        text=comment.text,
        ip=comment.ip or "",
        author=comment.author_name,
        email=comment.email,
        url=comment.website,
    )
