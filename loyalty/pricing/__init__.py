"""What a basket costs: one pure function for quotes, previews and the checkout (requirements C4, A11, T3, K7).

`price` says what is paid line by line and why, `best` picks coupons, `kept` re-checks them when goods come back.
"""
