"""Platforms that may launch us, their deployments, and our own keys."""
