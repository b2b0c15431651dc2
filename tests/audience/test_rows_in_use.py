"""Segments, tags, stages and attributes that something names by their code: they stay, and so do their codes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from django.urls import reverse

from shopflow.audience.exceptions import SegmentRefused, ValueRefused
from shopflow.audience.models import AttributeDefinition, Campaign, Segment, Stage, Tag
from shopflow.audience.services import delete_listed, delete_segment, save_listed, save_segment, uses_of_segment
from shopflow.contracts.usage import RowUser, Use, row_users
from shopflow.core import clock
from tests.audience.people import staff

pytestmark = pytest.mark.django_db

EVERYBODY = {"field": "email", "op": "contains", "value": "@"}


class Other(RowUser):
    code = "other"
    label = "Other"
    wanted: tuple[str, str] = ("", "")

    def uses(self, kind: str, code: str) -> Sequence[Use]:
        return [Use("die Liste „X“", "/x/")] if (kind, code) == Other.wanted else []


@pytest.fixture
def needed() -> Iterator[type[Other]]:
    with row_users.registered(Other):
        yield Other
        Other.wanted = ("", "")


@pytest.fixture
def boss(client):
    person = staff()
    client.force_login(person)
    return person


def segment(boss, code: str = "all", expression=EVERYBODY, label: str = "Alle") -> Segment:
    return save_segment(segment=None, code=code, label=label, expression=expression, actor=boss)


def named(kept: Segment) -> list[str]:
    return [str(use.label) for use in uses_of_segment(kept)]


def test_a_segment_that_another_part_of_the_shop_needs_stays(client, boss, needed):
    kept = segment(boss)
    needed.wanted = ("segment", "all")
    page = reverse("shopflow-staff:segment", args=[kept.pk])
    shown = client.get(page).content.decode()
    assert '<a href="/x/">die Liste „X“</a>' in shown
    assert reverse("shopflow-staff:segment-delete", args=[kept.pk]) not in shown

    answer = client.post(reverse("shopflow-staff:segment-delete", args=[kept.pk]), follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert [str(one) for one in answer.context["messages"]] == [
        "„Alle“ wird gebraucht: die Liste „X“. Ändern Sie das zuerst."
    ]
    needed.wanted = ("tag", "all")
    client.post(reverse("shopflow-staff:segment-delete", args=[kept.pk]))
    assert not Segment.objects.exists()


def test_its_code_stays_and_its_name_may_change(client, boss, needed):
    kept = segment(boss)
    needed.wanted = ("segment", "all")
    page = reverse("shopflow-staff:segment", args=[kept.pk])
    asked = json.dumps(EVERYBODY)
    answer = client.post(page, {"rows": "1", "label": "Jeder", "code": "each", "save": "1", "document": asked})
    assert answer.status_code == 422
    assert answer.context["problems"] == [
        "Der Code „all“ muss bleiben, weil er genannt wird: die Liste „X“. Der Name darf sich ändern."
    ]
    assert "die Liste „X“</a>" in answer.content.decode()
    save_segment(segment=kept, code="all", label="Jeder", expression=EVERYBODY, actor=boss)
    needed.wanted = ("", "")
    save_segment(segment=kept, code="each", label="Jeder", expression=EVERYBODY, actor=boss)
    assert list(Segment.objects.values_list("code", "label")) == [("each", "Jeder")]


def test_segments_and_campaigns_need_segments_too(boss, django_assert_num_queries):
    kept = segment(boss)
    segment(boss, "own", {"not": {"condition": "in_segment", "settings": {"segment": "all"}}}, "Andere")
    segment(boss, "more", {"field": "segments", "op": "in", "value": ["all", "own"]}, "Beide")
    opens = clock.now()
    Campaign.objects.create(
        code="c", label="Winter", text="x", segment=kept, opens_on=opens.date(), ends_at=opens + timedelta(days=3)
    )
    assert named(kept) == ["das Segment „Andere“", "das Segment „Beide“", "die Kampagne „Winter“"]
    with pytest.raises(SegmentRefused):
        delete_segment(segment=kept, actor=boss)
    for number in range(5):
        segment(boss, f"s{number}", {"field": "segments", "op": "contains", "value": "all"}, f"S{number}")
    with django_assert_num_queries(5):  # the code, automations, broadcasts, segments, campaigns
        assert len(named(kept)) == 8
    delete_segment(segment=Segment.objects.get(code="more"), actor=boss)


@pytest.mark.parametrize(
    ("kind", "slug", "make"),
    [
        ("tag", "tags", lambda: Tag.objects.create(code="vip", label="VIP")),
        ("stage", "stufen", lambda: Stage.objects.create(code="vip", label="VIP", position=90)),
        ("attribute", "merkmale", lambda: AttributeDefinition.objects.create(code="vip", label="VIP", position=1)),
    ],
)
def test_the_same_holds_for_tags_stages_and_attributes(client, boss, needed, kind, slug, make):
    row = make()
    needed.wanted = (kind, "vip")
    with pytest.raises(ValueRefused) as refused:
        delete_listed(row=row, actor=boss)
    assert str(refused.value) == "„VIP“ wird gebraucht: die Liste „X“. Ändern Sie das zuerst."
    page = reverse("shopflow-staff:contact-list-edit", kwargs={"kind": slug, "pk": row.pk})
    values = {"label": "VIP", "code": "gold", "position": "1", "kind": "text", "outcome": "open", "words": ""}
    answer = client.post(page, values)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])
    assert client.post(page, {**values, "code": "vip", "label": "Gold"}).status_code == 302
    needed.wanted = ("", "")
    row.refresh_from_db()
    row.code = "gold"
    save_listed(row=row, actor=boss)
    delete_listed(row=row, actor=boss)
    assert not type(row).objects.filter(label="Gold").exists()


def test_a_tag_that_a_segment_asks_for_stays_with_its_code(boss):
    row = Tag.objects.create(code="vip", label="VIP")
    segment(boss, "vips", {"field": "tags", "op": "contains", "value": "vip"}, "Stammkunden")
    with pytest.raises(ValueRefused) as refused:
        delete_listed(row=row, actor=boss)
    assert str(refused.value) == "„VIP“ wird gebraucht: das Segment „Stammkunden“. Ändern Sie das zuerst."
    row.code = "gold"
    with pytest.raises(ValueRefused):
        save_listed(row=row, actor=boss)
    assert list(Tag.objects.values_list("code", flat=True)) == ["vip"]
