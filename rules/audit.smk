# The audit: after everything else, by code of its own; a run that passes gets a manifest and a root.
#
# In:  every file of the run.
# Out: results/tables: audit_checks; results/provenance/.

SETTINGS_OF_RUN = "results/provenance/settings.json"
SOFTWARE_OF_RUN = "results/provenance/software.json"


rule write_settings:
    """The settings of this run, wherever they were given; its software; what its rules make."""
    output:
        settings=SETTINGS_OF_RUN,
        software=SOFTWARE_OF_RUN,
        papers="results/provenance/papers_folder.txt",
        contents="results/provenance/contents.txt",
    log:
        "results/logs/write_settings.log",
    benchmark:
        "results/benchmarks/write_settings.tsv"
    params:
        # a function, since braces in a plain text are taken for wildcards
        settings=lambda wildcards: CONFIG.model_dump(mode="json", by_alias=True),
        contents=contents_of_run,
        software=software_of_run,
        code=code("write_settings"),
    script:
        "../workflow/scripts/write_settings.py"


rule audit_run:
    """Every check of the run; one that fails ends here, and is checked again by the next run."""
    input:
        settled=settled(*EDITIONS),
        everything=everything_else,
        settings=SETTINGS_OF_RUN,
        software=SOFTWARE_OF_RUN,
    output:
        **both("audit_checks"),
    log:
        "results/logs/audit_run.log",
    benchmark:
        "results/benchmarks/audit_run.tsv"
    threads: 2
    params:
        # removed where the run does not hold together
        sealed=["results/provenance/manifest.csv", "results/provenance/root.txt"],
        written=written_files,
        code=code("audit_run"),
    script:
        "../workflow/scripts/audit_run.py"


rule export_provenance:
    """The run as RO-Crate, its tables as Croissant, values and cells as PROV-JSON."""
    input:
        settled=settled(*EDITIONS),
        checks="results/tables/audit_checks.csv",
        settings=SETTINGS_OF_RUN,
        software=SOFTWARE_OF_RUN,
        citation=written(ours("CITATION.cff")),
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
    """The manifest of a run that passed its audit, and its root."""
    input:
        settled=settled(*EDITIONS),
        checks="results/tables/audit_checks.csv",
        settings=SETTINGS_OF_RUN,
        software=SOFTWARE_OF_RUN,
        exports=rules.export_provenance.output,
    output:
        manifest="results/provenance/manifest.csv",
        root="results/provenance/root.txt",
    log:
        "results/logs/seal_run.log",
    benchmark:
        "results/benchmarks/seal_run.tsv"
    params:
        written=written_files,
        code=code("seal_run"),
    script:
        "../workflow/scripts/seal_run.py"
