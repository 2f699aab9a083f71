"""Addresses of the pages of cities."""

from django.urls import path

from backend.cities import views

app_name = "cities"
urlpatterns = [
    path("<slug:city>/groups/", views.groups, name="groups"),
    path("<slug:city>/groups/new/", views.found, name="found"),
    path("<slug:city>/groups/invitation/<str:secret>/", views.invitation, name="invitation"),
    path("<slug:city>/groups/<slug:slug>/", views.group, name="group"),
    path("<slug:city>/groups/<slug:slug>/edit/", views.edit, name="edit"),
    path("<slug:city>/groups/<slug:slug>/invite/", views.invite, name="invite"),
    path("<slug:city>/groups/<slug:slug>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:city>/groups/<slug:slug>/leave/", views.leave, name="leave"),
    path("<slug:city>/groups/<slug:slug>/remove/", views.remove, name="remove"),
    path("<slug:city>/regulation/", views.regulation, name="regulation"),
    path("<slug:city>/belonging/", views.join, name="join"),
]
