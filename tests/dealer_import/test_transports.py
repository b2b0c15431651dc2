"""Ways for files to come in: each against a real server on loopback."""

from __future__ import annotations

import os
import time
from email.message import EmailMessage

import pytest
from django.utils import translation

from dealer_import.transports.folder import FolderForm, FolderTransport
from dealer_import.transports.mailbox import MailboxForm, MailboxTransport
from dealer_import.transports.secrets import secret
from dealer_import.transports.sftp import SftpForm, SftpTransport
from shopflow.contracts.transports import TransportFailed
from tests.dealer_import.fetching import BODY, fetched
from tests.services.imap_server import imap_server
from tests.services.sftp_server import sftp_server

# -- folder ------------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path, settings):
    settings.SHOPFLOW_IMPORT_FOLDERS = [str(tmp_path)]
    return tmp_path


def rested(path, content: bytes = BODY, age: int = 60):
    path.write_bytes(content)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_a_folder_gives_what_has_come_to_rest_oldest_first(shelf):
    rested(shelf / "b.csv", age=100)
    rested(shelf / "a.csv", age=50)
    rested(shelf / "ahead.csv", age=-3600)  # the dealer system's clock is an hour ahead
    (shelf / "growing.csv").write_bytes(b"Teile-")
    rested(shelf / "c.csv.part")
    rested(shelf / "c.csv", age=40)
    rested(shelf / "other.txt")
    (shelf / "link.csv").symlink_to(shelf / "a.csv")
    where = {"folder": str(shelf), "pattern": "*.csv"}
    files = FolderTransport().files(where)
    assert [(f.name, f.settled) for f in files] == [
        ("b.csv", True),
        ("a.csv", True),
        ("c.csv", False),
        ("growing.csv", False),
        ("ahead.csv", True),
    ]
    assert fetched(FolderTransport(), where, files[0]) == BODY


def test_a_folder_can_wait_for_a_mark(shelf):
    (shelf / "a.csv").write_bytes(BODY)
    where = {"folder": str(shelf), "pattern": "*.csv", "needs_mark": True}
    assert [f.settled for f in FolderTransport().files(where)] == [False]
    (shelf / "a.csv.ok").touch()
    assert [f.settled for f in FolderTransport().files(where)] == [True]


def test_a_file_that_changes_while_it_is_read_is_not_taken(shelf):
    rested(shelf / "a.csv")
    where = {"folder": str(shelf), "pattern": "*.csv"}
    (file,) = FolderTransport().files(where)
    (shelf / "a.csv").write_bytes(BODY + b"3;4,00\r\n")
    with pytest.raises(TransportFailed, match=r"a\.csv"):
        fetched(FolderTransport(), where, file)


@pytest.mark.parametrize("name", ["/etc", "{root}/../..", "/proc/self"])
def test_folders_elsewhere_are_refused(shelf, name):
    form = FolderForm({"folder": name.format(root=shelf), "pattern": "*"})
    assert "SHOPFLOW_IMPORT_FOLDERS" in form.errors["folder"][0]
    with pytest.raises(TransportFailed):
        FolderTransport().files({"folder": "/etc", "pattern": "*"})


def test_names_cannot_lead_out_of_the_folder(shelf, tmp_path_factory):
    from shopflow.contracts.transports import RemoteFile

    outside = tmp_path_factory.mktemp("outside") / "x.csv"
    outside.write_bytes(b"secret")
    stolen = RemoteFile(f"../{outside.parent.name}/x.csv", "x.csv")
    with pytest.raises(TransportFailed):
        fetched(FolderTransport(), {"folder": str(shelf), "pattern": "*"}, stolen)


# -- secrets and addresses ---------------------------------------------------------------------------------------


