"""settings, software, outputs of the run -> settings.json, software.json, contents.txt; the folder of PDFs."""

import json

from lmprogress.core.joblog import logged
from lmprogress.core.tables import replacing

with logged(snakemake.log[0]):
    settings = dict(snakemake.params.settings)
    papers = settings["papers"]
    if papers not in (None, "arxiv"):
        settings["papers"] = "folder"
    for path, text in (
        (snakemake.output.settings, json.dumps(settings, indent=1, ensure_ascii=False)),
        (snakemake.output.software, json.dumps(snakemake.params.software, indent=1, ensure_ascii=False)),
        (snakemake.output.papers, papers or ""),
        (snakemake.output.contents, "\n".join(snakemake.params.contents)),
    ):
        with replacing(path) as temporary:
            temporary.write_text(f"{text}\n", encoding="utf-8")
