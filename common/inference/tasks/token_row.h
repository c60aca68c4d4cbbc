#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_TOKEN_ROW_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_TOKEN_ROW_H_

// A text, or a pair of texts, as a model's row. No torch here.

#include <cstdint>
#include <vector>

namespace clientele::inference {

struct TokenRow {
  std::vector<std::int64_t> ids;
  // Which text a token is of, as the model was trained: 0 or 1; or that it
  // is of a list of n-grams, from 1 on. Empty: all are of the first.
  std::vector<std::int64_t> segments = {};

  std::int64_t length() const { return static_cast<std::int64_t>(ids.size()); }
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_TOKEN_ROW_H_
