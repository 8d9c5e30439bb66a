"""Rows of other tables as one value of a query: for what would take a query of its own each."""

from django.db.models import JSONField, Subquery
from django.db.models.functions import JSONObject


class Rows(Subquery):
    """The rows of a queryset in its order, as a list of {field: value}. Values are as JSON has them: a date is text.
    Its SQL is written once for all queries that are made of one queryset."""

    output_field = JSONField()
    written = None

    def __init__(self, queryset, *fields, of=""):
        """`of`: the way from the rows to what has the fields, such as "article__"."""
        super().__init__(queryset.values(facts=JSONObject(**{field: f"{of}{field}" for field in fields})))

    def set_source_expressions(self, expressions):
        self.written = None  # it now stands in another query
        super().set_source_expressions(expressions)

    def as_sqlite(self, compiler, connection):
        every = "(SELECT json_group_array(json(one.facts)) FROM (%(subquery)s) one)"
        return self.once(compiler, connection, every)

    def as_postgresql(self, compiler, connection):
        every = "(SELECT coalesce(jsonb_agg(one.facts), '[]') FROM (%(subquery)s) one)"
        return self.once(compiler, connection, every)

    def once(self, compiler, connection, template):
        self.written = self.written or self.as_sql(compiler, connection, template=template)
        return self.written
