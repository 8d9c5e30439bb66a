"""Where the links in mails lead: to confirm an address, to choose mails, to stop them."""

from functools import wraps

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from comments.forms.mail import MailChoicesForm
from comments.models import Comment
from crpsinfo.mail import masked
from crpsinfo.security import secret_address


def mail_keyed(view):
    """For addresses that hold the key of a comment's mails. It opens nothing but these pages, and is gone with the
    e-mail address: then the answer is a 404 that says so."""

    @secret_address
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def inner(request, key):
        comment = Comment.objects.exclude(email="").filter(mail_key=key).first()
        return view(request, comment) if comment else render(request, "comments/mail_gone.html", status=404)

    return inner


@mail_keyed
def mails(request, comment):
    """The page that mails link to. A POST confirms the address and keeps the choices, stops all mails, or has the
    address forgotten."""
    if request.method != "POST":
        return mails_page(request, comment)
    form, wish = MailChoicesForm(request.POST), request.POST.get("do")
    if wish == "forget":
        comment.forget_email()
        return render(request, "comments/mail_forgotten.html")
    if wish == "stop":
        comment.choose_mails(decision=False, replies=False)
    elif wish == "save" and form.is_valid():
        comment.confirm_email()
        form.save(comment)
    else:
        return mails_page(request, comment, status=400)
    return HttpResponseRedirect(request.path, status=303)


@mail_keyed
def stop(request, comment):
    """POST stops all mails about this comment, with one click (https://www.rfc-editor.org/rfc/rfc8058: no cookie, no
    token, no redirect). GET, as by programs that look at links beforehand, shows a button and changes nothing."""
    if request.method == "POST":
        comment.choose_mails(decision=False, replies=False)
    context = {"comment": comment, "stopped": request.method == "POST"}
    return render(request, "comments/mail_stop.html", context)


def mails_page(request, comment, status=200):
    context = {
        "comment": comment,
        "address": masked(comment.email),
        "form": MailChoicesForm.of(comment),
        "is_readable": Comment.objects.readable().filter(pk=comment.pk).exists(),
    }
    return render(request, "comments/mail.html", context, status=status)
