"""The cache tells the truth: a change runs again what depends on it, and nothing else."""

from __future__ import annotations

import shutil

from conftest import Checkout

FIGURES = {"plot_perplexity_over_time", "plot_doubling_time_distribution", "plot_predicted_against_actual"}


def test_a_finished_run_plans_nothing(finished: Checkout) -> None:
    assert finished.planned() == {}


def test_figure_setting_redraws_figures_only(finished: Checkout) -> None:
    finished.replace("config/config.yaml", "dpi: 300", "dpi: 150")
    assert set(finished.planned()) == FIGURES


def test_interval_setting_leaves_the_fits_alone(finished: Checkout) -> None:
    finished.replace("config/config.yaml", "interval_percent: 95", "interval_percent: 90")
    assert set(finished.planned()) == {"derive", "tabulate_fits", "plot_doubling_time_distribution"}


def test_setting_of_one_edition_leaves_the_other_alone(finished: Checkout) -> None:
    finished.replace(
        "config/config.yaml",
        "deduplicate_by: [paper_id, benchmark, perplexity, n_parameters, dataset_size_tokens]",
        "deduplicate_by: [paper_id, benchmark, perplexity]",
    )
    planned = finished.planned()
    assert planned["deduplicate"] == 1
    assert planned["cap"] == 1
    assert planned["fit"] == 2  # one edition, two procedures
    assert not {"assemble", "correct", "exclude"} & set(planned)


def test_bootstrap_setting_of_one_procedure_leaves_the_other_alone(finished: Checkout) -> None:
    finished.replace("config/config.yaml", "n_replicates: 100\n", "n_replicates: 101\n")
    planned = finished.planned()
    assert planned["bootstrap"] == 3  # three editions
    assert "fit" not in planned
    assert "plot_predicted_against_actual" not in planned


def test_edit_of_an_imported_module_runs_its_stages(finished: Checkout) -> None:
    module = finished.path / "workflow/lmprogress/laws/progress.py"
    module.write_text(module.read_text() + "\nADDED = 1\n")
    assert set(finished.planned()) == {"derive", "tabulate_fits", "plot_doubling_time_distribution"}


def test_edit_of_a_module_imported_by_a_module_counts(finished: Checkout) -> None:
    module = finished.path / "workflow/lmprogress/laws/estimation.py"
    module.write_text(module.read_text() + "\nADDED = 1\n")
    planned = set(finished.planned())
    assert {"fit", "bootstrap"} <= planned
    assert not {"assemble", "correct", "exclude", "deduplicate", "cap"} & planned


def test_edit_of_a_script_runs_its_rule(finished: Checkout) -> None:
    finished.replace("workflow/scripts/tabulate_funnel.py", "with logged(", "added = 1\nwith logged(")
    assert set(finished.planned()) == {"tabulate_funnel"}


def test_docstrings_comments_and_dates_run_nothing(finished: Checkout) -> None:
    for file in ("workflow/lmprogress/laws/estimation.py", "workflow/scripts/fit.py"):
        path = finished.path / file
        text = path.read_text()
        assert text.startswith('"""')
        path.write_text('"""Another first line.\n\n' + text[3:] + "\n# a comment\n")
    (finished.path / "raw/systems.csv").touch()
    assert finished.planned() == {}


def test_raw_value_runs_what_depends_on_it(finished: Checkout) -> None:
    exclusions = finished.path / "raw/exclusions.csv"
    lines = exclusions.read_text().splitlines()
    exclusions.write_text("\n".join(lines[:-1]) + "\n")
    planned = finished.planned()
    assert planned["exclude"] == 3  # three editions
    assert not {"assemble", "correct"} & set(planned)


def test_lost_result_is_made_again_to_the_same_bytes(finished: Checkout) -> None:
    before = finished.files("processed", "results/tables", "results/figures")
    shutil.rmtree(finished.path / "processed/corrected/study")
    (finished.path / "results/tables/funnel.csv").unlink()
    result = finished.snakemake("--cores", "2")
    assert result.returncode == 0, result.stdout[-4000:]
    assert finished.files("processed", "results/tables", "results/figures") == before
