#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_TEXT_VECTORS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_TEXT_VECTORS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"

namespace clientele::profile {

// A text that waits for its vector.
struct PendingText {
  std::string customer_id;
  std::string event_id;
  std::string text;
};

struct TextVector {
  std::string customer_id;
  std::string event_id;
  std::vector<float> vector;
};

// Vectors of texts, by event and model version, and the texts that wait for theirs. A text waits
// from the transaction on that stores its event, unless its customer may not be profiled.
// Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE)
// while the store cannot be reached.
class TextVectorStore {
 public:
  virtual ~TextVectorStore() = default;

  // Up to `limit` waiting texts, leased until `now` + `lease`: nobody else takes them before.
  virtual absl::StatusOr<std::vector<PendingText>> Take(const RequestContext& context, int limit,
                                                        absl::Time now, absl::Duration lease) = 0;
  // Keeps vectors of one model version; their texts wait no longer. Those of customers that have
  // been deleted meanwhile, or may not be profiled any more, are dropped.
  virtual absl::Status Put(const RequestContext& context, absl::string_view model_id,
                           absl::Span<const TextVector> vectors, absl::Time now) = 0;

  struct Scan {
    int limit = 1000;  // texts that are looked at
    absl::Time now;
    // Vectors of other models are dropped this long after they were made.
    absl::Duration keep_old = absl::Hours(24);
    // A finished scan begins again after this long.
    absl::Duration pause = absl::Hours(24);
  };
  // Looks through some of the texts that are stored, from where the scan for this model stopped,
  // and lets those wait that have no vector by it. False when the scan has finished.
  virtual absl::StatusOr<bool> ScanTexts(const RequestContext& context, absl::string_view model_id,
                                         const Scan& scan) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_TEXT_VECTORS_H_
