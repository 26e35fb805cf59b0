"""Import over HTTP: the template, a file with its preview, the mapping, the run and its problems. For who runs the
chain.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from liyu.catalog.endpoints.parameters import AnImport, CatalogService, Cursor, Limit, after_id, next_cursor
from liyu.catalog.importing.columns import ColumnMapping
from liyu.catalog.importing.problems import Problem
from liyu.catalog.importing.reading import written
from liyu.catalog.importing.service import Preview
from liyu.catalog.importing.store import Import
from liyu.http.authentication import Me
from liyu.http.fields import Line, clean_line
from liyu.http.language import language_of
from liyu.kit.pages import BadCursor, decode_cursor, encode_cursor

router = APIRouter(tags=["catalog import"])

SAMPLE = 5  # rows of the file as it is


class MappingBody(BaseModel):
    """Which column of the file means which field, and what every row has."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[str, Line] = Field(
        max_length=200, description="Field to column.", examples=[{"sku": "StockCode", "price": "Price"}]
    )
    constants: dict[str, Line] = Field(
        default_factory=dict, max_length=50, description="Field to value.", examples=[{"currency": "GBP"}]
    )


class ImportOut(BaseModel):
    """An import and how far it is."""

    id: str = Field(description="Id of the import.", examples=["imp_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    name: str = Field(description="Name of the file.", examples=["products.csv"])
    state: Literal["ready", "running", "done", "failed"] = Field(description="Where it stands.", examples=["running"])
    rows_total: int = Field(description="Rows of the file.", examples=[4080])
    rows_done: int = Field(description="Rows dealt with.", examples=[1200])
    created: int = Field(description="Variants made.", examples=[1180])
    updated: int = Field(description="Variants or their products changed.", examples=[15])
    unchanged: int = Field(description="Rows that changed nothing.", examples=[0])
    refused: int = Field(description="Rows with a problem.", examples=[5])
    mapping: MappingBody = Field(description="Which column means what.")
    created_at: int = Field(description="When the file came, ms since 1970.", examples=[1764000000000])
    ended_at: int | None = Field(description="When the run ended; null: not yet.", examples=[None])


class ImportPage(BaseModel):
    """A page of imports, newest first."""

    items: list[ImportOut] = Field(description="The imports.")
    next_cursor: str | None = Field(description="For the next page; null on the last one.", examples=["WyJpbXAiXQ"])


class ProblemOut(BaseModel):
    """What is wrong with a row."""

    row: int = Field(description="Line of the table, the heading being 1.", examples=[42])
    field: str = Field(description="The field; empty: the row as a whole.", examples=["price"])
    code: str = Field(description="Stable name of the problem.", examples=["bad_price"])
    message: str = Field(description="What to tell the person.", examples=["“免费”不是价格，请写成 268 或 268.00。"])


class ProblemPage(BaseModel):
    """A page of problems in the order of the file."""

    items: list[ProblemOut] = Field(description="The problems.")
    next_cursor: str | None = Field(description="For the next page; null on the last one.", examples=["WzEwMF0"])


class PreviewRowOut(BaseModel):
    """What one row would do."""

    row: int = Field(description="Line of the table.", examples=[2])
    sku: str = Field(description="The article number.", examples=["85123A"])
    title: str = Field(description="The name, when the row has one.", examples=["White Hanging Heart"])
    price_minor: int | None = Field(description="Minor units; null: stays as it is.", examples=[295])
    outcome: Literal["created", "updated", "unchanged"] = Field(description="What it would do.", examples=["created"])


class ImportPreviewOut(BaseModel):
    """A file that may be imported, and what that would do."""

    status: ImportOut = Field(description="The import; nothing was changed yet.")
    columns: list[str] = Field(description="Columns of the file.", examples=[["StockCode", "Description", "Price"]])
    fields: list[str] = Field(description="Fields that columns can mean.", examples=[["sku", "title_en", "price"]])
    encoding: str = Field(description="How the file was read.", examples=["gb18030"])
    sample: list[list[str]] = Field(description="First rows as they are.", examples=[[["85123A", "HEART", "2.95"]]])
    created: int = Field(description="Rows that would make something.", examples=[4075])
    updated: int = Field(description="Rows that would change something.", examples=[0])
    unchanged: int = Field(description="Rows that would change nothing.", examples=[0])
    refused: int = Field(description="Rows with a problem.", examples=[374])
    rows: list[PreviewRowOut] = Field(description="First rows with what they would do.")
    problems: list[ProblemOut] = Field(description="First problems.")


FileName = Annotated[
    str, BeforeValidator(clean_line), Query(description="Name of the file.", max_length=200, examples=["products.csv"])
]


@router.get(
    "/imports/template.csv",
    summary="Read the template",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "The heading of our CSV."}},
)
async def read_import_template(catalog: CatalogService, me: Me) -> Response:
    """A CSV with our columns, one of stock for each place of the chain."""
    body = written([await catalog.imports.template(me)])
    headers = {"Content-Disposition": 'attachment; filename="liyu-products.csv"'}
    return Response(body, media_type="text/csv", headers=headers)


