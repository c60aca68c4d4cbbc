#include "tests/unit/checkpoint_import/reference/recorded_model.h"

#include <functional>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "tests/support/catch_with_torch.h"
#include "tests/unit/checkpoint_import/reference/call_method.h"

namespace clientele::models::reference {
namespace {

class RecordingWeights final : public modeling::Weights {
 public:
  RecordingWeights(Checkpoint& checkpoint, const std::set<std::string>& stored)
      : checkpoint_(checkpoint), stored_(stored) {}

  bool Has(absl::string_view name, bool in_new) const override {
    return in_new || stored_.count(std::string(name)) > 0;
  }
  void Ignore(absl::string_view) override {}
  absl::Status Finish() override { return status(); }

 private:
  absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape,
                    modeling::Init init, at::Tensor& out) override {
    out = at::empty(shape).normal_(0, 0.3,
                                   at::detail::createCPUGenerator(std::hash<std::string>()(name)));
    if (init == modeling::Init::kOnes) out = 1 + out;
    checkpoint_.Add(name, out);
    return absl::OkStatus();
  }

  Checkpoint& checkpoint_;
  const std::set<std::string>& stored_;
};

}  // namespace

RecordedModel Record(const std::string& family, const nlohmann::json& config,
                     const std::set<std::string>& stored, const modeling::BuildOptions& options) {
  Checkpoint checkpoint;
  RecordingWeights weights(checkpoint, stored);
  modeling::Config fields(config, "config.json");
  auto built = modeling::FindFamily(family).value()->build(fields, weights, options);
  INFO(config.dump());
  INFO(built.status().message());
  REQUIRE(built.ok());
  return {.built = *std::move(built), .checkpoint = std::move(checkpoint), .config = config};
}

std::vector<at::Tensor> RecordedModel::Call(const std::string& method,
                                            const std::vector<at::Tensor>& inputs) const {
  return CallMethod(built.module, method, inputs);
}

at::Tensor RowOf(const std::vector<std::int64_t>& ids) {
  return at::tensor(at::ArrayRef<std::int64_t>(ids)).unsqueeze(0);
}

double RelativeError(const at::Tensor& actual, const at::Tensor& expected) {
  REQUIRE(actual.sizes() == expected.sizes());
  return ((actual - expected).abs().max() / expected.abs().max()).item<double>();
}

}  // namespace clientele::models::reference
