#include "services/qa-service/core/embedding_cache.h"

#include "absl/strings/str_cat.h"

#include "services/qa-service/core/passages.h"

namespace clientele::qa {

std::string EmbeddingKey(const std::string& model_id) {
  return absl::StrCat(model_id, "#", kPassageFormat);
}

}  // namespace clientele::qa
