"""Why a file is refused as a whole. Each has a name, says where, and how to mend it; none repeats a cell."""

from __future__ import annotations

from jinling.kernel.outcomes import Refused


class FileRefused(Refused):
    """A received file that cannot be taken in at all; nothing of it is stored.

    ``submission`` names what was noted of it, once it was noted.
    """

    code = "file_refused"
    text = "The file cannot be taken in."
    submission: str | None = None


class FileEmpty(FileRefused):
    code = "file_empty"
    text = "The file holds no rows."
    mend = "Send a header line and at least one row."


class FileTooLarge(FileRefused):
    code = "file_too_large"
    text = "The file holds more than %(limit)s bytes."
    mend = "Split the file and send the pieces."


class KindUnknown(FileRefused):
    code = "kind_unknown"
    text = "The file is no CSV, XLSX, JSON Lines or Parquet file, nor a ZIP or gzip of one; it looks like %(found)s."
    mend = "Export the table as CSV (UTF-8 or GB 18030) or XLSX."


class EncodingUnknown(FileRefused):
    code = "encoding_unknown"
    text = "The text is neither UTF-8 nor GB 18030."
    mend = "Save the file as UTF-8."


class NulInText(FileRefused):
    code = "nul_in_text"
    text = "The text holds NUL characters from about line %(line)s on."
    mend = "Export the table again; the file was damaged or is no text."


class HeaderMissing(FileRefused):
    code = "header_missing"
    text = "The first line names none of the data set's columns."
    mend = "Put the headings of the form into the first line."


class ColumnsUnknown(FileRefused):
    code = "columns_unknown"
    text = "The header names columns that the data set does not have: %(columns)s."
    mend = "Take the headings from the form; remove columns that do not belong."


class ColumnsMissing(FileRefused):
    code = "columns_missing"
    text = "The header lacks required columns: %(columns)s."
    mend = "Add the columns; the form lists them."


class ColumnsTwice(FileRefused):
    code = "columns_twice"
    text = "The header names columns twice: %(columns)s."
    mend = "Keep each column once."


class QuoteUnclosed(FileRefused):
    code = "quote_unclosed"
    text = "A quotation mark that opens near line %(line)s is never closed."
    mend = "Close it, or double quotation marks that belong to a cell."


class LineTooLong(FileRefused):
    code = "line_too_long"
    text = "Line %(line)s is longer than %(limit)s bytes."
    mend = "Check the line ends; a row of this data set is never so long."


class ArchiveDamaged(FileRefused):
    code = "archive_damaged"
    text = "The archive cannot be unpacked: %(reason)s."
    mend = "Pack the file again and send it again."


class ArchiveBomb(FileRefused):
    code = "archive_bomb"
    text = "The archive unpacks to more than %(limit)s times its size, or to more than allowed."
    mend = "Send the file unpacked."


class ArchiveContents(FileRefused):
    code = "archive_contents"
    text = "The archive must hold exactly one file; it holds %(found)s."
    mend = "Pack one table file alone, without folders or archives inside."


class ArchiveEncrypted(FileRefused):
    code = "archive_encrypted"
    text = "The archive is encrypted."
    mend = "Send it without a password; the connection itself is protected."


class WorkbookUnreadable(FileRefused):
    code = "workbook_unreadable"
    text = "The workbook cannot be read: %(reason)s."
    mend = "Save it again as XLSX, or export the table as CSV."


class ParquetUnreadable(FileRefused):
    code = "parquet_unreadable"
    text = "The Parquet file cannot be read: %(reason)s."
    mend = "Write it again with plain columns, without encryption."


class ParsingStopped(FileRefused):
    code = "parsing_stopped"
    text = "Reading the file took more than it may: %(reason)s."
    mend = "Send the table as CSV, or in smaller pieces."


ALL: dict[str, type[FileRefused]] = {
    kind.code: kind
    for kind in (
        FileRefused,
        FileEmpty,
        FileTooLarge,
        KindUnknown,
        EncodingUnknown,
        NulInText,
        HeaderMissing,
        ColumnsUnknown,
        ColumnsMissing,
        ColumnsTwice,
        QuoteUnclosed,
        LineTooLong,
        ArchiveDamaged,
        ArchiveBomb,
        ArchiveContents,
        ArchiveEncrypted,
        WorkbookUnreadable,
        ParquetUnreadable,
        ParsingStopped,
    )
}
