#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_SEARCH_PREPARED_ARTICLES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_SEARCH_PREPARED_ARTICLES_H_

// Articles as the service's index takes them, embedded by a bundle in a folder.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<PreparedArticle> prepared,
//                              PrepareArticles(encoder.get(), std::move(articles), {}));
//
// Thread-safe.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/qa-service/core/retrieval/article_preparation.h"
#include "services/qa-service/core/retrieval/knowledge_index.h"
#include "services/qa-service/training/encoder_bundle.h"

namespace clientele::qa {

// In their order. Revisions are numbered from 1, and a language that is not given is detected.
// `encoder` may be null: words alone find them. Errors of EncoderBundle::Encode.
absl::StatusOr<std::vector<PreparedArticle>> PrepareArticles(
    const EncoderBundle* encoder, std::vector<Article> articles,
    const std::function<void(absl::string_view)>& progress);

// An index of texts, each an article without a title whose id is its number; without an encoder it
// has no vectors.
absl::StatusOr<std::shared_ptr<const KnowledgeIndex>> IndexTexts(
    const EncoderBundle* encoder, absl::Span<const std::string> texts,
    const std::function<void(absl::string_view)>& progress);

// Row i of what an encoder made.
std::vector<float> RowOf(const EncoderRows& rows, std::size_t i);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_SEARCH_PREPARED_ARTICLES_H_
