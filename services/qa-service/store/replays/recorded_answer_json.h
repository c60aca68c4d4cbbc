#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_REPLAYS_RECORDED_ANSWER_JSON_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_REPLAYS_RECORDED_ANSWER_JSON_H_

// A recorded answer as it is encrypted and stored, but for what has columns of its own: customer,
// answer id and time. Numbers come back to the bit. Pure functions, thread-safe.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/core/replays/recorded_answer.h"

namespace clientele::qa {

std::string RecordedAnswerToJson(const RecordedAnswer& answer);
// DATA_LOSS for anything that RecordedAnswerToJson did not write.
absl::StatusOr<RecordedAnswer> RecordedAnswerFromJson(absl::string_view json);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_REPLAYS_RECORDED_ANSWER_JSON_H_
