"""Why a whole file is refused, as a sentence; the codes are raised by `table_files`, `split` and `advance`."""

REASONS: dict[str, tuple[str, str]] = {
    "empty_file": ("文件没有数据行。", "The file has no rows."),
    "file_too_large": ("文件超过 1 GB。", "The file is larger than 1 GB."),
    "duplicate_column": ("表头中有重复的列。", "A column is there twice."),
    "missing_column": ("缺少必填列。", "A required column is missing."),
    "unknown_column": ("表头中有未知的列。", "The header row has a column that is not known."),
    "not_utf8": ("文件不是 UTF-8 编码，请另存为 CSV UTF-8。", "The file is not UTF-8; save it as CSV UTF-8."),
    "nul_character": ("文件含有 NUL 字符。", "The file holds a NUL character."),
    "line_too_long": ("有一行超过 262144 个字符。", "A line is longer than 262,144 characters."),
    "malformed_csv": (
        "引号位置错误，或单元格超过 131072 个字符。",
        "A quotation mark is out of place, or a cell is longer than 131,072 characters.",
    ),
    "upload_changed": (
        "文件在读取时被替换，请作为新的导入提交。",
        "The file was replaced before it was read; send it as a new import.",
    ),
    "too_uneven": (
        "文件中属于同一会员的数据过多，请拆分文件。",
        "Too large a part of the file belongs to one member; split the file.",
    ),
}


def sentence(code: str, language: str) -> str:
    """Return the sentence of a reason, in `zh` or `en`."""
    zh, en = REASONS[code]
    return en if language == "en" else zh
