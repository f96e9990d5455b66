"""Pages and endpoints that browsers see."""
