"""What the first list of spam rules catches, and what patients may write all the same."""

from importlib import import_module
from types import SimpleNamespace

import pytest

from crpsinfo.models import Rule
from crpsinfo.spam import Submission
from crpsinfo.spam.rules import matching, normalised, trouble

FIRST_RULES = import_module("crpsinfo.migrations.0003_first_rules").FIRST_RULES
RULES = [SimpleNamespace(kind="phrase", value=value, action=action) for action, value, _ in FIRST_RULES]


def actions(text, author="Pat"):
    return {rule.action for rule in matching(Submission(kind="comment", text=text, ip="", author=author), RULES)}


def test_the_list_is_as_a_moderator_could_have_typed_it():
    values = [value for _, value, _ in FIRST_RULES]
    assert 50 <= len(values) == len(set(values)) <= 100
    for action, value, note in FIRST_RULES:
        assert action in ("hold", "spam")
        assert trouble("phrase", value) is None
        assert normalised("phrase", value) == value
        assert 0 < len(note) <= 200


@pytest.mark.parametrize(
    "text",
    [
        "Ketamine for sale! Overnight delivery to your door",
        "K3tamine for sale",
        "Kеtаmine fоr sаle, all states",  # Cyrillic е, а and о
        "K.E.T.A.M.I.N.E for sale",
        "k e t a m i n e f o r s a l e",
        "ke-ta-mine for $ale at good prices",
        "𝐊𝐞𝐭𝐚𝐦𝐢𝐧𝐞 𝐟𝐨𝐫 𝐬𝐚𝐥𝐞",
        "Buy ketamine online overnight with debit card",
        "Buy Ketamine Online Buy Oxycodone Online Buy Percocet Online",
        "buy cheap ketamine from us today",
        "buy cheap OxyC0done, crystals and powder",
        "0xycodone f0r sale, call now",
        "ox-y-co-done for sale",
        "Order Oxycodone without prescription in two days",
        "Buy P3rcocet without prescription at our store",
        "Get your pain relief without prescription. Overnight shipping to USA",
        "Oxycontin, Dilaudid, Opana. No Rx! Overnight delivery!",
        "The best no-rx online pharmacy in the country",
        "We have all kinds of pain meds, discreet shipping guaranteed",
        "Fast and d1screet delivery worldwide",
        "discrete shipping, satisfaction guaranteed",
        "St3alth packaging, we reship if seized",
        "My pain is gone thanks to this legit vendor, he ships everywhere",
        "He is a legit plug, message him",
        "Wickr: painfree420",
        "W1ckr me at painfree420",
        "WhatsApp me for pills +1 555 0100",
        "Text me for pi11s, all brands",
        "DM for prices, Roxy 30 and others",
        "Order via WhatsApp or Telegram",
        "All meds in stock. Bitcoin accepted.",
        "We accept b!tcoin and gift cards",
        "Buy cheap Xanax and Adderall here",
        "CLICK HERE TO BUY >>> https://shop.example.com",
        "see https://shop.example.com/oxycodone-for-sale/",
        "P i l l s   f o r   s a l e",
        "PiIls for saIe",
    ],
)
def test_classic_offers_of_drugs_are_caught(text):
    assert actions(text)


@pytest.mark.parametrize(
    "text",
    [
        "Buy Ketamine Online Overnight with debit card",
        "buy cheap k3tamine on-line!",
        "Best shop: buy cheap OxyC0done online, crystals and powder",
        "CLICK HERE TO BUY >>> https://shop.example.com",
        "W1ckr me at painfree420",
        "WhatsApp me for pills +1 555 0100",
        "Text me for pi11s, all brands",
    ],
)
def test_what_only_sellers_write_is_spam(text):
    assert "spam" in actions(text)


@pytest.mark.parametrize("author", ["Ketamine For Sale", "PillsForSale", "xanax-for-sale", "Legit Vendors"])
def test_offers_in_a_name_are_caught(author):
    assert actions("Nice article, thank you", author=author)


