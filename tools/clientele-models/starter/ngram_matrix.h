#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_NGRAM_MATRIX_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_NGRAM_MATRIX_H_

// Texts as a sparse matrix of weighted n-gram counts, one row a text.
//
//   NgramMatrix matrix = BuildNgramMatrix(texts, tokenizer);
//
// Row i holds tf * idf for each bucket, scaled to unit L2 norm; tf is the number of times the
// bucket occurs in the text and idf = ln((1 + n) / (1 + df)) + 1 over n texts, df of which have the
// bucket (Salton and Buckley 1988, with smoothing). A bucket that no text has weighs 0: an n-gram
// never seen says nothing.
//
// Pure, no torch.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

#include "common/text/hashed_ngrams.h"

namespace clientele::starter {

struct NgramMatrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;  // buckets; id b of the tokenizer is column b - 1
  // Coordinates, sorted by row and column, without repetition.
  std::vector<std::int64_t> row_index;
  std::vector<std::int64_t> column_index;
  std::vector<float> values;
  std::vector<float> idf;  // [columns]
  std::int64_t seen_columns = 0;
};

// Texts without an n-gram have no row.
NgramMatrix BuildNgramMatrix(absl::Span<const std::string> texts,
                             const text::HashedNgramTokenizer& tokenizer);

}  // namespace clientele::starter

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_NGRAM_MATRIX_H_
