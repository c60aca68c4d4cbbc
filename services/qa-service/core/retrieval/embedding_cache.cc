#include "services/qa-service/core/retrieval/embedding_cache.h"

#include "absl/strings/str_cat.h"

#include "services/qa-service/core/retrieval/passages.h"

namespace clientele::qa {

std::string EmbeddingKey(const std::string& model_id) {
  return absl::StrCat(model_id, "#", kPassageFormat);
}

}  // namespace clientele::qa
