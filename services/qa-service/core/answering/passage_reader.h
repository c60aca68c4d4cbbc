#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_READER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_READER_H_

// Where passages answer a question, by whichever reader serves now.

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"

namespace clientele::qa {

// Bytes [begin, end) of a passage: what answers best, whether or not it does.
struct PassageSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  // The span's logits less those of "no answer in this passage": above 0 the reader holds that the
  // passage answers. Minus infinity for a passage with nothing to read.
  double margin = 0;
};

struct PassageSpans {
  std::string model_id = {};            // "name/version"
  std::vector<PassageSpan> spans = {};  // in the order of the passages
  // Numbers that were fitted to the model, by name; null: none were.
  std::shared_ptr<const std::map<std::string, double>> fitted = {};
};

// Thread-safe.
class PassageReader {
 public:
  virtual ~PassageReader() = default;

  // All by one version. Errors: those of PassageRanker::Score.
  virtual absl::StatusOr<PassageSpans> Read(const RequestContext& context,
                                            absl::string_view question,
                                            absl::Span<const std::string> passages) const = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_PASSAGE_READER_H_
