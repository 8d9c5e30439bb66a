"""A file of listings: read, compared with what is there, and stored, all of it or nothing."""

from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from import_export.resources import Resource

from directory.admin.duplicates import names_in, of_the_same_name
from directory.admin.transfer.columns import COLUMNS, KEYS, PARTS, as_fields
from directory.admin.transfer.matching import Line, Listings
from directory.admin.transfer.rules import Rules
from directory.admin.transfer.storing import Store, locked_doctors
from directory.models import Doctor

CHANGED_MEANWHILE = "Somebody changed these listings meanwhile, so nothing was stored. Look at the file again."


class ListingResource(Resource):
    """Its rows are Lines. `by`: the editor. `seen`: the mark of the preview; what comes out otherwise is not stored."""

    class Meta:
        using_db = "default"
        use_bulk = True  # nothing is stored row by row: the Store does it in the end
        skip_diff = True  # the library's own is HTML with inline styles; `changes` has the difference
        instance_loader_class = staticmethod(lambda resource, dataset: None)  # `before_import` reads all at once

    def __init__(self, *, by=None, seen=None):
        super().__init__()
        self.fields = as_fields()
        self.by, self.seen = by, seen

    # --- The whole file -------------------------------------------------------------------------

    def import_data(self, dataset, dry_run=False, **kwargs):
        """A preview writes nothing, so it needs no transaction, which on SQLite would keep all writers waiting."""
        if dry_run:
            return self.import_data_inner(dataset, True, False, False, False, **kwargs)
        return super().import_data(dataset, rollback_on_validation_errors=True, **kwargs)

    def before_import(self, dataset, *, dry_run=True, **kwargs):
        self.cells = [self.values_of(dict(zip(dataset.headers, row, strict=True))) for row in dataset]
        rows = [values for values, _ in self.cells]
        is_real = self.seen is not None
        doctors = locked_doctors() if is_real else Doctor.objects.for_page()
        self.listings, self.rules, self.facts = Listings(rows, doctors), Rules(rows), []
        self.store = Store(self.by, self.rules.zip_codes, is_real=is_real)

    def after_import(self, dataset, result, **kwargs):
        """With `mark`, of what comes of the file; `hidden`: [(listing, what it lacks then)]; `twins`: those who may be
        in the directory already."""
        if is_wrong(result):
            return
        result.mark = mark_of(self.facts)
        if self.seen not in (None, result.mark):
            raise ValidationError(CHANGED_MEANWHILE)
        result.twins = [] if self.store.is_real else self.twins()
        result.hidden = self.store.finish()

    def twins(self):
        """[(new doctor or clinic, who may be the same: the same name in the same ZIP code)]"""
        zip_codes = {part: {place.row.zip_code for place in part.parts} for part in self.store.added}
        known = names_in(set().union(*zip_codes.values()))
        found = [(part.row, of_the_same_name(part.row, codes, known)) for part, codes in zip_codes.items()]
        return [(doctor, twins) for doctor, twins in found if twins]

    def values_of(self, row):
        """({column: value}, {column: what is wrong with it}) of the cells that are not empty."""
        values, errors = {}, {}
        for column in COLUMNS:
            if row.get(column, "").strip():
                try:
                    values[column] = self.fields[column].clean(row)
                except ValueError as error:
                    errors[column] = ValidationError(str(error), code="invalid")
        return values, errors

    # --- A row ----------------------------------------------------------------------------------

    def before_import_row(self, row, *, row_number, **kwargs):
        self.number = row_number + 1  # as spreadsheets count: the first has the names of the columns
        self.values, self.wrong = self.cells[row_number - 1]
        self.changes = []

    def get_or_init_instance(self, instance_loader, row):
        if self.wrong.keys() & KEYS:
            raise ValidationError(self.wrong)
        line = self.listings.line(self.values) if self.values or self.wrong else Line()
        return line, any(part.is_new and part.is_due for part in line.parts())

    def import_instance(self, line, row, **kwargs):
        errors = dict(self.wrong)
        for name, (_, columns) in PARTS.items():
            for column in [column for column in columns if column in self.values and column not in KEYS]:
                try:
                    self.set(getattr(line, name), column)
                except ValidationError as error:
                    errors[column] = error
        if self.values.get("status", status_of(line)) != status_of(line):
            errors["status"] = ValidationError("Whether it is listed is decided in the admin, not by a file.")
        if errors:
            raise ValidationError(errors)

    def set(self, part, column):
        if change := part.set(column, self.values[column], self.number):
            write = self.fields[column].widget.render
            self.changes.append((column, *map(write, change)))

    def skip_row(self, line, original, row, import_validation_errors=None):
        return not (import_validation_errors or line.due())

    def validate_instance(self, line, import_validation_errors=None, validate_unique=True):
        errors = self.rules.errors(line) | (import_validation_errors or {})
        if errors:
            line.forget()  # else the next rows about the same entry would be told the same
            raise ValidationError(errors)

    def save_instance(self, line, is_create, row, **kwargs):
        self.store.take(line)

    def after_import_row(self, row, row_result, **kwargs):
        row_result.number, row_result.changes = self.number, self.changes
        self.facts.append((self.number, row_result.import_type, row_result.object_repr, self.changes))


def is_wrong(result):
    return result.has_errors() or result.has_validation_errors()


def status_of(line):
    return line.doctor.row.status if line.doctor else ""


def mark_of(facts):
    """A mark of what comes of a file. Nobody can make one up."""
    return salted_hmac("directory.admin.transfer", repr(facts), algorithm="sha256").hexdigest()[:32]
