# What rules take: their inputs, settings and tables, where more is to be said than a path.
#
# In:  the settings and names of common.smk; the rules, for functions that are asked once all of them are known.
# Out: functions for the directives of rules.

import csv
import os

from functools import cache
from itertools import product

from lmprogress.core.code_digest import code_digest
from lmprogress.core.file_digest import file_digest
from lmprogress.core.schemas import all_tables
from lmprogress.core.software import software
from lmprogress.core.text_files import content_digest
from lmprogress.reading.papers_at_hand import pdfs_in
from lmprogress.reporting.shown import (
    FINDINGS_TABLES,
    REPORT_PAGES,
    figure_editions,
    figure_path,
    shown_figures,
    shown_files,
    shown_settings,
)
from lmprogress.figures.catalogue import FIGURES, credit, figures


def code(script):
    """The digest of the code that `script` can reach: as a parameter, it makes the rule run again when that changes."""
    return code_digest(PROJECT / "workflow" / "scripts" / f"{script}.py")


@cache
def digest_of(path, *state):
    """Give the digest of what a file says, taken once for each state that it is seen in."""
    return content_digest(path)


def is_made(path):
    """Whether a rule makes the file."""
    return path.startswith(("processed/", "results/"))


def written(*paths):
    """Mark files that people write as inputs that count by the parameter `content`, whatever their date."""
    return ancient(list(paths)) if len(paths) > 1 else ancient(paths[0])


def content(wildcards, **given):
    """Give the digest of each input that no rule makes; as a parameter, it makes the rule run again when that changes.

    A byte order mark and line ends do not count. The engine compares no parameter that names `input` among its own, since
    it takes it to follow from the names of the files.
    """
    return digests_of(path for path in given["input"] if not is_made(path))


def digests_of(paths):
    """Give the digest of what each file says, by its path; what cannot be read has none."""
    digests = {}
    for path in paths:
        try:
            seen = Path(path).stat()
        except OSError:
            continue
        digests[path] = digest_of(
            path, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size
        )
    return digests


def each_fit(pattern, **wildcards):
    """Expand `pattern` over editions and procedures, and over what else is given."""
    return expand(pattern, edition=FITTED_EDITIONS, procedure=PROCEDURES, **wildcards)


def by_procedure(*tables):
    """Name tables of an edition for each procedure: <procedure>_<table> and its path."""
    return {
        f"{procedure}_{'_'.join(Path(table).parts)}": f"processed/{{edition}}/{procedure}/{table}.parquet"
        for procedure in PROCEDURES
        for table in tables
    }


# ---- papers at hand --------------------------------------------------------------------------------------------------

# PDFs are no inputs of rules, since the engine takes braces in a path for wildcards: a job gets their names and digests
# as a parameter, which makes it run again when they change, and finds them in the folder.

FROM_MANIFEST = CONFIG.papers == RETRIEVED
PDF_FOLDER = RETRIEVED_FOLDER if FROM_MANIFEST else CONFIG.papers


@cache
def pdf_digest(path, mtime, size):
    """Give the digest of a PDF, taken once for each state that the file is seen in."""
    return file_digest(path)


def awaited_pdfs(wildcards):
    """Have the PDFs retrieved first, where they are; they are no inputs themselves."""
    if FROM_MANIFEST:
        checkpoints.retrieve.get()
    return []


def pdf_digests(wildcards):
    """Give the digest of each PDF of the wildcard's batch by its name; what cannot be read has none."""
    awaited_pdfs(wildcards)
    digests = {}
    wanted = set(BATCHES[int(wildcards.batch)])
    for file in pdfs_in(Path(PDF_FOLDER)):
        if file.name in wanted:
            try:
                seen = file.path.stat()
                digest = pdf_digest(file.path, seen.st_mtime_ns, seen.st_size)
            except OSError:
                digest = None
            digests[file.name] = digest
    return digests


# ---- observations by what they say -----------------------------------------------------------------------------------


# The engine plans to run again whatever is downstream of a job that runs. A checkpoint makes it replan once the
# digest of the observations is known: where it is the old one, the file of that name is there already, and nothing
# that takes it runs. A job keeps the reason that it had in the first plan unless one of its own inputs waits for the
# checkpoint, so every rule downstream names `settled` among its inputs.

# where tables are kept under their digest, and which
SETTLED = {"settled": "fitted_observations", "settled_varied": "varied_observations"}


def await_every_edition():
    """Have the engine plan again once the observations of every edition are known, where they are not yet."""
    for edition in EDITIONS:
        checkpoints.digest_observations.get(edition=edition)


