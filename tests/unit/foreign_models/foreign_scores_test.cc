// Foreign models that score: spans and classes of a text, items, candidates.

#include <limits>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/model_runner.h"
#include "services/recommend-service/model/bundle_collaborative_models.h"
#include "services/recommend-service/model/bundle_sequence_models.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/foreign_models/contract_page.h"
#include "tests/unit/foreign_models/model_folder.h"

namespace clientele::foreign {
namespace {

constexpr char kReaderManifest[] = R"({
  "task": "TASK_TEXT_READER",
  "inputs": [
    {"name": "ids", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]},
    {"name": "mask", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]},
    {"name": "segments", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]}
  ],
  "outputs": [
    {"name": "start", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, -1]},
    {"name": "end", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, -1]}
  ],
  "limits": {"max_tokens": 32, "vocabulary": 5}
})";

constexpr char kClassifierManifest[] = R"({
  "task": "TASK_TEXT_CLASSIFIER",
  "inputs": [
    {"name": "ids", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]},
    {"name": "mask", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]},
    {"name": "segments", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]}
  ],
  "outputs": [{"name": "scores", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 2]}],
  "labels": ["complaint", "praise"],
  "limits": {"max_tokens": 32, "vocabulary": 4}
})";

constexpr char kTextRankerManifest[] = R"({
  "task": "TASK_TEXT_RANKER",
  "inputs": [
    {"name": "ids", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]},
    {"name": "mask", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]},
    {"name": "segments", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]}
  ],
  "outputs": [{"name": "scores", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1]}],
  "limits": {"max_tokens": 32, "vocabulary": 4}
})";

constexpr char kSequenceManifest[] = R"({
  "task": "TASK_SEQUENCE_RECOMMENDER",
  "inputs": [
    {"name": "ids", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]},
    {"name": "mask", "dtype": "DATA_TYPE_INT64", "shape": [-1, -1]}
  ],
  "outputs": [{"name": "states", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 3]}],
  "limits": {"max_tokens": 8, "vocabulary": 4}
})";

constexpr char kFilterManifest[] = R"({
  "task": "TASK_COLLABORATIVE_FILTER",
  "inputs": [
    {"name": "p", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 2]},
    {"name": "b_u", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1]}
  ],
  "outputs": [
    {"name": "bias", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 3]},
    {"name": "affinity", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 3]}
  ],
  "settings": {"unobserved_weight": "0.5"}
})";

constexpr char kRankerManifest[] = R"({
  "task": "TASK_RANKER",
  "inputs": [{"name": "features", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1, 2]}],
  "outputs": [{"name": "scores", "dtype": "DATA_TYPE_FLOAT32", "shape": [-1]}],
  "settings": {"features": "price,stars"}
})";

at::Tensor Row(const std::vector<std::int64_t>& values) {
  return at::tensor(values, at::kLong).unsqueeze(0);
}

std::vector<at::Tensor> Run(const inference::ModelHandle<inference::LoadedModel>& handle,
                            std::vector<at::Tensor> inputs) {
  const auto outputs = handle.Current()->runner().Run("forward", std::move(inputs));
  INFO(outputs.status());
  REQUIRE(outputs.ok());
  return *outputs;
}

}  // namespace

TEST_CASE("a foreign reader points at a span of the passage, or at position 0") {
  torch::jit::Module module("Reader");
  // Start and end logits of ids 0 to 4.
  module.register_buffer(
      "table",
      at::tensor({0.0F, 0.0F, 1.0F, 2.0F, 7.0F, 3.0F, 4.0F, 8.0F, 5.0F, 5.0F}).reshape({5, 2}));
  module.register_buffer("no_answer", at::tensor({1.5F}));
  module.define(MethodsOf("TEXT_READER"));
  ModelFolder models;
  models.Write("my-reader", module, kReaderManifest);
  REQUIRE(models.Sign("my-reader") == "");
  const auto handle = models.Serve("my-reader", model::v1::TASK_TEXT_READER);

  // The id 4 of the question and that of the padding are no answers, whatever their logits.
  const auto span =
      Run(*handle, {Row({1, 4, 2, 3, 1, 4}), Row({1, 1, 1, 1, 1, 0}), Row({0, 0, 1, 1, 1, 1})});
  const float none = -1e4F;
  CHECK(at::allclose(span[0], at::tensor({1.5F, none, 7.0F, 4.0F, 1.0F, none}).unsqueeze(0)));
  CHECK(at::allclose(span[1], at::tensor({1.5F, none, 3.0F, 8.0F, 2.0F, none}).unsqueeze(0)));
}

