#include "services/qa-service/training/encoder/student_module.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <set>
#include <utility>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "common/modeling/checkpoint/random_weights.h"
#include "common/status/status_macros.h"
#include "common/training/seeds.h"

namespace clientele::qa {
namespace {

// Streams of the recipe's seed.
enum : std::uint64_t { kBodyStream = 1, kHeadStream, kFoldStream };

constexpr char kPieceTable[] = "tokens";
constexpr char kPositionTable[] = "places";
// Root mean square of a piece's values, and the share of it that places have.
constexpr double kPieceScale = 0.1;
constexpr double kPlaceShare = 0.1;

// A Han character that no vocabulary has, and a letter that every one has.
constexpr char kUnknownText[] = "\xF0\xAA\x9B\x96";
constexpr char kKnownText[] = "s";

// What the teacher's tokenizer gives for what it does not know.
std::set<std::int64_t> UnknownIds(const inference::LoadedModel& teacher) {
  const auto unknown = inference::TokenizeText(teacher, kUnknownText);
  const auto known = inference::TokenizeText(teacher, kKnownText);
  std::set<std::int64_t> ids;
  if (unknown.ok()) ids.insert(unknown->ids.begin(), unknown->ids.end());
  if (known.ok()) {
    for (const std::int64_t id : known->ids) ids.erase(id);
  }
  return ids;
}

// [pieces, width of the teacher's table]; a row of zeros where the teacher does not know all of a
// piece: those that begin alike would stay alike.
at::Tensor PieceMeans(absl::Span<const std::string> pieces, const inference::LoadedModel& teacher,
                      const at::Tensor& table) {
  at::Tensor means = at::zeros({static_cast<std::int64_t>(pieces.size()), table.size(1)});
  const std::set<std::int64_t> unknown = UnknownIds(teacher);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    absl::string_view text = pieces[i];
    if (absl::StartsWith(text, "[") && absl::EndsWith(text, "]")) continue;
    if (absl::StartsWith(text, "##") && text.size() > 2) text.remove_prefix(2);
    const auto row = inference::TokenizeText(teacher, text);
    const auto is_unknown = [&](std::int64_t id) { return unknown.count(id) > 0; };
    if (!row.ok() || row->ids.empty()) continue;
    if (std::any_of(row->ids.begin(), row->ids.end(), is_unknown)) continue;
    const at::Tensor ids = at::tensor(row->ids, at::kLong);
    means[static_cast<std::int64_t>(i)].copy_(table.index_select(0, ids).mean(0));
  }
  return means;
}

void BeginWithTeacher(absl::Span<const std::string> pieces, const EncoderBundle& teacher,
                      std::uint64_t seed, torch::jit::Module& student) {
  at::Tensor own = student.attr(kPieceTable).toTensor();
  const auto module = teacher.LoadModule();
  if (module.ok() && module->hasattr(kPieceTable) && module->attr(kPieceTable).isTensor()) {
    const at::Tensor table = module->attr(kPieceTable).toTensor().to(at::kFloat);
    at::Tensor means = PieceMeans(pieces, teacher.model(), table);
    if (means.size(1) != own.size(1)) {
      at::Generator generator = training::TorchGenerator(training::DeriveSeed(seed, kFoldStream));
      means = at::matmul(means, at::randn({means.size(1), own.size(1)}, generator));
    }
    const at::Tensor known = means.abs().sum(1) > 0;
    const at::Tensor lengths = at::clamp(means.square().mean({1}, true).sqrt(), 1e-6);
    own.mul_(kPieceScale / 0.02);  // as they are drawn, with a deviation of 0.02
    own.copy_(at::where(known.unsqueeze(1), means / lengths * kPieceScale, own));
  }
  student.attr(kPositionTable).toTensor().mul_(kPlaceShare * kPieceScale / 0.02);
}

}  // namespace

absl::StatusOr<modeling::BuiltModel> MakeStudent(const EncoderSizes& sizes,
                                                 absl::Span<const std::string> pieces,
                                                 const EncoderBundle& teacher, std::uint64_t seed) {
  const nlohmann::json json = {{"hidden_size", sizes.width},
                               {"num_hidden_layers", sizes.layers},
                               {"num_attention_heads", sizes.heads},
                               {"intermediate_size", sizes.inner},
                               {"max_position_embeddings", sizes.max_tokens},
                               {"vocab_size", pieces.size()}};
  modeling::Config config(json, "encoder");
  modeling::RandomWeights weights(training::DeriveSeed(seed, kBodyStream));
  modeling::VectorStep head = {.kind = modeling::VectorStep::Kind::kDense,
                               .name = "head",
                               .inputs = sizes.width,
                               .outputs = teacher.model().manifest().outputs(0).shape(1),
                               .weights = std::make_shared<modeling::RandomWeights>(
                                   training::DeriveSeed(seed, kHeadStream))};
  CLIENTELE_ASSIGN_OR_RETURN(const modeling::Family* family, modeling::FindFamily("bert"));
  try {
    CLIENTELE_ASSIGN_OR_RETURN(modeling::BuiltModel built,
                               family->build(config, weights,
                                             {.task = model::v1::TASK_TEXT_ENCODER,
                                              .pooling = model::v1::POOLING_MEAN,
                                              .steps = {std::move(head)},
                                              .normalize = true}));
    built.manifest.set_architecture("bert");
    BeginWithTeacher(pieces, teacher, seed, built.module);
    return built;
  } catch (const std::exception&) {
    return absl::InternalError("the encoder's module cannot be built");
  }
}

}  // namespace clientele::qa
