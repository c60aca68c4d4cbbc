#include "services/qa-service/training/generator/teacher_forcing.h"

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

std::string SettingOf(const inference::LoadedModel& model, const std::string& name) {
  const auto found = model.manifest().settings().find(name);
  return found == model.manifest().settings().end() ? std::string() : found->second;
}

void Fill(const std::vector<std::int64_t>& values, std::int64_t row, std::int64_t first,
          std::size_t count, at::Tensor& out) {
  std::copy_n(values.begin(), count, out.data_ptr<std::int64_t>() + row * out.size(1) + first);
}

}  // namespace

absl::StatusOr<ForcedTokenizer> ForcedTokenizer::Create(const inference::LoadedModel& model) {
  if (model.tokenizer() == nullptr || model.tokenizer()->trained() == nullptr) {
    return absl::FailedPreconditionError("the generator's bundle has no trained tokenizer");
  }
  if (SettingOf(model, "architecture_kind") != "encoder-decoder") {
    return InvalidField("generator", absl::StrCat(model.id(), " is not of the T5 family"));
  }
  ForcedTokenizer made(model);
  const std::string ends = SettingOf(model, "end_ids");
  const std::vector<std::string> first = absl::StrSplit(ends, absl::MaxSplits(',', 1));
  if (!absl::SimpleAtoi(SettingOf(model, "start_id"), &made.start_id_) ||
      !absl::SimpleAtoi(first[0], &made.end_id_)) {
    return InvalidField("generator", absl::StrCat(model.id(), " has no start or no end token"));
  }
  return made;
}

absl::StatusOr<ForcedExample> ForcedTokenizer::Encode(const GenerationExample& example,
                                                      std::size_t max_source,
                                                      std::size_t max_target) const {
  const text::Tokenizer& tokenizer = *model_->tokenizer()->trained();
  CLIENTELE_ASSIGN_OR_RETURN(text::Encoding source, tokenizer.Encode(GeneratorPrompt(example),
                                                                     {.max_tokens = max_source}));
  CLIENTELE_ASSIGN_OR_RETURN(text::Encoding target,
                             tokenizer.Encode(example.answer, {.add_special_tokens = false,
                                                               .max_tokens = max_target - 1}));
  target.ids.push_back(end_id_);
  return ForcedExample{.source = std::move(source.ids), .target = std::move(target.ids)};
}

ForcedBatch PadForced(absl::Span<const ForcedExample* const> examples, std::int64_t start_id) {
  std::size_t sources = 1;
  std::size_t targets = 1;
  for (const ForcedExample* example : examples) {
    sources = std::max(sources, example->source.size());
    targets = std::max(targets, example->target.size());
  }
  const auto rows = static_cast<std::int64_t>(examples.size());
  const auto longest_target = static_cast<std::int64_t>(targets);
  ForcedBatch batch;
  batch.source = at::zeros({rows, static_cast<std::int64_t>(sources)}, at::kLong);
  batch.source_mask = at::zeros_like(batch.source);
  batch.decoder_inputs = at::full({rows, longest_target}, start_id, at::kLong);
  batch.targets = at::full({rows, longest_target}, -1, at::kLong);
  for (std::int64_t row = 0; row < rows; ++row) {
    const ForcedExample& example = *examples[static_cast<std::size_t>(row)];
    Fill(example.source, row, 0, example.source.size(), batch.source);
    batch.source_mask[row].narrow(0, 0, static_cast<std::int64_t>(example.source.size())).fill_(1);
    Fill(example.target, row, 1, example.target.size() - 1, batch.decoder_inputs);
    Fill(example.target, row, 0, example.target.size(), batch.targets);
  }
  return batch;
}

at::Tensor TargetLoss(const at::Tensor& logits, const at::Tensor& targets) {
  const at::Tensor present = (targets >= 0).to(logits.scalar_type());
  const at::Tensor likelihoods =
      at::log_softmax(logits, 2).gather(2, at::clamp(targets, 0).unsqueeze(2)).squeeze(2);
  return -(likelihoods * present).sum() / present.sum();
}

}  // namespace clientele::qa
