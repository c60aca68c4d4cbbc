#include "tools/clientele-models/starter/ngram_matrix.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace clientele::starter {

NgramMatrix BuildNgramMatrix(absl::Span<const std::string> texts,
                             const text::HashedNgramTokenizer& tokenizer) {
  NgramMatrix matrix;
  matrix.columns = tokenizer.options().buckets;
  std::vector<std::int64_t> document_frequency(static_cast<std::size_t>(matrix.columns));
  for (const std::string& text : texts) {
    std::vector<std::int64_t> ids = tokenizer.Encode(text);
    if (ids.empty()) continue;
    std::sort(ids.begin(), ids.end());
    for (std::size_t i = 0; i < ids.size();) {
      std::size_t end = i;
      while (end < ids.size() && ids[end] == ids[i]) ++end;
      const std::int64_t column = ids[i] - 1;
      matrix.row_index.push_back(matrix.rows);
      matrix.column_index.push_back(column);
      matrix.values.push_back(static_cast<float>(end - i));
      ++document_frequency[static_cast<std::size_t>(column)];
      i = end;
    }
    ++matrix.rows;
  }

  matrix.idf.resize(static_cast<std::size_t>(matrix.columns));
  for (std::size_t c = 0; c < matrix.idf.size(); ++c) {
    if (document_frequency[c] == 0) continue;
    ++matrix.seen_columns;
    matrix.idf[c] =
        static_cast<float>(std::log((1.0 + static_cast<double>(matrix.rows)) /
                                    (1.0 + static_cast<double>(document_frequency[c]))) +
                           1.0);
  }

  for (std::size_t i = 0; i < matrix.values.size();) {
    std::size_t end = i;
    double squares = 0;
    for (; end < matrix.values.size() && matrix.row_index[end] == matrix.row_index[i]; ++end) {
      matrix.values[end] *= matrix.idf[static_cast<std::size_t>(matrix.column_index[end])];
      squares += static_cast<double>(matrix.values[end]) * matrix.values[end];
    }
    const auto scale = static_cast<float>(1.0 / std::sqrt(squares));
    for (; i < end; ++i) matrix.values[i] *= scale;
  }
  return matrix;
}

}  // namespace clientele::starter
