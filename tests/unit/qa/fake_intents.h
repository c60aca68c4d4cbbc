#ifndef CLIENTELE_TESTS_UNIT_QA_FAKE_INTENTS_H_
#define CLIENTELE_TESTS_UNIT_QA_FAKE_INTENTS_H_

#include <optional>
#include <string>

#include "services/qa-service/core/answering/intent_classifier.h"
#include "tests/support/fake_clock.h"

namespace clientele::qa::testing {

// Gives every message the same intent, takes its time, fails as it is told, and keeps what it saw.
class FakeIntents final : public IntentClassifier {
 public:
  absl::StatusOr<ClassifiedIntent> Classify(const RequestContext& context,
                                            absl::string_view message) const override {
    last_message = std::string(message);
    if (clock != nullptr) {
      clock->Advance(time);
      if (const absl::Status status = context.Check(clock->Now()); !status.ok()) return status;
    }
    if (!failure.ok()) return failure;
    return ClassifiedIntent{.model_id = "fake-intents/1", .intent = intent};
  }

  std::optional<Intent> intent;
  absl::Status failure;
  clientele::testing::FakeClock* clock = nullptr;  // null: a call takes no time
  absl::Duration time = absl::ZeroDuration();
  mutable std::string last_message;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_UNIT_QA_FAKE_INTENTS_H_
