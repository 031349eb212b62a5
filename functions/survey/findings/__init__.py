"""What members complain of, filed to a department until it is resolved, published and told (requirements S4, D4)."""
