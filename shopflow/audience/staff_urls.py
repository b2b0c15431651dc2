"""Addresses of the staff pages about contacts, below ``/dashboard/shopflow/``."""

from __future__ import annotations

from django.urls import path

from shopflow.audience.dashboard import campaigns, contacts, leads, lists, proof, segments, sharing, survey_answers

contact_patterns = [
    path("", contacts.contact_list, name="contacts"),
    path("neu/", contacts.contact_new, name="contact-new"),
    path("<int:pk>/", contacts.contact, name="contact"),
    path("<int:pk>/daten/", contacts.change, name="contact-change"),
    path("<int:pk>/merkmale/", contacts.attributes, name="contact-attributes"),
    path("<int:pk>/tag/", contacts.tag, name="contact-tag"),
    path("<int:pk>/punkte/", contacts.points, name="contact-points"),
    path("<int:pk>/nachweis.pdf", proof.pdf, name="contact-proof"),
    path("<int:pk>/pruefen/", proof.verify, name="contact-verify"),
    path("einstellungen/", lists.settings, name="contact-settings"),
    path("einstellungen/vorschlaege/", lists.suggest, name="contact-suggest"),
    path("einstellungen/<slug:kind>/", lists.rows, name="contact-list"),
    path("einstellungen/<slug:kind>/neu/", lists.edit, name="contact-list-new"),
    path("einstellungen/<slug:kind>/<int:pk>/", lists.edit, name="contact-list-edit"),
    path("einstellungen/<slug:kind>/<int:pk>/loeschen/", lists.delete, name="contact-list-delete"),
]

lead_patterns = [
    path("", leads.lead_list, name="leads"),
    path("<int:pk>/", leads.lead_change, name="lead-change"),
]

segment_patterns = [
    path("", segments.segment_list, name="segments"),
    path("neu/", segments.edit, name="segment-new"),
    path("<int:pk>/", segments.edit, name="segment"),
    path("<int:pk>/liste/", segments.snapshot, name="segment-snapshot"),
    path("<int:pk>/loeschen/", segments.delete, name="segment-delete"),
    path("<int:pk>/export.json", segments.export, name="segment-export"),
]

campaign_patterns = [
    path("", campaigns.campaign_list, name="campaigns"),
    path("neu/", campaigns.edit, name="campaign-new"),
    path("<int:pk>/", campaigns.edit, name="campaign"),
    path("<int:pk>/start/", campaigns.start, name="campaign-start"),
]

share_patterns = [
    path("", sharing.share_links, name="share-links"),
    path("neu/", sharing.share_link_new, name="share-link-new"),
    path("links.csv", sharing.share_links_csv, name="share-links-csv"),
    path("<int:pk>/", sharing.share_link, name="share-link"),
]

survey_patterns = [
    path("", survey_answers.survey_answers, name="survey-answers"),
    path("antworten.csv", survey_answers.survey_answers_csv, name="survey-answers-csv"),
]
