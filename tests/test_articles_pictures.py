"""Pictures in articles: what is taken, how it is kept, and what a text shows of it."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from articles import pictures
from articles.markdown import render
from tests.pictures import make_picture, uploaded

ADDRESS = "/pictures/0123456789abcdef-800x600.webp"


# --- Taking them in ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("image_format", "mode"), [("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P")])
def test_every_common_kind_becomes_webp(image_format, mode):
    stored = pictures.encoded(uploaded(image_format, mode=mode))
    assert Image.open(BytesIO(stored["data"])).format == "WEBP"
    assert (stored["width"], stored["height"]) == (800, 600)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_stays_so(mode):
    clear = Image.new(mode, (4, 4), (0,) * len(mode))
    stored = BytesIO()
    clear.save(stored, "PNG")
    data = pictures.encoded(SimpleUploadedFile("x", stored.getvalue()))["data"]
    assert Image.open(BytesIO(data)).convert("RGBA").getpixel((0, 0))[3] == 0


def test_sixteen_bits_of_gray_become_eight():
    stored = BytesIO()
    Image.new("I;16", (4, 4), 0x8000).save(stored, "PNG")
    data = pictures.encoded(SimpleUploadedFile("x", stored.getvalue()))["data"]
    assert 120 < Image.open(BytesIO(data)).getpixel((0, 0))[0] < 136


def test_a_large_one_is_made_smaller_in_its_proportions():
    stored = pictures.encoded(uploaded(size=(4000, 1000)))
    assert (stored["width"], stored["height"]) == (1600, 400)


def test_where_and_with_what_it_was_taken_does_not_come_along():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker of cameras", 6  # lies on its side
    stored = pictures.encoded(uploaded(exif=exif))
    assert (stored["width"], stored["height"]) == (600, 800)
    assert b"Maker" not in stored["data"]
    assert not Image.open(BytesIO(stored["data"])).getexif()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "unreadable"), (b"<svg onload='alert(1)'/>", "unreadable"), (b"\x89PNG\r\n\x1a\nnonsense", "unreadable")],
)
def test_what_is_no_picture_is_refused(content, code):
    with pytest.raises(ValidationError) as refused:
        pictures.encoded(SimpleUploadedFile("x.png", content))
    assert refused.value.code == code


def test_a_picture_that_would_fill_the_memory_is_refused_unpacked(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 100)
    with pytest.raises(ValidationError) as refused:
        pictures.encoded(uploaded())
    assert refused.value.code == "too_many_pixels"


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST_FILE", 100)
    with pytest.raises(ValidationError) as refused:
        pictures.encoded(uploaded())
    assert refused.value.code == "too_large"


@settings(deadline=None)  # the first picture loads the decoders
@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_taken_or_refused(content):
    start = uploaded("PNG", size=(2, 2)).read()[:60]
    assert outcome(SimpleUploadedFile("x", start + content)) in ("taken", "unreadable", "too_many_pixels")


def outcome(file):
    try:
        pictures.encoded(file)
    except ValidationError as refused:
        return refused.code
    return "taken"


# --- Showing them -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_picture_is_kept_for_good_at_an_address_that_names_its_bytes(client):
    picture = make_picture()
    answer = client.get(picture.get_absolute_url())
    assert (answer.headers["Content-Type"], answer.content) == ("image/webp", bytes(picture.data))
    assert "immutable" in answer.headers["Cache-Control"]
    wrong = picture.get_absolute_url().replace("800x600", "8x6")
    assert [client.get(path).status_code for path in (wrong, ADDRESS, "/pictures/x.webp")] == [404, 404, 404]


def test_alone_in_its_paragraph_it_is_a_figure_with_its_size():
    html = render(f'![A *sore* hand]({ADDRESS} "Before & after")').html
    assert html == (
        f'<figure><img src="{ADDRESS}" alt="A sore hand" width="800" height="600" loading="lazy">'
        "<figcaption>Before &amp; after</figcaption></figure>\n"
    )


def test_within_a_line_it_is_a_picture():
    assert "<figure" not in render(f"Look: ![A hand]({ADDRESS})").html


@pytest.mark.parametrize("source", ["https://example.org/x.png", "//example.org/x.png", "/static/x.png", "/pictures/x"])
def test_one_from_elsewhere_is_a_link(source):
    html = render(f"![A hand]({source})").html
    assert "<img" not in html
    assert f'<a href="{source}"' in html


def test_kept_html_loads_nothing_from_elsewhere_either():
    html = render(f'<p>A<img src="https://example.org/x.png" alt="x">B<img src="{ADDRESS}" alt="y"></p>', "html").html
    assert html == f'<p>AB<img src="{ADDRESS}" alt="y"></p>'


def test_what_an_editor_writes_for_a_picture_shows_it(db):
    picture = make_picture(alt="A [sore *hand", caption='"Before"', source="Ours, CC BY 4.0")
    html = render(picture.markdown).html
    assert f'<img src="{picture.get_absolute_url()}" alt="A [sore *hand"' in html
    assert '<figcaption>"Before" Ours, CC BY 4.0</figcaption>' in html
