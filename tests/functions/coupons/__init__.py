"""Coupons, through their routes and workers."""
