#include "common/modeling/checkpoint/checkpoint_weights.h"

#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/match.h"

#include "common/modeling/checkpoint/random_weights.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"

namespace clientele::models {
namespace {

struct Named {
  std::string name;
  at::Tensor tensor;
};

void WriteFile(const std::filesystem::path& path, const std::vector<Named>& tensors) {
  modeling::TensorViews views;
  for (const Named& named : tensors) views.emplace(named.name, *modeling::ViewOf(named.tensor));
  REQUIRE(modeling::WriteSafetensors(path, views).ok());
}

TEST_CASE("Half precisions and doubles become float32 with the same values") {
  const testing::TemporaryFolder folder;
  const at::Tensor values = at::tensor({1.0f, -0.5f, 1024.0f});
  WriteFile(folder.path() / "model.safetensors", {{"f16", values.to(at::kHalf)},
                                                  {"bf16", values.to(at::kBFloat16)},
                                                  {"f64", values.to(at::kDouble)}});
  const auto weights = modeling::CheckpointWeights::Open(folder.path());
  REQUIRE(weights.ok());
  for (const char* name : {"f16", "bf16", "f64"}) {
    const at::Tensor read = (*weights)->Take(name, {3}, modeling::Init::kNormal);
    CHECK(read.scalar_type() == at::kFloat);
    CHECK(at::equal(read, values));
  }
  CHECK((*weights)->Finish().ok());
}

TEST_CASE("A sharded checkpoint is read by its index") {
  const testing::TemporaryFolder folder;
  WriteFile(folder.path() / "model-1.safetensors", {{"a", at::ones({2})}});
  WriteFile(folder.path() / "model-2.safetensors", {{"b", at::zeros({1, 3})}});
  folder.Write("model.safetensors.index.json",
               R"({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}})");
  const auto weights = modeling::CheckpointWeights::Open(folder.path());
  REQUIRE(weights.ok());
  CHECK(at::equal((*weights)->Take("a", {2}, modeling::Init::kNormal), at::ones({2})));
  CHECK(at::equal((*weights)->Take("b", {1, 3}, modeling::Init::kNormal), at::zeros({1, 3})));
  CHECK((*weights)->Finish().ok());
}

TEST_CASE("An index that does not fit its shards is refused") {
  const testing::TemporaryFolder folder;
  WriteFile(folder.path() / "model-1.safetensors", {{"a", at::ones({2})}});
  const auto open = [&](const std::string& index) {
    folder.Write("model.safetensors.index.json", index);
    return modeling::CheckpointWeights::Open(folder.path()).status();
  };
  CHECK(absl::StrContains(open(R"({"weight_map": {"b": "model-1.safetensors"}})").message(),
                          "model-1.safetensors: b"));
  CHECK_FALSE(open(R"({"weight_map": {"a": "../model-1.safetensors"}})").ok());
  CHECK_FALSE(open(R"({"weight_map": {"a": "none.safetensors"}})").ok());
  CHECK_FALSE(open(R"({"weight_map": {"a": 1}})").ok());
  CHECK_FALSE(open(R"({"weight_map": [])").ok());
  CHECK_FALSE(open("[]").ok());
}

TEST_CASE("A missing tensor, a wrong shape and a wrong type are named with their file") {
  const testing::TemporaryFolder folder;
  WriteFile(folder.path() / "model.safetensors",
            {{"a", at::ones({2, 3})}, {"ids", at::ones({2}, at::kLong)}});
  const auto message = [&](const char* name, const std::vector<std::int64_t>& shape) {
    const auto weights = modeling::CheckpointWeights::Open(folder.path());
    REQUIRE(weights.ok());
    (*weights)->Take(name, shape, modeling::Init::kNormal);
    return std::string((*weights)->Finish().message());
  };
  CHECK(absl::StrContains(message("b", {1}), "model.safetensors: b: is missing"));
  CHECK(absl::StrContains(message("a", {3, 2}), "has shape [2, 3]; config.json wants [3, 2]"));
  CHECK(absl::StrContains(message("ids", {2}), "has dtype I64"));
}

TEST_CASE("Tensors that nothing takes are an error unless they are ignored") {
  const testing::TemporaryFolder folder;
  WriteFile(folder.path() / "model.safetensors",
            {{"bert.a", at::ones({1})}, {"bert.b", at::ones({1})}, {"cls.c", at::ones({1})}});
  const auto weights = modeling::CheckpointWeights::Open(folder.path());
  REQUIRE(weights.ok());
  (*weights)->StripPrefix("bert.");
  CHECK((*weights)->Names() == std::vector<std::string>{"a", "b", "cls.c"});
  (*weights)->Take("a", {1}, modeling::Init::kNormal);
  (*weights)->Ignore("cls.c");
  CHECK(absl::StrContains((*weights)->Finish().message(), "1 tensors"));
  (*weights)->Take("b", {1}, modeling::Init::kNormal);
  CHECK((*weights)->Finish().ok());
}

TEST_CASE("A tensor that is there with a prefix and without is lost in neither form") {
  const testing::TemporaryFolder folder;
  WriteFile(folder.path() / "model.safetensors",
            {{"a", at::zeros({1})}, {"bert.a", at::ones({1})}, {"bert.b", at::ones({1})}});
  const auto weights = modeling::CheckpointWeights::Open(folder.path());
  REQUIRE(weights.ok());
  (*weights)->StripPrefix("bert.");
  CHECK((*weights)->Names() == std::vector<std::string>{"a", "b", "bert.a"});
  CHECK(at::equal((*weights)->Take("a", {1}, modeling::Init::kNormal), at::zeros({1})));
}

TEST_CASE("A suffix is replaced where it ends a name; a name that is taken stays") {
  const testing::TemporaryFolder folder;
  WriteFile(folder.path() / "model.safetensors", {{"a.LayerNorm.gamma", at::ones({1})},
                                                  {"a.LayerNorm.gamma.x", at::ones({1})},
                                                  {"b.LayerNorm.gamma", at::ones({1})},
                                                  {"b.LayerNorm.weight", at::ones({1})}});
  const auto weights = modeling::CheckpointWeights::Open(folder.path());
  REQUIRE(weights.ok());
  (*weights)->ReplaceSuffix("LayerNorm.gamma", "LayerNorm.weight");
  CHECK((*weights)->Names() == std::vector<std::string>{"a.LayerNorm.gamma.x", "a.LayerNorm.weight",
                                                        "b.LayerNorm.gamma", "b.LayerNorm.weight"});
}

TEST_CASE("A folder without weights says which files are looked for") {
  const testing::TemporaryFolder folder;
  const auto weights = modeling::CheckpointWeights::Open(folder.path());
  CHECK(absl::IsNotFound(weights.status()));
  CHECK(absl::StrContains(weights.status().message(), "model.safetensors"));
}

TEST_CASE("Random weights are repeatable, and refuse what would not fit before allocating it") {
  modeling::RandomWeights first(7);
  modeling::RandomWeights again(7);
  modeling::RandomWeights other(8);
  const at::Tensor a = first.Take("w", {100, 10}, modeling::Init::kNormal);
  CHECK(at::equal(a, again.Take("w", {100, 10}, modeling::Init::kNormal)));
  CHECK_FALSE(at::equal(a, other.Take("w", {100, 10}, modeling::Init::kNormal)));
  CHECK(std::abs(a.std().item<double>() - 0.02) < 0.003);
  CHECK(at::equal(first.Take("g", {4}, modeling::Init::kOnes), at::ones({4})));

  modeling::RandomWeights bounded(1, /*max_bytes=*/40);
  CHECK(bounded.Take("small", {10}, modeling::Init::kZeros).numel() == 10);
  bounded.Take("huge", {std::int64_t{1} << 40, std::int64_t{1} << 20}, modeling::Init::kNormal);
  CHECK(absl::StrContains(bounded.Finish().message(), "huge"));
}

}  // namespace
}  // namespace clientele::models
