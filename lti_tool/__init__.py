"""A micro-internship preparation tool for LTI 1.3 platforms."""
