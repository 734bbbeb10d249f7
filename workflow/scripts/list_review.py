"""readings, links, systems, observations, edition_differences, corrections, tables, candidate_systems, verdicts ->
review.csv and its page."""

from pathlib import Path

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import ReadingLimits, Review
from lmprogress.provenance.deciding import undecided
from lmprogress.reading.crops import crops, drawer
from lmprogress.reading.kept_pictures import KeptPictures
from lmprogress.reading.papers_at_hand import pdfs_read
from lmprogress.reading.review import list_review
from lmprogress.reporting.review_page import review_page

with logged(snakemake.log[0]):
    settings, edition = Review.model_validate(snakemake.params.settings), snakemake.params.edition
    readings = tables.read(snakemake.input.readings, "readings")
    review = list_review(
        readings,
        tables.read(snakemake.input.links, "links"),
        tables.read(snakemake.input.systems, "linked_systems"),
        tables.read(snakemake.input.observations, "observations"),
        tables.read(snakemake.input.differences, "edition_differences"),
        tables.read_csv(snakemake.input.corrections, "corrections"),
        tables.read(snakemake.input.tables, "tables"),
        edition=edition,
        settings=settings,
    )
    candidates = tables.read(snakemake.input.candidates, "candidate_systems")
    candidates = undecided(candidates[candidates["enters"]], tables.read_csv(snakemake.input.verdicts, "verdicts"))
    named = {*review["reading_id"].head(settings.most_crops), *candidates["reading_id"].head(settings.most_crops)}
    shown = readings[readings["reading_id"].isin(named)]
    drawn = dict(
        crops(
            shown,
            pdfs_read(tables.read(snakemake.input.statuses, "paper_statuses"), snakemake.params.folder),
            ReadingLimits.model_validate(snakemake.params.limits),
            KeptPictures(Path(snakemake.params.kept), drawer()),
        )
    )
    pictures = {reading_id: picture.png for reading_id, picture in drawn.items() if picture.png}
    troubles = {reading_id: picture.trouble for reading_id, picture in drawn.items() if picture.trouble}
    tables.write_csv(review, "review", snakemake.output.review)
    page = review_page(
        review, pictures, edition=edition, most=settings.most_crops, troubles=troubles, candidates=candidates
    )
    Path(snakemake.output.page).write_text(page, encoding="utf-8")
