"""What every command shares: it is taken as written or refused."""

import pytest
from pydantic import ValidationError

from server.play.commands import COMMANDS, RESOURCE_COMMANDS, Damage
from server.play.fields import Model

CHARACTER = "01900000-0000-7000-8000-000000000001"


@pytest.mark.parametrize("amount", ["7", 7.5, 7.0, True, None, -1, 10**9])
def test_an_amount_is_never_converted(amount: object) -> None:
    """A number in a string, a fraction or a truth value is refused rather than made to fit."""
    with pytest.raises(ValidationError):
        Damage.model_validate({"character_id": CHARACTER, "amount": amount})


@pytest.mark.parametrize("model", [*COMMANDS.values(), *RESOURCE_COMMANDS.values()])
def test_no_command_takes_an_unknown_field(model: type[Model]) -> None:
    """A field with a typing error in its name is refused by name instead of being dropped."""
    with pytest.raises(ValidationError, match="amuont"):
        model.model_validate({"amuont": 7})
