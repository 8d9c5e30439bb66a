"""Files of the media library that posts show by their number."""

import pytest

from tests.wordpress import attachment, meta, move_in, post

pytestmark = pytest.mark.django_db

FILE = "https://old.example/wp-content/uploads/{}.jpg"


def moved_in(tmp_path, *posts, **options):
    """What is said when they are moved in with four files, of which the last two were uploaded to post 5."""
    files = [attachment(number, FILE.format(number), parent) for number, parent in ((6, 0), (7, 0), (8, 5), (9, 5))]
    return move_in(tmp_path, *files[:2], *posts, *files[2:], **options)


@pytest.mark.parametrize(
    ("number", "content", "shown"),
    [
        (1, '[gallery ids="7, 9"]', [7, 9]),
        (1, "[gallery include='7' size=\"large\"]", [7]),
        (1, '[playlist ids="8"]', [8]),
        (5, "[gallery]", [8, 9]),
        (1, "[gallery id=5]", [8, 9]),
        (1, "[gallery]", []),
        (5, "[gallery ids=6]", [6]),
        (5, "[[gallery]]", []),
    ],
)
def test_what_a_gallery_shows_is_listed_at_the_end(tmp_path, number, content, shown):
    said = moved_in(tmp_path, post(number, content=content))
    addresses = ", ".join(map(FILE.format, shown))
    assert (f"{number} shows by number: {addresses}." in said) == bool(shown)
    assert (f"show by their number: {len(shown)}." in said) == bool(shown)


def test_the_picture_above_a_post_is_listed(tmp_path):
    said = moved_in(tmp_path, post(1, comments=meta("_edit_last", "8") + meta("_thumbnail_id", "7")))
    assert f"1 shows by number: {FILE.format(7)}.\n" in said


def test_files_that_did_not_come_are_counted(tmp_path):
    said = moved_in(tmp_path, post(1, content="[gallery ids='7,70,71']"), dry_run=True)
    assert "show by their number: 1; not in this file: 2." in said


def test_of_more_files_than_can_be_kept_in_mind_the_others_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("articles.wordpress.library.MOST", 3)
    said = moved_in(tmp_path, post(1, content="[gallery ids='6,7,8,9']"))
    assert f"1 shows by number: {', '.join(map(FILE.format, (6, 7, 8)))}." in said
    assert "too many to be listed: 2." in said