def settled(*editions):
    """Give the observations of `editions`, or of the wildcard's, under their digest once that is known."""

    def named(wildcards):
        if workflow.group_settings.overwrite_groups:
            # rules that share a job on a cluster are planned with every edition known, or not at all (cluster.smk)
            await_every_edition()
        paths = [under_digest("settled", e) for e in editions or [wildcards.edition]]
        return paths if len(paths) > 1 else paths[0]

    return named


def every_settled(wildcards):
    """Give all tables that are kept under their digest, of every edition."""
    return [under_digest(folder, edition) for folder in SETTLED for edition in EDITIONS]


def settled_varied(wildcards):
    """Give the observations of the wildcard's edition under other ways to curate, under their digest."""
    return under_digest("settled_varied", wildcards.edition)


def under_digest(folder, edition):
    """Name a table of `edition` by its digest, once that is known."""
    digested = checkpoints.digest_observations.get(edition=edition).output
    digest = Path(digested[folder]).read_text(encoding="ascii").strip()
    return f"processed/{edition}/{folder}/{digest}.parquet"


def assembled_from(wildcards):
    """Name the tables that the edition starts from: written by people, or linked from readings."""
    records = CONFIG.editions[wildcards.edition].records
    names = ("papers", "systems", "evaluations")
    if records == "extracted":
        files = {"systems": "linked_systems"}
        return {
            name: f"processed/linked/{files.get(name, name)}.parquet" for name in names
        }
    decided = ("verdicts",) if records == "reviewed" else ()
    return {name: written(f"raw/{name}.csv") for name in (*names, *decided)}


def whole_edition(wildcards):
    """Give every setting of how the wildcard's edition is curated, as plain data."""
    return CONFIG.editions[wildcards.edition].model_dump(
        mode="json", exclude={"laws", "about"}
    )


def curation_changes(wildcards):
    """Give the other ways to curate the wildcard's edition that variations and fits within papers ask for."""
    if wildcards.edition not in FITTED_EDITIONS:
        return []
    changes = {
        change.name: change for change in CONFIG.curation_changes(wildcards.edition)
    }
    return [change.model_dump(mode="json") for change in changes.values()]


# ---- laws ------------------------------------------------------------------------------------------------------------


def offsets_of(edition):
    """Give the offset of each benchmark of `edition`: its laws have coefficients of no other."""
    return {
        name: OFFSETS[name] for name in CONFIG.editions[edition].benchmarks or OFFSETS
    }


def law_set(edition, penalties):
    """Describe the specifications that `penalties` names as a set of laws of `edition`, as plain data.

    So a change of one of its entries is seen.
    """
    specifications = {name: MODELS.specifications[name] for name in penalties}
    return {
        "edition": edition,
        "specifications": {
            name: law.model_dump(mode="json") for name, law in specifications.items()
        },
        "penalties": penalties,
        "data_variants": {
            law.data: MODELS.data_variants[law.data].model_dump(mode="json")
            for law in specifications.values()
        },
        "offsets": offsets_of(edition),
    }


def laws(wildcards):
    """Describe the laws that the wildcard's edition is fitted by."""
    return law_set(wildcards.edition, CONFIG.penalties_of(wildcards.edition))


def compared_laws(wildcards):
    """Describe those among them that are compared at every penalty."""
    penalties = CONFIG.penalties_of(wildcards.edition)
    compared = [name for name in penalties if name in CONFIG.fit.specifications]
    return law_set(wildcards.edition, {name: penalties[name] for name in compared})


def laws_at_main_penalty(names):
    """Describe those of `names` that the wildcard's edition does not leave out, at the main penalty."""
    return lambda wildcards: law_set(
        wildcards.edition,
        {
            name: [CONFIG.fit.main.penalty]
            for name in CONFIG.laws_among(names, wildcards.edition)
        },
    )


def varied_laws(wildcards):
    """Describe the laws of a verdict under other choices, and those whose rate of progress depends on scale."""
    names = [CONFIG.fit.main.specification, *CONFIG.sensitivity.specifications]
    chosen = CONFIG.laws_among(names, wildcards.edition)
    if wildcards.edition in CONFIG.scale_dependence.editions:
        chosen += CONFIG.scale_dependence.specifications
    return law_set(
        wildcards.edition, {name: [CONFIG.fit.main.penalty] for name in chosen}
    )


def corrected_laws(wildcards):
    """Describe the headline's law and compute alone, of the edition that the report shows, without a penalty."""
    names = [CONFIG.fit.main.specification, CONFIG.simulation.simple_specification]
    chosen = CONFIG.laws_among(names, CONFIG.report.edition)
    return law_set(CONFIG.report.edition, {name: [0] for name in chosen})


