from crpsinfo.difference import difference


def words(html):
    """The HTML with short signs in place of its tags."""
    for label in ("[removed: ", "[added: ", "] "):
        html = html.replace(f'<span class="visually-hidden">{label}</span>', "")
    return html.replace("<del>", "{-").replace("</del>", "-}").replace("<ins>", "{+").replace("</ins>", "+}")


def test_what_is_the_same_stands_as_it_is():
    assert words(difference("Some words.", "Some words.")) == "Some words."


def test_a_changed_word_stands_in_both_forms():
    assert words(difference("It helped me.", "It hurt me.")) == "It{- helped-}{+ hurt+} me."


def test_what_goes_and_what_comes_is_marked():
    assert words(difference("Please stop.", "Please")) == "Please{- stop.-}"
    assert words(difference("Please", "Please stop.")) == "Please{+ stop.+}"


def test_a_new_paragraph_is_kept_apart():
    assert words(difference("One.", "One.\n\nTwo.")) == "One.{+\n\nTwo.+}"


def test_markup_is_text():
    html = difference("<script>", "<b>bold</b>")
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html


def test_the_change_is_told_in_words_too():
    assert '<ins><span class="visually-hidden">[added: </span> more' in difference("Some", "Some more")


def test_the_longest_texts_are_compared_in_no_time():
    """A writer cannot keep a moderator's page from coming up."""
    assert difference("a " * 5000, "a " * 4999 + "b").count("<ins>") == 1
