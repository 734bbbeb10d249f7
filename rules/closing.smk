# What is said when a run ends.
#
# In:  results/tables, or the log of the engine.
# Out: a few lines on the terminal: the headline and where to look, or what failed and why.

from lmprogress.reporting.closing import failure, success


onsuccess:
    print(success(Path.cwd(), CONFIG.fit.main, CONFIG.compare.curated))


onerror:
    written = [Path(file).read_text(encoding="utf-8") for file in log]
    print(failure(Path.cwd(), "".join(written)), file=sys.stderr)
