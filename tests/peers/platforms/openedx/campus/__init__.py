"""The campus around the LTI component."""
