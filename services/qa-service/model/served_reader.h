#ifndef CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_READER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_READER_H_

#include <string>

#include "common/inference/tasks/text_reader.h"
#include "services/qa-service/core/answering/passage_reader.h"

namespace clientele::qa {

// Passages through the TEXT_READER that serves now. Thread-safe.
class ServedReader final : public PassageReader {
 public:
  // Borrowed; outlives the reader.
  explicit ServedReader(const inference::TextReader* reader) : reader_(reader) {}

  absl::StatusOr<PassageSpans> Read(const RequestContext& context, absl::string_view question,
                                    absl::Span<const std::string> passages) const override;

 private:
  const inference::TextReader* const reader_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_MODEL_SERVED_READER_H_
