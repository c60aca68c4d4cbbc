#ifndef CLIENTELE_TESTS_UNIT_QA_FAKE_JUDGES_H_
#define CLIENTELE_TESTS_UNIT_QA_FAKE_JUDGES_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/qa-service/core/answering/passage_ranker.h"
#include "services/qa-service/core/answering/passage_reader.h"
#include "tests/support/fake_clock.h"

namespace clientele::qa::testing {

// What a fake model has in common: it takes its time, fails as it is told, and keeps what it saw.
struct FakeJudgeCall {
  absl::Status Begin(const RequestContext& context, absl::Span<const std::string> passages) const {
    last_passages.assign(passages.begin(), passages.end());
    last_deadline = context.deadline;
    if (clock != nullptr) {
      clock->Advance(time);
      const absl::Status status = context.Check(clock->Now());
      if (!status.ok()) return status;
    }
    return failure;
  }

  absl::Status failure;
  clientele::testing::FakeClock* clock = nullptr;  // null: a call takes no time
  absl::Duration time = absl::ZeroDuration();
  std::shared_ptr<const std::map<std::string, double>> fitted;
  mutable std::vector<std::string> last_passages;
  mutable absl::Time last_deadline;
};

// Scores a passage by the first text that it holds; -5 where it holds none.
class FakeRanker final : public PassageRanker, public FakeJudgeCall {
 public:
  absl::StatusOr<PassageScores> Score(const RequestContext& context, absl::string_view,
                                      absl::Span<const std::string> passages) const override {
    if (const absl::Status status = Begin(context, passages); !status.ok()) return status;
    PassageScores scored = {.model_id = "fake-ranker/1", .fitted = fitted};
    for (const std::string& passage : passages) {
      double score = -5;
      for (const auto& [text, given] : scores) {
        if (passage.find(text) != std::string::npos) score = given;
      }
      scored.scores.push_back(score);
    }
    return scored;
  }

  std::vector<std::pair<std::string, double>> scores;
};

// Finds the text in the passages that hold it, with the margin; in others the first byte, -5.
class FakeReader final : public PassageReader, public FakeJudgeCall {
 public:
  absl::StatusOr<PassageSpans> Read(const RequestContext& context, absl::string_view,
                                    absl::Span<const std::string> passages) const override {
    if (const absl::Status status = Begin(context, passages); !status.ok()) return status;
    PassageSpans read = {.model_id = "fake-reader/1", .fitted = fitted};
    for (const std::string& passage : passages) {
      const std::size_t at = answer.empty() ? std::string::npos : passage.find(answer);
      if (at == std::string::npos) {
        read.spans.push_back({0, 1, -5});
      } else {
        read.spans.push_back({at, at + answer.size(), margin});
      }
    }
    return read;
  }

  std::string answer;
  double margin = 4;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_UNIT_QA_FAKE_JUDGES_H_
