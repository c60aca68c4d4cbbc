#include "services/qa-service/training/generator/new_generator.h"

#include <exception>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/bundle/tensor_spec.h"
#include "common/modeling/checkpoint/random_weights.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {

absl::StatusOr<modeling::BuiltModel> NewSmallGenerator(const inference::LoadedModel& from,
                                                       std::uint64_t seed) {
  const text::Tokenizer* tokenizer =
      from.tokenizer() == nullptr ? nullptr : from.tokenizer()->trained();
  const auto padding = tokenizer == nullptr ? std::nullopt : tokenizer->TokenToId("[PAD]");
  const auto separator = tokenizer == nullptr ? std::nullopt : tokenizer->TokenToId("[SEP]");
  if (!padding.has_value() || !separator.has_value()) {
    return InvalidField("encoder", absl::StrCat(from.id(), " has no WordPiece tokenizer"));
  }
  const nlohmann::json json = {
      {"model_type", "t5"},
      {"d_model", 192},
      {"d_kv", 32},
      {"num_heads", 6},
      {"d_ff", 512},
      {"num_layers", 3},
      {"num_decoder_layers", 3},
      {"feed_forward_proj", "gated-gelu"},
      {"vocab_size", inference::IdBound(from.manifest()).value_or(tokenizer->vocab_size())},
      {"decoder_start_token_id", *padding},
      {"pad_token_id", *padding},
      {"eos_token_id", *separator}};
  modeling::Config config(json, "config.json");
  modeling::RandomWeights weights(seed);
  CLIENTELE_ASSIGN_OR_RETURN(const modeling::Family* family, modeling::FindFamily("t5"));
  try {
    CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built, family->build(config, weights, {}));
    built.manifest.set_architecture("t5");
    *built.manifest.mutable_tokenizer() = from.manifest().tokenizer();
    built.manifest.set_license(from.manifest().license());
    built.module.eval();
    return built;
  } catch (const std::exception&) {
    return absl::InternalError("a module of the T5 family cannot be built");
  }
}

}  // namespace clientele::qa
