#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_BUNDLE_READER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_BUNDLE_READER_H_

// The TEXT_READER of a folder as the service's port, for tools that a person runs. The signature is
// not looked at. A pair is computed once. Belongs to one thread.

#include <filesystem>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "common/inference/tasks/text_reader.h"
#include "services/qa-service/core/answering/passage_reader.h"

namespace clientele::qa {

class BundleReader final : public PassageReader {
 public:
  // Errors of OpenTextBundle.
  static absl::StatusOr<std::unique_ptr<BundleReader>> Open(const std::filesystem::path& folder);

  absl::StatusOr<PassageSpans> Read(const RequestContext& context, absl::string_view question,
                                    absl::Span<const std::string> passages) const override;

  const std::string& id() const { return model_->id(); }

 private:
  explicit BundleReader(std::shared_ptr<const inference::TextReaderModel> model)
      : model_(std::move(model)) {}

  const std::shared_ptr<const inference::TextReaderModel> model_;
  mutable absl::flat_hash_map<std::string, PassageSpan> known_;  // by question and passage
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_BUNDLE_READER_H_
