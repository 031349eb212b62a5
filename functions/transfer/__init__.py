"""Members give points to each other, under the mall's limits (requirements P8, K4)."""
