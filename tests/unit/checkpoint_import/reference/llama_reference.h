#ifndef CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_LLAMA_REFERENCE_H_
#define CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_LLAMA_REFERENCE_H_

#include <cstdint>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/unit/checkpoint_import/reference/arithmetic.h"

namespace clientele::models::reference {

// Logits of Llama or Qwen2 at each position of `ids`, which were given as a prompt of
// `prompt_length` tokens and then one by one. `config` has every size.
Rows LlamaLogits(const Checkpoint& checkpoint, const nlohmann::json& config,
                 const std::vector<std::int64_t>& ids, std::size_t prompt_length);

}  // namespace clientele::models::reference

#endif  // CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_LLAMA_REFERENCE_H_
