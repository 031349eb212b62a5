"""Segments: groups of members by what they do and are, recomputed nightly on the lake (requirements G1 to G3, L1)."""
