"""What the events of providers do, once they are stored."""

from modules.calls.hosted_reports import report_told
from modules.calls.recordings import recording_told
from modules.calls.service import reapply_report
from modules.inbox.service import Handlers
from modules.threads.told import status_reported, text_received

HANDLERS: Handlers = {
    "message.received": text_received,
    "message.status": status_reported,
    "call.status": reapply_report,
    "call.recording": recording_told,
    "vapi.end-of-call-report": report_told,
}
