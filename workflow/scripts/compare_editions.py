"""records, decisions, observations of two editions, readings, links -> edition_differences, difference_counts."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Compare
from lmprogress.curation.differences import CuratedEdition, compare_editions, count_differences

with logged(snakemake.log[0]):
    given = snakemake.input
    sides = [
        CuratedEdition(
            tables.read(given[f"{side}_records"], "records"),
            tables.read_parts(given[f"{side}_decisions"], "decisions"),
            tables.read(given[f"{side}_observations"], "observations"),
        )
        for side in ("curated", "extracted")
    ]
    differences = compare_editions(
        *sides,
        readings=tables.read(given.readings, "readings"),
        links=tables.read(given.links, "links"),
        statuses=tables.read(given.statuses, "paper_statuses"),
        settings=Compare.model_validate(snakemake.params.settings),
    )
    tables.write_both(
        {"edition_differences": differences, "difference_counts": count_differences(differences)}, snakemake.output
    )
