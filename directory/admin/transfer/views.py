"""The pages on which editors bring listings in and take them out as a CSV file."""

import csv

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from import_export.formats.base_formats import CSV
from tablib.exceptions import TablibException

from crpsinfo.caching import mark_private
from crpsinfo.errors import keeps_what_was_posted
from directory.admin.transfer import preview, upload
from directory.admin.transfer.columns import COLUMNS, KEYS
from directory.admin.transfer.export import rows_of
from directory.admin.transfer.resource import ListingResource, is_wrong

MOST_ROWS = 5000
MOST_BYTES = 5 * 1024 * 1024
ENCODING = "utf-8-sig"  # with the mark by which spreadsheets know it
UNREADABLE = "This file cannot be read. It has to be a CSV file in UTF-8, with no row longer than the first."
OVER = "This file is not kept any more: it was stored already, or its hour is over. Choose it again."
NEEDED = [f"directory.{may}_{model}" for may in ("add", "change") for model in ("doctor", "practice", "offer")]


class FileForm(forms.Form):
    file = forms.FileField(label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))

    def clean_file(self):
        """The file as text. Its `dataset` stands beside it."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("This file is larger than 5 MB: divide it.", code="too_large")
        try:
            text = file.read().decode(ENCODING)
            self.dataset = dataset_of(text)
        except (UnicodeDecodeError, TablibException, csv.Error):
            raise forms.ValidationError(UNREADABLE, code="unreadable") from None
        if "\x00" in text:
            raise forms.ValidationError(UNREADABLE, code="unreadable")
        if not self.dataset:
            raise forms.ValidationError("There is no row in this file below the names of the columns.", code="empty")
        if len(self.dataset) > MOST_ROWS:
            raise forms.ValidationError(f"More than {MOST_ROWS:,} rows: divide the file.", code="too_long")
        check_columns(self.dataset.headers)
        return text


def dataset_of(text):
    dataset = CSV().create_dataset(text)
    dataset.headers = [name.strip() for name in dataset.headers or []]
    return dataset


def check_columns(names):
    """Raises ValidationError if the first row of a file is not made of our columns, each once."""
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        words = f"Unknown columns: {', '.join(unknown)}. The first row has to be made of the names that are given here."
        raise forms.ValidationError(words, code="unknown")
    if len(set(names)) < len(names):
        raise forms.ValidationError("A column is there twice.", code="twice")


class Transfer:
    """For the admin of doctors."""

    def get_urls(self):
        inside = self.admin_site.admin_view
        bring_in = require_http_methods(["GET", "HEAD", "POST"])(inside(self.import_view))
        return [
            path("import/", keeps_what_was_posted(bring_in), name="directory_doctor_import"),
            path("export/", require_safe(inside(self.export_view)), name="directory_doctor_export"),
            *super().get_urls(),
        ]

    def has_import_permission(self, request):
        return request.user.has_perms(NEEDED)

    def changelist_view(self, request, extra_context=None):
        more = {"has_import_permission": self.has_import_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def export_view(self, request):
        """The listings of the list as a file, narrowed and searched as the address says."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            doctors = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:directory_doctor_changelist"))
        text = CSV().export_data(ListingResource().export(rows_of(doctors)))
        response = HttpResponse(text.encode(ENCODING), content_type="text/csv; charset=utf-8")
        name = f"listings-{timezone.localdate().isoformat()}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return mark_private(response)

    def import_view(self, request):
        """A file is shown first: what it would change, and what is wrong with it. What was shown can be stored."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self.import_page(request, FileForm())
        if "kept" in request.POST:
            return self.store_what_was_kept(request, request.POST["kept"])
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.import_page(request, form, status=400)
        return self.preview_page(request, form.dataset, form.cleaned_data["file"])

    def preview_page(self, request, dataset, text, *, status=200):
        result = ListingResource().import_data(dataset, dry_run=True)
        key = "" if is_wrong(result) else upload.keep(text, request.user)
        return self.import_page(request, FileForm(), status=status, result=result, key=key, **preview.of(result))

    def store_what_was_kept(self, request, key):
        text = upload.kept(key, request.user)
        if text is None:
            messages.warning(request, OVER)
            return HttpResponseRedirect(reverse("admin:directory_doctor_import"), status=303)
        dataset = dataset_of(text)
        result = ListingResource(by=request.user, seen=request.POST.get("seen", "")).import_data(dataset)
        upload.forget(key)
        if is_wrong(result):
            [*_, words], *_ = preview.troubles(result)
            messages.error(request, words)
            return self.preview_page(request, dataset, text, status=409)
        preview.tell(request, result)
        return HttpResponseRedirect(reverse("admin:directory_doctor_changelist"), status=303)

    def import_page(self, request, form, *, status=200, **shown):
        context = {
            **self.admin_site.each_context(request),
            "title": "Import listings",
            "opts": self.opts,
            "form": form,
            "columns": [*COLUMNS],
            "keys": [column for column in COLUMNS if column in KEYS],
            **shown,
        }
        return TemplateResponse(request, "admin/directory/import.html", context, status=status)
