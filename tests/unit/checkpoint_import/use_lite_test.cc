// Universal Sentence Encoder Lite against its published vectors, and against plain loops.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/modeling/architectures/architecture.h"
#include "common/modeling/checkpoint/tfjs_weights.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/import/use_lite_import.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;
using Matrix = std::vector<std::vector<double>>;

// Weights that depend on their names, kept so that a plain computation can read them.
class KeptWeights final : public modeling::Weights {
 public:
  bool Has(absl::string_view, bool) const override { return true; }
  void Ignore(absl::string_view) override {}
  absl::Status Finish() override { return status(); }
  const at::Tensor& of(const std::string& name) const { return tensors_.at(name); }

 private:
  absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape, modeling::Init,
                    at::Tensor& out) override {
    std::int64_t count = 1;
    for (const std::int64_t axis : shape) count *= axis;
    const double phase = static_cast<double>(std::hash<std::string>()(name) % 1000);
    out = at::sin(at::arange(count, at::kFloat) * 0.9 + phase).mul(0.5).reshape(shape).clone();
    tensors_[name] = out;
    return absl::OkStatus();
  }

  std::map<std::string, at::Tensor> tensors_;
};

std::vector<double> Values(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.to(at::kDouble).contiguous().view(-1);
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

// x W + b with W as [inputs, outputs].
std::vector<double> Dense(const std::vector<double>& x, const KeptWeights& weights,
                          const std::string& name) {
  const std::vector<double> w = Values(weights.of(name + ".weight"));
  std::vector<double> y = Values(weights.of(name + ".bias"));
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < y.size(); ++j) y[j] += x[i] * w[i * y.size() + j];
  }
  return y;
}

std::vector<double> LayerNorm(const std::vector<double>& x, const KeptWeights& weights,
                              const std::string& name) {
  const std::vector<double> w = Values(weights.of(name + ".weight"));
  std::vector<double> y = Values(weights.of(name + ".bias"));
  double mean = 0;
  double variance = 0;
  for (const double value : x) mean += value / static_cast<double>(x.size());
  for (const double value : x) {
    variance += (value - mean) * (value - mean) / static_cast<double>(x.size());
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    y[i] += w[i] * (x[i] - mean) / std::sqrt(variance + 1e-6);
  }
  return y;
}

Matrix PlainLayer(const Matrix& x, const KeptWeights& weights, const std::string& at,
                  std::size_t heads, bool projected) {
  const std::size_t width = x[0].size();
  const std::size_t each = width / heads;
  Matrix qkv;
  for (const auto& row : x) {
    qkv.push_back(
        Dense(LayerNorm(row, weights, at + "attention_norm"), weights, at + "attention.qkv"));
  }
  Matrix out;
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::vector<double> mixed(width, 0.0);
    for (std::size_t head = 0; head < heads; ++head) {
      std::vector<double> p(x.size(), 0.0);
      double sum = 0;
      for (std::size_t j = 0; j < x.size(); ++j) {
        for (std::size_t d = head * each; d < (head + 1) * each; ++d) {
          p[j] += qkv[i][d] * qkv[j][width + d] / std::sqrt(static_cast<double>(each));
        }
        p[j] = std::exp(p[j]);
        sum += p[j];
      }
      for (std::size_t j = 0; j < x.size(); ++j) {
        for (std::size_t d = head * each; d < (head + 1) * each; ++d) {
          mixed[d] += p[j] / sum * qkv[j][2 * width + d];
        }
      }
    }
    std::vector<double> y = Dense(mixed, weights, at + "attention.output");
    const std::vector<double> residual = projected ? Dense(x[i], weights, at + "residual") : x[i];
    for (std::size_t d = 0; d < y.size(); ++d) y[d] += residual[d];
    std::vector<double> inner =
        Dense(LayerNorm(y, weights, at + "ffn_norm"), weights, at + "ffn.1");
    for (double& value : inner) value = std::max(value, 0.0);
    const std::vector<double> added = Dense(inner, weights, at + "ffn.2");
    for (std::size_t d = 0; d < y.size(); ++d) y[d] += added[d];
    out.push_back(y);
  }
  return out;
}

