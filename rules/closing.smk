# What is said when a run ends.
#
# In:  results/tables, or the log of the engine.
# Out: a few lines on the terminal: the headline and where to look, or what failed and why.

import time

from lmprogress.core.output import print_anywhere
from lmprogress.reporting.closing import failure, success

print_anywhere()


def let_logger_finish(seconds=5):
    """Wait until the logger, a thread of its own, has shown what went before and taken its line of progress away."""
    waiting = getattr(workflow.logger_manager, "_queue", None)
    end = time.monotonic() + seconds
    while waiting is not None and waiting.unfinished_tasks and time.monotonic() < end:
        time.sleep(0.01)


onsuccess:
    let_logger_finish()
    # what the run was asked for, and all that it follows from: up to date now, whether or not it was made
    made = {str(path) for job in workflow.dag.jobs for path in job.output}
    shown, read = CONFIG.report.edition, CONFIG.compare.extracted
    print(success(Path.cwd(), shown, read, made))


onerror:
    let_logger_finish()
    written = [Path(file).read_text(encoding="utf-8") for file in log]
    print(failure(Path.cwd(), "".join(written)), file=sys.stderr)
