from django.urls import path

from articles.views import Page
from comments.views import privacy, reading, receipt

urlpatterns = [
    path("guidelines/", Page.as_view(slug="comments-guidelines"), name="comments-guidelines"),
    path("privacy/", privacy.privacy, name="comments-privacy"),
    path("<int:pk>/", reading.comment, name="comment"),
    path("receipt/<slug:key>/", receipt.receipt, name="receipt"),
    path("receipt/<slug:key>/withdraw/", receipt.change, {"verb": "withdraw"}, name="withdraw"),
    path("receipt/<slug:key>/restore/", receipt.change, {"verb": "restore"}, name="restore"),
]
