"""The bench's embedder: words and pieces of words of the corpus itself, in few dimensions. A stand-in for a real model,
which knows that "cost" and "price" are near each other; this one only knows what stands together in these texts."""

from collections.abc import Callable, Sequence
from typing import Any

from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import normalize

DIMENSIONS = 256


def trained(texts: Sequence[str]) -> Callable[[Sequence[str]], Any]:
    features = make_union(
        TfidfVectorizer(strip_accents="unicode", sublinear_tf=True, ngram_range=(1, 2)),
        TfidfVectorizer(strip_accents="unicode", sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5), min_df=2),
    )
    model = make_pipeline(features, TruncatedSVD(DIMENSIONS, random_state=7)).fit(texts)
    return lambda said: normalize(model.transform(said))
