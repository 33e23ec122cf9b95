"""The audit log."""

from server.accounts.audit.wire import AuditExport, AuditOut, AuditPage
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import NotFound

_ENTRY = {
    "seq": 812,
    "at": e.AT,
    "name": "member_changed",
    "who": e.USER_ID,
    "who_name": "rowan",
    "target": f"campaign:{e.CAMPAIGN_ID}",
    "outcome": "success",
    "session_id": e.SESSION_ID,
    "address": "192.0.2.7",
    "request_id": "0199f3a0-8d00-7180-81c9-c47073d1e508",
    "details": {"user_id": e.USER_ID, "from": "player", "to": "gm"},
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_OF_CAMPAIGN = {**_ENTRY, "session_id": None, "address": None, "request_id": None}

OPERATIONS = (
    Operation(
        "GET",
        "/audit",
        "Read the audit log",
        "administration",
        None,
        (Answer(200, "The newest entry first.", list[AuditOut], [_ENTRY], ("Link",)),),
        query=AuditPage,
        permission="audit.read",
    ),
    Operation(
        "GET",
        "/audit/export",
        "Export the audit log",
        "administration",
        None,
        (Answer(200, "The oldest entry first, one a line.", None, None, (), "application/x-ndjson"),),
        query=AuditExport,
        permission="audit.read",
        description="JSON lines, or CSV in which no cell is a formula. That it was taken is an entry of the log.",
    ),
    Operation(
        "GET",
        "/users/me/export",
        "Take along what is known about me",
        "people",
        None,
        (Answer(200, "A ZIP: a JSON file for each table, and the images.", None, None, (), "application/zip"),),
        needs_user=True,
        description="Everything but secrets and what only a game master may see. The audit log tells of it.",
    ),
    Operation(
        "GET",
        "/campaigns/{campaign}/audit",
        "Read what the audit log tells of a campaign",
        "members",
        "see_audit",
        (Answer(200, "The newest entry first; without addresses.", list[AuditOut], [_OF_CAMPAIGN], ("Link",)),),
        query=AuditPage,
        problems=(NotFound,),
    ),
)
