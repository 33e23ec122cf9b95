"""Beginning a sign-in: a session, its first refresh token, an access token; and room made for it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Stroke
from server.accounts.people.store import User
from server.accounts.service import Accounts
from server.accounts.sessions import store
from server.accounts.sessions.refresh_token import RefreshToken, make_refresh_token
from server.accounts.sessions.store import KeptIn, Session, StoredRefresh
from server.accounts.sessions.threshold import Threshold, forget_before, look_round
from server.kernel.limits import MAX_SESSIONS, REFRESH_ABSOLUTE_S, REFRESH_IDLE_S


@dataclass(frozen=True, slots=True)
class Opened:
    """What a device gets. Both texts are shown now and never again."""

    user: User
    session: Session
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    idle_until: datetime


def open_session(
    accounts: Accounts, stroke: Stroke, user: User, caller: Caller, kept_in: KeptIn, found: Threshold | None = None
) -> Opened:
    """Sign a person in on one more device, inside the transaction of `stroke`; `found` where somebody has looked."""
    now = accounts.kernel.clock.now()
    found = found or look_round(stroke.connection, user.id, now)
    if found.has_old_devices:
        store.sweep(stroke.connection, user.id, forget_before(now))
    until = now + timedelta(seconds=REFRESH_ABSOLUTE_S)
    session = Session(accounts.kernel.new_id(), user.id, kept_in, caller.program, caller.address, now, until)
    if found.devices >= MAX_SESSIONS:
        _make_room(accounts, stroke, user, now, Asker.person(user.id, user.username, caller, session.id))
    store.add_session(stroke.connection, session)
    return continue_session(accounts, stroke, user, session, 0)


def continue_session(accounts: Accounts, stroke: Stroke, user: User, session: Session, generation: int) -> Opened:
    """The next refresh token of a session, inside the transaction of `stroke`."""
    token, stored = _next_token(accounts, session, generation)
    store.add_token(stroke.connection, stored)
    return opened(accounts, user, session, token, stored)


def _next_token(accounts: Accounts, session: Session, generation: int) -> tuple[RefreshToken, StoredRefresh]:
    """A refresh token and what is kept of it; never good beyond the session's own end."""
    now = accounts.kernel.clock.now()
    token = make_refresh_token(session.id, accounts.kernel.entropy)
    until = min(now + timedelta(seconds=REFRESH_IDLE_S), session.expires_at)
    return token, StoredRefresh(accounts.kernel.new_id(), session.id, token.digest, generation, now, until)


def opened(accounts: Accounts, user: User, session: Session, token: RefreshToken, stored: StoredRefresh) -> Opened:
    """What the device gets, with an access token."""
    access, _ = accounts.access.make(user.id, user.username, session.id)
    return Opened(user, session, access, token.text, stored.expires_at)


def _make_room(accounts: Accounts, stroke: Stroke, user: User, now: datetime, by: Asker) -> None:
    devices = store.living_sessions_now(stroke.connection, user.id, now)
    for device in devices[MAX_SESSIONS - 1 :]:
        session = device.session
        store.end_session_now(stroke.connection, session.id, "too_many", now)
        stroke.end([session.id])
        event = AuditEvent.by(by, "authn_token_revoked", f"session:{session.id}", {"why": "too_many"})
        accounts.audit.write_now(stroke.connection, event)
        if user.email is not None:
            letter = letters.device_dropped(user.email, user.username, session.program)
            accounts.mailer.post_now(stroke.connection, letter)
