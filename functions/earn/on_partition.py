"""Checks and applies files of purchases partition by partition (`loyalty.imports.workers`)."""

from functions.earn.import_rows import PURCHASES
from loyalty.imports.workers import partition_handler

handler = partition_handler(PURCHASES)
