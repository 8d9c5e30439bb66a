"""What a text gives away or advertises, found without crying wolf."""

import pytest

from comments.details import count_links, gives_away, has_dose, has_links, has_phone, has_price


def found(text):
    return {detail.kind: detail.found for detail in gives_away(text)}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Call me: 303-555-0101.", "303-555-0101"),
        ("(303) 555-0101, evenings", "(303) 555-0101"),
        ("It is 303.555.0101", "303.555.0101"),
        ("3035550101", "3035550101"),
        ("+1 303 555 0101", "+1 303 555 0101"),
        ("1-800-555-0199!", "1-800-555-0199"),
        ("From abroad +44 20 7946 0958", "+44 20 7946 0958"),
        ("Text me at 555-0123", "555-0123"),
        ("３０３-５５５-０１０１", "303-555-0101"),
        ("303\u2011555\u20110101", "303-555-0101"),
        ("303\u200b-555-0101", "303-555-0101"),
    ],
)
def test_phone_numbers_are_found_and_quoted(text, number):
    assert found(text) == {"Phone number": [number]}
    assert has_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "Call 988, or 911.",
        "The pain was 9 out of 10, over 4 days, in 2019-2020.",
        "CRPS 2 since 01/15/2019, 10:30 to 11:45",
        "From 300-1200 mg to 200 300 4000 mg",
        "PMID 31234567, doi 10.1097/00002508-200606000-00005",
        "https://example.org/groups/2384729384",
        "NPI 1234567893",
        "1,234,567,890 people",
    ],
)
def test_other_numbers_are_no_phone_numbers(text):
    assert found(text) == {}
    assert not has_phone(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Write to ann.b+crps@mail.example.org.", "ann.b+crps@mail.example.org"),
        ("ann @ example.org", "ann @ example.org"),
        ("ann (at) example (dot) org", "ann (at) example (dot) org"),
        ("ann[at]example.org", "ann[at]example.org"),
        ("it is ann at example dot org", "ann at example dot org"),
    ],
)
def test_email_addresses_are_found_and_quoted(text, address):
    assert found(text) == {"E-mail address": [address]}


@pytest.mark.parametrize("text", ["Look at this. It helps.", "@ann said so", "We met at home.", "a@b"])
def test_other_words_are_no_email_addresses(text):
    assert found(text) == {}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("I live at 12 Main Street, by the lake.", "12 Main Street"),
        ("1234 N. 5th Ave", "1234 N. 5th Ave"),
        ("22 W Elm Dr. in Denver", "22 W Elm Dr"),
        ("350 Martin Luther King Blvd", "350 Martin Luther King Blvd"),
        ("it's 123 main st", "123 main st"),
        ("Send it to PO Box 99", "PO Box 99"),
        ("P.O. Box 12, Reno", "P.O. Box 12"),
        ("12 Main\nStreet", "12 Main Street"),
    ],
)
def test_street_addresses_are_found_and_quoted(text, address):
    assert found(text) == {"Street address": [address]}


@pytest.mark.parametrize(
    "text",
    [
        "I drove 3 miles down the road.",
        "After 4 infusions on the way home",
        "In 2019 I saw Dr. House.",
        "For 3 years. Road trips hurt.",
        "10 out of 10, the whole street heard me",
        "2 Main roads",
    ],
)
def test_other_ways_are_no_street_addresses(text):
    assert found(text) == {}


def test_each_kind_is_named_once_with_all_its_places():
    text = "303-555-0101 or 303-555-0102, then 303-555-0101 again; ann@example.org"
    assert found(text) == {
        "Phone number": ["303-555-0101", "303-555-0102"],
        "E-mail address": ["ann@example.org"],
    }


@pytest.mark.parametrize(
    "text",
    ["https://example.org/x", "see www.example.org", "example.com", "ann@example.org", "clinic.co.uk/x", "T.me/joinus"],
)
def test_links(text):
    assert has_links(text)


@pytest.mark.parametrize(
    "text",
    ["It hurts.It burns", "2.5 mg", "e.g. heat, i.e. warm", "the net. Then", "some info.", "U.S.", "crps.information"],
)
def test_no_links(text):
    assert not has_links(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("None here.", 0),
        ("https://example.org/x, www.example.org and ann@example.org", 3),
        ("https://a.example<https://b.example‹https://c.example‹https://d.example", 4),
        ("HTTPS://a.example,http://b.example", 2),
    ],
)
def test_links_are_counted_also_where_no_space_is_between_them(text, number):
    assert count_links(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "$300",
        "US$ 1,200",
        "300 dollars",
        "300-dollar copay",
        "USD 300",
        "300 usd",
        "two hundred bucks",
        "€40",
        "5k euros",
    ],
)
def test_prices(text):
    assert has_price(text)


@pytest.mark.parametrize("text", ["I lost 20 pounds", "in 2019", "over 4 days", "$#@!", "not a dollar", "300 people"])
def test_no_prices(text):
    assert not has_price(text)


@pytest.mark.parametrize(
    "text",
    [
        "40 mg/kg/h",
        "200mg",
        "0.5 mg per hour",
        ".5 mg",
        "10-20 mg",
        "5 ml",
        "5 mL",
        "10 mcg",
        "10 µg",
        "10 μg",
        "40 units",
        "a 200-mg infusion",
        "1,000 IU",
        "2 g",
        "half a gram",
        "forty milligrams",
    ],
)
def test_doses(text):
    assert has_dose(text)


@pytest.mark.parametrize(
    "text",
    [
        "over 4 days",
        "CRPS 2",
        "in 2019",
        "9 out of 10",
        "2 months",
        "5G",
        "2 gallons",
        "a unit of the army",
        "mg",
        "room 10, mg unknown",
    ],
)
def test_no_doses(text):
    assert not has_dose(text)


LONG = 10_000  # characters, the longest comment


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "1,", "1 A ", "A ", "+1 ", "a.", "a@", "a@b.", "a at ", "a dot ", "call ", "(at)", "five "],
)
def test_a_long_and_odd_text_hides_nothing(piece):
    text = f"{(piece * LONG)[:LONG]}\n\n212-555-0100 $300 200 mg https://example.org/"
    assert gives_away(text)
    assert all(has(text) for has in (has_links, has_phone, has_price, has_dose))
