#ifndef CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_BERT_REFERENCE_H_
#define CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_BERT_REFERENCE_H_

#include <cstdint>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/unit/checkpoint_import/reference/arithmetic.h"

namespace clientele::models::reference {

// One for each position; mask is 0 at padding.
struct BertText {
  std::vector<std::int64_t> ids;
  std::vector<std::int64_t> mask;
  std::vector<std::int64_t> segments;
};

// Hidden states; `padding` as an id sets RoBERTa's positions, below 0 for BERT's. `config` has
// every size.
Rows BertStates(const Checkpoint& checkpoint, const nlohmann::json& config, const BertText& text,
                std::int64_t padding);

}  // namespace clientele::models::reference

#endif  // CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_BERT_REFERENCE_H_
