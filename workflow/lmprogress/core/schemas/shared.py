"""Columns that stand in several tables, and places where rules write tables, defined once.

In: nothing. Out: columns; places.
"""

from __future__ import annotations

from lmprogress.core.columns import Column

# where rules write a table (Table.files); what is fitted, of editions with fits
RESULT = "results/tables/{name}"
OF_EDITION = "processed/{edition}/{name}"
OF_FITTED = "processed/{fitted}/{name}"
OF_PROCEDURE = "processed/{fitted}/{procedure}/{name}"

EDITION = Column("edition", "string", "the edition of the observations, from config/config.yaml")
PAPER_ID = Column("paper_id", "string", "the paper: its arXiv identifier, or a slug of its title", pattern=r"[A-Za-z0-9][A-Za-z0-9._-]*")
SYSTEM_ID = Column("system_id", "string", "one trained system: paper_id/slug of its name", pattern=r"[A-Za-z0-9][A-Za-z0-9._-]*/[a-z0-9][a-z0-9._-]*")
RECORD_ID = Column("record_id", "string", "one system on one benchmark: system_id:benchmark, or system_id:none")
SOURCE = Column("source", "string", "where the value was taken from")
TITLE = Column("title", "string", "title of the paper, as the study spells it")
SYSTEM = Column("system", "string", "name of the system, as its source spells it")
BENCHMARK = Column("benchmark", "string", "the benchmark whose test perplexity is meant", vocabulary="benchmark")
PERPLEXITY = Column("perplexity", "float", "test perplexity", unit="1 (per word or token, as printed)", above=1)
PUBLICATION_DATE = Column("publication_date", "date", "date of publication")
N_PARAMETERS = Column("n_parameters", "float", "number of parameters", unit="parameters", above=0, nullable=True)
DATASET_SIZE = Column("dataset_size_tokens", "float", "tokens in the training data, each counted once", unit="tokens", least=0, nullable=True)
N_EPOCHS = Column("n_epochs", "float", "passes over the training data", unit="epochs", above=0, nullable=True)
COMPUTE = Column("training_compute_flop", "float", "training compute", unit="FLOP", above=0, nullable=True)
VOCABULARY = Column("vocabulary_size", "float", "entries of the vocabulary", unit="entries", above=0, nullable=True)
ARCHITECTURE = Column("architecture", "string", "family of the architecture", vocabulary="architecture", nullable=True)
SPECIFICATION = Column("specification", "string", "name of the law's specification in config/models.yaml")
HO_NUMBER = Column("ho_number", "integer", "number of the specification in Ho et al. 2024, Table 10", least=1, nullable=True)
DATA_VARIANT = Column("data_variant", "string", "what counts as training data, from config/models.yaml")
PENALTY = Column("penalty", "float", "weight of the L1 penalty (δ in the study)", unit="squared nats", least=0)
PROCEDURE = Column("procedure", "string", "how the minimum is searched for: study (SLSQP from zero) or global (many starts, for the global minimum)", allowed=("study", "global"))
REPLICATE = Column("replicate", "integer", "number of the replicate", least=0)
COEFFICIENT = Column("coefficient", "string", "name of the coefficient")

# the facts of a system that curation carries along
SYSTEM_FACTS = (
    N_PARAMETERS,
    DATASET_SIZE,
    Column("pretraining_dataset_size_tokens", "float", "tokens in the pre-training data", unit="tokens", least=0, nullable=True),
    Column("finetuning_dataset_size_tokens", "float", "tokens in the fine-tuning data", unit="tokens", least=0, nullable=True),
    N_EPOCHS,
    Column("reported_training_compute_flop", "float", "training compute as the study's table gives it", unit="FLOP", above=0, nullable=True),
    Column("training_datasets", "string", "names of the training data, separated by '; '", nullable=True),
    Column("zero_shot", "float", "1 evaluated without training on the benchmark, 0 trained on it, 0.5 the study's in-between", least=0, most=1, nullable=True),
    Column("uses_cache", "boolean", "evaluated with a cache or a memory of the test text", nullable=True),
    ARCHITECTURE,
    Column("base_model", "string", "model that the system builds on", nullable=True),
    Column("tokenizer", "string", "tokenizer, where known", nullable=True),
    VOCABULARY,
    Column("study_included", "boolean", "the study's flag 'Include?' (empty counts as included)", nullable=True),
    Column("study_outlier", "boolean", "the study's flag 'Outlier?'", nullable=True),
    Column("study_uncertain", "boolean", "the study's flag 'uncertain'", nullable=True),
)

PROTOCOL = Column("protocol", "string", "what the perplexity is a mean of: word, subword, renormalised (subwords counted as words); empty where nothing says", allowed=("word", "subword", "renormalised"), nullable=True)
ADAPTATION = Column("adaptation", "string", "how the system adapts to the text that it is tested on, joined by ';': cache, dynamic_evaluation, retrieval, adaptive_state", pattern=r"(cache|dynamic_evaluation|retrieval|adaptive_state)(;(cache|dynamic_evaluation|retrieval|adaptive_state))*", nullable=True)
# what linking says of a system beside its facts; of systems that people wrote, corrections give protocol and adaptation
LINKED_FACTS = (
    Column("kind", "string", "trained (in its paper), released (another's weights), derived (fine-tuned, quantised, pruned or distilled from such), ensemble, untrained", allowed=("trained", "released", "derived", "ensemble", "untrained"), nullable=True),
    Column("kind_because", "string", "what decided the kind", nullable=True),
    PROTOCOL,
    ADAPTATION,
    Column("doubt", "string", "why a value cannot be, or is not told; joined by '; '", nullable=True),
)
