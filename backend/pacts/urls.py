"""Addresses of the pages of proposals and pacts."""

from django.urls import URLPattern, path

from backend.pacts.views import history, pacts, proposals, texts

app_name = "pacts"
_P = "<slug:city>/proposals/<str:reference>/"
_K = "<slug:city>/pacts/<str:reference>/"
urlpatterns: list[URLPattern] = [
    path("<slug:city>/proposals/", proposals.proposals, name="proposals"),
    path(_P, proposals.proposal, name="proposal"),
    path(_P + "write/", proposals.again, name="again"),
    path(_P + "history/", history.of_proposal, name="proposal_history"),
    path(_P + "versions/<int:number>/", proposals.version, name="proposal_version"),
    path(_P + "<slug:name>/", proposals.step_or_page, name="proposal_step"),
    path("<slug:city>/pacts/", pacts.register, name="register"),
    path(_K, pacts.pact, name="pact"),
    path(_K + "clauses/new/", texts.new_clause, name="new_clause"),
    path(_K + "clauses/<slug:key>/", texts.clause, name="clause"),
    path(_K + "clauses/<slug:key>/drop/", texts.drop_clause, name="drop_clause"),
    path(_K + "sign/<uuid:party>/", texts.sign, name="sign"),
    path(_K + "history/", history.of_pact, name="pact_history"),
    path(_K + "versions/<int:number>/", texts.version, name="pact_version"),
    path(_K + "commitments/<uuid:pk>/", texts.commitment, name="commitment"),
    path(_K + "report/", texts.report, name="report"),
    path(_K + "reports/<uuid:pk>/<slug:word>/", texts.judge_report, name="judge_report"),
    path(_K + "<slug:name>/", pacts.step, name="pact_step"),
]
