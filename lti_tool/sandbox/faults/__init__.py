"""What can go wrong with an LMS, switched on by hand or by a test."""

from lti_tool.sandbox.faults.catalog import GROUPS, KINDS, PRESETS, Amount, Fault, Kind, Preset
from lti_tool.sandbox.faults.chance import Chance

__all__ = ["GROUPS", "KINDS", "PRESETS", "Amount", "Chance", "Fault", "Kind", "Preset"]
