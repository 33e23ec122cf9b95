/** Entries of the audit log in words. */

/** By the part of the name that says what it is about; for the filter. */
export const AUDIT_WORDS: Readonly<Record<string, string>> = {
  authn_login_success: "Signed in",
  authn_login_fail: "Wrong name, password or code",
  authn_login_lock: "Too many wrong passwords",
  authn_password_change: "Password changed",
  authn_password_reset: "Asked for a new password",
  authn_factor_enabled: "Second factor switched on",
  authn_factor_disabled: "Second factor switched off",
  authn_factor_lost: "Link for a lost second factor mailed",
  authn_factor_fail: "Wrong code for the second factor",
  authn_identity_linked: "Account at a provider linked",
  authn_identity_unlinked: "Account at a provider unlinked",
  authn_recovery_codes_made: "New recovery codes",
  authn_token_created: "Token made",
  authn_token_reuse: "Token used twice: sign-in ended",
  authn_token_revoked: "Token or sign-in ended",
  authz_fail: "Refused: no right",
  authz_change: "Player or owner changed",
  privilege_permissions_changed: "Roles changed",
  excess_rate_limit_exceeded: "Tried too often",
  user_created: "Account made",
  user_updated: "Profile changed",
  user_disabled: "Account disabled",
  user_enabled: "Account enabled",
  user_deleted: "Account deleted",
  user_email_verified: "Address confirmed",
  user_email_changed: "Address changed",
  member_added: "Member joined",
  member_changed: "Member's role changed",
  member_removed: "Member left",
  invitation_created: "Invited",
  invitation_accepted: "Invitation accepted",
  invitation_declined: "Invitation declined",
  invitation_revoked: "Invitation taken back",
  group_created: "Group made",
  group_updated: "Group changed",
  group_deleted: "Group deleted",
  campaign_created: "Campaign made",
  campaign_deleted: "Campaign deleted",
  upload_stored: "Image uploaded",
  sensitive_read: "Personal data read",
  audit_pruned: "Old entries deleted",
  audit_addresses_dropped: "Old addresses deleted",
};

export function auditWord(name: string): string {
  return AUDIT_WORDS[name] ?? name.replaceAll("_", " ");
}

/** What else an entry says: "role: gm, times: 3". */
export function detailsSaid(details: Readonly<Record<string, unknown>>): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== "")
    .map(([key, value]) => `${key.replaceAll("_", " ")}: ${worded(value)}`)
    .join(", ");
}

function worded(value: unknown): string {
  if (Array.isArray(value)) return value.map(worded).join(" and ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
