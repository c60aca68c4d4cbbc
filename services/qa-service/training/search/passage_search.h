#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_SEARCH_PASSAGE_SEARCH_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_SEARCH_PASSAGE_SEARCH_H_

// The service's own search over texts at hand: what a reranker is given to put in order.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto search, PassageSearch::Of(encoder.get(), texts, {}));
//   CLIENTELE_ASSIGN_OR_RETURN(const auto found, search->Find({"When is it free?"}, 20));
//   found[0][0].score   // of the best text for the first question
//
// Each text is an article without a title, cut, indexed and searched as the service does. The
// encoder is borrowed. Immutable, thread-safe.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/qa-service/core/retrieval/knowledge_index.h"
#include "services/qa-service/training/encoder_bundle.h"

namespace clientele::qa {

struct FoundPassage {
  std::size_t text = 0;      // which of the texts
  std::string passage = {};  // the part of it that was found
  double score = 0;          // PassageHit::score
};

class PassageSearch {
 public:
  // `encoder` may be null: words alone find the texts. Vectors weigh as the encoder's bundle says,
  // or else as in the service. Errors of EncoderBundle::Encode.
  static absl::StatusOr<std::unique_ptr<const PassageSearch>> Of(
      const EncoderBundle* encoder, absl::Span<const std::string> texts,
      const std::function<void(absl::string_view)>& progress);

  // Of each question, the best texts, at most `count`, best first.
  absl::StatusOr<std::vector<std::vector<FoundPassage>>> Find(
      absl::Span<const std::string> questions, std::size_t count,
      const std::function<void(absl::string_view)>& progress = {}) const;

 private:
  PassageSearch(const EncoderBundle* encoder, std::shared_ptr<const KnowledgeIndex> index);

  const EncoderBundle* const encoder_;
  const std::shared_ptr<const KnowledgeIndex> index_;
  SearchOptions options_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_SEARCH_PASSAGE_SEARCH_H_
