"""Every column of every table says what it holds of a person: a new one fails here until somebody has thought of it."""

import pytest

import server.accounts.tables
import server.campaigns.tables  # noqa: F401 - both fill the metadata
from server.accounts.privacy import holdings
from server.campaigns import belongings
from server.kernel.database import Base

HOLDINGS = {each.table.name: each for each in (*holdings.HOLDINGS, *belongings.HOLDINGS)}
IMPERSONAL = {**holdings.IMPERSONAL, **belongings.IMPERSONAL}
REVIEWED: dict[str, set[str]] = {
    "audit_events": {"at", "name", "who", "target", "outcome", "session_id", "campaign_id", "address", "request_id",
                     "details", "seq"},
    "campaign_tokens": {"id", "campaign_id", "scope", "name", "created_at", "last_used_at", "expires_at", "revoked_at",
                        "made_by"},
    "character_players": {"campaign_id", "character_id", "user_id", "since"},
    "characters": {"campaign_id", "id", "kind", "name", "player_name", "class", "race", "level", "stats", "conditions",
                   "death_saves", "uses_death_saves", "concentration", "resources", "status", "portrait_url",
                   "background_url", "color", "visible", "hp_display", "seq", "created_seq", "created_at",
                   "updated_at"},
    "events": {"campaign_id", "seq", "id", "type", "at", "actor", "actor_id", "character_id", "episode_id", "undo_of",
               "part_of", "command_key", "for_table"},
    "group_members": {"group_id", "user_id", "role", "since"},
    "identities": {"issuer", "subject", "provider", "user_id", "name", "linked_at", "last_used_at"},
    "invitations": {"id", "campaign_id", "group_id", "user_id", "role", "made_by", "made_by_kind", "max_uses", "uses",
                    "created_at", "expires_at", "ended_at"},
    "mail_links": {"id", "user_id", "purpose", "address", "created_at", "expires_at"},
    "memberships": {"campaign_id", "user_id", "role", "since"},
    "one_time_tokens": {"id", "campaign_id", "created_at", "expires_at", "used_at", "made_by"},
    "pending_sign_ins": {"id", "user_id", "way", "created_at", "expires_at"},
    "recovery_codes": {"id", "user_id", "created_at"},
    "provider_starts": {"provider", "return_to", "user_id", "session_id", "expires_at"},
    "refresh_tokens": {"id", "session_id", "generation", "created_at", "expires_at", "used_at", "revoked_at"},
    "second_factors": {"user_id", "last_step", "created_at", "enabled_at"},
    "sessions": {"id", "user_id", "kept_in", "program", "address", "created_at", "expires_at", "ended_at",
                 "end_reason"},
    "user_roles": {"user_id", "role_id", "since"},
    "users": {"id", "username", "username_key", "email", "email_key", "email_verified_at", "full_name",
              "password_changed_at", "last_login_at", "disabled_at", "created_at", "updated_at"},
}  # fmt: skip
"""What is in a person's file: whoever adds a column to such a table decides here whether it is told, or withheld."""
IMPERSONAL_COLUMNS: dict[str, int] = {
    "audit_head": 5, "campaign_groups": 4, "campaigns": 14, "episodes": 12, "erasures": 4, "groups": 3,
    "layout_overrides": 6, "mails": 5, "owner_links": 4, "permissions": 4, "revocations": 3, "role_permissions": 2,
    "roles": 6, "rosters": 4, "throttles": 7,
}  # fmt: skip
"""How many columns they had when somebody last looked: one more may be about a person."""


def test_every_table_is_covered_once() -> None:
    """Either it holds something of a person, or it says why not."""
    tables = {name for name in Base.metadata.tables if name not in IMPERSONAL}
    assert tables == set(HOLDINGS)
    assert not set(HOLDINGS) & set(IMPERSONAL)
    assert all(len(why) > 10 for why in IMPERSONAL.values())


@pytest.mark.parametrize("name", sorted(HOLDINGS))
def test_every_column_is_told_or_withheld(name: str) -> None:
    """And what is withheld has its reason; erasing is said in words."""
    holding = HOLDINGS[name]
    columns = {column.name for column in holding.table.c}
    assert set(holding.exported) == REVIEWED[name], f"{name} has columns that nobody decided about"
    assert set(holding.withheld) == columns - REVIEWED[name]
    assert all(holding.withheld.values())
    assert holding.erased


@pytest.mark.parametrize("name", sorted(name for name in Base.metadata.tables if name in IMPERSONAL))
def test_impersonal_tables_have_not_grown(name: str) -> None:
    """A new column may be about a person: look, and count again."""
    assert len(Base.metadata.tables[name].c) == IMPERSONAL_COLUMNS[name]


def test_what_points_to_a_person_is_a_holding() -> None:
    """A table with a reference to people cannot be called impersonal."""
    pointing = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname in {"users.id", "sessions.id"}
    }
    assert pointing <= set(HOLDINGS)
