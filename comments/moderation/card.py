"""What a card shows of a comment. The comments come from `for_moderators`."""

from comments.details import gives_away
from comments.models import ModeratorProfile
from comments.moderation.attention import DANGERS, mark_of, open_appeal, open_proposal, open_sample, why
from comments.moderation.block import offers, private_offers
from comments.moderation.decisions import DECISIONS
from comments.moderation.forms import CARRIES, TYPED, DecisionForm
from crpsinfo.desk.kinds import FOLDED_FROM
from crpsinfo.difference import difference


def cards(comments, user):
    """A card's context for each of these, in a fixed number of queries."""
    shared = {"pen_name": ModeratorProfile.name_of(user), "blank": DecisionForm()}
    return [card(comment, user, shared) for comment in comments]


def page_card(comment, user, decision, *, may_decide):
    """The same for the comment's own page. `decision`: the form that came back with what was typed, or None."""
    form = decision or DecisionForm()
    shown = card(comment, user, {"pen_name": ModeratorProfile.name_of(user), "blank": form})
    fields = {field for name in shown["possible"] for field in CARRIES.get(name, ())}
    more = {"fields": fields, "out_of_place": out_of_place(form, fields)}
    return shown | more | ({} if may_decide else {"possible": {}})


def out_of_place(form, shown):
    """[(label, text)] of what was typed in fields that are not `shown` any more: nothing is lost."""
    return [(form[name].label, text) for name in TYPED if name not in shown for text in form.in_words(name)]


def card(comment, user, shared):
    possible = {name: one for name, one in DECISIONS.items() if one.is_possible(comment)}
    return {
        "pk": comment.pk,
        "mark": mark_of(comment),
        "comment": comment,
        "why": why(comment),
        "distressing": distressing(comment),
        "distressing_above": comment.parent and distressing(comment.parent),
        "is_long": len(comment.text) > FOLDED_FROM,
        "possible": possible,
        "buttons": {name: one for name, one in possible.items() if not one.asks},
        "decision": shared["blank"],
        "pen_name": shared["pen_name"],
        "appeal": open_appeal(comment),
        "sample": open_sample(comment),
        "is_own_decision": comment.decided_by_id == user.pk,
        **to_hide(comment, shared["blank"]),
        "offers": offers(comment),
        "private_offers": private_offers(comment),
        **new_version(comment),
    }


def to_hide(comment, form):
    """What the text gives away, to be ticked; and what was ticked and typed before, if the form came back."""
    given_away = [place for place in places_in(comment.text) if place in comment.text]
    typed = form.typed("place")
    others = [place for place in typed if place not in given_away]
    return {"given_away": given_away, "ticked": typed, "to_hide": others[0] if others else ""}


def distressing(comment):
    """Why its text is folded, in a few words; empty if it is not. Also when a moderator has dealt with it: it is no
    easier to read then."""
    if flag := getattr(comment, "crisis_flag", None):
        return f"It may be about {DANGERS[flag.kind]}."
    return "A reader reported that somebody may be in danger." if comment.danger_reports else ""


def places_in(text):
    return [place for detail in gives_away(text) for place in detail.found]


def new_version(comment):
    proposal = open_proposal(comment)
    if proposal is None:
        return {}
    return {
        "proposal": proposal,
        "new_name": difference(comment.author_name, proposal.author_name),
        "new_text": difference(comment.text, proposal.text),
    }
