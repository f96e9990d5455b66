"""The page shell: visits, role guard, security headers, error pages, layout and static files."""
