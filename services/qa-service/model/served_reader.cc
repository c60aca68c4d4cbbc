#include "services/qa-service/model/served_reader.h"

#include <utility>

#include "common/status/status_macros.h"

namespace clientele::qa {

absl::StatusOr<PassageSpans> ServedReader::Read(const RequestContext& context,
                                                absl::string_view question,
                                                absl::Span<const std::string> passages) const {
  CLIENTELE_ASSIGN_OR_RETURN(inference::ReadPassages read,
                             reader_->Read(context, question, passages));
  PassageSpans spans = {.model_id = std::move(read.model_id), .fitted = std::move(read.fitted)};
  spans.spans.reserve(read.answers.size());
  for (const inference::PassageAnswer& answer : read.answers) {
    spans.spans.push_back({answer.begin, answer.end, answer.margin});
  }
  return spans;
}

}  // namespace clientele::qa
