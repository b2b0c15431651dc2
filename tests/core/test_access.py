from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from shopflow.core.access import staff_page


@staff_page("shopflow_core.view_seller")
def page(request, number):
    return HttpResponse(f"page {number}")


def ask(user):
    request = RequestFactory().get("/dashboard/shopflow/page/?a=1")
    request.user = user
    return page(request, number=3)


@pytest.mark.django_db
def test_a_visitor_is_sent_to_the_staff_login_and_back():
    response = ask(AnonymousUser())

    assert response.status_code == 302
    assert response["Location"] == "/dashboard/login/?next=/dashboard/shopflow/page/%3Fa%3D1"


@pytest.mark.django_db
def test_only_staff_with_the_permission_come_in():
    user = get_user_model().objects.create_user("kunde@example.org", "geheim-1234")
    permission = Permission.objects.get(codename="view_seller")
    user.user_permissions.add(permission)
    with pytest.raises(PermissionDenied):
        ask(user)

    staff = get_user_model().objects.create_user("team@example.org", "geheim-1234")
    staff.is_staff = True
    staff.save()
    with pytest.raises(PermissionDenied):
        ask(staff)
    staff.user_permissions.add(permission)
    response = ask(get_user_model().objects.get(pk=staff.pk))
    assert response.content == b"page 3"
    assert "no-cache" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_query_with_a_character_that_no_text_has_is_refused(client):
    """PostgreSQL would raise an error in whichever page looks for it; a form says so itself."""
    client.force_login(get_user_model().objects.create_superuser("chef@example.org", "geheim-1234"))
    for query in ("email=a%40example.org&flow=a%00b", "email=a&email=%00"):
        assert client.get(f"/dashboard/shopflow/automations/warum/?{query}").status_code == 400
    assert client.get("/dashboard/shopflow/automations/warum/?email=a%40example.org&flow=a").status_code == 200
