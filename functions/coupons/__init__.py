"""Coupons: offered, issued, held, redeemed, given, lapsed; and what marketers do with their templates."""
