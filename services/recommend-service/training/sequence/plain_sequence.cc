#include "services/recommend-service/training/sequence/plain_sequence.h"

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>

#include "common/status/status_macros.h"
#include "services/recommend-service/training/sequence/sequence_training.h"

namespace clientele::recommend {
namespace {

SequenceItems ItemsOf(std::vector<std::string> item_ids, const torch::jit::Module& module) {
  const at::Tensor table = module.attr("table").toTensor().detach().contiguous();
  return {.ids = std::move(item_ids),
          .width = table.size(1),
          .vectors = {table.data_ptr<float>(), table.data_ptr<float>() + table.numel()}};
}

class PlainSequenceModel final : public SequenceModel {
 public:
  PlainSequenceModel(std::vector<std::string> item_ids, const torch::jit::Module& module,
                     std::int64_t positions)
      : SequenceModel(ItemsOf(std::move(item_ids), module), positions), module_(module) {}

  const std::string& id() const override { return id_; }
  absl::StatusOr<std::vector<float>> States(
      absl::Span<const std::vector<std::int32_t>> sequences) const override {
    ItemSequences all;
    for (const std::vector<std::int32_t>& one : sequences) {
      all.item.insert(all.item.end(), one.begin(), one.end());
      all.begin.push_back(static_cast<std::int64_t>(all.item.size()));
    }
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor states, SequenceVectors(module_, all, positions()));
    return std::vector<float>(states.data_ptr<float>(), states.data_ptr<float>() + states.numel());
  }

 private:
  const std::string id_;
  const torch::jit::Module module_;
};

}  // namespace

std::shared_ptr<const SequenceModel> PlainSequence(std::vector<std::string> item_ids,
                                                   const torch::jit::Module& module,
                                                   std::int64_t positions) {
  return std::make_shared<PlainSequenceModel>(std::move(item_ids), module, positions);
}

ItemSequences SequencesOf(const TrainingSet& set) {
  ItemSequences sequences;
  std::vector<const TrainingExample*> liked;
  auto next = set.examples.begin();
  for (std::size_t customer = 0; customer < set.customer_ids.size(); ++customer) {
    liked.clear();
    for (; next != set.examples.end() && next->customer == static_cast<std::int32_t>(customer);
         ++next) {
      if (next->value > 0) liked.push_back(&*next);
    }
    std::stable_sort(liked.begin(), liked.end(),
                     [](const auto* a, const auto* b) { return a->time < b->time; });
    for (const TrainingExample* const one : liked) sequences.item.push_back(one->item);
    sequences.begin.push_back(static_cast<std::int64_t>(sequences.item.size()));
  }
  return sequences;
}

}  // namespace clientele::recommend
