"""The pages of the desk. All of them are wrapped by the admin site, which sees to it who is there."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crpsinfo.desk.bar import tell, tell_errors, undo_bar
from crpsinfo.desk.deciding import decide_all, undo_batch
from crpsinfo.desk.kinds import COUNTED, Seen, find_tab, kinds, kinds_for
from crpsinfo.models import StaffSettings

CARDS = 20  # on a page
LAST_PAGE = 10_000


def found(request, slug):
    """(Kind, Tab). Raises Http404, or PermissionDenied if the user may not decide about these."""
    try:
        kind, tab = find_tab(slug)
    except KeyError:
        raise Http404("There is no such tab.") from None
    if not kind.may(request.user):
        raise PermissionDenied
    return kind, tab


def home(request, site):
    """What the admin opens on: the desk for moderators, and all pages for the others."""
    main, *_ = kinds().values()
    return first_tab(request) if main.may(request.user) else site.index(request)


@require_safe
def first_tab(request):
    """The first tab of what this user may decide about."""
    for kind in kinds_for(request.user):
        return HttpResponseRedirect(reverse("admin:desk-tab", args=[kind.tabs[0].slug]))
    raise PermissionDenied


@require_safe
def queue(request, tab, site):
    kind, tab = found(request, tab)
    return tab_page(request, site, kind, tab, page_number(request.GET.get("page")), kind.form(None))


def tab_page(request, site, kind, tab, page, form, *, status=200):
    """A page of a tab. `form`: what is to be done with all that is ticked."""
    shown_at = timezone.now()  # before anything is read: what comes later is news
    cards, has_next = cards_of(kind, tab, page, request.user)
    if page > 1 and not cards:
        return HttpResponseRedirect(reverse("admin:desk-tab", args=[tab.slug]))
    tabs = counted_tabs(request.user, tab)
    context = {
        **site.each_context(request),
        "title": f"{tab.title} ({next(one.count for one in tabs if one.is_current)})",
        "tab": tab,
        "tabs": tabs,
        "cards": with_neighbors(cards),
        "ticked": still_ticked(request, cards),
        "kind": kind,
        "here": reverse("admin:desk-tab", args=[tab.slug]),
        "act": reverse("admin:desk-act", args=[tab.slug]),
        "page": page,
        "previous_page": page - 1,
        "next_page": page + 1 if has_next else None,
        "shown_at": shown_at.isoformat(),
        "shortcuts": StaffSettings.of(request.user).shortcuts,
        "undo": undo_bar(request.user),
        "form": form,
        **kind.around(request.user),
    }
    return TemplateResponse(request, "admin/desk/queue.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request, tab, site):
    """POST carries out a decision on what was ticked or on one card, and leads back to the tab. GET, as after
    signing in again, leads there, too."""
    kind, tab = found(request, tab)
    back = reverse("admin:desk-tab", args=[tab.slug], query=page_query(request))
    if request.method != "POST":
        return HttpResponseRedirect(back)
    keys, form = posted_keys(request), kind.form(request.POST)
    if "single" in request.POST and len(keys) == 1:
        again = decide_one(request, kind, keys[0], form)
    elif decide_several(request, kind, keys, form):
        again = None
    else:
        again = tab_page(request, site, kind, tab, page_number(request.POST.get("page")), form, status=400)
    return again or HttpResponseRedirect(back + anchor(request), status=303)


def decide_one(request, kind, pk, form):
    """The answer, if it is not the tab: what was typed and could not be done comes back on the item's own page, if it
    has one."""
    if not form.is_valid():
        return kind.page_again(request, pk, form, "") or tell_errors(request, form)
    outcome = decide_all(kind, [pk], form.cleaned_data, by=request.user, seen=Seen.of(request.POST))
    if outcome.left:
        return kind.page_again(request, pk, form, outcome.left[pk]) or tell(request, kind, outcome)
    address = kind.leads_to(pk, form.cleaned_data, request.user)
    return HttpResponseRedirect(address, status=303) if address else None


def decide_several(request, kind, keys, form):
    """Whether there was something to do; else the messages say why nothing was."""
    if not form.is_valid():
        tell_errors(request, form)
    elif not keys:
        messages.warning(request, "Nothing was done: nothing was ticked.")
    else:
        tell(request, kind, decide_all(kind, keys, form.cleaned_data, by=request.user, seen=Seen.of(request.POST)))
        return True
    return False


@require_POST
def undo(request):
    """Take back what was decided with one click, and lead back to where the button was."""
    told = undo_batch(posted_batch(request), by=request.user)
    if not told:
        messages.warning(request, "There is nothing to undo any more.")
    for step, why in told:
        kind = kinds()[step.kind]
        name = kind.called([step.item]).get(step.item, f"{step.kind} {step.item}")
        if why:
            messages.warning(request, f"Not undone: {name}. {why}")
        else:
            messages.success(request, f"Undone: {name}. It is as it was before.")
    return HttpResponseRedirect(back_from_undo(request, [step for step, _ in told]), status=303)


# --- What was asked ----------------------------------------------------------------------------------


def page_number(text):
    return min(max(int(text), 1), LAST_PAGE) if is_number(text or "") else 1


def is_number(text):
    """Whether it can be the key of a row, or the number of a page."""
    return text.isdecimal() and text.isascii() and len(text) < 19


def page_query(request):
    page = page_number(request.POST.get("page"))
    return {"page": page} if page > 1 else None


def posted_keys(request):
    """The keys that were ticked. Raises BadRequest if one is none."""
    keys = request.POST.getlist("pk")
    if not all(map(is_number, keys)):
        raise BadRequest("What is ticked is not in the list.")
    return [int(key) for key in dict.fromkeys(keys)][:CARDS]


def posted_batch(request):
    try:
        return UUID(request.POST.get("batch", ""))
    except ValueError:
        raise BadRequest("That is no decision.") from None


def anchor(request):
    """Where to go on: at the card that followed."""
    following = request.POST.get("next", "")
    return f"#card-{following}" if is_number(following) else ""


def back_from_undo(request, steps):
    """To where the button was: a tab, and the card in it; or the page of the item."""
    last = steps[-1] if steps else None
    try:
        _, tab = find_tab(request.POST.get("tab", ""))
    except KeyError:
        return kinds()[last.kind].page(last.item) if len(steps) == 1 else reverse("admin:desk")
    card = f"#card-{last.item}" if last else ""
    return reverse("admin:desk-tab", args=[tab.slug], query=page_query(request)) + card


# --- What is shown -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class CountedTab:
    slug: str
    title: str
    count: str
    is_current: bool


def counted_tabs(user, current):
    tabs = [tab for kind in kinds_for(user) for tab in kind.tabs]
    return [CountedTab(tab.slug, tab.title, in_figures(tab.count(user)), tab == current) for tab in tabs]


def in_figures(count):
    return f"{COUNTED}+" if count > COUNTED else str(count)


def cards_of(kind, tab, page, user):
    """(the cards of a page, whether there are more). First the keys alone: that is quicker to sort than whole rows."""
    rows = tab.rows(user)
    keys = list(rows.values_list("pk", flat=True)[(page - 1) * CARDS : page * CARDS + 1])
    cards = {card["pk"]: card for card in kind.cards(rows.model.objects.filter(pk__in=keys[:CARDS]), user)}
    return [cards[key] for key in keys if key in cards], len(keys) > CARDS


def still_ticked(request, cards):
    """The keys of those that were ticked on the page that was posted, if any, and are as they were shown there."""
    keys, marks = posted_keys(request), request.POST.getlist("seen")
    return {card["pk"] for card in cards if card["pk"] in keys and card["mark"] in marks}


def with_neighbors(cards):
    """Each card, and the key of the one to go on with: the next, or the one before the last."""
    keys = [card["pk"] for card in cards]
    following = keys[1:] + [keys[-2] if len(keys) > 1 else ""][: len(keys)]
    return list(zip(cards, following, strict=True))
