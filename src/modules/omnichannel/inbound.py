"""What the events of providers do, once they are stored."""

from modules.calls.hosted_reports import report_told
from modules.calls.recordings import recording_told
from modules.calls.service import reapply_report
from modules.inbox.service import Handlers
from modules.mail import receiving as mail
from modules.threads.told import status_reported, text_received

HANDLERS: Handlers = {
    "message.received": text_received,
    "message.status": status_reported,
    mail.RECEIVED: mail.named,
    mail.RAW: mail.whole,
    **dict.fromkeys(("email.delivered", "email.opened", "email.bounced", "email.failed"), mail.reported),
    "email.complained": mail.complained,
    **dict.fromkeys(("email.sent", "email.delivery_delayed", "email.clicked", "email.scheduled"), mail.nothing),
    "call.status": reapply_report,
    "call.recording": recording_told,
    "vapi.end-of-call-report": report_told,
}