@pytest.mark.parametrize(
    "text",
    [
        "My pharmacy was out of ketamine troches for three weeks.",
        "They overnight my meds from the compounding pharmacy in Texas.",
        "I bought a TENS unit online and it helps a little.",
        "Is it legal to order ketamine?",
        "Is it safe to buy ketamine online? No prescription was mentioned on that site.",
        "Should I buy it online? Without prescription it sounds wrong to me.",
        "I got lidocaine patches online, no prescription needed.",
        "Voltaren gel is over the counter now, no Rx needed.",
        "Generic gabapentin is cheap, Lyrica was not.",
        "Cheap meds: try the discount card, it saved me 80 dollars.",
        "Does anybody know a good online pharmacy that takes Medicare?",
        "You cannot get oxycodone without a prescription, and you should not.",
        "My doctor sends oxycodone without prescription problems since the new law.",
        "Mail order ketamine scares me, I want a nurse in the room.",
        "A site that sells ketamine wanted me to pay with bitcoin. Stay away!",
        "We have a CRPS group on WhatsApp, ask me and I will send you the link.",
        "Is there a Telegram group for carers?",
        "I take two pills in the morning and one at night.",
        "They tested me for pills I never took.",
        "Our house is for sale because of the medical bills.",
        "I have an old wheelchair for sale, pick up only.",
        "The clinic staff were fast and discreet and kind.",
        "The nurses gave me a safe and discreet corner to cry in.",
        "My catheters come in discreet packaging.",
        "The vendor of my scooter never called back.",
        "I need a plug near the infusion chair for my heating pad.",
        "My wick for essential oils fell over and burned my foot.",
        "Send me a message if you want the name of my doctor.",
        "Ketamine infusions cost me $600 each, four hours, 200mg.",
        "I had 10 infusions in a 10-day course, the 3rd was the hardest.",
        "Sold my car to pay for the ketamine clinic.",
        "The shipping of my compression gloves took forever.",
        "Delivery to the clinic is free, says the specialty pharmacy.",
        "I was awake overnight. No Rx helped.",
        "I had no prescription. Overnight it got worse.",
        "There was no Rx. Pharmacy and doctor blamed each other.",
        "I had no prior prescription for opioids.",
        "Please do not buy ketamine powder off the street.",
        "My script for ketamine nasal spray was denied again.",
        "I tried Percocet, cheap but useless for nerve pain.",
        "Click here to read the study: https://pubmed.ncbi.nlm.nih.gov/",
        "Xanax before an MRI is all I need.",
        "Do you buy your braces at a shop or online?",
        "I would never buy pills on the street, people die of fentanyl.",
        "The d.o.s.e was 0.5 mg/kg/h, says my d.o.c.",
        "In the hospital they sell everything but patience.",
        "The pharmacist said it ships on Monday, order number 4471.",
        "I accept that I hurt. We accept help where we find it.",
        "My incontinence supplies come with discreet shipping.",
        "The ostomy shop says: we ship discreetly.",
        "Find a legit vendor for compression gloves.",
        "A legit plug-in heating device, and a trusted plug adapter for your TENS.",
        "Wickr is what my grandson uses.",
        "My clinic has a sign: Bitcoin accepted.",
        "DM for prices at my clinic.",
        "I order via WhatsApp from my chemist, with prescription.",
        "We sell ketamine infusions in packages of six, their web page said.",
        "Cheap Viagra generics (sildenafil) warmed my cold hands.",
        "Where to buy cheap Percocet legally, with GoodRx?",
        "No prior prescription needed for the cream.",
        "The FDA warned about ketamine vendors.",
        "You cannot legally buy percocet without prescription.",
        "Pills for sale on the street killed my brother.",
        "I had no rx. Overnight delivery of my meds failed.",
        "Without prescription, overnight delivery was not possible.",
        "I looked online, buy Xanax there and you may die.",
        "Beware of ads with ketamine for sale!",
    ],
)
def test_what_patients_write_is_no_spam(text):
    assert "spam" not in actions(text)


@pytest.mark.parametrize(
    "text",
    [
        "Is it legal to order ketamine?",
        "Is it safe to buy ketamine online?",
        "Which online pharmacies are real?",
        "Can I get that without a prescription?",
        "We have a group on WhatsApp",
        "where do people get nembutal",
        "n3mbutal",
    ],
)
def test_what_a_seller_might_write_too_is_held_for_a_person(text):
    assert actions(text) == {"hold"}


def test_everyday_talk_of_treatment_is_not_even_held():
    text = (
        "Ketamine took my pain from a 9 to a 4. My doctor prescribed pills, then an infusion; insurance paid for both."
    )
    assert actions(text) == set()


@pytest.mark.django_db
def test_a_new_site_has_them():
    stored = Rule.objects.filter(added_by=None).values_list("action", "value", "note")
    assert set(stored) == set(FIRST_RULES)
