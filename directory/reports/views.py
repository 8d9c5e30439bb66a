"""The pages on which readers say something about a listing, or suggest one."""

from functools import partial

from django.conf import settings
from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from crpsinfo.caching import mark_private, public_page
from crpsinfo.limits import TooMany
from crpsinfo.security import tokenless_post
from crpsinfo.spam import get_checker
from directory.models import Doctor, ReportKind
from directory.models.report import Decided
from directory.reports.forms import CalledForm, CorrectionForm, RemovalForm
from directory.reports.posting import send, send_suggestion
from directory.reports.suggestion import SuggestionForm
from directory.states import BY_SLUG

FORMS = {form.of_kind: form for form in (CalledForm, CorrectionForm, RemovalForm)}
NOT_TYPED = ("kind", "practice", "subject", "anyway")


# --- About a listing ------------------------------------------------------------------------------


@tokenless_post
@require_http_methods(["GET", "HEAD", "POST"])
def report(request, state, doctor):
    """GET shows the form that `?kind=` names, at first that for somebody who called. POST stores what it says, or adds
    it to this reader's earlier report, and answers 303 to the page that thanks."""
    if request.method != "POST":
        return blank(request, state, doctor)
    found = with_page(doctor)
    form = form_for(found, request.POST) if found else None
    if form is None:
        return kept(request, "gone", 404)
    if not form.is_valid():
        return refused(request, form, 400)
    try:
        send(request, form.report())
    except TooMany as limit:
        return limit.refuse(form, partial(refused, request, form))
    except Decided as decided:
        return kept(request, "decided", 409, doctor=found, before=decided.report)
    kind, here = form.of_kind, found.home_state.slug
    return HttpResponseRedirect(reverse("listing-report-sent", args=[here, found.slug, kind]), status=303)


def with_page(slug):
    """The doctor with this address, or with this former one, whom readers can read about; None if there is none."""
    doctors = Doctor.objects.with_page().placed().for_page()
    return doctors.filter(slug=slug).first() or doctors.filter(old_slugs__slug=slug).first()


def form_for(doctor, data, bound=True):
    """The form that the data ask for. None: a correction has to say which of several places it is about, and does not,
    or that place is not here any more."""
    form = FORMS.get(data.get("kind"), CalledForm)
    if form is not CorrectionForm:
        return form(data if bound else None, doctor=doctor)
    places = {str(practice.pk): practice for practice in doctor.practices.all()}
    practice = places.get(data.get("practice", "") or (next(iter(places)) if len(places) == 1 else ""))
    return practice and form(data if bound else None, doctor=doctor, practice=practice)


@public_page
def blank(request, state, slug):
    doctor = with_page(slug)
    if doctor is None:
        raise Http404("There is no such listing.")
    if (state, slug) != (doctor.home_state.slug, doctor.slug):
        here = reverse("listing-report", args=[doctor.home_state.slug, doctor.slug])
        return HttpResponsePermanentRedirect(f"{here}?{request.GET.urlencode()}".rstrip("?"))
    return page(request, doctor, form_for(doctor, request.GET, bound=False))


def refused(request, form, status):
    """The form again with everything that was typed."""
    return mark_private(page(request, form.doctor, form, status))


def page(request, doctor, form, status=200):
    kind = form.of_kind if form else ReportKind.CORRECTION  # without a form: of which of several places?
    context = {"doctor": doctor, "state": doctor.home_state, "form": form, "kind": kind}
    return render(request, "directory/report.html", context, status=status)


@public_page
def report_sent(request, state, doctor, kind):
    """Says thank you, and what happens next. The listing may not be shown any more."""
    if kind not in FORMS or state not in BY_SLUG:
        raise Http404("There is no such page.")
    days = settings.LISTING_REPORT_RETENTION_DAYS["closed"]
    context = {"doctor": with_page(doctor), "state": BY_SLUG[state], "kind": kind, "days": days}
    return render(request, "directory/report_sent.html", context)


# --- About somebody who is not listed ---------------------------------------------------------------


@tokenless_post
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request):
    """GET shows the form, for `?state=` about a state. POST stores the suggestion, or adds it to this reader's earlier
    one of the same name, and answers 303 to the page that thanks."""
    if request.method != "POST":
        return blank_suggestion(request)
    form = SuggestionForm(request.POST)
    if not form.is_valid():
        return suggestion_refused(request, form, 400)
    try:
        if not send_suggestion(request, form):
            return kept(request, "not_listed", 409)
    except TooMany as limit:
        return limit.refuse(form, partial(suggestion_refused, request, form))
    except Decided as decided:
        return kept(request, "decided", 409, before=decided.report)
    return HttpResponseRedirect(reverse("suggestion-sent"), status=303)


@public_page
def blank_suggestion(request):
    state = BY_SLUG.get(request.GET.get("state"))
    return suggestion_page(request, SuggestionForm(initial={"state": state.code} if state else None))


def suggestion_refused(request, form, status):
    return mark_private(suggestion_page(request, form, status))


def suggestion_page(request, form, status=200):
    return render(request, "directory/suggest.html", {"form": form, "checker": get_checker()}, status=status)


@public_page
def suggestion_sent(request):
    return render(request, "directory/suggest_sent.html")


# --- What could not be taken ------------------------------------------------------------------------


def kept(request, why, status, **context):
    """Why nothing was stored, with everything that was typed, to be copied."""
    context |= {"why": why, "typed": as_typed(request.POST)}
    return mark_private(render(request, "directory/report_kept.html", context, status=status))


def as_typed(posted):
    """What somebody typed or chose, a line for each field."""
    shown = [name for name in posted if name not in NOT_TYPED and not name.startswith("initial-")]
    said = {name: ", ".join(filter(None, map(str.strip, posted.getlist(name)))) for name in shown}
    return "\n".join(f"{name.replace('_', ' ').capitalize()}: {value}" for name, value in said.items() if value)
