#include "services/qa-service/training/encoder/distillation.h"

#include <random>

#include "common/training/named_tensors.h"
#include "services/qa-service/training/encoder/encoder_learning.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/encoder/tiny_encoder.h"

namespace clientele::qa {
namespace {

using clientele::testing::TemporaryFolder;
using inference::TokenRow;

constexpr std::int64_t kIds = 40;

TokenRow RandomRow(std::mt19937_64& random) {
  TokenRow row;
  const std::size_t length = 2 + random() % 6;
  for (std::size_t i = 0; i < length; ++i)
    row.ids.push_back(static_cast<std::int64_t>(random() % kIds));
  return row;
}

// Texts whose teacher is another table; translations are the same ids moved behind the others'.
DistillationData Data() {
  std::mt19937_64 random(5);
  torch::jit::Module teacher = testing::TinyModule(0.7, kIds);
  DistillationData data;
  std::vector<TokenRow> rows;
  for (int i = 0; i < 400; ++i) rows.push_back(RandomRow(random));
  std::vector<const TokenRow*> pointers;
  for (const TokenRow& row : rows) pointers.push_back(&row);
  {
    const at::NoGradGuard no_grad;
    data.vectors = EncodeRows(teacher, pointers).to(at::kHalf);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    TokenRow translation = rows[i];
    for (std::int64_t& id : translation.ids) id += kIds;
    auto& into = i % 10 == 0 ? data.held_out : data.taught;
    into.push_back({rows[i], static_cast<std::int64_t>(i)});
    into.push_back({translation, static_cast<std::int64_t>(i), 1, true});
    if (i % 20 == 1) data.related.push_back({rows[i], translation});
  }
  return data;
}

DistillationOptions Options() {
  return {
      .epochs = 40, .batch_tokens = 256, .learning_rate = 0.05, .bank = 32, .checkpoint_every = 1};
}

TEST_CASE("an encoder learns its teacher's vectors, of texts and of translations it never saw") {
  const DistillationData data = Data();
  torch::jit::Module module = testing::TinyModule(1.3, 2 * kIds);
  std::vector<const DistillationData::Taught*> held_out;
  for (const auto& each : data.held_out) held_out.push_back(&each);
  const double before = MeanCosine(module, data, held_out);
  const auto result = Distill(module, data, Options());
  INFO(result.status());
  REQUIRE(result.ok());
  CHECK(before < 0.3);
  CHECK(result->cosine > 0.95);
  CHECK(result->translated_cosine > 0.95);
  CHECK_FALSE(module.attr("tokens").toTensor().requires_grad());
}

TEST_CASE("a training that was cut goes on from its checkpoint to the same weights") {
  const DistillationData data = Data();
  torch::jit::Module whole = testing::TinyModule(1.3, 2 * kIds);
  REQUIRE(Distill(whole, data, Options()).ok());

  const TemporaryFolder folder;
  DistillationOptions options = Options();
  options.checkpoints = folder.path() / "checkpoints";
  options.finish_now = true;
  torch::jit::Module cut = testing::TinyModule(1.3, 2 * kIds);
  REQUIRE(Distill(cut, data, options).ok());
  CHECK_FALSE(at::equal(cut.attr("tokens").toTensor(), whole.attr("tokens").toTensor()));

  options.finish_now = false;
  torch::jit::Module resumed = testing::TinyModule(1.3, 2 * kIds);
  REQUIRE(Distill(resumed, data, options).ok());
  CHECK(at::equal(resumed.attr("tokens").toTensor(), whole.attr("tokens").toTensor()));

  options.fingerprint = "another";
  CHECK(Distill(resumed, data, options).status().code() == absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("nothing to learn is refused") {
  torch::jit::Module module = testing::TinyModule(1.3);
  CHECK(Distill(module, {}, {}).status().code() == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace clientele::qa
