#include "services/qa-service/training/generator/new_generator.h"

#include <exception>

#include <nlohmann/json.hpp>

#include "common/inference/torchscript/stored_weights.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/unigram_training.h"
#include "services/qa-service/training/generator/copying_weights.h"

namespace clientele::qa {

absl::StatusOr<modeling::BuiltModel> NewSmallGenerator(const GeneratorTokenizer& tokenizer,
                                                       std::uint64_t seed) {
  const CopyingSizes sizes;
  const nlohmann::json json = {{"model_type", "t5"},
                               {"d_model", sizes.width},
                               {"d_kv", sizes.part()},
                               {"num_heads", sizes.heads},
                               {"d_ff", sizes.inner},
                               {"num_layers", sizes.encoder_layers},
                               {"num_decoder_layers", sizes.decoder_layers},
                               {"feed_forward_proj", "gated-gelu"},
                               {"tie_word_embeddings", false},
                               {"vocab_size", tokenizer.vocabulary},
                               {"decoder_start_token_id", text::kUnigramPaddingId},
                               {"pad_token_id", text::kUnigramPaddingId},
                               {"eos_token_id", text::kUnigramEndId}};
  modeling::Config config(json, "config.json");
  CopyingWeights weights(sizes, seed);
  CLIENTELE_ASSIGN_OR_RETURN(const modeling::Family* family, modeling::FindFamily("t5"));
  try {
    CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built, family->build(config, weights, {}));
    built.manifest.set_architecture("t5");
    built.manifest.mutable_tokenizer()->mutable_files()->set_folder(kGeneratorTokenizerFolder);
    (*built.manifest.mutable_settings())[inference::kStoredWeightsSetting] =
        inference::kStoredAsHalf;
    built.module.eval();
    return built;
  } catch (const std::exception&) {
    return absl::InternalError("a module of the T5 family cannot be built");
  }
}

}  // namespace clientele::qa
