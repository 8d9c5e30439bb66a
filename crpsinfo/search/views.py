from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from crpsinfo.caching import private_page
from crpsinfo.paging import one_page
from crpsinfo.search.kinds import kind_called, kinds
from crpsinfo.search.query import LONGEST_TYPED, is_cut
from crpsinfo.search.results import ON_A_PAGE, find


@private_page
@csrf_exempt
@require_safe
def search(request):
    """What was found for `?q=`: the best of each kind, or with `kind` all of one, page by page. `exact`: nothing else
    is searched instead of a word that stands nowhere."""
    typed = " ".join(request.GET.get("q", "").split())
    context = {"typed": typed, "is_cut": is_cut(typed), "longest": LONGEST_TYPED}
    if typed:
        results = find(typed, exact=bool(request.GET.get("exact")))
        kind = kind_called(request.GET.get("kind", ""))
        context |= {"results": results, "kind": kind}
        context |= one_group(request, results, kind) if kind else all_groups(results, typed)
    return render(request, "search/search.html", context)


def all_groups(results, typed):
    groups = [(group, results.shown(group)) for group in results.groups if group.pks]
    elsewhere = [] if groups else [link for kind in kinds().values() for link in kind.elsewhere(typed)]
    return {"groups": groups, "elsewhere": elsewhere}


def one_group(request, results, kind):
    group = next(group for group in results.groups if group.kind is kind)
    page = one_page(group.pks, request.GET.get("page"), ON_A_PAGE)
    return {"groups": [(group, results.shown(group, list(page)))] if group.pks else [], "page": page}
