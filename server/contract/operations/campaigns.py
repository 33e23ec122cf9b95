"""Campaigns, and the state of one."""

from server.campaigns.wire import CampaignIn, CampaignListed, CampaignMade, CampaignOut, CampaignPage, SnapshotOut
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import AlreadyExists, NotFound, RuleRefused
from server.play.sheets import CampaignPatch

_ONE = Answer(200, "The campaign.", CampaignOut, e.CAMPAIGN_OUT, ("ETag",))

OPERATIONS = (
    Operation(
        "GET",
        "/campaigns",
        "List campaigns",
        "campaigns",
        None,
        (Answer(200, "Oldest first.", list[CampaignListed], [{**e.CAMPAIGN_OUT, "role": "gm"}], ("Link",)),),
        query=CampaignPage,
        description="The public ones and those that one belongs to, each with one's role; the server's admin sees all.",
    ),
    Operation(
        "POST",
        "/campaigns",
        "Make a campaign",
        "campaigns",
        "create_campaign",
        (Answer(201, "Made. The token is shown this once.", CampaignMade, e.CAMPAIGN_MADE, ("Location",)),),
        body=CampaignIn,
        body_example={"slug": "lanterns-of-low-tide", "name": "Lanterns of Low Tide", "description": "A drowned city."},
        problems=(AlreadyExists,),
    ),
    Operation("GET", "/campaigns/{campaign}", "Read a campaign", "campaigns", "read", (_ONE,), problems=(NotFound,)),
    Operation(
        "PATCH",
        "/campaigns/{campaign}",
        "Change a campaign",
        "campaigns",
        "change_campaign",
        (_ONE,),
        body=CampaignPatch,
        body_example={"name": "Lanterns of High Tide", "public": False},
        takes=("If-Match",),
        problems=(NotFound, AlreadyExists, RuleRefused),
        description="Only what is named changes; a null empties the description.",
    ),
    Operation(
        "DELETE",
        "/campaigns/{campaign}",
        "Delete a campaign",
        "campaigns",
        "delete_campaign",
        (Answer(204, "Gone, with all that was in it."),),
        problems=(NotFound,),
    ),
    Operation(
        "GET",
        "/campaigns/{campaign}/state",
        "Read the table",
        "campaigns",
        "read",
        (
            Answer(
                200,
                "The table as the asker may see it.",
                SnapshotOut,
                {"epoch": e.EVENT_ID, "seq": 812, "state": e.VIEW},
                ("ETag",),
            ),
        ),
        problems=(NotFound,),
        description="The snapshot that the socket sends, with its position: subscribe with it as `since`.",
    ),
)
