"""What `serve` tells once it answers: the links to open, each on a line of its own."""

from server.accounts.owner.actions import make_link, needs_owner
from server.accounts.principal import SERVER_ADMIN
from server.accounts.rules import Thing
from server.accounts.tokens.actions import make_sign_in
from server.app import Services
from server.campaigns.night import SANDBOX_SLUG
from server.campaigns.queries import CampaignRecord, list_campaigns
from server.commands.links import Links, base_url
from server.commands.terminal import out
from server.kernel.limits import PAGE_MAX
from server.kernel.secrets import FILE


async def print_banner(services: Services, port: int) -> None:
    """The links of the campaign that was changed last, the sandbox aside; the panel's signs in once."""
    settings = services.kernel.settings
    links = Links(base_url(settings, port))
    out.print(f"\n  [bold]Tablecast[/bold] answers at {links.base}\n")
    listed = await list_campaigns(services.campaigns, SERVER_ADMIN, PAGE_MAX)
    campaigns = [campaign for campaign in listed if campaign.slug != SANDBOX_SLUG]
    if campaigns:
        await _print_campaign(services, max(campaigns, key=lambda campaign: campaign.updated_at), links)
    if await needs_owner(services.accounts):
        out.print(f"  Owner    {links.owner(await make_link(services.accounts))}", markup=False)
        out.print("           makes your account: once, within a day; again with: tablecast owner-link\n")
    if settings.admin_token is None:
        out.print(f"  Admin token  in {settings.data_dir / FILE}")
    out.print("  Ctrl+C ends it.\n")


async def _print_campaign(services: Services, campaign: CampaignRecord, links: Links) -> None:
    thing = Thing(campaign.id, campaign.public)
    one_time = await make_sign_in(services.accounts, SERVER_ADMIN, thing)
    out.print(f"  {campaign.name}", markup=False)
    out.print(f"  Panel    {links.panel(one_time)}", markup=False)
    if campaign.public:
        out.print(f"  Overlay  {links.overlay(campaign.slug)}", markup=False)
    else:
        out.print("  Overlay  its link needs a token: make one in the panel, under Overlay", markup=False)
    out.print(f"  Socket   {links.socket(campaign.slug)}\n", markup=False)
