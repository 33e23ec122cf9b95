"""The tables in the documents that come from code: limits, verbs and roles, settings."""

import ast
import inspect
from pathlib import Path
from typing import get_args

from pydantic.fields import FieldInfo

from server.accounts.audit.events import MEANINGS
from server.accounts.principal import Role
from server.accounts.roles.rules import PERMISSIONS, ROLES
from server.accounts.rules import VERBS, Rule as RoleRule
from server.accounts.throttling.rules import BOUNDS, DAY, HOUR, LIMITS, MINUTE, Counted, Rule
from server.kernel import limits
from server.kernel.settings import REPOSITORY, Settings

_SPANS = ((DAY, "day"), (HOUR, "h"), (MINUTE, "min"), (1, "s"))
_LIMITS = (
    limits,
    limits.accounts,
    limits.audit,
    limits.hub,
    limits.http,
    limits.mail,
    limits.providers,
    limits.throttling,
)
BEGIN = "<!-- {name}: made by `make docs` -->"
END = "<!-- /{name} -->"


def with_block(text: str, name: str, block: str) -> str:
    """`text` with what stands between the marks called `name` replaced. Raises ValueError where there are none."""
    begin, end = BEGIN.format(name=name), END.format(name=name)
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"the marks of {name} are missing")
    return f"{before}{begin}\n{block}\n{end}{after}"


def security(root: Path) -> str:
    """SECURITY.md as it should be now."""
    text = (root / "SECURITY.md").read_text(encoding="utf-8")
    blocks = {
        "limits": limits_table(),
        "roles": roles_table(),
        "audit": audit_table(),
        "permissions": permissions_table(),
        "throttle": throttle_table(),
    }
    for name, block in blocks.items():
        text = with_block(text, name, block)
    return text


def limits_table() -> str:
    """One row for each constant of `server/kernel/limits/`, in order, with its reason."""
    rows = ["| limit | value | why |", "|---|---|---|"]
    sources = (inspect.getsource(each) for each in _LIMITS)
    for name, reason in (found for source in sources for found in _documented(source)):
        value = getattr(limits, name)
        shown = f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else f"{value}"
        rows.append(f"| `{name}` | {shown} | {reason} |")
    return "\n".join(rows)


def roles_table() -> str:
    """Verb × role, as `accounts.rules` judges."""
    roles = get_args(Role)
    rows = [f"| may | {' | '.join(roles)} | anybody |", "|---" * (len(roles) + 2) + "|"]
    for rule in VERBS.values():
        cells = " | ".join(_cell(rule, role) for role in roles)
        rows.append(f"| {rule.meaning} | {cells} | {_stranger(rule)} |")
    return "\n".join(rows)


def throttle_table() -> str:
    """How often what may be tried, as `accounts.throttling.rules` has it."""
    columns: tuple[Counted, ...] = get_args(Counted)
    rows = [f"| what | for each {columns[0]} | for each {columns[1]} | for {columns[2]} | on a known {columns[3]} |"]
    rows.append("|---" * 5 + "|")
    for limit in LIMITS.values():
        cells = (", ".join(map(_rate, (rule for rule in limit.rules if rule.counted == one))) for one in columns)
        notes = (" *" if limit.forgives else "") + (" †" if limit.goes_on else "")
        rows.append(f"| {limit.meaning}{notes} | {' | '.join(cells)} |")
    rows += [f"| {each.meaning} ‡ | {' | '.join(each.cells.get(one, '') for one in columns)} |" for each in BOUNDS]
    return "\n".join(rows)


def _rate(rule: Rule) -> str:
    if rule.is_ladder:
        return f"from the {rule.most}th on wait 1, 2, 4 … {limits.LADDER_TOP_S} s"
    size, name = next((size, name) for size, name in _SPANS if rule.seconds % size == 0)
    count = rule.seconds // size
    most = f"{rule.most // 1024} MiB" if rule.in_kib else str(rule.most)
    return f"{most} / {name if count == 1 else f'{count} {name}'}"


def audit_table() -> str:
    """Every name of the audit log, and when it is written."""
    rows = ["| entry | written when |", "|---|---|"]
    return "\n".join([*rows, *(f"| `{name}` | {meaning} |" for name, meaning in MEANINGS.items())])


def permissions_table() -> str:
    """Permission × role of the whole server, for the roles that come along."""
    rows = [f"| permission | allows to | {' | '.join(ROLES)} |", "|---" * (len(ROLES) + 2) + "|"]
    for name, says in PERMISSIONS.items():
        cells = " | ".join("yes" if name in role.permissions else "" for role in ROLES.values())
        rows.append(f"| `{name}` | {says[0].lower()}{says[1:].rstrip('.')} | {cells} |")
    return "\n".join(rows)


def settings_page() -> str:
    """docs/settings.md: every variable, its default and what it is for."""
    rows = [
        "# Settings",
        "",
        "Environment variables, or lines of a file `.env` in the folder that the server starts in. None is needed.",
        "",
        "| variable | default | what it is |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{name.upper()}` | {_default(field)} | {' '.join((field.description or '').split())} |")
    return "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    """As anybody's machine has it: a folder of ours is named from the repository on."""
    if field.default in (None, ""):
        return "unset"
    if isinstance(field.default, Path) and field.default.is_relative_to(REPOSITORY):
        return f"`{field.default.relative_to(REPOSITORY).as_posix()}`"
    return f"`{field.default}`"


def _cell(rule: RoleRule, role: Role) -> str:
    if role in rule.roles:
        return "yes"
    return "own" if role == "player" and rule.own else ""


def _stranger(rule: RoleRule) -> str:
    if rule.anyone:
        return "public campaigns"
    return "signed in" if rule.users else ""


def _documented(source: str) -> list[tuple[str, str]]:
    """Each annotated constant and the docstring under it. Raises ValueError for one without a reason."""
    body = ast.parse(source).body
    found: list[tuple[str, str]] = []
    for node, following in zip(body, [*body[1:], ast.Pass()], strict=True):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        if not (isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)):
            raise ValueError(f"{node.target.id} has no reason under it")
        found.append((node.target.id, " ".join(str(following.value.value).split())))
    return found
