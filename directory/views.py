from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify

from crpsinfo.caching import mark_private, private_page, public_page
from crpsinfo.paging import one_page
from directory import jsonld
from directory.forms import FilterForm, SearchForm
from directory.models import Doctor, Practice, Treatment
from directory.search import find, nearest_to, with_miles
from directory.states import BY_SLUG, STATES

PAGE_SIZE = 25
ROOT = ("Find a doctor", "/doctors/")


@public_page
def doctors(request):
    """The search box and the states. With a search in its address it answers the search."""
    if named := request.GET.get("state"):
        return redirect("state", state_or_404(named).slug)
    if SearchForm.is_asked(request.GET):
        return search(request)
    return front(request, SearchForm())


def front(request, form, status=200):
    counts = Practice.objects.listed().count_by_state()
    context = {
        "form": form,
        "tiles": [(state, counts.get(state.code, 0)) for state in STATES.values()],
        "total": sum(counts.values()),
        "treatments": Treatment.objects.all(),
        "structured": jsonld.script(jsonld.breadcrumbs(ROOT)),
    }
    return render(request, "directory/doctors.html", context, status=status)


@private_page
def search(request):
    form = SearchForm(request.GET)
    if not form.is_valid():
        return front(request, form, status=400)
    asked = dict(form.cleaned_data)
    origin = asked.pop("zip")
    found = find(point=origin and origin.point, **asked)
    page = one_page(found.practices.for_cards(), request.GET.get("page"), PAGE_SIZE)
    practices = with_miles(page, origin.point) if origin else page
    context = {"form": form, "page": page, "practices": practices, "found": found, "origin": origin, "asked": asked}
    return render(request, "directory/results.html", context)


@public_page
def state(request, state):
    here, form = state_or_404(state), FilterForm(request.GET)
    if state != here.slug:
        return redirect("state", here.slug, permanent=True)
    is_valid = form.is_valid()
    wanted = Practice.objects.listed().offering(**form.cleaned_data)
    page = one_page(wanted.in_state(here.code).by_place().for_cards(), request.GET.get("page"), PAGE_SIZE)
    around = Practice.objects.listed().in_states([here.code, *here.neighbour_codes.split()])
    counts = around.count_by_state()
    context = {
        "state": here,
        "form": form,
        "is_filtered": any(form.cleaned_data.values()),
        "page": page,
        "total": counts.get(here.code, 0),
        "nearest": [] if page else nearest_to(here, wanted),
        "stopped": Practice.objects.stopped().in_state(here.code).by_place().for_cards(),
        "neighbours": [(neighbour, counts.get(neighbour.code, 0)) for neighbour in here.neighbours],
        "is_indexable": Practice.objects.listed().real().in_state(here.code).exists(),
        "structured": structured_list(here, page),
    }
    response = render(request, "directory/state.html", context, status=200 if is_valid else 400)
    return response if is_valid else mark_private(response)


def structured_list(state, page):
    """The data block of a state's page. Invented doctors are no facts for machines."""
    crumbs = jsonld.breadcrumbs(ROOT, (state.name, reverse("state", args=[state.slug])))
    real = [practice for practice in page if not practice.doctor.is_example]
    return jsonld.script(crumbs, jsonld.item_list(real)) if real else jsonld.script(crumbs)


@public_page
def doctor(request, state, doctor):
    """One doctor. An old address, or one under another state, leads to the present one."""
    state_or_404(state)
    found = Doctor.objects.with_page().for_page().filter(slug=doctor).first()
    if found is None:
        found = get_object_or_404(Doctor.objects.with_page().for_page(), old_slugs__slug=doctor)
    here = found.home_state
    if here is None:
        raise Http404("This doctor has no practice.")
    if (state, doctor) != (here.slug, found.slug):
        return redirect(found, permanent=True)
    crumbs = jsonld.breadcrumbs(ROOT, (here.name, reverse("state", args=[here.slug])), (found.name, request.path))
    about = [jsonld.physician(found)] if found.is_listed and not found.is_example else []
    context = {"doctor": found, "state": here, "structured": jsonld.script(crumbs, *about)}
    return render(request, "directory/doctor.html", context)


def state_or_404(name):
    """The State with this name or code, however it is written."""
    state = BY_SLUG.get(slugify(name)) or STATES.get(name.strip().upper())
    if state is None:
        raise Http404("There is no such state.")
    return state
