"""Staff grants, and what career staff see of their institution: platforms, deployments, grade sync."""
