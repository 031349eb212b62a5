"""Checks and applies files of members partition by partition (`loyalty.imports.workers`)."""

from functions.members.import_rows import MEMBERS
from loyalty.imports.workers import partition_handler

handler = partition_handler(MEMBERS)
