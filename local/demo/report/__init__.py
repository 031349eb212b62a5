"""The demo's last chapter: what the mall knows of its members by now, on one page that needs nothing else (ADR 0925).

catching_up ──> asking ──> panels ──> page ──> .local/demo/report.html
until the lake   the API's   sentences,  HTML and
has it all       answers     chart, table  SVG
"""
