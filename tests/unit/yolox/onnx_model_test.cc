#include "common/modeling/onnx/onnx_model.h"

#include <cstring>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "tests/unit/yolox/onnx_bytes.h"

namespace clientele::modeling {
namespace {

using clientele::testing::BytesField;
using clientele::testing::NumberField;
using clientele::testing::OnnxBytes;

std::string SmallModel() {
  return OnnxBytes({{.shape = {2, 1, 1, 1}, .group = 3, .weight = {1.5f, -2}, .bias = {0, 4}}}, 64);
}

std::string Refusal(const std::string& bytes) {
  const auto model = ParseOnnx(bytes, "m.onnx");
  REQUIRE_FALSE(model.ok());
  CHECK(model.status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(absl::StrContains(model.status().message(), "m.onnx"));
  return std::string(model.status().message());
}

TEST_CASE("convolutions come in the order of the graph with their tensors") {
  const std::string bytes = SmallModel();
  const auto model = ParseOnnx(bytes, "m.onnx");
  REQUIRE(model.ok());
  REQUIRE(model->convolutions.size() == 1);
  CHECK(model->convolutions[0].group == 3);
  CHECK(model->convolutions[0].stride == 2);
  CHECK(model->operators.at("Sigmoid") == 1);
  CHECK(model->input_shape == std::vector<std::int64_t>{1, 3, 64, 64});
  const OnnxTensor& weight = model->tensors.at(model->convolutions[0].weight);
  CHECK(weight.shape == std::vector<std::int64_t>{2, 1, 1, 1});
  float values[2];
  REQUIRE(weight.bytes.size() == sizeof values);
  std::memcpy(values, weight.bytes.data(), sizeof values);
  CHECK(values[0] == 1.5f);
  CHECK(values[1] == -2);
}

TEST_CASE("a file that is cut off is refused wherever that is") {
  const std::string bytes = SmallModel();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO(size);
    CHECK_FALSE(ParseOnnx(absl::string_view(bytes).substr(0, size), "m.onnx").ok());
  }
}

TEST_CASE("what is no model, or wrong in it, is named") {
  CHECK(absl::StrContains(Refusal("{\"a\": 1}"), "not an ONNX model"));
  CHECK(absl::StrContains(Refusal(NumberField(1, 6)), "not an ONNX model"));
  const auto graph = [](const std::string& tensor) {
    return NumberField(1, 6) + BytesField(7, BytesField(5, tensor));
  };
  const std::string name = NumberField(2, 1) + BytesField(8, "w");
  CHECK(absl::StrContains(Refusal(graph(NumberField(1, 3) + name + BytesField(9, "1234"))),
                          "another number of values of w"));
  CHECK(absl::StrContains(
      Refusal(graph(NumberField(1, std::uint64_t{1} << 40) + NumberField(1, 1u << 31) + name)),
      "impossible shape of w"));
  CHECK(absl::StrContains(Refusal(graph(NumberField(1, ~std::uint64_t{0}) + name)),
                          "impossible shape"));
  CHECK(absl::StrContains(Refusal(graph(NumberField(1, 0) + name + NumberField(14, 1))),
                          "another file"));
  CHECK(absl::StrContains(
      Refusal(NumberField(1, 6) + BytesField(7, BytesField(1, BytesField(4, "Conv")))),
      "without a weight"));
}

}  // namespace
}  // namespace clientele::modeling
