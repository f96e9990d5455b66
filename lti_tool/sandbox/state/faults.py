"""The faults that are on."""

from collections.abc import Callable
from datetime import datetime, timedelta

from lti_tool.sandbox import times
from lti_tool.sandbox.faults import KINDS, Chance, Fault
from lti_tool.sandbox.settings import SandboxSettings
from lti_tool.sandbox.state.base import StateBase


class FaultsState(StateBase):
    """Switches faults on and off; what is on survives a restart."""

    def __init__(self, settings: SandboxSettings) -> None:
        super().__init__(settings)
        # Where time itself is simulated, the LMS is told by this what time it is.
        self.now_fn: Callable[[], datetime] = times.now
        self.chance = Chance(int(self.setting("fault_seed") or 0))
        self._faults = self._read_faults()

    def now(self) -> datetime:
        """The time on the clock of this LMS."""
        fault = self.find_fault("clock")
        return self.now_fn() + timedelta(seconds=fault.value if fault else 0)

    def list_faults(self) -> list[Fault]:
        """What is on, in the order of the panel."""
        order = list(KINDS)
        return sorted(self._faults.values(), key=lambda one: (order.index(one.kind), one.course_id or 0))

    def find_fault(self, kind: str, course_id: int | None = None) -> Fault | None:
        """The fault of a kind that counts in a course: its own, else that of the whole LMS."""
        return self._faults.get((kind, course_id or 0)) or self._faults.get((kind, 0))

    def set_faults(self, *faults: Fault, seed: int = 0) -> None:
        """Have these and no others; chance begins anew with this seed."""
        with self.store.transaction():
            self.store.run("DELETE FROM fault")
            for fault in faults:
                self._keep(fault)
            self.set_setting("fault_seed", str(seed))
            self._refresh()
        self.chance = Chance(seed)

    def turn_on(self, fault: Fault) -> None:
        """Have one more, or the same with other numbers; ValueError for one that makes no sense."""
        with self.store.transaction():
            self._keep(fault)
            self._refresh()

    def turn_off(self, kind: str, course_id: int | None = None) -> None:
        """End one."""
        with self.store.transaction():
            self.store.run("DELETE FROM fault WHERE kind = ? AND course_id = ?", kind, course_id or 0)
            self._refresh()

    def revoke_tokens(self) -> int:
        """Make every access token invalid, once; how many there were."""
        return self.store.run("DELETE FROM access_token")

    def _keep(self, fault: Fault) -> None:
        kind = KINDS.get(fault.kind)
        if kind is None or not 0 < fault.share <= 1:
            raise ValueError(f"no fault of this kind or share: {fault}")
        if fault.course_id is not None and kind.is_whole_only:
            raise ValueError(f"{fault.kind} is for the whole LMS")
        if kind.amount is not None and not kind.amount.lowest <= fault.value <= kind.amount.highest:
            raise ValueError(f"{fault.kind} takes {kind.amount.lowest:g} to {kind.amount.highest:g}")
        self.turn_off(fault.kind, fault.course_id)
        self.store.insert(
            "fault", kind=fault.kind, course_id=fault.course_id or 0, share=fault.share, amount=fault.amount
        )

    def _read_faults(self) -> dict[tuple[str, int], Fault]:
        return {
            (row["kind"], row["course_id"]): Fault(row["kind"], row["course_id"] or None, row["share"], row["amount"])
            for row in self.store.all("SELECT * FROM fault")
            if row["kind"] in KINDS
        }

    def _refresh(self) -> None:
        self._faults = self._read_faults()
        # Launches and pages speak of it too.
        self.store.run(
            "UPDATE course SET concluded = EXISTS"
            " (SELECT 1 FROM fault WHERE kind = 'concluded' AND course_id IN (0, course.id))"
        )
