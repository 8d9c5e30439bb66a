"""What an editor is shown of a file before it is stored, and told afterwards."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from import_export.results import RowResult

from directory.admin.duplicates import links
from directory.admin.transfer.resource import is_wrong

SHOWN, NAMED = 200, 20  # rows and troubles on a page; listings in messages
NEW, CHANGED, SAME = RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE, RowResult.IMPORT_TYPE_SKIP


def of(result):
    """As context: what comes of the file, or what is wrong with it."""
    if is_wrong(result):
        found = list(troubles(result))
        return {"troubles": found[:SHOWN], "more_troubles": len(found[SHOWN:])}
    changing = [row for row in result.rows if row.import_type in (NEW, CHANGED)]
    return {
        "totals": result.totals,
        "changing": changing[:SHOWN],
        "more_changing": len(changing[SHOWN:]),
        "mark": result.mark,
        "hidden": result.hidden[:SHOWN],
        "twins": [(doctor, links(there)) for doctor, there in result.twins[:SHOWN]],
    }


def troubles(result):
    """(row of the file or None, column or "", what is wrong with it) of all that is."""
    for error in result.base_errors:
        yield None, "", in_words(error.error)
    for row in result.error_rows if not result.base_errors else []:
        for error in row.errors:
            yield row.number + 1, "", in_words(error.error)
    for row in result.invalid_rows:
        for column, words in row.error_dict.items():
            yield row.number + 1, "" if column == NON_FIELD_ERRORS else column, " ".join(words)


def in_words(error):
    """What is wrong, for an editor. The words of a database are none."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return f"It cannot be stored ({type(error).__name__})."


def tell(request, result):
    """What was stored."""
    totals = result.totals
    words = f"Stored. Rows: {totals[NEW]} with something new, {totals[CHANGED]} changed, {totals[SAME]} as before."
    messages.success(request, words)
    for doctor, missing in result.hidden[:NAMED]:
        messages.warning(request, f"{doctor} is hidden now. Missing for listing: {'; '.join(missing)}.")
    if more := len(result.hidden[NAMED:]):
        messages.warning(request, f"And {more} more are hidden now.")
