"""What every capability is given: one value, made in `server.app`, passed down, never global."""

import secrets
from dataclasses import dataclass, field

from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.ids import Entropy, NewId
from server.kernel.metrics import Metrics
from server.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Kernel:
    settings: Settings
    database: Database
    clock: Clock
    new_id: NewId
    entropy: Entropy = secrets.token_bytes
    metrics: Metrics = field(default_factory=Metrics)