def test_only_variables_that_are_meant_for_it_are_read(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPORT_SECRET_DMS", "geheim")
    assert secret("IMPORT_SECRET_DMS") == "geheim"
    (tmp_path / "key").write_text("aus der Datei\n")
    monkeypatch.setenv("IMPORT_SECRET_B_FILE", str(tmp_path / "key"))
    assert secret("IMPORT_SECRET_B") == "aus der Datei"
    for name in ("SECRET_KEY", "IMPORT_SECRET_MISSING", "IMPORT_SECRET_x", ""):
        with pytest.raises(TransportFailed):
            secret(name)


# -- SFTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def remote(tmp_path, settings, monkeypatch):
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setenv("IMPORT_SECRET_SFTP", "geheim")
    rested(tmp_path / "teile.csv")
    rested(tmp_path / "teile2.csv.part")
    rested(tmp_path / "teile2.csv")
    with sftp_server(tmp_path) as server:
        yield {
            "host": "127.0.0.1",
            "port": server.port,
            "user": "dms",
            "host_key": server.host_key,
            "password_variable": "IMPORT_SECRET_SFTP",
            "folder": ".",
            "pattern": "*.csv",
        }


def test_sftp_gives_whole_files_of_the_pinned_server(remote, tmp_path):
    assert SftpForm(remote).is_valid()
    rested(tmp_path / "fresh.csv", age=0)
    rested(tmp_path / "ahead.csv", age=-9000)
    files = SftpTransport().files(remote)
    assert sorted((f.name, f.settled) for f in files) == [
        ("ahead.csv", True),
        ("fresh.csv", False),
        ("teile.csv", True),
        ("teile2.csv", False),
    ]
    file = next(f for f in files if f.settled)
    assert fetched(SftpTransport(), remote, file) == BODY


def test_another_host_key_and_a_wrong_password_end_the_connection(remote, monkeypatch):
    other = {**remote, "host_key": "SHA256:" + "A" * 43}
    with translation.override("en"), pytest.raises(TransportFailed, match=remote["host_key"].replace("+", r"\+")):
        SftpTransport().files(other)
    monkeypatch.setenv("IMPORT_SECRET_SFTP", "falsch")
    with translation.override("en"), pytest.raises(TransportFailed, match="refuses"):
        SftpTransport().files(remote)
    assert "host_key" in SftpForm({**remote, "host_key": "yes"}).errors


def test_a_folder_that_the_server_does_not_have_is_named(remote):
    with pytest.raises(TransportFailed, match="There is no folder weg"):
        SftpTransport().files({**remote, "folder": "weg"})


# -- mailbox -----------------------------------------------------------------------------------------------------


def mail(sender: str, *, verdict: str = "dmarc=pass", name: str = "teile.csv", forged: str = "") -> bytes:
    message = EmailMessage()
    if verdict:
        message["Authentication-Results"] = f"mx.example.org; {verdict}"
    if forged:
        message["Authentication-Results"] = forged
    message["From"], message["To"], message["Subject"] = sender, "import@example.org", "Export"
    message["Message-ID"] = f"<{sender}-{name}@example.org>"
    message.set_content("Anbei.")
    message.add_attachment(BODY, maintype="text", subtype="csv", filename=name)
    message.add_attachment(b"logo", maintype="image", subtype="png", filename="logo.png")
    return message.as_bytes()


@pytest.fixture
def served():
    """The messages of the mailbox by their number."""
    return {
        3: mail("DMS <export@dms.example>"),
        4: mail("Fremder <wer@example.com>"),
        5: mail("export@dms.example", verdict="dmarc=fail"),
        6: mail("export@dms.example", verdict="dmarc=fail", forged="mx.example.org; dmarc=pass"),
        7: mail('"export@dms.example" <wer@example.com>'),
        9: mail("export@dms.example", name="TEILE-2.CSV"),
    }


@pytest.fixture
def mailbox(settings, monkeypatch, served):
    settings.SHOPFLOW_IMPORT_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setenv("IMPORT_SECRET_MAIL", "geheim")
    with imap_server(served) as port:
        yield {
            "host": "127.0.0.1",
            "port": port,
            "user": "import",
            "password_variable": "IMPORT_SECRET_MAIL",
            "folder": "INBOX",
            "senders": ["export@dms.example"],
            "pattern": "*.csv",
            "needs_authentication": True,
            "plain": True,
        }


def test_only_listed_and_verified_senders_are_heard(mailbox):
    transport = MailboxTransport()
    files = list(transport.files(mailbox))
    assert [(f.key, f.name) for f in files] == [("77/3/0", "teile.csv"), ("77/9/0", "TEILE-2.CSV")]
    assert fetched(transport, mailbox, files[0]) == BODY
    assert len(list(transport.files({**mailbox, "needs_authentication": False}))) == 4


@pytest.mark.parametrize("sender", [b"<", b'"', b"a@[", b":8*_,ta<\tt;*>%", b"\xff <export@dms.example", b""])
def test_a_broken_mail_of_anybody_hides_no_other(mailbox, served, sender):
    served[99] = b"From: " + sender + b"\nAuthentication-Results: mx; dmarc=pass\n\nHallo"
    assert [f.name for f in MailboxTransport().files(mailbox)] == ["teile.csv", "TEILE-2.CSV"]


def test_a_flood_of_mails_pushes_no_delivery_out_and_a_mail_may_be_its_own_attachment(mailbox, served):
    served.update({100 + number: mail("wer@example.com") for number in range(60)})
    alone = EmailMessage()
    alone["Authentication-Results"], alone["From"] = "mx.example.org; dmarc=pass", "export@dms.example"
    alone.set_content(BODY, maintype="text", subtype="csv", filename="allein.csv")
    served[90] = alone.as_bytes()
    files = list(MailboxTransport().files(mailbox))
    assert [f.name for f in files] == ["teile.csv", "TEILE-2.CSV", "allein.csv"]
    assert fetched(MailboxTransport(), mailbox, files[2]) == BODY
    del served[90]
    with pytest.raises(TransportFailed, match=r"allein\.csv"):
        fetched(MailboxTransport(), mailbox, files[2])


def test_a_mailbox_that_refuses_says_so(mailbox, monkeypatch):
    monkeypatch.setenv("IMPORT_SECRET_MAIL", "falsch")
    with pytest.raises(TransportFailed, match="refuses the sign-in"):
        list(MailboxTransport().files(mailbox))
    form = MailboxForm({**mailbox, "senders": "export@dms.example\nkein Absender"})
    assert "senders" in form.errors
