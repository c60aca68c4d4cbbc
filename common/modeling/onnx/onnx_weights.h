#ifndef CLIENTELE_COMMON_MODELING_ONNX_ONNX_WEIGHTS_H_
#define CLIENTELE_COMMON_MODELING_ONNX_ONNX_WEIGHTS_H_

// The weights of an ONNX file's convolutions, by their place in its graph: an architecture that
// asks for them in the order in which it computes needs none of the exporter's names.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto file, OnnxFile::Open("yolox_nano.onnx"));
//   OnnxWeights weights(*file);
//   weights.Take("conv.0.weight", {16, 12, 3, 3}, Init::kNormal);   // conv.<place>.{weight,bias}

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/modeling/checkpoint/weights.h"
#include "common/modeling/onnx/onnx_model.h"

namespace clientele::modeling {

// Keeps the file's bytes. Immutable, thread-safe.
class OnnxFile {
 public:
  // NOT_FOUND, INVALID_ARGUMENT as ParseOnnx, RESOURCE_EXHAUSTED above kMaxOnnxBytes.
  static absl::StatusOr<std::unique_ptr<const OnnxFile>> Open(const std::filesystem::path& path);

  const std::string& name() const { return name_; }
  const OnnxModel& model() const { return model_; }

 private:
  OnnxFile() = default;

  std::string name_;
  std::string content_;
  OnnxModel model_;
};

// The file is borrowed. Finish() names convolutions that nothing took.
class OnnxWeights final : public Weights {
 public:
  explicit OnnxWeights(const OnnxFile& file) : file_(file) {}

  bool Has(absl::string_view name, bool in_new) const override;
  void Ignore(absl::string_view) override {}
  absl::Status Finish() override;

 private:
  absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape, Init init,
                    at::Tensor& out) override;
  // The name in the file of "conv.<place>.{weight,bias}"; empty where there is none.
  std::string NameInFile(absl::string_view name) const;

  const OnnxFile& file_;
  std::set<std::string> taken_;
};

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ONNX_ONNX_WEIGHTS_H_
