"""Reports to read and to file: a month of the mall's members, and what a campaign changed (requirements I4, I6, I7)."""
