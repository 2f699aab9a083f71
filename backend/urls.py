"""The addresses of the site: reserved words first, then cities."""

from django.urls import URLPattern, URLResolver, include, path

from backend import health, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("api/v1/", include("backend.api")),
    path("account/", include("backend.account")),
    path("account/", include("allauth.urls")),
    path("", views.home, name="home"),
    path("how/", views.how, name="how"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("language/", views.language, name="language"),
    path("language/forget/", views.forget, name="forget"),
    path("media/<path:name>", views.media, name="media"),
    # Each app's addresses carry the city themselves: <slug:city>/pacts/…; rooms also have /join/.
    path("", include("realtime.urls")),
    path("", include("backend.cities.urls")),
    path("", include("backend.conversations.urls")),
    path("", include("backend.commons.urls")),
    path("", include("backend.pacts.urls")),
    path("", include("backend.activities.urls")),
    path("", include("marketplace.urls")),
    path("", include("backend.impact.urls")),
    path("<slug:city>/moderation/", views.moderation, name="moderation"),
    path("<slug:city>/", views.city, name="city"),
]

handler400 = "backend.views.bad_request"
handler403 = "backend.views.forbidden"
handler404 = "backend.views.not_found"
handler500 = "backend.views.broken"
