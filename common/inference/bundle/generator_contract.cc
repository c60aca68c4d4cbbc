#include "common/inference/bundle/generator_contract.h"

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

using model::v1::Bundle;
using model::v1::TensorSpec;

constexpr std::size_t kMaxEndIds = 64;

// Of cache and cross: [L, 2, -1, H, -1, D].
absl::Status CheckCacheShape(const TensorSpec& spec, int index) {
  const bool fits = spec.dtype() == model::v1::DATA_TYPE_FLOAT32 && spec.shape_size() == 6 &&
                    spec.shape(0) >= 1 && spec.shape(1) == 2 && spec.shape(2) == -1 &&
                    spec.shape(3) >= 1 && spec.shape(4) == -1 && spec.shape(5) >= 1;
  if (fits) return absl::OkStatus();
  return InvalidField(absl::StrCat("outputs[", index, "].shape"),
                      "must be float32 [L, 2, -1, H, -1, D]: layers, key and value, rows, heads, "
                      "positions, width; L, H and D fixed");
}

// nullptr where the manifest does not have it.
const std::string* FindSetting(const Bundle& manifest, const char* name) {
  const auto found = manifest.settings().find(name);
  return found == manifest.settings().end() ? nullptr : &found->second;
}

absl::StatusOr<std::int64_t> ParseId(absl::string_view text, const char* name,
                                     std::int64_t vocabulary) {
  std::int64_t id = 0;
  if (!absl::SimpleAtoi(text, &id) || id < 0 || id >= vocabulary) {
    return InvalidField(absl::StrCat("settings.", name),
                        absl::StrCat("must be an id in [0, ", vocabulary - 1, "]"));
  }
  return id;
}

absl::Status ReadSettings(const Bundle& manifest, GeneratorContract& contract) {
  if (const std::string* end_ids = FindSetting(manifest, "end_ids"); end_ids != nullptr) {
    for (const absl::string_view text : absl::StrSplit(*end_ids, ',', absl::SkipWhitespace())) {
      CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t id,
                                 ParseId(text, "end_ids", contract.vocabulary));
      contract.end_ids.push_back(id);
    }
    if (contract.end_ids.size() > kMaxEndIds) {
      return InvalidField("settings.end_ids", absl::StrCat("must be at most ", kMaxEndIds));
    }
  }
  if (const std::string* pad_id = FindSetting(manifest, "pad_id"); pad_id != nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(contract.pad_id, ParseId(*pad_id, "pad_id", contract.vocabulary));
  }
  const std::string* start_id = FindSetting(manifest, "start_id");
  if (contract.kind == GeneratorKind::kDecoder) return absl::OkStatus();
  if (start_id == nullptr) {
    return InvalidField("settings.start_id", "must be set for an encoder-decoder");
  }
  CLIENTELE_ASSIGN_OR_RETURN(contract.start_id,
                             ParseId(*start_id, "start_id", contract.vocabulary));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<GeneratorContract> ReadGeneratorContract(const Bundle& manifest) {
  GeneratorContract contract;
  const std::string* kind = FindSetting(manifest, "architecture_kind");
  if (kind != nullptr && *kind == "encoder-decoder") {
    contract.kind = GeneratorKind::kEncoderDecoder;
  } else if (kind == nullptr || *kind != "decoder") {
    return InvalidField("settings.architecture_kind", "must be decoder or encoder-decoder");
  }

  const int wanted = contract.kind == GeneratorKind::kDecoder ? 2 : 4;
  if (manifest.outputs_size() != wanted) {
    return InvalidField("outputs",
                        absl::StrCat("a ", *kind, " gives ", wanted, " tensors in prefill, not ",
                                     manifest.outputs_size()));
  }
  const TensorSpec& logits = manifest.outputs(0);
  if (logits.shape_size() != 2 || logits.shape(0) != -1 || logits.shape(1) < 2) {
    return InvalidField("outputs[0].shape",
                        "must be [-1, V]: rows, and a fixed vocabulary of at least 2");
  }
  contract.vocabulary = logits.shape(1);

  const TensorSpec& cache = manifest.outputs(1);
  CLIENTELE_RETURN_IF_ERROR(CheckCacheShape(cache, 1));
  contract.layers = cache.shape(0);
  contract.heads = cache.shape(3);
  contract.width = cache.shape(5);
  if (contract.kind == GeneratorKind::kEncoderDecoder) {
    const TensorSpec& cross = manifest.outputs(2);
    CLIENTELE_RETURN_IF_ERROR(CheckCacheShape(cross, 2));
    if (cross.shape(0) != contract.layers || cross.shape(3) != contract.heads ||
        cross.shape(5) != contract.width) {
      return InvalidField("outputs[2].shape", "must have the layers, heads and width of the cache");
    }
    const TensorSpec& mask = manifest.outputs(3);
    if (mask.dtype() != model::v1::DATA_TYPE_INT64 || mask.shape_size() != 2 ||
        mask.shape(0) != -1 || mask.shape(1) != -1) {
      return InvalidField("outputs[3].shape", "must be int64 [-1, -1]: the source's mask");
    }
  }

  if (manifest.limits().max_tokens() < 1) {
    return InvalidField("limits.max_tokens", "must be the positions of one sequence");
  }
  contract.max_tokens = manifest.limits().max_tokens();
  contract.max_batch_rows = manifest.limits().max_batch_rows();
  CLIENTELE_RETURN_IF_ERROR(ReadSettings(manifest, contract));
  return contract;
}

}  // namespace clientele::inference
