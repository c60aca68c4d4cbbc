#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_CONVERSATIONS_TURN_JSON_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_CONVERSATIONS_TURN_JSON_H_

// What was said, as it is encrypted and stored. Pure functions, thread-safe.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/core/conversations/conversation.h"

namespace clientele::qa {

// The turns of a conversation with what came before them, or of a hand-over's transcript with the
// hand-over's summary.
struct Transcript {
  std::string summary;  // empty of a conversation
  std::vector<Turn> turns;
  RollingSummary earlier;  // empty of a hand-over
};

std::string TranscriptToJson(const Transcript& transcript);
// DATA_LOSS for anything that TranscriptToJson did not write.
absl::StatusOr<Transcript> TranscriptFromJson(absl::string_view json);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_CONVERSATIONS_TURN_JSON_H_
