"""Addresses of the pages of people; the shell adds those that reach into every app (backend/account.py)."""

from django.urls import URLPattern, path

from backend.people import views

urlpatterns: list[URLPattern] = [
    path("me/", views.account, name="account"),
    path("me/display/", views.display, name="display"),
    path("me/easy/", views.easy, name="easy"),
    path("me/consents/", views.consents, name="consents"),
    path("me/children/", views.add_child, name="add_child"),
    path("me/news/", views.notifications, name="notifications"),
    path("me/keys/<uuid:pk>/end/", views.end_key, name="end_key"),
]
