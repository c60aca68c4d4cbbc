#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_SENTENCE_TRANSFORMERS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_SENTENCE_TRANSFORMERS_H_

// What a sentence-transformers folder says about its encoder: modules.json is read first, and the
// folders that it names. Every module and setting is followed, refused by name, or noted.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const SentenceTransformer said, ReadSentenceTransformer(dir, {}));
//   said.transformer;   // where config.json, the weights and the tokenizer are
//
// Functions are thread-safe.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"

namespace clientele::models {

// Settings that a caller gives himself: those of the folder are not read.
struct SentenceOverrides {
  bool pooling = false;
  bool normalize = false;
  bool max_tokens = false;
};

struct SentenceTransformer {
  // Whether the folder is one at all; if not, only `transformer` is set, to the folder.
  bool found = false;
  std::filesystem::path transformer;
  std::vector<modeling::PoolMode> pool_modes;  // empty: not said
  std::vector<modeling::VectorStep> steps;     // but for a last Normalize
  bool normalize = false;
  std::int64_t max_tokens = 0;  // 0: not said
  // "prompt" (of any text), "prompt.query", "prompt.document" and "lower_case", for the manifest.
  std::map<std::string, std::string> settings;
  // Lines about what is kept and not applied.
  std::vector<std::string> notes;
};

// NOT_FOUND or INVALID_ARGUMENT name the file and the field.
absl::StatusOr<SentenceTransformer> ReadSentenceTransformer(const std::filesystem::path& dir,
                                                            const SentenceOverrides& overrides);

// "mean", "cls", "max", ... or several with "+" between. INVALID_ARGUMENT for another name.
absl::StatusOr<std::vector<modeling::PoolMode>> ParsePooling(const std::string& text);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_IMPORT_SENTENCE_TRANSFORMERS_H_
