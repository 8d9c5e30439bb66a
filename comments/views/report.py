"""Where a reader tells the moderators what is wrong with a comment."""

from functools import partial

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from articles.models import Article
from comments import crisis
from comments.forms.report import ReportForm
from comments.models import Comment, Report, ReportReason
from comments.moves import Status
from crpsinfo.caching import mark_private, public_page
from crpsinfo.client import reader_key
from crpsinfo.limits import TooMany, count_post
from crpsinfo.security import tokenless_post


@tokenless_post
@require_http_methods(["GET", "HEAD", "POST"])
def report(request, pk):
    """GET shows the form. POST stores the report, or adds it to this reader's earlier one, and answers 303 to the page
    that thanks, and says what helps if somebody may be in danger. Only what readers see can be reported."""
    if request.method != "POST":
        return blank(request, pk)
    comment = readable(pk)
    form = ReportForm(request.POST, comment=comment)
    if comment is None:
        return refused(request, None, form, 404)
    if not form.is_valid():
        return refused(request, comment, form, 400)
    try:
        count_post(request, "report")
    except TooMany as limit:
        return limit.refuse(form, partial(refused, request, comment, form))
    reason, words = form.cleaned_data["reason"], form.cleaned_data["words"]
    Report.objects.add(comment, reader=reader_key(request), reason=reason, words=words)
    in_danger = reason == ReportReason.DANGER or crisis.hit(words)
    return HttpResponseRedirect(reverse("report-danger" if in_danger else "report-sent", args=[pk]), status=303)


def readable(pk):
    """The comment, or None if readers do not see it."""
    return Comment.objects.readable().select_related("article").filter(pk=pk).first()


@public_page
def blank(request, pk):
    comment = readable(pk)
    if comment is None:
        raise Http404("There is no such comment.")
    return render(request, "comments/report.html", {"comment": comment, "form": ReportForm(comment=comment)})


def refused(request, comment, form, status):
    """The form again with everything that was typed. Without the comment, which is not here any more, only that."""
    return mark_private(render(request, "comments/report.html", {"comment": comment, "form": form}, status=status))


@public_page(kept=False)
def sent(request, pk, in_danger=False):
    """Says thank you, the comment may be hidden by now; where somebody may be in danger, also what helps at once."""
    reported = Exists(Report.objects.filter(comment=OuterRef("pk")))  # nobody learns here what was never public
    comments = Comment.objects.filter(Q(status=Status.PUBLIC) | reported, article__in=Article.objects.published())
    comment = get_object_or_404(comments.select_related("article"), pk=pk)
    return render(request, "comments/reported.html", {"article": comment.article, "in_danger": in_danger})