@router.post(
    "/imports",
    status_code=201,
    summary="Give a file",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The CSV in UTF-8, UTF-16 or GB18030, separated by commas, semicolons or tabs.",
        }
    },
)
async def create_import(
    request: Request, catalog: CatalogService, me: Me, name: FileName = "products.csv"
) -> ImportPreviewOut:
    """Keep a CSV and say what importing it would do. Columns are recognised by name; nothing is changed yet."""
    made, preview = await catalog.imports.upload(me, name, await request.body())
    return _preview(made, preview, language_of(request))


@router.get("/imports", summary="List imports")
async def list_imports(catalog: CatalogService, me: Me, cursor: Cursor = None, limit: Limit = 50) -> ImportPage:
    """Imports of the chain, newest first."""
    found = await catalog.imports.newest(me, after_id(cursor), limit)
    return ImportPage(items=[_import(one) for one in found], next_cursor=next_cursor([one.id for one in found], limit))


@router.get("/imports/{import_id}", summary="Read how far an import is")
async def read_import(import_id: AnImport, catalog: CatalogService, me: Me) -> ImportOut:
    """State and progress."""
    return _import(await catalog.imports.status(me, import_id))


@router.put("/imports/{import_id}/mapping", summary="Say which column means what")
async def map_import(
    import_id: AnImport, body: MappingBody, request: Request, catalog: CatalogService, me: Me
) -> ImportPreviewOut:
    """Replace the mapping and say what importing would do now."""
    mapping = ColumnMapping(body.columns, body.constants)
    changed, preview = await catalog.imports.remap(me, import_id, mapping)
    return _preview(changed, preview, language_of(request))


@router.post("/imports/{import_id}/run", status_code=202, summary="Start an import")
async def run_import(import_id: AnImport, catalog: CatalogService, me: Me) -> ImportOut:
    """Begin in the background. Starting twice is harmless."""
    return _import(await catalog.imports.start_run(me, import_id))


@router.get("/imports/{import_id}/errors", summary="Read what was wrong with rows")
async def list_import_errors(
    import_id: AnImport,
    request: Request,
    catalog: CatalogService,
    me: Me,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ProblemPage:
    """Problems of the run so far, in the order of the file and in the caller's language."""
    after = 0 if cursor is None else decode_cursor(cursor, int)[0]
    if not 0 <= after < 1 << 31:
        raise BadCursor()
    found = await catalog.imports.problems(me, import_id, after, limit)
    last = found[-1][0] if found else 0
    return ProblemPage(
        items=[_problem(problem, language_of(request)) for _, problem in found],
        next_cursor=encode_cursor(last) if len(found) == limit else None,
    )


def _import(found: Import) -> ImportOut:
    return ImportOut(
        id=found.id,
        name=found.name,
        state=found.state,
        rows_total=found.rows_total,
        rows_done=found.rows_done,
        created=found.created,
        updated=found.updated,
        unchanged=found.unchanged,
        refused=found.refused,
        mapping=MappingBody(columns=dict(found.mapping.columns), constants=dict(found.mapping.constants)),
        created_at=found.created_at,
        ended_at=found.ended_at,
    )


def _problem(problem: Problem, language: str) -> ProblemOut:
    return ProblemOut(row=problem.row, field=problem.field, code=problem.code, message=problem.sentence(language))


def _preview(made: Import, preview: Preview, language: str) -> ImportPreviewOut:
    return ImportPreviewOut(
        status=_import(made),
        columns=list(preview.table.columns),
        fields=list(preview.fields),
        encoding=preview.table.encoding,
        sample=[list(cells) for _, cells in preview.table.rows[:SAMPLE]],
        **preview.counts,
        rows=[
            PreviewRowOut(row=row.row, sku=row.sku, title=row.title, price_minor=row.price_minor, outcome=row.outcome)
            for row in preview.rows
        ],
        problems=[_problem(problem, language) for problem in preview.problems],
    )
