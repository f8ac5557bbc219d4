"""Mails through a mail server: a server of others' making, real TLS, and what can go wrong on the way."""

import asyncio
from collections.abc import Iterator
from email import message_from_string, policy
from email.message import EmailMessage

import pytest

from adapters.meter import IsolateMeter
from ports.messages import Attachment, Email
from ports.streams import Security, Stream, StreamBroken
from ports.vendors import Credential, VendorRejected, VendorUnavailable
from providers.breaker import Breakers
from providers.smtp import dialogue
from providers.smtp.mailer import SmtpMailer
from tests.support.fakes import FixedClock
from tests.support.streams import dial_to
from tools.fakes.smtp import HOST, Mailbox, MailServer

USERNAME, PASSWORD = "desk@sample.example", "sample-password-0123456789"
VALUES = {"host": HOST, "port": "587", "username": USERNAME, "password": PASSWORD, "sender": USERNAME}
MAIL = Email("guest@sample.example", "Réponse à votre question", "Bonjour,\n\n. un point\n..deux\nÀ bientôt")


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[MailServer]:
    with MailServer(mailbox) as started:
        yield started


def breakers() -> Breakers:
    return Breakers(FixedClock(), IsolateMeter())


def send(server: MailServer, email: Email = MAIL, key: str = "out_1", **values: str) -> str:
    mailer = SmtpMailer(dial_to(server), FixedClock(), breakers())
    return asyncio.run(mailer.send(Credential("smtp", {**VALUES, **values}), email, key))


def read(mail: dict[str, str]) -> EmailMessage:
    return message_from_string(mail["content"], policy=policy.default)


def test_a_mail_goes_over_starttls_whole(server: MailServer, mailbox: Mailbox) -> None:
    message_id = send(server)
    (mail,) = mailbox.mails
    letter = read(mail)
    assert (mail["from"], mail["to"], message_id) == (USERNAME, "guest@sample.example", "<out_1@sample.example>")
    assert (letter["subject"], letter["message-id"]) == ("Réponse à votre question", message_id)
    assert letter["date"].datetime == FixedClock().now().replace(microsecond=0)
    assert letter.get_content().replace("\r\n", "\n") == MAIL.text + "\n"
    assert mail["content"].isascii()


def test_headers_and_an_invitation_go_along(server: MailServer, mailbox: Mailbox) -> None:
    invitation = Attachment("invite.ics", "text/calendar; method=REQUEST; charset=UTF-8", b"BEGIN:VCALENDAR\r\n")
    headers = {"In-Reply-To": "<a@b>", "References": "<a@b>", "Auto-Submitted": "auto-replied"}
    email = Email("guest@sample.example", "Hello\r\nBcc: x@y.example", "Hi", (invitation,), "desk@d.example", headers)
    send(server, email)
    letter = read(mailbox.mails[0])
    assert {name: letter[name] for name in (*headers, "Reply-To")} == {**headers, "Reply-To": "desk@d.example"}
    assert (letter["subject"], letter["bcc"]) == ("Hello Bcc: x@y.example", None)
    (attached,) = letter.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert (attached.get_filename(), attached["content-type"].params["method"]) == ("invite.ics", "REQUEST")
    assert attached.get_payload(decode=True) == invitation.content


def test_encrypted_from_the_start(mailbox: Mailbox) -> None:
    with MailServer(mailbox, "tls") as server:
        send(server, port="465")
    assert len(mailbox.mails) == 1


def test_signed_in_where_only_login_is_known(mailbox: Mailbox) -> None:
    with MailServer(mailbox, no_plain=True) as server:
        send(server)
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"password": "wrong-password"}, "smtp_535"),
        ({"sender": "désolé@sample.example"}, "smtp_address_not_ascii"),
    ],
)
def test_what_the_server_or_we_refuse(
    server: MailServer, mailbox: Mailbox, values: dict[str, str], reason: str
) -> None:
    mailbox.rejected_passwords.add("wrong-password")
    with pytest.raises(VendorRejected) as refused:
        send(server, MAIL, "out_1", **values)
    assert (refused.value.reason, mailbox.mails) == (reason, [])
    assert PASSWORD not in repr(refused.value)


@pytest.mark.parametrize("to", ["é@sample.example", "x@y.example>\r\nRCPT TO:<z@y.example", "x y@z.example", "nobody"])
def test_addresses_that_would_say_more(server: MailServer, mailbox: Mailbox, to: str) -> None:
    with pytest.raises(VendorRejected, match="smtp_address_not_ascii"):
        send(server, Email(to, "Hi", "Hi"))
    assert mailbox.mails == []


def test_no_password_goes_in_the_clear(mailbox: Mailbox) -> None:
    with MailServer(mailbox, "none") as server, pytest.raises(VendorRejected, match="smtp_without_starttls"):
        send(server)