def unpenalised_laws(wildcards):
    """The laws compared in the edition of `wildcards`, without a penalty."""
    return law_set(
        wildcards.edition,
        {name: [0] for name in compared_laws(wildcards)["specifications"]},
    )


def procedure_settings(section):
    """Give the settings that `section` (fit or bootstrap) holds for the wildcard's procedure, as plain data."""

    def settings(wildcards):
        held = section.model_dump(mode="json", by_alias=True)
        return held.get(wildcards.procedure, {})

    return settings


def bootstrapped(wildcards):
    """Name the specifications that the wildcard's procedure resamples at the main penalty.

    The study did so for its main model, and on its own table for the variants and a few more; the global minimum is
    sought for all.
    """
    main = CONFIG.fit.main.specification
    if wildcards.procedure == "global":
        return list(CONFIG.penalties_of(wildcards.edition))
    if wildcards.edition in CONFIG.bootstrap.study.editions:
        return [main] + CONFIG.bootstrap.study.also + CONFIG.fit.variants
    return [main]


def simulated(pattern):
    """Expand `pattern` over the editions and truths of the simulation study."""
    return expand(
        pattern,
        edition=CONFIG.simulation.editions,
        truth=CONFIG.simulation.truths,
        allow_missing=True,
    )


# ---- other laws of progress ------------------------------------------------------------------------------------------

OTHER_LAWS = CONFIG.other_laws.model_dump(mode="json")


def other_laws_raw(*names):
    """Name the raw tables of this part."""
    return {name: written(f"raw/other_laws/{name}.csv") for name in names}


def other_laws_settings(*names):
    """Give the named settings of this part, as plain data."""
    return {name: OTHER_LAWS[name] for name in names}


# ---- figures ---------------------------------------------------------------------------------------------------------

# what figures show beside the rows of their tables
FIGURE_SETTINGS = {
    "main": CONFIG.fit.main.model_dump(mode="json"),
    "interval_percent": CONFIG.interval_percent,
    "benchmarks": BENCHMARK_NAMES,
    "reference_benchmark": next(
        name for name, offset in OFFSETS.items() if offset is None
    ),
    "laws": {name: law.label for name, law in MODELS.specifications.items()},
    "ho_numbers": {
        name: law.ho_number
        for name, law in MODELS.specifications.items()
        if law.ho_number
    },
    "cutoffs": MODELS.cutoffs,
    "compared_laws": CONFIG.fit.specifications,
    "rolling_laws": CONFIG.validation.rolling_shown,
    "varied_laws": CONFIG.sensitivity.laws,
    "truths": {name: truth.label for name, truth in CONFIG.simulation.truths.items()},
    "notable_systems": CONFIG.figures.notable_systems,
    "frontier_systems": CONFIG.gains.frontiers.systems,
}
FIGURE_EDITIONS = figure_editions(CONFIG)


def figure_files(extent):
    """Name the files of the figures of `extent` as outputs, with what the engine's own report says of them."""
    edition = "{edition}" if extent in ("edition", "simulation") else None
    files = {}
    for figure in figures(extent):
        for kind in ("pdf", "svg", "png"):
            files[f"{figure.name}_{kind}"] = figure_path(figure, edition, kind)
        files[f"{figure.name}_png"] = report(
            files[f"{figure.name}_png"],
            caption=f"../workflow/report/{figure.name}.rst",
            category=figure.category,
            labels={"edition": edition} if edition else None,
        )
    return files


def figure_inputs(extent):
    """Name the files that the figures of `extent` are drawn from, each once."""

    def files(wildcards):
        held = [
            figure.files_of_tables(wildcards.get("edition"), PROCEDURES)
            for figure in figures(extent)
        ]
        named = {path for table in held for paths in table.values() for path in paths}
        return [path if is_made(path) else written(path) for path in sorted(named)]

    return files


def all_figures(*kinds):
    """Name every figure in these kinds."""
    return [
        figure_path(figure, edition, kind)
        for figure in FIGURES
        for edition in FIGURE_EDITIONS[figure.extent]
        for kind in kinds
    ]


# ---- tables of results -----------------------------------------------------------------------------------------------


def both(*names):
    """Name the Parquet and the CSV of each of the given tables of results."""
    parquet = {name: f"results/tables/{name}.parquet" for name in names}
    return {
        **parquet,
        **{f"{name}_csv": f"results/tables/{name}.csv" for name in names},
    }


@cache
def result_tables():
    """Name the tables of results: all that have a schema and that a rule makes. Asked once all rules are known."""
    made = [file for rule in workflow.rules for file in rule.output]
    return [
        table.name
        for table in all_tables()
        if any(file.match(f"results/tables/{table.name}.parquet") for file in made)
    ]


