"""What the home page is built from. Each block has one template in ``shopflow/content/blocks/``."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from shopflow.audience.purposes import purposes
from shopflow.core.queries import seller

RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
LEGAL_TEXT = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "document-link"]


class HeroBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=90)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=300)
    show_search = blocks.BooleanBlock(label=_("Show the search"), required=False, default=True)

    class Meta:
        template = "shopflow/content/blocks/hero.html"
        icon = "home"
        label = _("Opening with search")


class CategoryTilesBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=90)

    class Meta:
        template = "shopflow/content/blocks/category_tiles.html"
        icon = "grip"
        label = _("Categories")


class NewestProductsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=90)
    count = blocks.IntegerBlock(label=_("How many"), min_value=2, max_value=12, default=4)

    class Meta:
        template = "shopflow/content/blocks/newest_products.html"
        icon = "date"
        label = _("New goods")


class DigitalGoodsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=90)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=300)
    category = blocks.CharBlock(
        label=_("Category"), help_text=_("Its address name, such as digitale-gueter."), default="digitale-gueter"
    )
    count = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=3)

    class Meta:
        template = "shopflow/content/blocks/digital_goods.html"
        icon = "download"
        label = _("Digital goods")


class TextBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=90, required=False)
    text = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT)

    class Meta:
        template = "shopflow/content/blocks/text.html"
        icon = "pilcrow"
        label = _("Text")


class ContactBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=90)
    reasons = blocks.ListBlock(blocks.CharBlock(max_length=140), label=_("Reasons to buy here"), default=[])

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        return {**super().get_context(value, parent_context=parent_context), "seller": seller()}

    class Meta:
        template = "shopflow/content/blocks/contact.html"
        icon = "mail"
        label = _("Trust and contact")


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=140)
    answer = blocks.RichTextBlock(label=_("Answer"), features=RICH_TEXT)


class FaqBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=90)
    questions = blocks.ListBlock(QuestionBlock(), label=_("Questions"))

    class Meta:
        template = "shopflow/content/blocks/faq.html"
        icon = "help"
        label = _("Questions and answers")


class LeadMagnetBlock(blocks.StructBlock):
    """A form by which visitors ask for a document; nothing is shown while it cannot be asked for."""

    title = blocks.CharBlock(label=_("Title"), max_length=90, required=False)
    magnet = SnippetChooserBlock("shopflow_audience.LeadMagnet", label=_("Document on request"))

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        found = value.get("magnet")
        text = purposes.get("newsletter").text((get_language() or "de")[:2])
        magnet = found if found is not None and found.is_active else None
        return {**super().get_context(value, parent_context=parent_context), "magnet": magnet, "text": text}

    class Meta:
        template = "shopflow/content/blocks/lead_magnet.html"
        icon = "download"
        label = _("Document on request")


HOME_BLOCKS: list[tuple[str, blocks.Block]] = [
    ("hero", HeroBlock()),
    ("category_tiles", CategoryTilesBlock()),
    ("newest_products", NewestProductsBlock()),
    ("digital_goods", DigitalGoodsBlock()),
    ("text", TextBlock()),
    ("contact", ContactBlock()),
    ("faq", FaqBlock()),
    ("lead_magnet", LeadMagnetBlock()),
]
