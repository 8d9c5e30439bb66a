from django.urls import path

from articles.views import Page
from comments.views import editing, mail, privacy, reading, receipt, report

urlpatterns = [
    path("guidelines/", Page.as_view(slug="comments-guidelines"), name="comments-guidelines"),
    path("privacy/", privacy.privacy, name="comments-privacy"),
    path("<int:pk>/", reading.comment, name="comment"),
    path("<int:pk>/report/", report.report, name="report"),
    path("<int:pk>/report/sent/", report.sent, name="report-sent"),
    path("<int:pk>/report/sent/danger/", report.sent, {"in_danger": True}, name="report-danger"),
    path("receipt/<slug:key>/", receipt.receipt, name="receipt"),
    path("receipt/<slug:key>/withdraw/", receipt.change, {"verb": "withdraw"}, name="withdraw"),
    path("receipt/<slug:key>/restore/", receipt.change, {"verb": "restore"}, name="restore"),
    path("receipt/<slug:key>/edit/", editing.edit, name="edit-comment"),
    path("receipt/<slug:key>/hide/", receipt.change, {"verb": "hide"}, name="hide"),
    path("receipt/<slug:key>/appeal/", receipt.appeal, name="appeal"),
    path("receipt/<slug:key>/mails/", receipt.choose_mails, name="choose-mails"),
    path("receipt/<slug:key>/confirm-again/", receipt.change, {"verb": "confirm-again"}, name="confirm-again"),
    path("receipt/<slug:key>/forget-email/", receipt.change, {"verb": "forget-email"}, name="forget-email"),
    path("receipt/<slug:key>/new-link/", receipt.new_link, name="new-link"),
    path("receipt/<slug:key>/forget-me/", receipt.forget_me, name="forget-me"),
    path("mail/<slug:key>/", mail.mails, name="mail"),
    path("mail/<slug:key>/stop/", mail.stop, name="mail-stop"),
]
