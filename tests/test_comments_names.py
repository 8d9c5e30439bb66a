import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments import names
from comments.models import ModeratorProfile
from comments.names import holds_reserved, is_reserved, spellings
from crpsinfo.folding import skeleton
from tests.factories import make_moderator

FIRST = """
Aaliyah Aaron Abigail Adam Addison Admira Aiden Alan Alexander Alice Amanda Amber Amelia Amy Andrea Andrew Angela Ann
Anna Anthony Arthur Ashley Audrey Austin Ava Barbara Benjamin Bernard Bernice Beth Betty Beverly Billy Bradley Brandon
Brenda Brian Brittany Bruce Bryan Burnett Carl Carol Carolyn Catherine Charles Charlotte Cheryl Chloe Christian
Christina Christine Christopher Clarence Cynthia Daniel Danielle David Deborah Debra Denise Dennis Diana Diane Donald
Donna Doris Dorothy Douglas Ed Edward Elijah Elizabeth Ella Emily Emma Eric Ethan Eugene Evelyn Frances Frank Gabriel
Gary George Gerald Gloria Grace Gregory Hannah Harold Heather Helen Henry Isabella Jack Jacob Jacqueline James Janet
Janice Jason Jean Jeffrey Jennifer Jeremy Jerry Jesse Jessica Joan Joe John Jonathan Jordan Jose Joseph Joshua Joyce
Juan Judith Judy Julia Julie Justin Karen Katherine Kathleen Kathryn Kayla Keith Kelly Kenneth Kevin Kimberly Kyle
Larry Laura Lauren Lawrence Linda Lisa Lori Louis Madison Margaret Maria Marie Marilyn Mark Martha Mary Matthew Megan
Melissa Mia Michael Michelle Mo Modesta Modest Nancy Natalie Nathan Nicholas Nicole Noah Norman Olivia Pamela Patricia
Patrick Paul Peter Philip Rachel Ralph Randy Raymond Rebecca Richard Robert Roger Ronald Rose Roy Russell Ruth Ryan
Samantha Samuel Sandra Sara Sarah Scott Sean Sharon Shirley Sophia Stafford Stephanie Stephen Steven Susan Teresa
Terry Theresa Thomas Tiffany Timothy Tyler Victoria Vincent Virginia Walter Wayne William Willie Zachary
"""
LAST = """
Adams Adminsky Baker Burns Campbell Carter Clark Collins Corning Davis Edwards Evans Garcia Gonzalez Green Hall Harris
Hernandez Hill Jackson Johnson Jones King Lee Lewis Lopez Martin Martinez Miller Min Mitchell Modell Moore Nelson
Nguyen Parker Perez Phillips Ramirez Roberts Robinson Rodriguez Sanchez Scott Smith Stafford Staffieri Taylor Thomas
Thompson Torres Turner Walker Webster White Williams Wilson Wright Young D. M. O'Brien St.John
"""
NICKNAMES = [
    "Adminah", "Moderato", "Moderate pain", "Admire", "Sunflower", "CRPS warrior", "CRPS_mom_of_3",
    "crps fighter 2019", "Painfully Yours", "Ann & Bob", "Still standing", "Mo D.", "A. Min", "Warrior79", "Hope4All",
    "Infomaniac", "CRPS informed", "RSD in Ohio", "Support group in Ohio", "The Editor's Wife", "Ádám", "Ольга", "山田",
    "Team Ketamine",
]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "Moderator", "MODERATORS", "moderator2", "The Moderator", "TheModerator", "themoderatorofcrps",
        "Ann (moderator)", "m o d e r a t o r", "m.o.d.e.r.a.t.o.r", "mod erator", "mοderator", "rnoderator",
        "M0derat0r", "mod\u200berator", "Admin", "admin_2", "2admin", "Adm1n", "Аdmin", "a d m i n", "@dmin",
        "Admin!", "*admin*", "Ann-Admin", "TheAdmin", "siteadmin", "CRPS Admin", "administrator", "sysadministrators",
        "Webmaster", "vvebmaster", "Staff", "$taff", "Staff member Ann", "Mod Team", "ModTeam", "mod-team",
        "Site Editor", "CRPS Info", "CRPSinfo", "crps_info", "CRPSInfo Support", "Support Team", "ＳＴＡＦＦ",
        "Moderator's", "ꮇoderator", "ꭺdmin", "Adm!n", "adm¡n", "Λdmin", "ʌdmin", "ʍoderator", "Staƒf", "ꓮdmin",
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_names_of_staff_and_their_look_alikes_are_reserved(name):
    assert is_reserved(name)


@pytest.mark.django_db
def test_ordinary_names_are_free():
    assert [name for name in [*FIRST.split(), *LAST.split(), *NICKNAMES] if is_reserved(name)] == []


@given(
    st.sampled_from(FIRST), st.sampled_from(LAST), st.sampled_from(["{} {}", "{}{}", "{} {}", "{1}, {0}", "{} {} 77"])
)
def test_ordinary_names_are_free_in_every_combination(first, last, form):
    assert not any(holds_reserved(skeleton(spelling)) for spelling in spellings(form.format(first, last)))


@pytest.mark.parametrize("name", ["Rosalind M", "rosalind m", "Rosalind M.", "RosalindM", "Rosa1ind M", "Rоsalind M"])
@pytest.mark.django_db
def test_a_moderators_pen_name_is_reserved_in_every_disguise(name):
    ModeratorProfile.objects.create(user=make_moderator(), pen_name="Rosalind M")
    assert is_reserved(name)


@pytest.mark.parametrize("name", ["Rosalind", "Rosalind Miller", "Linda"])
@pytest.mark.django_db
def test_a_part_of_a_pen_name_is_free(name):
    ModeratorProfile.objects.create(user=make_moderator(), pen_name="Rosalind M")
    assert not is_reserved(name)


@pytest.mark.django_db
def test_a_pen_name_of_signs_alone_reserves_nothing():
    ModeratorProfile.objects.create(user=make_moderator(), pen_name="***")
    assert not is_reserved("!!!")


@pytest.mark.django_db
def test_the_settings_say_what_is_reserved(settings):
    settings.RESERVED_NAMES = ()
    assert not is_reserved("Moderator")
    settings.RESERVED_NAMES = ("gatekeeper",)
    assert is_reserved("Gatekeeper")


@pytest.mark.django_db
def test_asking_takes_one_query(django_assert_num_queries):
    for _ in range(3):
        ModeratorProfile.objects.create(user=make_moderator(), pen_name=f"Rose {_}")
    with django_assert_num_queries(1):
        is_reserved("Ann")


@given(st.text(max_size=200))
def test_whatever_is_typed_gets_an_answer(typed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "pen_names", set)
        assert is_reserved(typed) in (True, False)
