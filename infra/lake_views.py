"""The views of the lake for analysts, as Athena's own: what queries of the product put in front of themselves.

Glue keeps a view as JSON in a comment, the way Athena writes it for CREATE VIEW. The local cloud knows no such views.
"""

import base64
import json

from aws_cdk import Aws
from aws_cdk import aws_glue as glue
from constructs import Construct

from loyalty.lake.composing import columns_of, compose, view_names, view_text
from loyalty.lake.tables import Column, Type

TRINO = {Type.TEXT: "varchar", Type.WHOLE: "bigint", Type.DAY: "date"}


class Views(Construct):
    """A view of Athena per file in `loyalty/lake/views`.

    Args:
        database: the Glue database of the tables they read.
    """

    def __init__(self, scope: Construct, id_: str, *, database: str) -> None:
        super().__init__(scope, id_)
        self._database = database
        self.all = tuple(self._make(name) for name in view_names())

    def _make(self, name: str) -> glue.CfnTable:
        text = view_text(name)
        columns = columns_of(text)
        return glue.CfnTable(
            self,
            name.capitalize(),
            catalog_id=Aws.ACCOUNT_ID,
            database_name=self._database,
            table_input=glue.CfnTable.TableInputProperty(
                name=name,
                description=text.partition("\n")[0].removeprefix("-- ")[:2048],
                table_type="VIRTUAL_VIEW",
                parameters={"presto_view": "true", "comment": "Presto View"},
                partition_keys=[],
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=[glue.CfnTable.ColumnProperty(name=one.name, type=one.type) for one in columns],
                    serde_info=glue.CfnTable.SerdeInfoProperty(),
                ),
                view_original_text=_as_athena_keeps_it(name, columns, self._database),
                view_expanded_text="/* Presto View */",
            ),
        )


def _as_athena_keeps_it(name: str, columns: tuple[Column, ...], database: str) -> str:
    view = {
        "originalSql": compose(f"SELECT * FROM {name}"),  # noqa: S608 # nosec B608
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": column.name, "type": TRINO[column.type]} for column in columns],
    }
    return f"/* Presto View: {base64.b64encode(json.dumps(view).encode()).decode()} */"
