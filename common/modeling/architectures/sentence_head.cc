#include "common/modeling/architectures/sentence_head.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/modeling/architectures/module_source.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

// def pool_<mode>(self, x: Tensor, mask: Tensor) -> Tensor
constexpr char kPoolMean[] = R"py(
def pool_mean(self, x: Tensor, mask: Tensor) -> Tensor:
    weights = mask.to(x.dtype).unsqueeze(-1)
    return torch.sum(x * weights, 1) / torch.clamp(torch.sum(weights, 1), min=1e-9)
)py";
constexpr char kPoolCls[] = R"py(
def pool_cls(self, x: Tensor, mask: Tensor) -> Tensor:
    return x[:, 0]
)py";
constexpr char kPoolMax[] = R"py(
def pool_max(self, x: Tensor, mask: Tensor) -> Tensor:
    return torch.amax(torch.masked_fill(x, (mask == 0).unsqueeze(-1), -1e9), [1])
)py";
constexpr char kPoolMeanSqrtLength[] = R"py(
def pool_mean_sqrt_len_tokens(self, x: Tensor, mask: Tensor) -> Tensor:
    weights = mask.to(x.dtype).unsqueeze(-1)
    return torch.sum(x * weights, 1) / torch.sqrt(torch.clamp(torch.sum(weights, 1), min=1e-9))
)py";
constexpr char kPoolWeightedMean[] = R"py(
def pool_weightedmean(self, x: Tensor, mask: Tensor) -> Tensor:
    places = torch.arange(1, x.size(1) + 1, device=x.device)
    weights = (mask * places.unsqueeze(0)).to(x.dtype).unsqueeze(-1)
    return torch.sum(x * weights, 1) / torch.clamp(torch.sum(weights, 1), min=1e-9)
)py";
constexpr char kPoolLastToken[] = R"py(
def pool_lasttoken(self, x: Tensor, mask: Tensor) -> Tensor:
    places = torch.arange(1, x.size(1) + 1, device=x.device).unsqueeze(0)
    last = torch.argmax((mask != 0).long() * places, 1)
    index = last.view([-1, 1, 1]).expand([x.size(0), 1, x.size(2)])
    return torch.gather(x, 1, index).squeeze(1)
)py";

constexpr char kToUnitLength[] =
    "    x = x / torch.clamp(torch.sqrt(torch.sum(x * x, [1], True)), min=1e-12)\n";

const char* SourceOf(PoolMode mode) {
  switch (mode) {
    case PoolMode::kMean:
      return kPoolMean;
    case PoolMode::kCls:
      return kPoolCls;
    case PoolMode::kMax:
      return kPoolMax;
    case PoolMode::kMeanSqrtLength:
      return kPoolMeanSqrtLength;
    case PoolMode::kWeightedMean:
      return kPoolWeightedMean;
    case PoolMode::kLastToken:
      return kPoolLastToken;
  }
  return "";
}

std::vector<PoolMode> ModesOf(const BuildOptions& options) {
  if (!options.pool_modes.empty()) return options.pool_modes;
  return {options.pooling == model::v1::POOLING_CLS ? PoolMode::kCls : PoolMode::kMean};
}

// The line of the step; its weights are registered under `attribute`.
absl::StatusOr<std::string> AddStep(const VectorStep& step, const std::string& attribute,
                                    std::int64_t width, torch::jit::Module& root) {
  if (step.kind == VectorStep::Kind::kNormalize) return std::string(kToUnitLength);
  if (step.inputs != width) {
    return InvalidField(absl::StrCat(step.name, "/config.json"),
                        absl::StrCat("takes vectors of ", step.inputs,
                                     " values, but those before it have ", width));
  }
  std::string line;
  if (step.kind == VectorStep::Kind::kDense) {
    TakeLinear(*step.weights, root, attribute, "linear", step.outputs, step.inputs, step.bias);
    line = step.bias ? absl::StrCat("    x = torch.linear(x, self.", attribute, "_weight, self.",
                                    attribute, "_bias)\n")
                     : absl::StrCat("    x = torch.linear(x, self.", attribute, "_weight)\n");
    if (step.activation != "x") absl::StrAppend(&line, "    x = ", step.activation, "\n");
  } else {
    TakeLayerNorm(*step.weights, root, attribute, "norm", width);
    line = absl::StrCat("    x = torch.layer_norm(x, [", width, "], self.", attribute,
                        "_weight, self.", attribute, "_bias, 1e-5)\n");
  }
  if (const absl::Status taken = step.weights->Finish(); !taken.ok()) {
    return InvalidField(step.name, taken.message());
  }
  return line;
}

}  // namespace

const char* NameOf(PoolMode mode) {
  switch (mode) {
    case PoolMode::kMean:
      return "mean";
    case PoolMode::kCls:
      return "cls";
    case PoolMode::kMax:
      return "max";
    case PoolMode::kMeanSqrtLength:
      return "mean_sqrt_len_tokens";
    case PoolMode::kWeightedMean:
      return "weightedmean";
    case PoolMode::kLastToken:
      return "lasttoken";
  }
  return "";
}

std::string DescribePooling(const BuildOptions& options) {
  return absl::StrJoin(ModesOf(options), "+", [](std::string* text, PoolMode mode) {
    absl::StrAppend(text, NameOf(mode));
  });
}

absl::StatusOr<SentenceHead> AddSentenceHead(const BuildOptions& options, std::int64_t width,
                                             torch::jit::Module& root) {
  SentenceHead head;
  std::vector<std::string> pooled;
  for (const PoolMode mode : ModesOf(options)) {
    absl::StrAppend(&head.source, SourceOf(mode));
    pooled.push_back(absl::StrCat("self.pool_", NameOf(mode), "(x, mask)"));
  }
  head.width = width * static_cast<std::int64_t>(pooled.size());
  absl::StrAppend(&head.source, "\ndef row_vector(self, x: Tensor, mask: Tensor) -> Tensor:\n");
  if (pooled.size() == 1) {
    absl::StrAppend(&head.source, "    x = ", pooled.front(), "\n");
  } else {
    absl::StrAppend(&head.source, "    x = torch.cat([", absl::StrJoin(pooled, ", "), "], 1)\n");
  }
  for (std::size_t i = 0; i < options.steps.size(); ++i) {
    const VectorStep& step = options.steps[i];
    CLIENTELE_ASSIGN_OR_RETURN(const std::string line,
                               AddStep(step, absl::StrCat("step", i), head.width, root));
    absl::StrAppend(&head.source, line);
    if (step.kind == VectorStep::Kind::kDense) head.width = step.outputs;
  }
  if (options.normalize) absl::StrAppend(&head.source, kToUnitLength);
  absl::StrAppend(&head.source, "    return x\n");
  return head;
}

}  // namespace clientele::modeling