TEST_CASE("a foreign classifier scores two texts by their tokens and places") {
  torch::jit::Module module("Classifier");
  module.register_buffer("table", at::tensor({9.0F, 1.0F, 2.0F, 3.0F}).unsqueeze(1));
  module.register_buffer("kinds", at::tensor({0.0F, 10.0F}).unsqueeze(1));
  module.register_buffer("classes", at::tensor({1.0F, -2.0F}).unsqueeze(0));
  module.define(MethodsOf("TEXT_CLASSIFIER"));
  ModelFolder models;
  models.Write("my-classifier", module, kClassifierManifest);
  REQUIRE(models.Sign("my-classifier") == "");
  const auto handle = models.Serve("my-classifier", model::v1::TASK_TEXT_CLASSIFIER);
  CHECK(handle->Current()->manifest().labels(1) == "praise");

  // (1 + 2 + 13) / 3, times 1 and -2; a row of padding is 0.
  const auto scores = Run(*handle, {Row({1, 2, 3, 0}), Row({1, 1, 1, 0}), Row({0, 0, 1, 0})});
  CHECK(at::allclose(scores[0], at::tensor({16.0F / 3, -32.0F / 3}).unsqueeze(0)));
  const auto padding = Run(*handle, {Row({0}), Row({0}), Row({0})});
  CHECK(at::allclose(padding[0], at::zeros({1, 2})));
}

TEST_CASE("a foreign ranker of texts scores a passage by its question") {
  torch::jit::Module module("TextRanker");
  module.register_buffer(
      "table", at::tensor({9.0F, 9.0F, 1.0F, 0.0F, 0.0F, 1.0F, 2.0F, 3.0F}).reshape({4, 2}));
  module.define(MethodsOf("TEXT_RANKER"));
  ModelFolder models;
  models.Write("my-text-ranker", module, kTextRankerManifest);
  REQUIRE(models.Sign("my-text-ranker") == "");
  const auto handle = models.Serve("my-text-ranker", model::v1::TASK_TEXT_RANKER);

  // (1, 1) . (2, 3), and (0, 1) . (1, 0); the padding is not seen.
  const auto scores = Run(*handle, {at::tensor({1, 2, 3, 2, 1, 0}, at::kLong).reshape({2, 3}),
                                    at::tensor({1, 1, 1, 1, 1, 0}, at::kLong).reshape({2, 3}),
                                    at::tensor({0, 0, 1, 0, 1, 1}, at::kLong).reshape({2, 3})});
  CHECK(at::allclose(scores[0], at::tensor({5.0F, 0.0F})));
}

TEST_CASE("a foreign collaborative filter scores items in recommend-service's own adapter") {
  torch::jit::Module module("Filter");
  module.register_buffer("q", at::tensor({1.0F, 2.0F, 3.0F, -1.0F, 0.0F, 0.5F}).reshape({3, 2}));
  module.register_buffer("b_i", at::tensor({0.25F, -0.25F, 1.0F}));
  module.register_buffer("global_mean", at::tensor({3.0F}));
  module.define(MethodsOf("COLLABORATIVE_FILTER"));
  ModelFolder models;
  models.Write("my-filter", module, kFilterManifest, {{"items.json", R"(["lamp", "mug", "rug"])"}});
  REQUIRE(models.Sign("my-filter") == "");
  const auto handle = models.Serve("my-filter", model::v1::TASK_COLLABORATIVE_FILTER);

  const auto filter = recommend::OpenCollaborativeModel(handle->Current());
  INFO(filter.status());
  REQUIRE(filter.ok());
  CHECK((*filter)->item_ids() == std::vector<std::string>{"lamp", "mug", "rug"});
  CHECK((*filter)->dimension() == 2);
  CHECK((*filter)->mu() == 3.0F);
  CHECK((*filter)->item_biases()[2] == 1.0F);
  CHECK((*filter)->item_factors()[3] == -1.0F);
  CHECK((*filter)->implicit_loss_weights().unobserved_weight == 0.5);
}

