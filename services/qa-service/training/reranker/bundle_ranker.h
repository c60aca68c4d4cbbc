#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_BUNDLE_RANKER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_BUNDLE_RANKER_H_

// The TEXT_RANKER of a folder as the service's port, for tools that a person runs. The signature is
// not looked at. A pair is computed once. Belongs to one thread.

#include <filesystem>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/inference/tasks/text_ranker.h"
#include "services/qa-service/core/answering/passage_ranker.h"

namespace clientele::qa {

class BundleRanker final : public PassageRanker {
 public:
  // Errors of OpenTextBundle, which name `field`.
  static absl::StatusOr<std::unique_ptr<BundleRanker>> Open(const std::filesystem::path& folder,
                                                            absl::string_view field = "reranker");

  absl::StatusOr<PassageScores> Score(const RequestContext& context, absl::string_view question,
                                      absl::Span<const std::string> passages) const override;

  const std::string& id() const { return model_->id(); }

 private:
  explicit BundleRanker(std::shared_ptr<const inference::TextRankerModel> model)
      : model_(std::move(model)) {}

  const std::shared_ptr<const inference::TextRankerModel> model_;
  mutable absl::flat_hash_map<std::string, double> known_;  // by question and passage
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_BUNDLE_RANKER_H_
