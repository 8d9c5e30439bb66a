from functools import wraps
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from crpsinfo.caching import mark_private, public_page
from crpsinfo.jsonld import breadcrumbs, script
from directory import jsonld
from directory.call_sheet import MOST, CallSheet
from directory.forms import FilterForm, SearchForm, state_called
from directory.keyset import Keyset, row_number
from directory.models import Doctor, Practice, StateBoard, Status, Treatment
from directory.search import (
    BY_NAME,
    MOST_OFF_THE_LISTS,
    Total,
    alternatives_to,
    cards,
    count,
    find_by_name,
    find_near,
    found_by_name_only,
    nearest_to,
    off_the_lists,
)
from directory.states import STATES

PAGE_SIZE = 25
MOST_STOPPED = 12  # on a state's page
ROOT = ("Find a doctor", "/doctors/")


def page_with_sheet(view):
    """A public page that hands on the call sheet in its address. With something on that it is one reader's own."""

    @public_page(parameters=["after", "before"])
    @wraps(view)
    def inner(request, *args, **kwargs):
        sheet = CallSheet.of(request.GET)
        response = view(request, *args, sheet=sheet, **kwargs)
        return mark_private(response) if sheet else response

    return inner


# --- Searching ------------------------------------------------------------------------------------


@page_with_sheet
def doctors(request, *, sheet):
    """The search box and the states. With a search in its address it answers the search."""
    if not SearchForm.is_asked(request.GET):
        return front(request, SearchForm(), sheet)
    form = SearchForm(request.GET)
    if not form.is_valid():
        return mark_private(front(request, form, sheet, status=400))
    if form.is_only_a_state:
        return mark_private(redirect(sheet.kept_in(reverse("state", args=[form.cleaned_data["state"].slug]))))
    return mark_private(results(request, form, sheet))


def front(request, form, sheet, status=200):
    counts = Practice.objects.counts()
    context = {
        "form": form,
        "sheet": sheet,
        "tiles": [(state, counts.get(state.code, 0)) for state in STATES.values()],
        "total": Total(sum(counts.values())),
        "treatments": Treatment.objects.all(),
        "structured": script(breadcrumbs(ROOT)),
    }
    return render(request, "directory/doctors.html", context, status=status)


def results(request, form, sheet):
    origin, state, miles = (form.cleaned_data[name] for name in ("zip", "state", "miles"))
    if origin:
        found = find_near(form.wish, origin.point, miles, PAGE_SIZE, **place_in(request.GET))
    else:
        found = find_by_name(form.wish, state, PAGE_SIZE, **place_in(request.GET))
    here = STATES[origin.state] if origin else state
    off = off_the_lists(form.wish, here, origin and origin.point, miles)
    context = {
        "form": form,
        "sheet": sheet,
        "found": found,
        "wish": form.wish,
        "origin": origin,
        "miles": miles,
        "state": here,
        "around": [] if found.page.keys or not here else to_look_at([here, *here.neighbours], form),
        "off_the_lists": off[:MOST_OFF_THE_LISTS],
        "has_more_off_the_lists": len(off) > MOST_OFF_THE_LISTS,
        "links": page_links(request.path, [*form.parameters, *sheet.parameters], found.page),
    }
    return render(request, "directory/results.html", context)


# --- One state ------------------------------------------------------------------------------------


@page_with_sheet
def state(request, state, *, sheet):
    here, form = state_or_404(state), FilterForm(request.GET)
    if state != here.slug:
        return redirect(sheet.kept_in(reverse("state", args=[here.slug])), permanent=True)
    is_valid, is_asked = form.is_valid(), form.is_asked(request.GET)
    listed = form.wish.practices.in_state(here.code)
    page = Keyset(listed, *BY_NAME).page(PAGE_SIZE, **place_in(request.GET))
    practices, counts = cards(page.pks), Practice.objects.counts()
    total = Total(counts.get(here.code, 0))
    stopped = list(Practice.objects.stopped().in_state(here.code).by_place().for_cards()[: MOST_STOPPED + 1])
    context = {
        "state": here,
        "form": form,
        "sheet": sheet,
        "wish": form.wish,
        "practices": practices,
        "total": total,
        "fitting": count(listed) if form.wish.is_narrowed else total,
        "links": page_links(request.path, [*form.parameters, *sheet.parameters], page),
        "nearest": [] if practices else nearest_to(here, form.wish.practices),
        "stopped": stopped[:MOST_STOPPED],
        "has_more_stopped": len(stopped) > MOST_STOPPED,
        "by_name_only": found_by_name_only(here),
        "neighbours": to_look_at(here.neighbours, form, counts),
        "board": StateBoard.objects.filter(state=here.code).first(),
        "is_indexable": not is_asked and Practice.objects.in_default_list().real().in_state(here.code).exists(),
        "structured": structured_list(here, practices),
    }
    response = render(request, "directory/state.html", context, status=200 if is_valid else 400)
    return mark_private(response) if is_asked else response


