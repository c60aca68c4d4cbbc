#include "common/inference/torchscript/torchscript_runner.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/bundle/golden.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/inference/tiny_models.h"

namespace clientele::inference {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::TinyRanker;

std::unique_ptr<TorchScriptRunner> Encoder() {
  return TorchScriptRunner::FromModule(testing::TinyEncoder(), testing::TinyEncoderManifest())
      .value();
}

constexpr char kSum[] = R"(
def forward(self, features):
    return features.sum(1)
def parts(self, features):
    return features * 2.0, features + 1.0
def one(self):
    return torch.ones([1])
def words(self):
    return "text"
)";

}  // namespace

TEST_CASE("a tensor result is one output and a tuple is several in order") {
  const auto runner = TinyRanker(kSum);
  const at::Tensor features = at::tensor({1.0f, 2.0f, 3.0f, 4.0f}).reshape({2, 2});
  const auto sum = runner->Run("forward", {features});
  REQUIRE(sum.ok());
  REQUIRE(sum->size() == 1);
  CHECK((*sum)[0].equal(at::tensor({3.0f, 7.0f})));

  const auto parts = runner->Run("parts", {features});
  REQUIRE(parts.ok());
  REQUIRE(parts->size() == 2);
  CHECK((*parts)[1].equal(features + 1.0f));
  CHECK(runner->Run("one", {}).ok());
}

TEST_CASE("a module without linear layers computes as it is in every precision") {
  const at::Tensor features = at::tensor({0.123f, 2.0f}).reshape({1, 2});
  for (const Precision precision : {Precision::kFloat32, Precision::kInt8}) {
    const auto runner = TorchScriptRunner::FromModule(
        testing::TinyModule(kSum), testing::TinyRankerManifest(), {.precision = precision});
    REQUIRE(runner.ok());
    const auto sum = (*runner)->Run("forward", {features});
    REQUIRE(sum.ok());
    CHECK((*sum)[0].equal(features.sum(1)));
  }
}

TEST_CASE("an unknown method is NOT_FOUND and another result is INTERNAL") {
  const auto runner = TinyRanker(kSum);
  CHECK(absl::IsNotFound(runner->Run("backward", {}).status()));
  CHECK(absl::IsInternal(runner->Run("words", {}).status()));
}

