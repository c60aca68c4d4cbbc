#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_FEATURE_ROWS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_FEATURE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace clientele::qa {

// What a linear model sees of each text: sparse features (n-grams) in compressed rows, and a dense
// vector beside them. A value.
struct FeatureRows {
  std::size_t sparse_width = 0;
  std::size_t dense_width = 0;
  // The sparse features of row i are [offsets[i], offsets[i + 1]) of indices and values.
  std::vector<std::size_t> offsets = {0};
  std::vector<std::int32_t> indices = {};  // below sparse_width, ascending in a row
  std::vector<float> values = {};
  std::vector<float> dense = {};  // [rows, dense_width]

  std::size_t rows() const { return offsets.size() - 1; }
  std::size_t width() const { return sparse_width + dense_width; }
  absl::Span<const float> Dense(std::size_t row) const {
    return absl::MakeConstSpan(dense).subspan(row * dense_width, dense_width);
  }
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_FEATURE_ROWS_H_
