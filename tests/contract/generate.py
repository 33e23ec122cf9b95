"""Writes the vectors that both reducers run (`python -m tests.contract.generate`): a file per module, a line each."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.contract.cases import Case, played
from tests.contract.declared import conditions, dying, hits, sheets, sight, turns, undoing

FOLDER = Path(__file__).parent / "vectors"
DECLARED: dict[str, Sequence[Case]] = {
    "hits": hits.CASES,
    "dying": dying.CASES,
    "conditions": conditions.CASES,
    "turns": turns.CASES,
    "sheets": sheets.CASES,
    "undoing": undoing.CASES,
    "sight": sight.CASES,
}


def text_of(cases: Sequence[Case]) -> str:
    lines = (json.dumps(played(case), sort_keys=True, separators=(",", ":")) for case in cases)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, cases in DECLARED.items():
        (FOLDER / f"{name}.json").write_text(text_of(cases), encoding="utf-8")
    sys.stdout.write(f"{sum(len(cases) for cases in DECLARED.values())} vectors in {FOLDER.name}/\n")


if __name__ == "__main__":
    main()
