"""What members look at and click on, kept only of those who agree to profiling (requirement M11)."""
