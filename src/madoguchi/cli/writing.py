"""A report's bytes in a format; only that format's library is loaded."""

from madoguchi.reports.blocks import Report

FORMATS = ("html", "pdf", "docx", "xlsx")


def written(*, report: Report, kind: str) -> bytes:
    if kind == "pdf":
        from madoguchi.reports.write_pdf import write_pdf  # noqa: PLC0415  # heavy, and only for PDF

        return write_pdf(report=report)
    if kind == "docx":
        from madoguchi.reports.write_word import write_word  # noqa: PLC0415  # heavy, and only for Word

        return write_word(report=report)
    if kind == "xlsx":
        from madoguchi.reports.write_excel import write_excel  # noqa: PLC0415  # heavy, and only for Excel

        return write_excel(report=report)
    from madoguchi.reports.write_html import write_html  # noqa: PLC0415  # beside the others

    return write_html(report=report).encode()