def test_a_certificate_of_nobody_is_not_trusted(mailbox: Mailbox, server: MailServer) -> None:
    with MailServer(mailbox) as other:
        other_dial = dial_to(other)

    def dial(host: str, port: int, security: Security) -> Stream:
        return dial_to(server)(host, port, security)

    mailer = SmtpMailer(dial, FixedClock(), breakers())
    with pytest.raises(VendorUnavailable, match="not_connected"):
        asyncio.run(mailer.send(Credential("smtp", {**VALUES, "host": "other.sample.example"}), MAIL, "out_1"))
    assert other_dial is not dial
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("verb", "reply", "kind", "reason"),
    [
        ("RCPT", "550 5.1.1 nobody", VendorRejected, "smtp_550"),
        ("RCPT", "450 4.2.1 later", VendorUnavailable, "smtp_450"),
        ("DATA", "552 5.3.4 too large", VendorRejected, "smtp_552"),
        ("DATA", "451 4.3.0 later", VendorUnavailable, "smtp_451"),
    ],
)
def test_refusals_and_delays(
    server: MailServer, mailbox: Mailbox, verb: str, reply: str, kind: type[Exception], reason: str
) -> None:
    mailbox.replies[verb] = [reply]
    with pytest.raises(kind, match=reason):
        send(server)
    assert mailbox.mails == []
    send(server)
    assert len(mailbox.mails) == 1


def test_an_acknowledgement_that_is_lost_leaves_it_open(server: MailServer, mailbox: Mailbox) -> None:
    mailbox.hangs_after = 1
    with pytest.raises(VendorUnavailable) as unsure:
        send(server)
    assert unsure.value.is_unsure
    assert send(server) == read(mailbox.mails[0])["message-id"] == read(mailbox.mails[1])["message-id"]


class Scripted:
    """A server that says these pieces, one at each read; `starts` counts the times it was asked to encrypt."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)
        self.written: list[bytes] = []
        self.starts = 0

    async def read(self) -> bytes:
        if not self._pieces:
            await asyncio.sleep(60)
        return self._pieces.pop(0)

    async def write(self, content: bytes) -> None:
        self.written.append(content)

    async def start_tls(self) -> None:
        self.starts += 1

    async def aclose(self) -> None:
        return None


GREETING, HELLO = b"220 hi\r\n", b"250-hi\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n"


@pytest.mark.parametrize(
    ("pieces", "kind", "reason"),
    [
        ((b"HTTP/1.1 400 Bad Request\r\n",), VendorUnavailable, "not_smtp"),
        ((b"554 no\r\n",), VendorRejected, "smtp_554"),
        ((b"421 busy\r\n",), VendorUnavailable, "smtp_421"),
        ((b"220 hi\r\n", b""), VendorUnavailable, "not_connected"),
        ((b"2" * 60_000,), VendorUnavailable, "not_connected"),
        ((b"220-more\r\n" * 20_000,), VendorUnavailable, "not_"),
        ((GREETING, HELLO, b"220 go\r\n250 already yours\r\n"), VendorRejected, "smtp_said_too_much"),
        ((GREETING, HELLO, b"454 no TLS today\r\n"), VendorUnavailable, "smtp_454"),
        ((), VendorUnavailable, "timed_out"),
    ],
)
def test_servers_that_speak_otherwise(
    monkeypatch: pytest.MonkeyPatch, pieces: tuple[bytes, ...], kind: type[Exception], reason: str
) -> None:
    monkeypatch.setattr(dialogue, "TIMEOUT_S", 0.3)
    stream = Scripted(*pieces)
    mailer = SmtpMailer(lambda *_: stream, FixedClock(), breakers())
    with pytest.raises(kind, match=reason):
        asyncio.run(mailer.check(VALUES))
    assert not [one for one in stream.written if b"AUTH" in one]
    assert stream.starts == 0


def test_pieces_may_end_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    said = GREETING + HELLO
    after = HELLO + b"235 in\r\n221 bye\r\n"
    stream = Scripted(*(bytes([one]) for one in said), b"220 go\r\n", *(bytes([one]) for one in after))
    asyncio.run(SmtpMailer(lambda *_: stream, FixedClock(), breakers()).check(VALUES))
    assert stream.starts == 1
    assert stream.written[-1] == b"QUIT\r\n"


def test_a_connection_that_cannot_be_made() -> None:
    def dial(host: str, port: int, security: Security) -> Stream:
        raise StreamBroken

    with pytest.raises(VendorUnavailable, match="not_connected"):
        asyncio.run(SmtpMailer(dial, FixedClock(), breakers()).check(VALUES))


class Broken:
    """A connection that breaks at its first word."""

    async def read(self) -> bytes:
        raise StreamBroken

    async def write(self, content: bytes) -> None:
        raise StreamBroken

    async def start_tls(self) -> None:
        raise StreamBroken

    async def aclose(self) -> None:
        return


def test_a_server_that_fails_three_times_is_left_alone_for_a_while(server: MailServer, mailbox: Mailbox) -> None:
    clock, dialled = FixedClock(), 0
    works = dial_to(server)

    def dial(host: str, port: int, security: Security) -> Stream:
        nonlocal dialled
        dialled += 1
        return Broken() if dialled <= 3 else works(host, port, security)

    mailer = SmtpMailer(dial, clock, Breakers(clock, IsolateMeter()))
    account, reasons = Credential("smtp", VALUES), []
    for number in range(5):
        with pytest.raises(VendorUnavailable) as failed:
            asyncio.run(mailer.send(account, MAIL, f"out_{number}"))
        reasons.append(failed.value.reason)
    assert (reasons[3:], dialled) == (["circuit_open", "circuit_open"], 3)
    clock.advance(seconds=31)
    assert asyncio.run(mailer.send(account, MAIL, "out_9"))
    assert len(mailbox.mails) == 1
