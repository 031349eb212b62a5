"""Hears of uploaded files of members and cuts them into partitions (`loyalty.imports.split`)."""

from functions.members.import_rows import MEMBERS
from loyalty.imports.workers import upload_handler

handler = upload_handler(MEMBERS)
