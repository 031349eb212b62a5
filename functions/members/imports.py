"""The staff routes of members in bulk; what they do is `loyalty.imports.routes`."""

from functions.members.import_rows import MEMBERS
from loyalty.http import entry_point
from loyalty.imports.routes import import_routes

app = import_routes(MEMBERS)

handler = entry_point(app)
