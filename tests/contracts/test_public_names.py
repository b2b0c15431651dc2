"""The names that plugins import. Adding one is a new feature; removing or renaming one breaks plugins."""

from __future__ import annotations

import importlib

import pytest

PUBLIC = {
    "automations": "Action Condition Flow FlowDefinition Outcome OutcomeKind RunContext Sending Verdict "
    "actions conditions flows",
    "checkout": "Agreement Checkout CheckoutGate CheckoutLine Declaration checkout_gates",
    "documents": "DocumentNotPossible DocumentType document_types",
    "expressions": "All AnyOf Answer Ask Compare Expression ExpressionInvalid Leaf Not OPERATORS Operator Ternary "
    "all_of any_of compare dump evaluate leaves negated parse",
    "events": "Event EventSubscriber PublishedEvent events subscribers",
    "imports": "FileEvidence FileRefused ImportSource RawRecord RecordProblem import_sources",
    "linting": "ERROR Facts Finding LintRule Plan TextFacts WARNING lint_rules",
    "mail": "Attachment BasisVerdict Departure HeldBack LegalBasis MailClass MailContext SendingGate legal_bases "
    "mail_contexts sending_gates",
    "pages": "Audience LegalPageType OrderPanel Panel ProductPanel StaffPage legal_page_types order_panels "
    "product_panels staff_pages",
    "payments": "PaymentMethod PaymentOrder PaymentResult PaymentState Purchase payment_methods",
    "plugins": "ENTRY_POINT_GROUP PluginConfig check_compatibility discover_plugins",
    "registry": "Extension Registry UnknownCode",
    "channels": "Channel MAIL NotNow NotTaken Outgoing SmsSender channels sms_senders",
    "waits": "NoMoment Wait waits",
    "types": "JSONDict Label Scalar",
    "testing": "check_action check_all check_checkout_gate check_condition check_document_type check_event "
    "check_extension check_flow check_import_source check_legal_page_type check_payment_method check_staff_page "
    "check_subscriber registries",
}


@pytest.mark.parametrize("name", PUBLIC)
def test_what_plugins_import_stays(name):
    module = importlib.import_module(f"shopflow.contracts.{name}")

    assert [word for word in PUBLIC[name].split() if not hasattr(module, word)] == []
