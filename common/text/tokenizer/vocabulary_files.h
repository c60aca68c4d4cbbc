#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_VOCABULARY_FILES_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_VOCABULARY_FILES_H_

// Vocabularies of models that came before tokenizer.json, made into the parts that the reference
// converts them to.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/folder_settings.h"
#include "common/text/tokenizer/pipeline.h"

namespace clientele::text::tokenization {

// vocab.txt of BERT: a token a line, its number is its id.
absl::StatusOr<Pipeline> ReadBertVocabulary(absl::string_view vocabulary,
                                            const FolderSettings& settings);

enum class ByteLevelFamily { kGpt2, kRoberta, kQwen2 };

// vocab.json and merges.txt.
absl::StatusOr<Pipeline> ReadByteLevelVocabulary(absl::string_view vocabulary,
                                                 absl::string_view merges, ByteLevelFamily family,
                                                 const FolderSettings& settings);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_VOCABULARY_FILES_H_
