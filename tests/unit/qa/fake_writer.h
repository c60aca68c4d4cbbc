#ifndef CLIENTELE_TESTS_UNIT_QA_FAKE_WRITER_H_
#define CLIENTELE_TESTS_UNIT_QA_FAKE_WRITER_H_

#include <string>
#include <vector>

#include "services/qa-service/core/answering/answer_writer.h"
#include "tests/support/fake_clock.h"

namespace clientele::qa::testing {

// Writes what it is told to, piece by piece.
class FakeWriter final : public AnswerWriter {
 public:
  std::string model_id() const override { return model; }
  absl::Status Write(const RequestContext& context, const WritingTask& task, std::string& model_id,
                     const std::function<void(absl::string_view)>& on_text) const override {
    last_task = task;
    last_deadline = context.deadline;
    model_id = model;
    for (const std::string& piece : pieces) {
      if (clock != nullptr) clock->Advance(time_per_piece);
      const absl::Status status =
          context.Check(clock == nullptr ? absl::InfinitePast() : clock->Now());
      if (!status.ok()) return status;
      on_text(piece);
    }
    return failure;
  }

  std::string model = "fake-generator/1";
  std::vector<std::string> pieces;
  absl::Status failure;
  clientele::testing::FakeClock* clock = nullptr;  // null: a piece takes no time
  absl::Duration time_per_piece = absl::ZeroDuration();
  mutable WritingTask last_task;
  mutable absl::Time last_deadline;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_UNIT_QA_FAKE_WRITER_H_
