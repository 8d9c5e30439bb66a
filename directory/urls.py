from django.urls import path

from directory import views

urlpatterns = [
    path("", views.doctors, name="doctors"),
    path("<slug:state>/", views.state, name="state"),
    path("<slug:state>/<slug:doctor>/", views.doctor, name="doctor"),
]