# Published numbers and claims are about curated editions; so no paper that is read makes them again.
CURATED_FUNNELS = expand("processed/{edition}/funnel.parquet", edition=CURATED_EDITIONS)


def selected_tables(names, *own):
    """Name those of the tables `names` that this workflow makes, but `own`; others count as not computed."""

    def files(wildcards):
        made = [name for name in names if name in result_tables() and name not in own]
        held = [f"results/tables/{name}.parquet" for name in made if name != "funnel"]
        return held + (CURATED_FUNNELS if "funnel" in made else [])

    return files


@cache
def every_output():
    """Name every output of every rule, but those of `made_on_demand` and tables kept under their digest; sorted.

    Whatever of them was deleted is made again. Asked once all rules are known.
    """
    named = {path for rule in workflow.rules for path in outputs_of(rule)}
    return sorted(named - made_on_demand())


@cache
def made_on_demand():
    """Name what is made by those who ask for it by name alone: the full studies of simulated data."""
    rules = [rule for rule in workflow.rules if "extent" in rule.wildcard_names]
    return {path for rule in rules for path in outputs_of(rule, extent=["_full"])}


def outputs_of(rule, extent=[""]):
    """Name the outputs of a rule for every value of its wildcards that the rule allows."""
    values = {
        "edition": EDITIONS,
        "procedure": PROCEDURES,
        "batch": list(BATCHES),
        "truth": list({**CONFIG.simulation.truths, **CONFIG.coverage.truths}),
        "extent": extent,
    }
    for file in rule.output:
        names = sorted(file.get_wildcard_names())
        # a table under its digest is known once there is one: every_settled
        if "digest" not in names:
            for chosen in product(*(values[name] for name in names)):
                path = str(file.apply_wildcards(dict(zip(names, chosen))))
                if file.match(path):
                    yield path


# ---- report and audit ------------------------------------------------------------------------------------------------

REPORT_TEMPLATES = written(
    *sorted(map(str, Path(ours("workflow/lmprogress/reporting/templates")).iterdir()))
)
RAW_TABLES = written(
    *(
        f"raw/{name}.csv"
        for name in (
            "papers",
            "systems",
            "evaluations",
            "corrections",
            "exclusions",
            "releases",
        )
    )
)
REPORT_PAPERS = [written("raw/papers.csv"), "processed/linked/papers.parquet"]
PICTURES = "results/report/crops"
# what follows from the audit
CLOSING = ["audit_run", "export_provenance", "seal_run"]


def report_captions(wildcards):
    """Name the captions, so that a changed one rebuilds the report."""
    return written(
        *sorted({ours(figure["caption"]) for figure in shown_figures(CONFIG)})
    )


def report_results(wildcards):
    """Name every table of results but that of the audit, which takes the report in."""
    return [
        path
        for path in everything_else(wildcards)
        if path.startswith("results/tables/") and path.endswith(".parquet")
    ]


def software_of_run(wildcards):
    """Describe the software of this run as plain data: versions, platform, the digest of the code of each rule."""
    folder = PROJECT
    scripts = {
        made.name: folder / "workflow/scripts" / Path(made.script).name
        for made in workflow.rules
        if made.script
    }
    return software(scripts, folder / "envs/run.lock.txt")


def written_files(wildcards):
    """Give the digest of each file that people wrote for the run: the audit reads them and the manifest lists them.

    No inputs, since the engine takes braces in a path for wildcards; papers may be anywhere, and what they gave is
    sealed.
    """
    return digests_of(
        str(path)
        for folder in ("config", "raw")
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.parts)
        and not path.is_relative_to(RETRIEVED_FOLDER)
        and not (folder == "raw" and path.suffix.lower() == ".pdf")
    )


def contents_of_run(wildcards):
    """Name every output; a folder, of which everything counts, with a slash behind it."""
    return [f"{path}/" if path == PICTURES else path for path in every_output()]


def lost_pictures(wildcards):
    """Have the pictures made again where one is gone that the last run sealed; they are no inputs themselves.

    Of a folder, the engine sees only whether it is there.
    """
    try:
        with open("results/provenance/manifest.csv", newline="") as file:
            sealed = [row["path"] for row in csv.DictReader(file)]
    except (OSError, KeyError, csv.Error, UnicodeDecodeError):
        return []
    pictures = [path for path in sealed if path.startswith(f"{PICTURES}/")]
    if workflow.is_main_process and not all(map(os.path.isfile, pictures)):
        workflow.dag.forcefiles.add(PICTURES)
    return []


def everything_else(wildcards):
    """Name every output but what follows from the audit."""
    closing = {p for name in CLOSING for p in outputs_of(workflow.get_rule(name))}
    return [path for path in every_output() if path not in closing]