def to_look_at(states, form, counts=None):
    """[(State, how many its list holds in all, the address where it is asked what the form asks)] of those that have
    any."""
    counts = Practice.objects.counts() if counts is None else counts
    asked = urlencode([(name, value) for name, value in form.parameters if name in form.WISHES])
    addresses = {state: f"{reverse('state', args=[state.slug])}{asked and '?'}{asked}" for state in states}
    return [(state, counts[state.code], addresses[state]) for state in states if counts.get(state.code)]


def structured_list(state, practices):
    """The data block of a state's page. Invented doctors are no facts for machines."""
    crumbs = breadcrumbs(ROOT, (state.name, reverse("state", args=[state.slug])))
    real = [practice for practice in practices if not practice.doctor.is_example]
    return script(crumbs, jsonld.item_list(real)) if real else script(crumbs)


# --- One doctor -----------------------------------------------------------------------------------


@page_with_sheet
def doctor(request, state, doctor, *, sheet):
    """One doctor, or one clinic. An old address, or one under another state, leads to the present one; that of somebody
    who asked to be removed says only that."""
    there = state_or_404(state)
    found = called(Doctor.objects.with_page().for_page(), doctor)
    if found is None and called(Doctor.objects.filter(status=Status.REMOVED), doctor):
        return mark_private(render(request, "directory/gone.html", {"state": there, "sheet": sheet}, status=410))
    here = found and found.home_state
    if here is None:
        raise Http404("There is no such doctor, or one without a practice.")
    if (state, doctor) != (here.slug, found.slug):
        return redirect(sheet.kept_in(found.get_absolute_url()), permanent=True)
    crumbs = breadcrumbs(ROOT, (here.name, reverse("state", args=[here.slug])), (found.name, request.path))
    about = [jsonld.listing(found)] if found.is_listed and not found.is_example else []
    context = {
        "doctor": found,
        "state": here,
        "sheet": sheet,
        "checks": found.latest_checks(),
        "alternatives": alternatives_to(found) if found.has_stopped else [],
        "board": StateBoard.objects.filter(state=here.code).first(),
        "structured": script(crumbs, *about),
    }
    return render(request, "directory/doctor.html", context)


def called(doctors, slug):
    """The one of the doctors who has this address, or once had it; None if nobody does."""
    return doctors.filter(slug=slug).first() or doctors.filter(old_slugs__slug=slug).first()


# --- Calling several ------------------------------------------------------------------------------


@page_with_sheet
def call_sheet(request, *, sheet):
    """The chosen listings on one page to print, with their numbers, what to ask, and room for notes."""
    there = sheet.doctors()
    context = {
        "sheet": sheet,
        "doctors": there[:MOST],
        "left_out": there[MOST:],
        "missing": len(sheet) - len(there),
        "most": MOST,
    }
    return mark_private(render(request, "directory/call_sheet.html", context))


# --- What they have in common ---------------------------------------------------------------------


def state_or_404(name):
    """The State with this name or code, however it is written."""
    state = state_called(name)
    if state is None:
        raise Http404("There is no such state.")
    return state


def place_in(query):
    """Where in its list a page begins, by its address: arguments of `Keyset.page`."""
    return {name: row_number(query.get(name)) for name in ("after", "before")}


def page_links(path, parameters, page):
    """The addresses of the pages before and after this one, with these parameters alone; None where there is none."""
    rows = {"after": page.after, "before": page.before}
    return {name: row and f"{path}?{urlencode([*parameters, (name, row)])}" for name, row in rows.items()}
