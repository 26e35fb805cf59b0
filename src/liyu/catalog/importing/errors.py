"""Why a file or an import as a whole is refused. What is wrong with single rows is in ``problems.py``."""

from __future__ import annotations

from liyu.kit.errors import Reason, Refusal


class FileTooLarge(Refusal):
    code = "import.too_large"
    reason = Reason.TOO_LARGE
    zh = "文件太大了，最多 {limit_mb} MB。可以分成几份再导入。"
    en = "The file is too large: at most {limit_mb} MB. Please split it into several."


class NotCsv(Refusal):
    """Not text in rows and columns."""

    code = "import.not_csv"
    reason = Reason.UNSUPPORTED
    zh = "这不是 CSV 文件。用 Excel 的话，请“另存为”CSV 再导入。"
    en = "This is not a CSV file. From a spreadsheet, save it as CSV first."


class NoRows(Refusal):
    code = "import.no_rows"
    zh = "文件里没有商品：第一行是列名，第二行起才是商品。"
    en = "There are no products in this file: the first row names the columns, products begin in the second."


class TooManyRows(Refusal):
    code = "import.too_many_rows"
    reason = Reason.TOO_LARGE
    zh = "一次最多导入 {limit} 行，请分成几份。"
    en = "At most {limit} rows at a time. Please split the file."


class TooManyColumns(Refusal):
    code = "import.too_many_columns"
    zh = "列太多了，最多 {limit} 列。"
    en = "Too many columns: at most {limit}."


class DuplicateColumn(Refusal):
    code = "import.duplicate_column"
    zh = "有两列都叫“{column}”，请改掉一个。"
    en = "Two columns are called “{column}”. Please rename one."


class BadMapping(Refusal):
    """The mapping names a field or a column that does not exist, or leaves out what is needed."""

    code = "import.bad_mapping"
    zh = "列的对应关系不对：{what}"
    en = "The mapping of columns is not right: {what}"


class ImportUnknown(Refusal):
    code = "import.unknown"
    reason = Reason.NOT_FOUND
    zh = "没有找到这次导入。"
    en = "There is no such import."


class ImportUnderWay(Refusal):
    """It has been started already."""

    code = "import.under_way"
    reason = Reason.CONFLICT
    zh = "这次导入已经开始了。"
    en = "This import has been started already."