std::vector<double> PlainVector(const std::vector<std::int64_t>& ids, const KeptWeights& weights) {
  const std::vector<double> timescales = Values(weights.of("timing.inverse_timescales"));
  Matrix x;
  for (std::size_t p = 0; p < ids.size(); ++p) {
    std::vector<double> row = Values(weights.of("embeddings")[ids[p]]);
    for (std::size_t d = 0; d < row.size(); ++d) {
      const bool sine = d < timescales.size();
      const double angle = static_cast<double>(p) * timescales[sine ? d : d - timescales.size()];
      row[d] = 2 * row[d] + (sine ? std::sin(angle) : std::cos(angle));
    }
    x.push_back(row);
  }
  x = PlainLayer(x, weights, "layers.0.", 2, true);
  x = PlainLayer(x, weights, "layers.1.", 2, false);
  std::vector<double> mean(x[0].size(), 0.0);
  for (const auto& row : x) {
    for (std::size_t d = 0; d < row.size(); ++d) mean[d] += row[d] / static_cast<double>(x.size());
  }
  std::vector<double> y = Dense(mean, weights, "head");
  double square = 0;
  for (double& value : y) {
    value = std::tanh(value);
    square += value * value;
  }
  for (double& value : y) value /= std::sqrt(square);
  return y;
}

const char kTiny[] = R"({"vocab_size": 12, "embedding_size": 4, "hidden_size": 6, "num_layers": 2,
                         "num_heads": 2, "intermediate_size": 8, "max_length": 5})";

TEST_CASE("a use-lite encoder computes what plain loops do, padded or not") {
  KeptWeights weights;
  modeling::Config config(nlohmann::json::parse(kTiny), "config.json");
  auto built = modeling::FindFamily("use-lite").value()->build(config, weights, {});
  INFO(built.status());
  REQUIRE(built.ok());
  const std::vector<std::vector<std::int64_t>> texts = {{3, 1, 11, 0, 7}, {5, 2}};
  at::Tensor ids = at::zeros({2, 5}, at::kLong);
  at::Tensor mask = at::zeros({2, 5}, at::kLong);
  for (std::int64_t row = 0; row < 2; ++row) {
    const auto& text = texts[static_cast<std::size_t>(row)];
    for (std::size_t i = 0; i < text.size(); ++i) {
      ids[row][static_cast<std::int64_t>(i)] = text[i];
      mask[row][static_cast<std::int64_t>(i)] = 1;
    }
  }
  const at::Tensor vectors = built->module.forward({ids, mask}).toTensor();
  for (std::size_t row = 0; row < texts.size(); ++row) {
    const std::vector<double> expected = PlainVector(texts[row], weights);
    const std::vector<double> found = Values(vectors[static_cast<std::int64_t>(row)]);
    REQUIRE(found.size() == expected.size());
    for (std::size_t d = 0; d < found.size(); ++d) CHECK(std::abs(found[d] - expected[d]) < 1e-5);
  }
}

TEST_CASE("settings that the use-lite architecture does not follow are refused by name") {
  for (const char* field : {"activation", "pooling", "head_activation"}) {
    nlohmann::json json = nlohmann::json::parse(kTiny);
    json[field] = "other";
    KeptWeights weights;
    modeling::Config config(json, "config.json");
    const auto built = modeling::FindFamily("use-lite").value()->build(config, weights, {});
    CHECK(absl::StrContains(built.status().message(), field));
  }
}

TEST_CASE("the imported encoder gives the published vectors") {
  const auto folder = fs::path(clientele::testing::SourceDir()) / "../shared/hf/use-lite";
  if (!fs::exists(folder)) SKIP("shared/hf/use-lite is not here");
  const testing::TemporaryFolder out;
  const auto bundle =
      ImportUseLite(folder, {.out = out.path(), .name = "use-lite", .version = "1"});
  INFO(bundle.status());
  REQUIRE(bundle.ok());
  const auto opened = inference::ModelBundle::OpenUnsigned(*bundle);
  REQUIRE(opened.ok());
  CHECK(opened->manifest().license() == "Apache-2.0");
  const auto runner = inference::TorchScriptRunner::Load(*opened, {});
  REQUIRE(runner.ok());
  std::ifstream in(folder / "golden.json");
  for (const auto& golden : nlohmann::json::parse(in)) {
    const auto ids = golden["ids"].get<std::vector<std::int64_t>>();
    const at::Tensor row = at::tensor(at::ArrayRef<std::int64_t>(ids)).unsqueeze(0);
    const auto vectors = (*runner)->Run("forward", {row, at::ones_like(row)});
    REQUIRE(vectors.ok());
    const std::vector<double> found = Values((*vectors)[0]);
    const auto expected = golden["vector"].get<std::vector<double>>();
    double cosine = 0;
    for (std::size_t d = 0; d < expected.size(); ++d) {
      cosine += found[d] * expected[d];
      CHECK(std::abs(found[d] - expected[d]) < 2e-5);
    }
    CHECK(cosine > 0.99999);
  }
}

