"""Sentences to vectors that lie near those of sentences with the same meaning."""

import functools

import numpy as np
from tokenizers import Tokenizer

from models import cards
from models.session import Floats, Session, weights

TOKENIZER = "minilm-l6-tokenizer.json"
LONGEST = 128  # tokens; the rest of a longer sentence is not read, as in training

session = Session("minilm_l6")


def embed(sentence: str) -> Floats:
    """Return float32 (384,), length 1: the mean over the sentence's tokens (Reimers, Gurevych, EMNLP 2019).

    One sentence at a time: in a batch the int8 network would scale each by its neighbours.
    Raises NetworkError where the weights are missing or wrong.
    """
    ids = np.array([_tokenizer().encode(sentence).ids], np.int64)
    [states] = session.run(
        {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    )
    vector = states[0].mean(axis=0)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@functools.cache
def _tokenizer() -> Tokenizer:
    weights("minilm_l6", TOKENIZER)  # for its check: the library reads the file itself
    tokenizer = Tokenizer.from_file(str(cards.path("minilm_l6", TOKENIZER)))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer
