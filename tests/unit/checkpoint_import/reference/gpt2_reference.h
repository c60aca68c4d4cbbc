#ifndef CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_GPT2_REFERENCE_H_
#define CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_GPT2_REFERENCE_H_

#include <cstdint>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/unit/checkpoint_import/reference/arithmetic.h"

namespace clientele::models::reference {

// Logits at each position of `ids`. `config` has every size.
Rows Gpt2Logits(const Checkpoint& checkpoint, const nlohmann::json& config,
                const std::vector<std::int64_t>& ids);

}  // namespace clientele::models::reference

#endif  // CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_GPT2_REFERENCE_H_
