# The audit: after everything else, by code of its own; a run that passes gets a manifest and a root.
#
# In:  every file of the run.
# Out: results/tables/audit_checks.csv, results/provenance/.


rule audit_run:
    """Every check of the run, and what failed."""
    input:
        settled=settled(*EDITIONS),
        everything=everything_else,
        # what fits were made from, and what people wrote
        written=written(
            "config/benchmarks.yaml",
            "config/architectures.yaml",
            "config/models.yaml",
            "raw/systems.csv",
            "raw/evaluations.csv",
            "raw/corrections.csv",
            "raw/reference/published.csv",
        ),
    output:
        "results/tables/audit_checks.csv",
    log:
        "results/logs/audit_run.log",
    benchmark:
        "results/benchmarks/audit_run.tsv"
    params:
        interval_percent=CONFIG.interval_percent,
        content=content,
        code=code("audit_run"),
    script:
        "../workflow/scripts/audit_run.py"


rule export_provenance:
    """The run as RO-Crate, its tables as Croissant, values and cells as PROV-JSON."""
    input:
        settled=settled(*EDITIONS),
        checks="results/tables/audit_checks.csv",
        citation=written("CITATION.cff"),
    output:
        ro_crate="results/provenance/ro-crate-metadata.json",
        croissant="results/provenance/croissant.json",
        prov="results/provenance/prov.json",
    log:
        "results/logs/export_provenance.log",
    benchmark:
        "results/benchmarks/export_provenance.tsv"
    params:
        content=content,
        code=code("export_provenance"),
    script:
        "../workflow/scripts/export_provenance.py"


rule seal_run:
    """The manifest of a run that passed its audit, and its root; one that did not fails here."""
    input:
        settled=settled(*EDITIONS),
        checks="results/tables/audit_checks.csv",
        exports=rules.export_provenance.output,
    output:
        manifest="results/provenance/manifest.csv",
        root="results/provenance/root.txt",
    log:
        "results/logs/seal_run.log",
    benchmark:
        "results/benchmarks/seal_run.tsv"
    params:
        code=code("seal_run"),
    script:
        "../workflow/scripts/seal_run.py"
