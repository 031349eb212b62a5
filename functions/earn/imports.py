"""The staff routes of purchases in bulk; what they do is `loyalty.imports.routes`."""

from functions.earn.import_rows import PURCHASES
from loyalty.http import entry_point
from loyalty.imports.routes import import_routes

app = import_routes(PURCHASES)

handler = entry_point(app)
