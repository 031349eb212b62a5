"""Hears of uploaded files of purchases and cuts them into partitions (`loyalty.imports.split`)."""

from functions.earn.import_rows import PURCHASES
from loyalty.imports.workers import upload_handler

handler = upload_handler(PURCHASES)
