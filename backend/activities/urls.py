"""Addresses of the pages of activities and outputs."""

from django.urls import path

from backend.activities import views

app_name = "activities"
urlpatterns = [
    path("<slug:city>/activities.ics", views.ics, name="ics"),
    path("<slug:city>/activities.atom", views.atom, name="atom"),
    path("<slug:city>/activities/", views.activity_list, name="list"),
    path("<slug:city>/activities/new/", views.plan, name="plan"),
    path("<slug:city>/activities/<slug:slug>/", views.activity, name="activity"),
    path("<slug:city>/activities/<slug:slug>/come/", views.come, name="come"),
    path("<slug:city>/activities/<slug:slug>/leave/", views.leave, name="leave"),
    path("<slug:city>/activities/<slug:slug>/cancel/", views.cancel, name="cancel"),
    path("<slug:city>/activities/<slug:slug>/done/", views.done, name="done"),
    path("<slug:city>/activities/<slug:slug>/outputs/new/", views.record, name="record"),
    path("<slug:city>/outputs/", views.output_list, name="outputs"),
    path("<slug:city>/outputs/<slug:slug>/", views.output, name="output"),
    path("<slug:city>/outputs/<slug:slug>/photos/", views.photo, name="photo"),
    path("<slug:city>/outputs/<slug:slug>/photos/<uuid:pk>/remove/", views.remove_photo, name="remove_photo"),
    path("<slug:city>/outputs/<slug:slug>/credit/<uuid:pk>/", views.credit, name="credit"),
]
