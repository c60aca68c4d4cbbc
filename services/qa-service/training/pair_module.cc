#include "services/qa-service/training/pair_module.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/bundle/tensor_spec.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

// Kinds of segments: 0 question; for a token of the passage 1, one more where the question has it,
// and two more for each quarter of the row's largest share around it.
constexpr std::int64_t kQuarters = 4;
constexpr std::int64_t kSegmentKinds = 1 + 2 * kQuarters;

constexpr char kPairSource[] = R"py(
def around(self, seen: Tensor, radius: int) -> Tensor:
    length = 2 * radius + 1
    means = torch.avg_pool1d(seen.unsqueeze(1), [length], [1], [radius], False, True)
    return means.squeeze(1) * float(length)

def before(self, seen: Tensor, length: int) -> Tensor:
    padded = torch.constant_pad_nd(seen, [length, 0])
    means = torch.avg_pool1d(padded.unsqueeze(1), [length], [1]).squeeze(1)
    return means[:, :seen.size(1)] * float(length)

def after(self, seen: Tensor, length: int) -> Tensor:
    return torch.flip(self.before(torch.flip(seen, [1]), length), [1])

def overlap(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
    weights = torch.embedding(self.rarity, ids).squeeze(2) * mask.to(self.rarity.dtype)
    passage = (segments * mask).to(weights.dtype)
    question = weights * (1 - segments).to(weights.dtype)
    asked = (question > 0).to(weights.dtype).unsqueeze(1)
    same = (ids.unsqueeze(2) == ids.unsqueeze(1)).to(weights.dtype) * asked
    found = torch.amax(same, [2]) * passage
    total = torch.clamp(torch.sum(question, [1], True), min=1e-6)
    seen = found * weights / total
    near = self.around(seen, 4) * passage
    middle = self.around(seen, 12) * passage
    far = self.around(seen, 32) * passage
    part = middle / torch.clamp(torch.amax(middle, [1], True), min=1e-6)
    features = [found, seen, near, middle, far, part]
    features += [self.before(found, 1) * passage, self.after(found, 1) * passage]
    features += [self.before(seen, 4) * passage, self.after(seen, 4) * passage]
    return torch.stack(features, 2)

def states(self, ids: Tensor, mask: Tensor, segments: Tensor, overlap: Tensor) -> Tensor:
    quarter = torch.clamp((overlap[:, :, 5] * 4.0).long(), max=3)
    kinds = segments * mask * (1 + overlap[:, :, 0].long() + 2 * quarter)
    return self.encoder.hidden(self.encoder.padded(ids, mask), mask, kinds)
)py";

bool IsBert(const torch::jit::Module& module) {
  for (const char* method : {"hidden", "padded", "positions"}) {
    if (!module.find_method(method).has_value()) return false;
  }
  for (const char* attribute : {"tokens", "places", "segments"}) {
    if (!module.hasattr(attribute) || !module.attr(attribute).isTensor() ||
        module.attr(attribute).toTensor().dim() != 2) {
      return false;
    }
  }
  return true;
}

}  // namespace

at::Tensor TokenRarities(absl::Span<const std::vector<std::int64_t>> texts,
                         absl::Span<const std::int64_t> special, std::int64_t vocabulary) {
  std::vector<std::int64_t> documents(static_cast<std::size_t>(vocabulary), 0);
  for (std::vector<std::int64_t> ids : texts) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (const std::int64_t id : ids) {
      if (id >= 0 && id < vocabulary) ++documents[static_cast<std::size_t>(id)];
    }
  }
  at::Tensor rarities = at::empty({vocabulary}, at::kFloat);
  auto* values = rarities.data_ptr<float>();
  const double all = static_cast<double>(texts.size()) + 1;
  for (std::size_t id = 0; id < documents.size(); ++id) {
    values[id] = static_cast<float>(std::log(all / static_cast<double>(documents[id] + 1)));
  }
  for (const std::int64_t id : special) {
    if (id >= 0 && id < vocabulary) values[id] = 0;
  }
  return rarities;
}

at::Tensor TokenRaritiesOf(const inference::LoadedModel& model,
                           absl::Span<const std::vector<std::int64_t>> texts) {
  const text::Tokenizer& tokenizer = *model.tokenizer()->trained();
  std::vector<std::int64_t> special;
  for (std::int64_t id = 0; id < tokenizer.vocab_size(); ++id) {
    if (tokenizer.IsSpecial(id)) special.push_back(id);
  }
  return TokenRarities(texts, special,
                       inference::IdBound(model.manifest()).value_or(tokenizer.vocab_size()));
}

absl::StatusOr<std::string> CutToTokens(const text::Tokenizer& tokenizer, absl::string_view text,
                                        std::size_t max_tokens) {
  CLIENTELE_ASSIGN_OR_RETURN(const text::Encoding encoding,
                             tokenizer.Encode(text, {.add_special_tokens = false}));
  if (encoding.size() <= max_tokens) return std::string(text);
  if (max_tokens == 0) return std::string();
  return std::string(text.substr(0, encoding.offsets[max_tokens - 1].end));
}

absl::StatusOr<PairModule> MakePairModule(const EncoderBundle& encoder,
                                          const at::Tensor& rarities) {
  CLIENTELE_ASSIGN_OR_RETURN(torch::jit::Module module, encoder.LoadModule());
  if (!IsBert(module)) {
    return InvalidField("encoder",
                        absl::StrCat(encoder.model().id(), " is not of the BERT family"));
  }
  try {
    const at::Tensor tokens = module.attr("tokens").toTensor();
    if (tokens.size(0) != rarities.size(0)) {
      return InvalidField("encoder", "has another vocabulary than its tokenizer");
    }
    // The kinds of the passage begin as the passage's own.
    const at::Tensor kinds = module.attr("segments").toTensor();
    const std::int64_t passage = std::min<std::int64_t>(1, kinds.size(0) - 1);
    module.setattr("segments",
                   at::cat({kinds.narrow(0, 0, 1),
                            kinds.narrow(0, passage, 1).expand({kSegmentKinds - 1, kinds.size(1)})})
                       .clone());
    const at::Tensor first =
        module.get_method("positions")({at::full({1, 1}, tokens.size(0) - 1, at::kLong)})
            .toTensor();
    PairModule made{
        .module = torch::jit::Module("PairModel"),
        .width = tokens.size(1),
        .max_tokens = module.attr("places").toTensor().size(0) - first.item<std::int64_t>()};
    made.module.register_module("encoder", module);
    made.module.register_buffer("rarity", rarities.unsqueeze(1).clone());
    made.module.define(kPairSource);
    return made;
  } catch (const std::exception&) {
    return absl::InternalError("a module for pairs of texts cannot be made of the encoder");
  }
}

}  // namespace clientele::qa
