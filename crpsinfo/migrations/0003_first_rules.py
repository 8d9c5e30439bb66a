"""The phrases that a new site looks for: the classic spam under texts on pain and ketamine offers to sell drugs.

"spam" is for the language of advertisers alone. What a patient may write as well, to ask or to warn, is for "hold": a
person looks first. Phrases are found across the ends of sentences, so "no prescription overnight" is no seller's alone:
"I had no prescription. Overnight it got worse."
"""

from django.db import migrations

GROUPS = [
    (
        "spam",
        "Offers drugs for sale",
        """
        ketamine for sale
        oxycodone for sale
        percocet for sale
        hydrocodone for sale
        fentanyl for sale
        tramadol for sale
        xanax for sale
        adderall for sale
        pills for sale
        buy cheap ketamine
        buy cheap oxycodone
        buy cheap percocet
        buy cheap xanax
        buy ketamine online overnight
        buy ketamine online usa
        online buy ketamine
        online buy oxycodone
        online buy percocet
        online buy hydrocodone
        online buy xanax
        online buy adderall
        cheap viagra
        buy viagra online
        buy cialis online
        we sell ketamine
        we sell pain pills
        click here to buy
        """,
    ),
    (
        "spam",
        "Offers drugs without a prescription",
        """
        buy oxycodone without prescription
        order oxycodone without prescription
        buy percocet without prescription
        buy hydrocodone without prescription
        buy xanax without prescription
        buy adderall without prescription
        without prescription overnight delivery
        without prescription overnight shipping
        no prescription overnight delivery
        no prescription overnight shipping
        no rx overnight delivery
        no rx overnight shipping
        no rx online pharmacy
        no prescription online pharmacy
        no prior prescription needed
        no prior prescription required
        """,
    ),
    (
        "spam",
        "How sellers of drugs deliver",
        """
        discreet shipping
        discreet delivery
        discreet overnight delivery
        discreet overnight shipping
        discrete shipping
        discrete delivery
        we ship discreetly
        stealth shipping
        stealth delivery
        stealth packaging
        """,
    ),
    (
        "spam",
        "Recommends a seller of drugs, or says where one is reached",
        """
        ketamine vendor*
        legit vendor*
        legit dealer*
        legit plug*
        trusted plug*
        wickr*
        whatsapp me for pills
        whatsapp me for meds
        whatsapp to order
        order via whatsapp
        telegram me for pills
        order via telegram
        text me for pills
        dm me for pills
        dm for price*
        dm to order
        """,
    ),
    (
        "spam",
        "How sellers of drugs are paid",
        """
        bitcoin accepted
        btc accepted
        we accept bitcoin
        we accept btc
        """,
    ),
    (
        "hold",
        "May offer drugs, or ask or warn about such offers",
        """
        buy ketamine
        order ketamine
        mail order ketamine
        buy oxycodone
        buy percocet
        buy xanax
        pain pills online
        online pharmac*
        without a prescription
        without prescription
        no prescription needed
        no rx needed
        no script needed
        discreet packaging
        """,
    ),
    (
        "hold",
        "May lead readers to a seller",
        """
        whatsapp
        telegram
        bitcoin
        """,
    ),
    (
        "hold",
        "Used to end a life: its writer may be in danger. Read it soon",
        """
        nembutal
        pentobarbital
        """,
    ),
]

FIRST_RULES = [
    (action, phrase.strip(), note) for action, note, phrases in GROUPS for phrase in phrases.strip().splitlines()
]


def add(apps, schema_editor):
    """A rule that a moderator has added before is theirs."""
    rules = apps.get_model("crpsinfo", "Rule").objects
    for action, phrase, note in FIRST_RULES:
        rules.get_or_create(kind="phrase", value=phrase, defaults={"action": action, "note": note})


def remove(apps, schema_editor):
    """Those that came with the site and that nobody has changed."""
    rules = apps.get_model("crpsinfo", "Rule").objects
    for action, phrase, note in FIRST_RULES:
        rules.filter(kind="phrase", value=phrase, action=action, note=note, added_by=None, ends_at=None).delete()


class Migration(migrations.Migration):
    dependencies = [("crpsinfo", "0002_spam_rules_and_checker_state")]

    operations = [migrations.RunPython(add, remove)]
