"""The life of a thing as a table: which step leads from which state to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jinling.kernel.outcomes import Refused


@dataclass(frozen=True, slots=True)
class States:
    """``steps`` reads ``{step: {state before: state after}}``; ``refusal`` is raised with ``state`` and ``step`` where
    the table has no such way. A state from which no step leads is final."""

    steps: Mapping[str, Mapping[str, str]]
    refusal: type[Refused]

    def after(self, state: str, step: str, *, where: str = "") -> str:
        """The state that the step leads to.

        Raises:
            Refused: of the table's kind; the state does not allow the step.
        """
        following = self.steps[step].get(state)
        if following is None:
            raise self.refusal(where=where, state=state, step=step)
        return following

    def allows(self, state: str, step: str) -> bool:
        """Whether the step may be taken in that state."""
        return state in self.steps[step]

    def taken(self, state: str, step: str) -> bool:
        """Whether the step seems to have been taken already: asked twice, it is done once."""
        return state in self.steps[step].values() and state not in self.steps[step]

    def from_state(self, state: str) -> tuple[str, ...]:
        """The steps that may be taken in a state, in the table's order."""
        return tuple(step for step, ways in self.steps.items() if state in ways)

    def before(self, step: str) -> tuple[str, ...]:
        """The states in which the step may be taken."""
        return tuple(self.steps[step])

    def all(self) -> tuple[str, ...]:
        """Every state, in the order in which the table names them."""
        ways = [pair for step in self.steps.values() for way in step.items() for pair in way]
        return tuple(dict.fromkeys(ways))

    def final(self) -> tuple[str, ...]:
        """The states from which no step leads."""
        return tuple(state for state in self.all() if not self.from_state(state))