TEST_CASE("a collaborative filter whose forward is not the sum of its tensors is rejected") {
  torch::jit::Module module("Filter");
  module.register_buffer("q", at::tensor({1.0F, 2.0F, 3.0F, -1.0F, 0.0F, 0.5F}).reshape({3, 2}));
  module.register_buffer("b_i", at::tensor({0.25F, -0.25F, 1.0F}));
  module.register_buffer("global_mean", at::tensor({3.0F}));
  std::string methods = MethodsOf("COLLABORATIVE_FILTER");
  const std::size_t at = methods.find("self.q.t()");
  REQUIRE(at != std::string::npos);
  methods.replace(at, 10, "(self.q * 2).t()");
  module.define(methods);
  ModelFolder models;
  models.Write("my-filter", module, kFilterManifest, {{"items.json", R"(["lamp", "mug", "rug"])"}});
  REQUIRE(models.Sign("my-filter") == "");
  const auto handle = models.Serve("my-filter", model::v1::TASK_COLLABORATIVE_FILTER);
  CHECK(absl::IsInvalidArgument(recommend::OpenCollaborativeModel(handle->Current()).status()));
}

TEST_CASE("a foreign sequence recommender tells what comes next after the last item") {
  torch::jit::Module module("Next");
  module.register_buffer("table", at::eye(3));
  // After the lamp comes the mug, after the mug the rug, after the rug the lamp.
  module.register_buffer(
      "after", at::tensor({0.0F, 1.0F, 0.0F, 0.0F, 0.0F, 1.0F, 1.0F, 0.0F, 0.0F}).reshape({3, 3}));
  module.define(MethodsOf("SEQUENCE_RECOMMENDER"));
  ModelFolder models;
  models.Write("my-sequence", module, kSequenceManifest,
               {{"items.json", R"(["lamp", "mug", "rug"])"}});
  REQUIRE(models.Sign("my-sequence") == "");
  const auto handle = models.Serve("my-sequence", model::v1::TASK_SEQUENCE_RECOMMENDER);

  const auto sequence = recommend::OpenSequenceModel(handle->Current());
  INFO(sequence.status());
  REQUIRE(sequence.ok());
  CHECK((*sequence)->positions() == 8);
  CHECK((*sequence)->Row("rug") == 2);
  const auto states = (*sequence)->States({{0, 1}, {2}, {1, 2, 0}});
  REQUIRE(states.ok());
  CHECK(*states == std::vector<float>{0, 0, 1, 1, 0, 0, 0, 1, 0});
  CHECK_FALSE((*sequence)->recipe().has_value());
}

TEST_CASE("a foreign ranker scores candidates of whom something is not known") {
  torch::jit::Module module("Ranker");
  module.register_buffer("defaults", at::tensor({10.0F, 3.0F}));
  module.register_buffer("weights", at::tensor({-0.5F, 2.0F}));
  module.define(MethodsOf("RANKER"));
  ModelFolder models;
  models.Write("my-ranker", module, kRankerManifest);
  REQUIRE(models.Sign("my-ranker") == "");
  const auto handle = models.Serve("my-ranker", model::v1::TASK_RANKER);

  const float unknown = std::numeric_limits<float>::quiet_NaN();
  const auto scores =
      Run(*handle, {at::tensor({4.0F, 5.0F, unknown, 5.0F, 4.0F, unknown}).reshape({3, 2})});
  CHECK(at::allclose(scores[0], at::tensor({8.0F, 5.0F, 4.0F})));
}

}  // namespace clientele::foreign
