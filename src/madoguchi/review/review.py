"""Runs every check over a document."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from madoguchi.review.checks.acronyms import check_acronyms
from madoguchi.review.checks.bidders import check_bidders
from madoguchi.review.checks.brackets import check_brackets
from madoguchi.review.checks.claims import check_claims
from madoguchi.review.checks.comparators import check_comparators
from madoguchi.review.checks.conclusions import check_conclusions
from madoguchi.review.checks.counted_things import check_counted_things
from madoguchi.review.checks.counts import check_counts
from madoguchi.review.checks.dates import check_dates
from madoguchi.review.checks.day_units import check_day_units
from madoguchi.review.checks.digits import check_digits
from madoguchi.review.checks.directions import check_directions
from madoguchi.review.checks.endings import check_endings
from madoguchi.review.checks.fiscal import check_fiscal
from madoguchi.review.checks.fixed_particles import check_fixed_particles
from madoguchi.review.checks.footing import check_footing
from madoguchi.review.checks.formulas import check_formulas
from madoguchi.review.checks.known_laws import check_known_laws
from madoguchi.review.checks.letters_twice import check_letters_twice
from madoguchi.review.checks.lone_offices import check_lone_offices
from madoguchi.review.checks.marks import check_marks
from madoguchi.review.checks.means import check_means
from madoguchi.review.checks.measure_units import check_measure_units
from madoguchi.review.checks.misprints import check_misprints
from madoguchi.review.checks.names import check_names
from madoguchi.review.checks.near_amounts import check_near_amounts
from madoguchi.review.checks.near_letters import check_near_letters
from madoguchi.review.checks.near_names import check_near_names
from madoguchi.review.checks.near_periods import check_near_periods
from madoguchi.review.checks.near_terms import check_near_terms
from madoguchi.review.checks.near_words import check_near_words
from madoguchi.review.checks.negations import check_negations
from madoguchi.review.checks.notation import check_notation
from madoguchi.review.checks.numbering import check_numbering
from madoguchi.review.checks.odd_units import check_odd_units
from madoguchi.review.checks.office_days import check_office_days
from madoguchi.review.checks.office_names import check_office_names
from madoguchi.review.checks.order import check_order
from madoguchi.review.checks.particles import check_particles
from madoguchi.review.checks.periods import check_periods
from madoguchi.review.checks.references import check_references
from madoguchi.review.checks.repeated import check_repeated
from madoguchi.review.checks.retold import check_retold
from madoguchi.review.checks.savings import check_savings
from madoguchi.review.checks.set_phrases import check_set_phrases
from madoguchi.review.checks.shares import check_shares
from madoguchi.review.checks.tender_days import check_tender_days
from madoguchi.review.checks.term_numbers import check_term_numbers
from madoguchi.review.checks.terms import check_terms
from madoguchi.review.checks.totals import check_totals
from madoguchi.review.checks.turned import check_turned
from madoguchi.review.checks.twisted import check_twisted
from madoguchi.review.checks.uncovered import check_uncovered
from madoguchi.review.checks.units import check_units
from madoguchi.review.checks.verdicts import check_verdicts
from madoguchi.review.checks.word_chains import check_word_chains
from madoguchi.review.checks.wording import check_wording
from madoguchi.review.checks.wrong_particles import check_wrong_particles
from madoguchi.review.checks.year_lists import check_year_lists
from madoguchi.review.document import Document
from madoguchi.review.findings import Certainty, Finding, Kind, Level

Check: TypeAlias = Callable[[Document], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    check_dates,
    check_order,
    check_periods,
    check_terms,
    check_totals,
    check_turned,
    check_formulas,
    check_savings,
    check_shares,
    check_tender_days,
    check_means,
    check_measure_units,
    check_misprints,
    check_conclusions,
    check_counted_things,
    check_counts,
    check_units,
    check_fiscal,
    check_footing,
    check_comparators,
    check_verdicts,
    check_marks,
    check_claims,
    check_repeated,
    check_retold,
    check_names,
    check_acronyms,
    check_near_amounts,
    check_near_names,
    check_wording,
    check_wrong_particles,
    check_near_terms,
    check_near_words,
    check_negations,
    check_directions,
    check_term_numbers,
    check_lone_offices,
    check_near_periods,
    check_office_days,
    check_office_names,
    check_known_laws,
    check_letters_twice,
    check_year_lists,
    check_bidders,
    check_set_phrases,
    check_particles,
    check_fixed_particles,
    check_day_units,
    check_digits,
    check_twisted,
    check_uncovered,
    check_endings,
    check_near_letters,
    check_word_chains,
    check_numbering,
    check_odd_units,
    check_references,
    check_brackets,
    check_notation,
)
ORDER = list(Level)
SURENESS = list(Certainty)


def review_document(*, document: Document) -> tuple[Finding, ...]:
    """Return what does not hold, errors first, then in the document's order; the same slip once."""
    found = [each for check in CHECKS for each in check(document)]
    merged = _merged(sorted(_told_once(found), key=lambda each: each.place.line))
    return tuple(sorted(merged, key=lambda each: (ORDER.index(each.level), each.place.line, each.kind)))


def _told_once(found: Sequence[Finding]) -> list[Finding]:
    """Return the findings without those that tell of a part of what another check has told of, the surest first."""
    kept: dict[tuple[Kind, int], list[Finding]] = {}
    spellings = [each for each in found if each.kind is Kind.NOTATION]
    found = [each for each in found if each.kind is not Kind.NOTATION]
    for each in sorted(found, key=lambda each: SURENESS.index(each.certainty)):
        known = kept.setdefault((each.kind, each.place.line), [])
        if not any(_is_told(each, other) for other in known):
            known.append(each)
    return [*(each for group in kept.values() for each in group), *spellings]


def _is_told(mine: Finding, other: Finding) -> bool:
    """Say whether a finding adds nothing to one that is at least as sure."""
    if mine.printed == other.printed:
        return mine.certainty is Certainty.POSSIBLE and mine.right != other.right
    return mine.printed in other.printed or other.printed in mine.printed


def _merged(found: Sequence[Finding]) -> list[Finding]:
    """Return each slip once, with the lines that repeat it."""
    groups: dict[tuple[Kind, str, str], list[Finding]] = {}
    for each in found:
        groups.setdefault((each.kind, each.printed, each.right), []).append(each)
    return [_joined(group) for group in groups.values()]


def _joined(group: Sequence[Finding]) -> Finding:
    lines = dict.fromkeys(line for each in group for line in (each.place.line, *each.other_lines))
    return replace(group[0], other_lines=tuple(line for line in lines if line != group[0].place.line))
