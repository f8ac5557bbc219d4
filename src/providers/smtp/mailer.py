"""ports.Mailer over a business's own mail server, for those who have nothing but a mailbox."""

import re
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage, Message
from email.utils import format_datetime, parseaddr

from ports.clock import Clock
from ports.messages import Attachment, Email
from ports.streams import Dial, StreamBroken
from ports.vendors import Credential, VendorError, VendorRejected
from providers.breaker import Breakers
from providers.smtp.dialogue import Account, signed_in

_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")  # printable ASCII without < and >; SMTPUTF8 is not spoken here


class SmtpMailer:
    def __init__(self, dial: Dial, clock: Clock, breakers: Breakers) -> None:
        self._dial = dial
        self._clock = clock
        self._breakers = breakers

    async def send(self, credential: Credential, email: Email, key: str) -> str:
        """Its Message-ID, made from `key`.

        SMTP knows no key: a mail whose acknowledgement was lost is sent again under the same Message-ID, by which
        mailboxes tell the two are one; what was lost would stay lost (RFC 5321, 4.5.3.2.6).
        """
        sender = parseaddr(credential.values["sender"])[1]
        for address in (sender, email.to):
            if not _ADDRESS.fullmatch(address):
                raise VendorRejected("smtp_address_not_ascii")
        message_id = f"<{key}@{sender.rpartition('@')[2]}>"
        letter = self._letter(email, credential.values["sender"], message_id)
        account = account_of(credential.values)
        with self._breakers.attempt(f"smtp:{account.host}:{account.port}:{account.username}"):
            async with signed_in(self._dial, account) as session:
                await session.hand_over(sender, email.to, letter)
                with suppress(VendorError, StreamBroken):  # it is taken, however the goodbye goes
                    await session.quit()
        return message_id

    async def check(self, values: Mapping[str, str]) -> None:
        """Whether the server lets these in. Raises VendorRejected or VendorUnavailable."""
        async with signed_in(self._dial, account_of(values)) as session:
            with suppress(VendorError, StreamBroken):
                await session.quit()

    def _letter(self, email: Email, sender: str, message_id: str) -> bytes:
        from email.policy import SMTP  # 0.4 MB that only a mail needs

        made = EmailMessage(SMTP.clone(cte_type="7bit"))  # no server has to know 8BITMIME
        made["From"], made["To"] = " ".join(sender.split()), email.to
        made["Subject"] = " ".join(email.subject.split())
        made["Date"] = format_datetime(self._clock.now())
        made["Message-ID"] = message_id
        if email.reply_to:
            made["Reply-To"] = email.reply_to
        for name, value in email.headers.items():
            made[name] = value
        made.set_content(email.text)
        for one in email.attachments:
            _attach(made, one)
        return made.as_bytes()


def account_of(values: Mapping[str, str]) -> Account:
    return Account(values["host"], int(values["port"]), values["username"], values["password"])


def _attach(made: EmailMessage, attachment: Attachment) -> None:
    kind = Message()
    kind["Content-Type"] = attachment.content_type
    made.add_attachment(
        attachment.content,
        maintype=kind.get_content_maintype(),
        subtype=kind.get_content_subtype(),
        filename=attachment.filename,
        params={str(name): str(value) for name, value in (kind.get_params() or [])[1:]},
    )
