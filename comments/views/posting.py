"""The reply form, and what is posted with it."""

from copy import copy
from functools import lru_cache, partial

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import get_template
from django.views.decorators.http import require_http_methods

from articles.models import Article
from articles.views import published_article
from comments import crisis
from comments.closing import why_closed
from comments.details import gives_away
from comments.forms.comment import CommentForm
from comments.models import CommentSettings
from comments.posting import post
from comments.remember import forget, remember
from comments.text import to_html
from comments.waiting import absence_in_words
from crpsinfo.caching import mark_private, public_page
from crpsinfo.fields import LONGEST_TEXT
from crpsinfo.kept.models import SiteVersion
from crpsinfo.limits import TooMany
from crpsinfo.security import tokenless_post
from crpsinfo.spam import get_checker

MOST_FORMS = 1000  # that a process keeps in mind: some five megabytes


@tokenless_post
@require_http_methods(["GET", "HEAD", "POST"])
def post_comment(request, slug):
    """POST takes a comment and answers 303 to its receipt; with `preview` it stores nothing and shows the comment as
    others will see it. GET shows the form alone, for `?parent=` a reply."""
    if request.method != "POST":
        return blank_form(request, slug)
    article, switch = place_of(slug)
    form = CommentForm(request.POST, article=article)
    is_valid = form.is_valid()  # asked first: a refusal for another reason shows what is answered, too
    if not form_facts(article, switch)["comments_open"]:
        return refused(request, form, 403)
    if not is_valid:
        return refused(request, form, 400)
    if "preview" in request.POST:
        return preview(request, form)
    try:
        comment = post(form.instance, request, remember=form.cleaned_data["remember"], trapped=form.is_trapped)
    except TooMany as limit:
        return limit.refuse(form, partial(refused, request, form))
    return posted(request, comment, is_new=comment is form.instance)


def place_of(slug):
    """Where a comment goes: the published article, and the CommentSettings. Raises Http404."""
    version = SiteVersion.current()
    if version is None:
        return read_place(slug)
    article, switch = kept_place(slug, version.of_texts)
    return copy(article), switch  # what a request finds out about it later is its own


def read_place(slug):
    return published_article(slug), CommentSettings.current()


@lru_cache(maxsize=MOST_FORMS)
def kept_place(slug, version):
    """Read once in a process for a version of the texts. What changes either makes another version."""
    return read_place(slug)


def posted(request, comment, *, is_new):
    """To the receipt, which says that there is help if the words ask for it. Whoever ticked `remember` is known from
    then on, and whoever did not is not any more; who sends again what is stored already proves nothing, and what others
    could have copied leads to where they read it."""
    if not is_new and comment.is_public:
        return mark_private(HttpResponseRedirect(comment.get_absolute_url(), status=303))
    may_need_help = comment.was_just_flagged or not is_new  # what was not flagged for name and text is not for the text
    query = "?help=now" if may_need_help and needs_help(request, comment.text) else ""
    response = HttpResponseRedirect(f"{comment.get_receipt_url()}{query}", status=303)
    if is_new and comment.writer:
        remember(response, comment.writer)
    elif "remember" not in request.POST:
        forget(request, response)
    return mark_private(response)


@public_page
def blank_form(request, slug):
    article = published_article(slug)
    number = request.GET.get("parent")
    parent = None
    if number is not None:
        known = number.isascii() and number.isdigit() and len(number) < 19
        parent = get_object_or_404(article.comments.public(), pk=number if known else None)
    form = CommentForm(article=article, initial={"parent": parent})
    return render(
        request, "comments/form_page.html", {"article": article, "parent": parent, **form_context(article, form)}
    )


def preview(request, form):
    """The comment as others will see it, what it gives away, and the form again: to post it or to change it."""
    shown = form.instance
    details = gives_away(f"{shown.author_name}\n{shown.website}\n{shown.text}")
    return form_again(
        request, form, "comments/preview.html", shown=shown, html=to_html(shown.text), details=details, is_preview=True
    )


def refused(request, form, status):
    """The form again with everything that was typed, and what is wrong."""
    return form_again(request, form, "comments/form_page.html", status)


def form_again(request, form, template, status=200, **context):
    article = form.instance.article
    help_now = needs_help(request, as_typed(request))
    context |= {"article": article, "parent": form.cleaned_data.get("parent"), "help_now": help_now}
    return mark_private(render(request, template, context | form_context(article, form), status=status))


def needs_help(request, text):
    """Whether to show, once, that there is help for somebody in crisis."""
    return bool(text) and "help_shown" not in request.POST and crisis.hit(text)


def as_typed(request):
    """The text of a form that was refused, perhaps for being too long: more of it than any form takes. A browser sends
    each line end as two characters."""
    return request.POST.get("text", "").strip().replace("\r\n", "\n")[: 2 * LONGEST_TEXT]


def empty_form(article, facts):
    """The reply form under an article, as HTML. `facts`: its `form_facts`."""
    return made_form(article.pk, article.slug, settings.MAIL_CONFIGURED, tuple(facts.items()))


@lru_cache(maxsize=MOST_FORMS)
def made_form(pk, slug, mails, facts):
    """Made once in a process for an article, and again when anything in it is another."""
    article = Article(pk=pk, slug=slug)
    context = {"article": article, "form": CommentForm(article=article), **dict(facts)}
    return get_template("comments/_reply_form.html").render(context)


def form_context(article, form):
    """What the reply form's template needs."""
    return {"form": form, **form_facts(article)}


def form_facts(article, switch=None):
    """Whether an article takes comments, and what becomes of them; or why not. `switch`: the CommentSettings, if they
    are at hand."""
    switch, checker = switch or CommentSettings.current(), get_checker()
    closed_because = why_closed(article, switch)
    return {
        "comments_open": not closed_because,
        "closed_because": closed_because,
        "closed_everywhere": switch.deserted or not switch.open,
        "absence": absence_in_words(switch),
        "checker": checker,
        "publishes": checker.configured and settings.COMMENT_POLICY == "publish-ham",
    }
