# What rules take: their inputs, settings and tables, where more is to be said than a path.
#
# In:  the settings and names of common.smk; the rules, for functions that are asked once all of them are known.
# Out: functions for the directives of rules.

from functools import cache

from lmprogress.keeping.code_digest import code_digest
from lmprogress.keeping.file_digest import file_digest
from lmprogress.keeping.schemas import all_tables
from lmprogress.keeping.software import software
from lmprogress.keeping.text_files import content_digest
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
from lmprogress.showing.catalogue import FIGURES, figures


def code(script):
    """The digest of the code that `script` can reach: as a parameter, it makes the rule run again when that changes."""
    return code_digest(Path(workflow.basedir) / "workflow" / "scripts" / f"{script}.py")


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
    digests = {}
    for path in given["input"]:
        if not is_made(path):
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
    return expand(pattern, edition=EDITIONS, procedure=PROCEDURES, **wildcards)


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


# The engine plans to run again whatever is downstream of a job that runs. A checkpoint makes it plan anew once the
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
    made = CONFIG.editions[wildcards.edition].records == "extracted"
    names = ("papers", "systems", "evaluations")
    if made:
        return {name: f"processed/linked/{name}.parquet" for name in names}
    return {name: written(f"raw/{name}.csv") for name in names}


def whole_edition(wildcards):
    """Give every setting of how the wildcard's edition is curated, as plain data."""
    return CONFIG.editions[wildcards.edition].model_dump(
        mode="json", exclude={"laws", "about"}
    )


def curation_changes(wildcards):
    """Give the other ways to curate the wildcard's edition that variations and fits within papers ask for."""
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


def procedure_settings(section):
    """Give the settings that `section` (fit or bootstrap) holds for the wildcard's procedure, as plain data."""

    def settings(wildcards):
        held = section.model_dump(mode="json", by_alias=True)
        return held.get(wildcards.procedure, {})

    return settings


def bootstrapped(wildcards):
    """Name the specifications that the wildcard's procedure resamples at the main penalty.

    The study did so for its main model, and on its own table for the variants and a few more; the true minimum is
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
    edition = None if extent == "overall" else "{edition}"
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


def intermediate_tables():
    """Name what rules leave in processed/ for the editions, so that what was deleted is made again too."""
    return sorted(
        {
            file.apply_wildcards({"edition": edition, "procedure": procedure})
            for rule in workflow.rules
            for file in rule.output
            if str(file).startswith("processed/")
            and file.get_wildcard_names() <= {"edition", "procedure"}
            for edition in EDITIONS
            for procedure in PROCEDURES
        }
    )


# ---- report and audit ------------------------------------------------------------------------------------------------

REPORT_TEMPLATES = written(
    *sorted(map(str, Path("workflow/lmprogress/reporting/templates").iterdir()))
)
REPORT_PAPERS = [written("raw/papers.csv"), "processed/linked/papers.parquet"]
# What the audit itself makes, after everything else.
AUDITED = [
    "results/tables/audit_checks.parquet",
    "results/tables/audit_checks.csv",
    "results/provenance/manifest.csv",
    "results/provenance/root.txt",
]


def asked_for(ending):
    """Give the paths with this ending that the rule `all` asks for by name."""
    asked = [item for item in workflow.get_rule("all").input if not callable(item)]
    return sorted({str(path) for path in asked if str(path).endswith(ending)})


def report_captions(wildcards):
    """Name the captions, so that a changed one makes the report anew."""
    return written(*sorted({figure["caption"] for figure in shown_figures(CONFIG)}))


def report_results(wildcards):
    """Name every table of results that the rule `all` asks for, but that of the audit, which takes the report in."""
    return [
        path
        for path in asked_for(".parquet")
        if path.startswith("results/tables/") and path not in AUDITED
    ]


def software_of_run(wildcards):
    """Describe the software of this run as plain data: versions, platform, the digest of the code of each rule."""
    folder = Path(workflow.basedir)
    scripts = {
        made.name: folder / "workflow/scripts" / Path(made.script).name
        for made in workflow.rules
        if made.script
    }
    return software(scripts, folder / "envs/run.lock.txt")


def everything_else(wildcards):
    """Name all that the rule `all` asks for but what follows from the audit itself."""
    asked = [item for item in workflow.get_rule("all").input if not callable(item)]
    return sorted({str(path) for path in asked} - set(AUDITED))
