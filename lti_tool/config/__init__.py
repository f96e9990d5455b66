"""Settings: one typed list, read once from the environment (prefix `LTI_TOOL_`)."""

from lti_tool.config.settings import Settings, load_settings

__all__ = ["Settings", "load_settings"]
