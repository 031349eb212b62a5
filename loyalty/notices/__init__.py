"""What notices share with those who declare and cause them (requirements N)."""
