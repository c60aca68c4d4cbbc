#ifndef CLIENTELE_TESTS_UNIT_RECOMMEND_FAKE_SEQUENCE_MODEL_H_
#define CLIENTELE_TESTS_UNIT_RECOMMEND_FAKE_SEQUENCE_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/recommend-service/core/ranking/sequence_model.h"

namespace clientele::recommend {

// After each item comes another one: what the last item leads to has the score 1, what the one
// before it does a half more or less, and so on.
class FakeSequenceModel final : public SequenceModel {
 public:
  FakeSequenceModel(const std::vector<std::string>& ids,
                    const std::map<std::string, std::string>& next, std::int64_t positions = 50)
      : SequenceModel(Items(ids), positions) {
    for (const auto& [from, to] : next) next_[Row(from)] = Row(to);
  }

  const std::string& id() const override { return id_; }
  absl::StatusOr<std::vector<float>> States(
      absl::Span<const std::vector<std::int32_t>> sequences) const override {
    ++calls;
    if (!error.ok()) return error;
    const auto width = static_cast<std::size_t>(items().width);
    std::vector<float> states(sequences.size() * width, 0.0F);
    for (std::size_t at = 0; at < sequences.size(); ++at) {
      float weight = 1;
      for (auto row = sequences[at].rbegin(); row != sequences[at].rend(); ++row) {
        if (const auto next = next_.find(*row); next != next_.end()) {
          states[at * width + static_cast<std::size_t>(next->second)] += weight;
        }
        weight /= 2;
      }
    }
    return states;
  }

  mutable int calls = 0;
  absl::Status error;

 private:
  static SequenceItems Items(const std::vector<std::string>& ids) {
    SequenceItems items{ids, static_cast<std::int64_t>(ids.size()), {}};
    items.vectors.assign(ids.size() * ids.size(), 0.0F);
    for (std::size_t row = 0; row < ids.size(); ++row) {
      items.vectors[row * ids.size() + row] = 1;
    }
    return items;
  }

  const std::string id_ = "recommend-sequence/1";
  std::map<std::int32_t, std::int32_t> next_;
};

class FakeSequenceModels final : public SequenceModels {
 public:
  std::shared_ptr<const SequenceModel> Current() override { return current; }
  void Refresh() override {}
  std::shared_ptr<const FakeSequenceModel> current;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_TESTS_UNIT_RECOMMEND_FAKE_SEQUENCE_MODEL_H_
