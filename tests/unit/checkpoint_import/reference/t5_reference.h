#ifndef CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_T5_REFERENCE_H_
#define CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_T5_REFERENCE_H_

#include <cstdint>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/unit/checkpoint_import/reference/arithmetic.h"

namespace clientele::models::reference {

struct T5Text {
  std::vector<std::int64_t> source;
  std::vector<std::int64_t> mask;  // of the source; 0 at padding
  std::vector<std::int64_t> target;
};

// Logits at each position of the target. `config` has every size.
Rows T5Logits(const Checkpoint& checkpoint, const nlohmann::json& config, const T5Text& text);

}  // namespace clientele::models::reference

#endif  // CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_T5_REFERENCE_H_
