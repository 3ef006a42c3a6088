"""Addresses of a contract's desk."""

from django.urls import include, path

from madoguchi.console import mail_urls
from madoguchi.console.views import acts, figures, history, knowledge, managing, search, ticket, ticket_list, webhooks

urlpatterns = [
    path("desk/", ticket_list.desk, name="desk"),
    path("desk/export.<str:kind>", ticket_list.export, name="desk_export"),
    path("desk/bulk/", ticket_list.bulk, name="desk_bulk"),
    path("desk/filters/", ticket_list.save_filter, name="save_filter"),
    path("desk/new/", ticket.new, name="new_ticket"),
    path("desk/people/", search.people, name="people"),
    path("tickets/<int:number>/", ticket.show, name="ticket"),
    path("tickets/<int:number>/act/", acts.act, name="act"),
    path("tickets/<int:number>/presence/", acts.presence, name="presence"),
    path("tickets/<int:number>/files/<int:file_id>/", ticket.download, name="file"),
    path("tickets/<int:number>/draft/", knowledge.draft, name="draft"),
    path("search/", search.search, name="search"),
    path("wallboard/", figures.wallboard, name="wallboard"),
    path("figures/", figures.month, name="figures"),
    path("figures/<slug:indicator>/<str:window>/", figures.figure_evidence, name="evidence"),
    path("history/", history.rows, name="history"),
    path("knowledge/", knowledge.articles, name="articles"),
    path("knowledge/new/", knowledge.edit, name="new_article"),
    path("knowledge/<int:article_id>/", knowledge.show, name="article"),
    path("knowledge/<int:article_id>/edit/", knowledge.edit, name="edit_article"),
    path("notices/", managing.notices, name="notices"),
    path("templates/", managing.templates, name="templates"),
    path("people/", managing.members, name="members"),
    path("people/<int:person_id>/", managing.person, name="person"),
    path("staffing/", include("madoguchi.console.staffing_urls")),
    path("arrange/", managing.arrange, name="arrange"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("months/", include("madoguchi.console.quality_urls")),
    path("surveys/", include("madoguchi.console.survey_urls")),
    *mail_urls.urlpatterns,
]
