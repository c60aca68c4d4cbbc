#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_MODEL_FOLDER_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_MODEL_FOLDER_H_

#include <cstddef>
#include <map>
#include <string>

#include "absl/status/statusor.h"

#include "common/text/tokenizer/pipeline.h"

namespace clientele::text::tokenization {

// The files of a model by name.
using ModelFiles = std::map<std::string, std::string>;

// What Tokenizer::FromFiles reads.
absl::StatusOr<Pipeline> ReadModelFiles(const ModelFiles& files);

// What Tokenizer::FromFolder and FromFile read. NOT_FOUND where there is no file of a tokenizer.
absl::StatusOr<Pipeline> ReadModelFolder(const std::string& folder, std::size_t max_file_bytes);
absl::StatusOr<Pipeline> ReadTokenizerFile(const std::string& path, std::size_t max_file_bytes);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_MODEL_FOLDER_H_
