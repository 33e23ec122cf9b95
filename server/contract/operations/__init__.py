"""Every operation of the REST API, in the order in which a reader needs them."""

from server.contract.operation import Operation
from server.contract.operations import (
    accounts,
    administration,
    audit,
    campaigns,
    cast,
    episodes,
    groups,
    invitations,
    links,
    members,
    people,
    probes,
    providers,
    record,
    screen,
    second_factor,
)

OPERATIONS: tuple[Operation, ...] = (
    *campaigns.OPERATIONS,
    *record.OPERATIONS,
    *cast.OPERATIONS,
    *episodes.OPERATIONS,
    *screen.OPERATIONS,
    *members.OPERATIONS,
    *invitations.OPERATIONS,
    *groups.OPERATIONS,
    *people.OPERATIONS,
    *second_factor.OPERATIONS,
    *links.OPERATIONS,
    *providers.OPERATIONS,
    *administration.OPERATIONS,
    *audit.OPERATIONS,
    *accounts.OPERATIONS,
    *probes.OPERATIONS,
)
