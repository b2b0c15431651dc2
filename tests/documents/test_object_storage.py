"""Pictures in a bucket that anybody may see, papers in the same one that nobody may; against a real S3 protocol."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.functional import empty
from moto.server import ThreadedMotoServer
from oscar.core.loading import get_model
from oscar.test import factories
from PIL import Image
from sorl.thumbnail import default, get_thumbnail

from dealer_import.files import keep_stream, local_copy
from oscar_ext.order import links
from shopflow.documents.models import Document
from shopflow.documents.queries import Integrity, check_file
from shopflow.documents.services import issue_document
from shopflow.project import environment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seller")]

ProductImage = get_model("catalogue", "ProductImage")

BUCKET = "shop"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/media/*",
        }
    ],
}
"""What docs/operate/settings.md tells the operator to set."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Any]:
    """The shop's storages as the environment sets them, in an empty bucket; yields the bucket."""
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "eu-central-1"}
    made = boto3.resource("s3", endpoint_url=server, **keys).Bucket(BUCKET)
    made.create(CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    made.Policy().put(Policy=json.dumps(POLICY))
    for name, value in {
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": server,
        "S3_REGION": "eu-central-1",
        "S3_ACCESS_KEY": "key",
        "S3_SECRET_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = {**environment.storages(tmp_path), "staticfiles": settings.STORAGES["staticfiles"]}
    default.storage._wrapped = empty
    yield made
    default.storage._wrapped = empty
    made.objects.all().delete()
    made.delete()


def fetch(url: str) -> bytes:
    with urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


def names(bucket: Any) -> list[str]:
    return sorted(found.key for found in bucket.objects.all())


def png(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "#c00").save(buffer, "PNG")
    return buffer.getvalue()


def test_anybody_sees_a_product_picture(bucket, server):
    picture = ProductImage(product=factories.create_product(title="Bremsscheibe"))
    picture.original.save("scheibe.png", ContentFile(png((400, 300))))

    assert picture.original.url.startswith(f"{server}/{BUCKET}/media/")
    assert environment.media_hosts() == [server]
    assert fetch(picture.original.url) == png((400, 300))
    small = get_thumbnail(picture.original, "80x80")
    assert Image.open(io.BytesIO(fetch(small.url))).size == (80, 60)
    assert all(name.startswith("media/") for name in names(bucket))


def test_a_second_file_of_the_same_name_replaces_nothing(bucket):
    storage = storages["default"]
    first = storage.save("a.txt", ContentFile(b"one"))
    second = storage.save("a.txt", ContentFile(b"two"))

    assert (fetch(storage.url(first)), fetch(storage.url(second))) == (b"one", b"two")


def test_nobody_sees_an_invoice_but_by_a_signed_link(bucket, server, client, make_order, monkeypatch):
    order = make_order()
    document = issue_document(type_code="invoice", order_id=order.pk)
    [key] = names(bucket)
    assert key == f"private/{document.pdf}"
    assert check_file(document) is Integrity.INTACT

    for hidden in (f"{server}/{BUCKET}/{key}", f"{server}/{BUCKET}/{document.pdf}"):
        with pytest.raises(HTTPError) as refused:
            fetch(hidden)
        assert refused.value.code in (403, 404)
    signed = storages["private"].url(document.pdf)
    assert parse_qs(urlsplit(signed).query)["X-Amz-Expires"] == ["3600"]

    address = f"/belege/{document.pk}/{links.order_token(order)}/"
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == fetch(signed)
    monkeypatch.setattr(links, "LIFETIME", timedelta(seconds=-1))
    assert client.get(address).status_code == 404


def test_a_lost_invoice_is_noticed(bucket, make_order):
    document = issue_document(type_code="invoice", order_id=make_order().pk)
    bucket.objects.all().delete()

    assert check_file(Document.objects.get(pk=document.pk)) is Integrity.MISSING


def test_an_uploaded_import_file_is_read_through_a_local_copy(bucket):
    stored = keep_stream(io.BytesIO(b"part;price\n1;2\n"), name="parts.csv")

    assert names(bucket) == [f"private/{stored}"]
    with local_copy(stored) as path:
        assert path.read_bytes() == b"part;price\n1;2\n"
