"""The kinds of error that are looked for in the curated table.

In: nothing. Out: the checks, each with its field, its reason, and what settles it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lmprogress.provenance import quoted_suspicions as quoted
from lmprogress.provenance import table_suspicions as alone
from lmprogress.provenance.suspecting import Context, Hit

_ITS_PAGE = "the page of the result"


class Check(NamedTuple):
    """One kind of error: its field, why a hit is suspect, what settles it, and the function that finds it."""

    name: str
    field: str
    reason: str
    settled_by: str
    find: Callable[[Context], Iterator[Hit]]


# decided by what must hold of a language model, a corpus or a paper, whatever the table says
CHECKS = (
    Check("neither_stated_nor_known_size", "dataset_size_tokens", "neither the size of a benchmark's training set, nor stated in the paper, nor that of a released family", "the paper's section on training data", alone.unknown_dataset_size),
    Check("another_benchmarks_size", "dataset_size_tokens", "the training set of another benchmark than the one of the result", "which table the result stands in", alone.dataset_of_another_benchmark),
    Check("counted_twice", "dataset_size_tokens", "twice the training set of the benchmark: one set counted for two stages", "whether the second stage has data of its own", alone.dataset_counted_twice),
    Check("differs_from_its_family", "dataset_size_tokens", "not the data that the released family in its name was trained on", "whether the model was trained anew", alone.dataset_differs_from_family),
    Check("subwords_of_other_data", "dataset_size_tokens", "the benchmark's training set alone, with a subword tokenizer, which released models bring with them", "whether the model was trained anew", alone.subword_with_benchmark_data),
    Check("differs_within_paper", "dataset_size_tokens", "systems of one paper with the same benchmark, base model and way of testing have different data", "the paper's section on training data", alone.dataset_differs_within_paper),
    Check("zero_shot_with_little_data", "zero_shot", "called zero-shot, but its data are a benchmark's training set, or less than ten times its own benchmark's", "whether the paper trains on the benchmark", alone.zero_shot_with_little_data),
    Check("zero_shot_after_finetuning", "zero_shot", "called zero-shot, but data for fine-tuning are given", "what the model was fine-tuned on", alone.zero_shot_after_finetuning),
    Check("subwords_of_other_data", "zero_shot", "called trained on the benchmark, with a subword tokenizer, which released models bring with them", "whether the model was trained anew", alone.subword_with_benchmark_data),
    Check("trained_without_the_benchmarks_data", "zero_shot", "called trained on the benchmark, but no data of the benchmark's size are given", "whether the paper trains on the benchmark", alone.trained_without_benchmark_data),
    Check("zero_shot_said", "zero_shot", "called trained on the benchmark, but the paper says zero-shot of its perplexity", "the caption or sentence", quoted.zero_shot_said),
    Check("smaller_than_embedding", "n_parameters", "less than 100 parameters for each entry of the vocabulary, fewer than embeddings usually have", "widths of embedding and layers, as the paper describes them", alone.smaller_than_embedding),
    Check("too_large_for_data", "n_parameters", "more parameters for each token of the training data than any system trained on a benchmark alone", "the table with sizes, or the described layers", alone.too_large_for_data),
    Check("size_in_name", "n_parameters", "the name states another size", "the table with sizes", alone.size_in_name),
    Check("same_on_two_benchmarks", "n_parameters", "the same size on two benchmarks, whose vocabularies ask for different embeddings", "the sizes beside each result", alone.same_size_on_two_benchmarks),
    Check("larger_is_worse", "n_parameters", "twice as large as a system of the same paper and data, and worse", "size and perplexity of both in the paper", alone.larger_is_worse),
    Check("compute_disagrees", "n_parameters", "reported compute is not within a factor of 5 of 6 · parameters · tokens · epochs", "which of the four is wrong", alone.compute_disagrees),
    Check("its_row_prints_another", "n_parameters", "the row of its perplexity prints another size", _ITS_PAGE, quoted.row_prints_another_size),
    Check("size_of_another_benchmark", "n_parameters", "the paper prints this size only beside results of another benchmark", "the sizes beside each result", quoted.size_of_another_benchmark),
    Check("quoted_otherwise", "n_parameters", "other papers print another size beside the same result of the same name", "the paper's own description", quoted.size_quoted_otherwise),
    Check("base_model_has_another", "n_parameters", "papers print another size for the base model in its name at that perplexity", "which base model the paper builds on", quoted.size_of_base_model),
    Check("described_otherwise", "n_parameters", "the layers that the paper describes have another number of parameters", "widths of embedding and layers", quoted.described_otherwise),
    Check("size_printed_nowhere", "n_parameters", "the paper was read and prints this size nowhere, or for no system by name", "the described architecture, or papers that quote the result", quoted.size_printed_nowhere),
    Check("per_subword", "perplexity", "a subword tokenizer: a perplexity per subword is no perplexity per word", "whether the paper counts words", alone.per_subword),
    Check("not_printed_for_it", "perplexity", "the paper was read and does not print the value as this system's on the test set of the benchmark", _ITS_PAGE, quoted.not_printed_for_it),
    Check("only_validation", "perplexity", "the paper prints this value for the validation set, and nowhere for a test set", _ITS_PAGE, quoted.only_on_validation),
    Check("only_another_benchmark", "perplexity", "the paper prints this value only on another data set", _ITS_PAGE, quoted.only_on_another_benchmark),
    Check("its_row_prints_another", "perplexity", "the row of its name prints another test perplexity", _ITS_PAGE, quoted.row_prints_another_perplexity),
    Check("result_quoted_otherwise", "perplexity", "other papers quote another result for the same name and size", "the paper's own table", quoted.perplexity_quoted_otherwise),
    Check("larger_is_worse", "perplexity", "twice as large as a system of the same paper and data, and worse", "size and perplexity of both in the paper", alone.larger_is_worse),
    Check("under_two_titles", "perplexity", "the same result of a system of the same name under two titles", "whether the second paper quotes the first", alone.under_two_titles),
    Check("outside_the_identifiers_month", "publication_date", "not in the month of the arXiv identifier", "the stamp of the first version", alone.date_outside_identifier),
    Check("before_the_data_set", "publication_date", "not after the paper that introduced the benchmark", "the version that has the result", alone.date_before_benchmark),
    Check("before_its_family", "publication_date", "before the release of the family in its name", "the version that has the result", alone.date_before_family),
    Check("under_another_papers_name", "publication_date", "the source of the row is another paper than its title", "which paper prints the result", alone.source_is_another_paper),
    Check("not_the_benchmarks_vocabulary", "vocabulary_size", "trained on the benchmark alone, with another vocabulary than that", "whether the paper uses subwords; if so the perplexity is not per word", alone.vocabulary_not_the_benchmarks),
    Check("family_in_its_name", "architecture", "the words of its name, or of its base model, are those of another family", "the paper's description of the network", alone.architecture_by_name),
    Check("differs_from_its_kin", "architecture", "most systems that share a word of its name are of another family", "the paper's description of the network", alone.architecture_of_its_kin),
)  # fmt: skip
