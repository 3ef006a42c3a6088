"""Documents a second: a long report in each format, a batch over two processes, and a review of a long text.

Each written report differs in its figures, so that no layout is taken from the one before.
"""

import argparse
import io
import multiprocessing
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

import pypdf

from madoguchi.reports.blocks import Block, Heading, Inline, Paragraph, PrintedFigure, Report, Table
from madoguchi.reports.write_excel import write_excel
from madoguchi.reports.write_html import write_html
from madoguchi.reports.write_pdf import write_pdf
from madoguchi.reports.write_word import write_word
from madoguchi.review.document import make_document
from madoguchi.review.review import review_document

SENTENCE = "応答率が低調となった月があるものの、対応要員を増員する等の対応を行い、目標とする水準まで引き上げている。"
HEADER = ("期間", "実績値", "件数", "目標値", "判定")
ROUNDS = 5


def made_report(*, sections: int, seed: int) -> Report:
    blocks: list[Block] = []
    for number in range(sections):
        rows = tuple(_row(seed + number, month) for month in range(1, 13))
        blocks += [
            Heading(level=1, text=f"{number + 1} 指標{seed}-{number}"),
            Paragraph(parts=(f"第{seed}版。" + SENTENCE * 5,)),
            Table(caption="実績の推移", header=HEADER, rows=rows, widths=(2, 2, 3, 2, 2), numeric=(1, 2)),
        ]
    report = Report(
        title="月次運用報告書",
        subtitle=f"第{seed}号",
        author="受託事業者",
        issued_date=date(2024, 4, 1),
        language="ja",
        blocks=(),
    )
    return replace(report, blocks=tuple(blocks))


def _row(seed: int, month: int) -> tuple[Inline, ...]:
    exact = Fraction((seed * 7919 + month * 104_729) % 10_000, 100)
    number = Decimal(exact.numerator * 100 // exact.denominator) / 100
    figure = PrintedFigure(
        text=f"{number:.1f}%",
        indicator="answer_rate",
        version="1",
        window=f"2024-{month:02d}",
        exact=exact,
        number=number.quantize(Decimal("0.1")),
        suffix="%",
    )
    return (f"2024-{month:02d}", figure, f"{seed * month:,} / {seed * 100:,}", "90%以上", "○ 達成")


class Writer(Protocol):
    def __call__(self, *, report: Report) -> object: ...


def seconds_of(write: Writer, *, sections: int) -> float:
    reports = [made_report(sections=sections, seed=seed) for seed in range(ROUNDS + 1)]
    write(report=reports[0])
    started = time.perf_counter()
    for report in reports[1:]:
        write(report=report)
    return (time.perf_counter() - started) / ROUNDS


def write_one(seed: int) -> int:
    return len(write_pdf(report=made_report(sections=2, seed=seed)))


def batch_rate(count: int) -> float:
    """Return PDFs a second over two fresh processes; a process that has set a document must not fork."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(write_one, range(2))
        started = time.perf_counter()
        pool.map(write_one, range(2, count + 2), chunksize=10)
        return count / (time.perf_counter() - started)


def review_rate() -> float:
    lines = [f"令和4年{number % 12 + 1}月は{number % 100}.5%であり、{SENTENCE}" for number in range(1_000)]
    started = time.perf_counter()
    review_document(document=make_document(lines))
    return len(lines) / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--sections", type=int, default=58)
    given = parser.parse_args()
    pages = len(pypdf.PdfReader(io.BytesIO(write_pdf(report=made_report(sections=given.sections, seed=0)))).pages)
    writers: tuple[tuple[str, Writer], ...] = (
        ("pdf", write_pdf),
        ("docx", write_word),
        ("xlsx", write_excel),
        ("html", write_html),
    )
    for name, write in writers:
        taken = seconds_of(write, sections=given.sections)
        print(f"{name}: {taken:.2f} s for {pages} pages (target 1 s)")
    print(f"batch of {given.documents}: {batch_rate(given.documents):.0f} PDFs/s on two processes (target 20)")
    print(f"review: {review_rate():,.0f} lines/s")


if __name__ == "__main__":
    main()
