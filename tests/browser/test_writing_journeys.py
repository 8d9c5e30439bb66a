"""An editor at work: writing, looking at a preview, publishing, and bringing an older version back."""

import pytest
from django.urls import reverse

from articles.models import Article
from tests.article_forms import version
from tests.browser.audit import assert_sound
from tests.browser.people import expect, press, signed_in, tab_to
from tests.factories import make_article, make_editor
from tests.pictures import make_picture, uploaded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def desk(request, borrow, base_url):
    """The page of an editor who has signed in."""
    return signed_in(borrow(scripts=request.param), make_editor(), base_url)


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("successfully")).to_be_visible()


def test_an_editor_writes_looks_publishes_and_brings_the_old_text_back(desk, watch):
    desk.goto(reverse("admin:articles_article_add"))
    desk.get_by_label("Title").fill("Mirror therapy")
    desk.keyboard.press("Tab")  # with scripts, the address is made from the title now
    desk.get_by_label("Slug").fill("mirror-therapy")
    desk.get_by_label("Summary").fill("What it is.")
    desk.get_by_label("Body").fill("## How it works\n\nSee [here](/nowhere/).")
    with desk.expect_popup() as popup:
        desk.get_by_role("button", name="Preview in a new tab").click()
    preview = popup.value
    expect(preview.get_by_role("heading", name="How it works")).to_be_visible()
    expect(preview.get_by_text("Link /nowhere/: there is no such page.")).to_be_visible()
    preview.close()
    desk.get_by_label("Body").fill("## How it works\n\nYou look at a mirror.")
    desk.get_by_label("Change the status").select_option("Publish now")
    save(desk)
    assert desk.goto("/articles/mirror-therapy/").status == 200
    expect(desk.get_by_text("You look at a mirror.")).to_be_visible()

    article = Article.objects.get()
    desk.goto(reverse("admin:articles_article_change", args=[article.pk]))
    desk.get_by_label("Body").fill("## How it works\n\nYou look at a wall.")
    save(desk)
    desk.goto(version(article, 0))
    expect(desk.get_by_role("region", name="What bringing it back would change")).to_contain_text("wall")
    desk.get_by_role("button", name="Revert").click()
    expect(desk.get_by_text("successfully")).to_be_visible()
    desk.goto("/articles/mirror-therapy/")
    expect(desk.get_by_text("You look at a mirror.")).to_be_visible()


def test_an_editor_adds_a_picture_with_the_keyboard_alone(desk):
    desk.goto(reverse("admin:articles_picture_add"))
    desk.get_by_label("File").set_input_files(
        {"name": "hand.jpg", "mimeType": "image/jpeg", "buffer": uploaded().read()}
    )
    tab_to(desk, desk.get_by_label("Description"))
    desk.keyboard.type("A swollen hand")
    press(desk, desk.get_by_role("button", name="Save and continue editing"))
    expect(desk.get_by_role("img", name="A swollen hand")).to_be_visible()
    expect(desk.get_by_text("![A swollen hand](/pictures/")).to_be_visible()


def test_an_article_with_a_figure_and_all_around_it_is_sound(page):
    picture = make_picture(caption="A hand before")
    parts = ["## One", picture.markdown, "::: effects\n- a\n- b\n:::", "::: doctors\nWho?\n:::"]
    article = make_article(body="\n\n".join(parts))
    other = make_article("Another")
    topic = article.topics.create(name="Mirrors", slug="mirrors", description="What mirrors do.")
    other.topics.add(topic)
    article.corrections.create(text="It was 20 mg.")
    for address in (article.get_absolute_url(), topic.get_absolute_url(), "/articles/", "/corrections/"):
        page.goto(address)
        assert_sound(page)
    page.goto(article.get_absolute_url())
    image = page.get_by_role("img", name="A hand")
    image.scroll_into_view_if_needed()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 800
