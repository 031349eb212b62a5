"""Groups whose average receipt fell: found every night, told once, kept as alerts (requirement I3, ADR 0922)."""
