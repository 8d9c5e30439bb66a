from django.urls import path

from directory import views
from directory.reports import views as reports

urlpatterns = [
    path("", views.doctors, name="doctors"),
    path("call-sheet/", views.call_sheet, name="call-sheet"),
    path("suggest/", reports.suggest, name="suggest-doctor"),
    path("suggest/sent/", reports.suggestion_sent, name="suggestion-sent"),
    path("<slug:state>/<slug:doctor>/report/", reports.report, name="listing-report"),
    path("<slug:state>/<slug:doctor>/report/sent/<slug:kind>/", reports.report_sent, name="listing-report-sent"),
    path("<slug:state>/", views.state, name="state"),
    path("<slug:state>/<slug:doctor>/", views.doctor, name="doctor"),
]