// A model.json with `weights` and one shard of the numbers 0, 1, 2, ...
void WriteTfjs(const testing::TemporaryFolder& folder, const std::string& weights, int numbers,
               const std::string& path = "shard1") {
  folder.Write("model.json", R"({"weightsManifest": [{"paths": [")" + path + R"("], "weights": )" +
                                 weights + "}]}");
  std::string bytes;
  for (int i = 0; i < numbers; ++i) {
    const auto value = static_cast<float>(i);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  folder.Write("shard1", bytes);
}

std::string SameName(absl::string_view name) { return std::string(name); }

TEST_CASE("tensors of TensorFlow.js lie one after another, axes of one in front left off") {
  const testing::TemporaryFolder folder;
  WriteTfjs(folder,
            R"([{"name": "a", "shape": [1, 1, 2, 2], "dtype": "float32"},
                {"name": "skipped", "shape": [], "dtype": "int32"},
                {"name": "b", "shape": [3], "dtype": "float32"}])",
            8);
  const auto weights = modeling::TfjsWeights::Open(folder.path(), SameName);
  INFO(weights.status());
  REQUIRE(weights.ok());
  const at::Tensor a = (*weights)->Take("a", {2, 2}, modeling::Init::kNormal);
  CHECK(at::equal(a, at::arange(4, at::kFloat).view({2, 2})));
  CHECK_FALSE((*weights)->Has("skipped", false));
  CHECK(absl::StrContains((*weights)->Finish().message(), "b"));
  CHECK(
      at::equal((*weights)->Take("b", {3}, modeling::Init::kNormal), at::arange(5, 8, at::kFloat)));
  CHECK((*weights)->Finish().ok());
}

TEST_CASE("a TensorFlow.js model that is not whole is refused with what is wrong") {
  const auto message = [](const std::string& weights, int numbers,
                          const std::string& path = "shard1") {
    const testing::TemporaryFolder folder;
    WriteTfjs(folder, weights, numbers, path);
    return std::string(modeling::TfjsWeights::Open(folder.path(), SameName).status().message());
  };
  const std::string pair = R"([{"name": "a", "shape": [2], "dtype": "float32"}])";
  CHECK(absl::StrContains(message(pair, 1), "more bytes than its files hold"));
  CHECK(absl::StrContains(message(pair, 3), "fewer bytes than its files hold"));
  CHECK(absl::StrContains(message(pair, 2, "../shard1"), "no file of the same folder"));
  CHECK(absl::StrContains(message(pair, 2, "absent"), "absent"));
  CHECK(absl::StrContains(
      message(R"([{"name": "a", "shape": [2], "dtype": "float32", "quantization": {}}])", 2),
      "quantized"));
  CHECK(absl::StrContains(message(R"([{"name": "a", "shape": [2], "dtype": "string"}])", 2),
                          "float32 or int32"));
  CHECK(absl::StrContains(message(R"([{"name": "a", "shape": [-2], "dtype": "float32"}])", 2),
                          "impossible shape"));
  CHECK(absl::StrContains(message(R"([{"name": "a", "shape": [1], "dtype": "float32"},
                  {"name": "a", "shape": [1], "dtype": "float32"}])",
                                  2),
                          "second"));
}

TEST_CASE("a folder without a use-lite model is refused with what it should hold") {
  const testing::TemporaryFolder folder;
  const auto made =
      ImportUseLite(folder.path(), {.out = folder.path(), .name = "use-lite", .version = "1"});
  CHECK(made.status().code() == absl::StatusCode::kNotFound);
  CHECK(absl::StrContains(made.status().message(), "model.json"));
}

}  // namespace
}  // namespace clientele::models
