"""Addresses of the pages of rooms."""

from django.urls import URLPattern, path

from realtime import views

app_name = "realtime"

_ROOM = "<slug:city>/rooms/<slug:slug>/"

urlpatterns: list[URLPattern] = [
    path("join/", views.join, name="join"),
    path("join/<uuid:key>/", views.at_door, name="at_door"),
    path("<slug:city>/rooms/", views.rooms, name="rooms"),
    path("<slug:city>/rooms/new/", views.new, name="new"),
    path(_ROOM, views.room, name="room"),
    path(_ROOM + "projector/", views.projector, name="projector"),
    path(_ROOM + "enter/", views.enter, name="enter"),
    path(_ROOM + "leave/", views.leave, name="leave"),
    path(_ROOM + "passage/", views.passage, name="passage"),
    path(_ROOM + "paragraphs/<slug:block>/", views.paragraph, name="paragraph"),
    path(_ROOM + "follow/", views.follow, name="follow"),
    path(_ROOM + "freeze/", views.freeze, name="freeze"),
    path(_ROOM + "submit/", views.submit, name="submit"),
    path(_ROOM + "close/", views.close, name="close"),
    path(_ROOM + "text/", views.text, name="text"),
    path(_ROOM + "versions/<int:number>/", views.version, name="version"),
    path(_ROOM + "versions/<int:number>/text/", views.version_text, name="version_text"),
    path(_ROOM + "versions/<int:number>/restore/", views.restore, name="restore"),
    path(_ROOM + "history/", views.history, name="history"),
    path(_ROOM + "history/compare/", views.compare, name="compare"),
    path(_ROOM + "erasure/", views.erasure, name="erasure"),
    path(_ROOM + "erasure/<uuid:key>/", views.answer_erasure, name="answer_erasure"),
    path(_ROOM + "minutes/", views.minutes, name="minutes"),
    path(_ROOM + "minutes/minutes.pdf", views.minutes_pdf, name="minutes_pdf"),
    path(_ROOM + "notes/<slug:key>/", views.note, name="note"),
    path(_ROOM + "photos/", views.photos, name="photos"),
    path(_ROOM + "photos/<uuid:key>/<int:width>.<slug:kind>", views.photo, name="photo"),
    path(_ROOM + "log/", views.log, name="log"),
    path(_ROOM + "chat/", views.messages, name="messages"),
    path(_ROOM + "chat/<uuid:message>/", views.signs, name="signs"),
    path(_ROOM + "groups/", views.groups, name="groups"),
    path(_ROOM + "step-in/", views.step_in, name="step_in"),
    path(_ROOM + "decide/", views.decided, name="decided"),
    path(_ROOM + "decide/<int:number>/", views.poll, name="poll"),
    path(_ROOM + "tools/<slug:tool>/<slug:command>/", views.tool, name="tool"),
]