TEST_CASE("inputs that break the manifest never reach the model") {
  const auto runner = TinyRanker(kSum);
  const auto code = [&](std::vector<at::Tensor> inputs) {
    return runner->Run("forward", std::move(inputs)).status().code();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  CHECK(code({}) == kInvalid);
  CHECK(code({at::ones({1, 2}), at::ones({1, 2})}) == kInvalid);
  CHECK(code({at::ones({1, 2}, at::kLong)}) == kInvalid);
  CHECK(code({at::ones({2})}) == kInvalid);
  CHECK(code({at::ones({1, 3})}) == kInvalid);
  CHECK(code({at::ones({0, 2})}) == kInvalid);
  CHECK(code({at::ones({9, 2})}) == kInvalid);  // limits.max_batch_rows is 8
  CHECK(code({at::Tensor()}) == kInvalid);
  CHECK(code({at::ones({8, 2})}) == absl::StatusCode::kOk);
}

TEST_CASE("ids outside the tokenizer's range are refused, not looked up") {
  const auto runner = Encoder();
  const at::Tensor mask = at::ones({1, 2}, at::kLong);
  const auto run = [&](std::int64_t id) {
    return runner->Run("forward", {at::tensor({std::int64_t{1}, id}).reshape({1, 2}), mask})
        .status();
  };
  CHECK(run(0).ok());
  CHECK(run(testing::kBuckets).ok());
  CHECK_THAT(std::string(run(testing::kBuckets + 1).message()),
             ContainsSubstring("must be in [0, 100]"));
  CHECK(absl::IsInvalidArgument(run(-1)));
  CHECK(absl::IsInvalidArgument(run(std::int64_t{1} << 40)));
}

TEST_CASE("text rows have a mask of their shape and at most max_tokens tokens") {
  const auto runner = Encoder();
  const auto run = [&](std::vector<std::int64_t> ids, std::vector<std::int64_t> mask) {
    return runner->Run("forward", {at::ones(ids, at::kLong), at::ones(mask, at::kLong)}).status();
  };
  CHECK(run({2, testing::kMaxTokens}, {2, testing::kMaxTokens}).ok());
  CHECK(absl::IsInvalidArgument(run({2, testing::kMaxTokens + 1}, {2, testing::kMaxTokens + 1})));
  CHECK(absl::IsInvalidArgument(run({2, 3}, {2, 4})));
  CHECK(absl::IsInvalidArgument(run({2, 3}, {1, 3})));
  CHECK(absl::IsInvalidArgument(run({2, 0}, {2, 0})));
}

TEST_CASE("a model that fails is INTERNAL without its inner text") {
  const auto runner = TinyRanker(R"(
def forward(self, features):
    return torch.mm(features, features).sum(1)
)");
  const auto status = runner->Run("forward", {at::ones({3, 2})}).status();
  CHECK(absl::IsInternal(status));
  CHECK(status.message() == "the model failed in forward()");
}

TEST_CASE("a model that raises is INTERNAL") {
  const auto runner = TinyRanker(R"(
def forward(self, features):
    assert features.size(0) > 5, "/secret/path"
    return features.sum(1)
)");
  CHECK(runner->Run("forward", {at::ones({3, 2})}).status().message() ==
        "the model failed in forward()");
}

TEST_CASE("an output that is not what the manifest says is INTERNAL") {
  CHECK(absl::IsInternal(TinyRanker("def forward(self, features):\n    return features\n")
                             ->Run("forward", {at::ones({3, 2})})
                             .status()));
}

TEST_CASE("a module without the task's method is refused") {
  const auto runner = TorchScriptRunner::FromModule(
      testing::TinyModule("def other(self, x):\n    return x\n"), testing::TinyRankerManifest());
  CHECK(absl::IsInvalidArgument(runner.status()));
}

TEST_CASE("an unknown device is refused") {
  for (const char* device : {"gpu", "", "cuda:99x", "meta"}) {
    const auto runner = TorchScriptRunner::FromModule(
        testing::TinyModule(kSum), testing::TinyRankerManifest(), {.device = device});
    CHECK(absl::IsInvalidArgument(runner.status()));
  }
}

TEST_CASE("running leaves the thread's gradient mode and the caller's module alone") {
  torch::jit::Module module = testing::TinyModule(kSum);
  module.train();
  const auto runner = TorchScriptRunner::FromModule(module, testing::TinyRankerManifest()).value();
  CHECK(module.is_training());
  REQUIRE(runner->Run("forward", {at::ones({1, 2})}).ok());
  CHECK(at::GradMode::is_enabled());
}

TEST_CASE("a module that changes its own attributes still serves") {
  torch::jit::Module module("Counting");
  module.register_attribute("calls", c10::IntType::get(), std::int64_t{0});
  module.define(R"(
def forward(self, features):
    self.calls = self.calls + 1
    return features.sum(1)
)");
  const auto runner = TorchScriptRunner::FromModule(module, testing::TinyRankerManifest());
  REQUIRE(runner.ok());
  CHECK((*runner)->Run("forward", {at::ones({1, 2})}).ok());
}

TEST_CASE("golden values survive their JSON form and compare relatively") {
  for (const at::Tensor& tensor :
       {at::tensor({0.1f, -3.5e20f, 0.0f, 1e-30f}).reshape({2, 2}),
        at::tensor({std::int64_t{1} << 40, std::int64_t{-7}}), at::ones({3}, at::kBool),
        at::full({2}, 255, at::kByte), at::zeros({0, 4})}) {
    const auto value = ToTensorValue(tensor);
    REQUIRE(value.ok());
    const auto dtype = tensor.scalar_type() == at::kFloat  ? model::v1::DATA_TYPE_FLOAT32
                       : tensor.scalar_type() == at::kLong ? model::v1::DATA_TYPE_INT64
                       : tensor.scalar_type() == at::kBool ? model::v1::DATA_TYPE_BOOL
                                                           : model::v1::DATA_TYPE_UINT8;
    const auto back = FromTensorValue(*value, dtype);
    REQUIRE(back.ok());
    CHECK(back->equal(tensor));
    CHECK(back->scalar_type() == tensor.scalar_type());
  }
  CHECK_FALSE(ToTensorValue(at::ones({1}, at::kDouble)).ok());
}

TEST_CASE("golden values that do not fill their shape are refused") {
  model::v1::TensorValue value;
  value.add_shape(2);
  value.add_floats(1);
  CHECK(absl::IsInvalidArgument(FromTensorValue(value, model::v1::DATA_TYPE_FLOAT32).status()));
  value.set_shape(0, -1);
  CHECK_FALSE(FromTensorValue(value, model::v1::DATA_TYPE_FLOAT32).ok());
  value.set_shape(0, std::int64_t{1} << 40);
  CHECK_FALSE(FromTensorValue(value, model::v1::DATA_TYPE_FLOAT32).ok());
}

}  // namespace clientele::inference
