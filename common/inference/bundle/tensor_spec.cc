#include "common/inference/bundle/tensor_spec.h"

#include <string>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

using model::v1::Bundle;
using model::v1::TensorSpec;

bool ReadsIds(model::v1::Task task) {
  return task == model::v1::TASK_TEXT_ENCODER || task == model::v1::TASK_TEXT_READER ||
         task == model::v1::TASK_TEXT_GENERATOR || task == model::v1::TASK_TEXT_CLASSIFIER ||
         task == model::v1::TASK_TEXT_RANKER || task == model::v1::TASK_SEQUENCE_RECOMMENDER;
}

// Empty when the tensor fits, else what is wrong.
std::string Mismatch(const TensorSpec& spec, const at::Tensor& tensor) {
  if (!tensor.defined()) return "is missing";
  if (FromScalarType(tensor.scalar_type()) != spec.dtype()) {
    return absl::StrCat("must have element type ", model::v1::DataType_Name(spec.dtype()));
  }
  if (tensor.dim() != spec.shape_size()) {
    return absl::StrCat("must have ", spec.shape_size(), " axes, not ", tensor.dim());
  }
  for (int axis = 0; axis < spec.shape_size(); ++axis) {
    if (spec.shape(axis) != -1 && spec.shape(axis) != tensor.size(axis)) {
      return absl::StrCat("must have length ", spec.shape(axis), " on axis ", axis, ", not ",
                          tensor.size(axis));
    }
  }
  return "";
}

absl::Status CheckTokens(const Bundle& manifest, const std::vector<at::Tensor>& inputs) {
  const at::Tensor& ids = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    if (inputs[i].sizes() != ids.sizes()) {
      return InvalidField(manifest.inputs(static_cast<int>(i)).name(),
                          "must have the shape of the ids");
    }
  }
  if (ids.dim() != 2) return absl::OkStatus();
  if (ids.size(1) < 1 || ids.size(1) > manifest.limits().max_tokens()) {
    return InvalidField(manifest.inputs(0).name(),
                        absl::StrCat("must have 1 to ", manifest.limits().max_tokens(),
                                     " tokens a row, not ", ids.size(1)));
  }
  const auto bound = IdBound(manifest);
  if (bound && ids.numel() > 0) {
    const at::Tensor cpu = ids.to(at::kCPU);
    if (cpu.min().item<std::int64_t>() < 0 || cpu.max().item<std::int64_t>() >= *bound) {
      return InvalidField(manifest.inputs(0).name(),
                          absl::StrCat("ids must be in [0, ", *bound - 1, "]"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<at::ScalarType> ToScalarType(model::v1::DataType dtype) {
  switch (dtype) {
    case model::v1::DATA_TYPE_FLOAT32:
      return at::kFloat;
    case model::v1::DATA_TYPE_INT64:
      return at::kLong;
    case model::v1::DATA_TYPE_BOOL:
      return at::kBool;
    case model::v1::DATA_TYPE_UINT8:
      return at::kByte;
    default:
      return std::nullopt;
  }
}

std::optional<model::v1::DataType> FromScalarType(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return model::v1::DATA_TYPE_FLOAT32;
    case at::kLong:
      return model::v1::DATA_TYPE_INT64;
    case at::kBool:
      return model::v1::DATA_TYPE_BOOL;
    case at::kByte:
      return model::v1::DATA_TYPE_UINT8;
    default:
      return std::nullopt;
  }
}

std::optional<std::int64_t> IdBound(const Bundle& manifest) {
  if (!ReadsIds(manifest.task())) return std::nullopt;
  std::int64_t ngrams = 0;  // 0 is padding
  for (const model::v1::HashedNgrams& list : manifest.tokenizer().ngrams()) {
    ngrams = std::max(ngrams, list.buckets() + 1);
  }
  if (manifest.limits().vocabulary() > 0) return std::max(manifest.limits().vocabulary(), ngrams);
  // A generator reads what it writes: the ids of its logits.
  if (manifest.task() == model::v1::TASK_TEXT_GENERATOR && manifest.outputs_size() > 0 &&
      manifest.outputs(0).shape_size() == 2 && manifest.outputs(0).shape(1) > 0) {
    return manifest.outputs(0).shape(1);
  }
  if (!manifest.tokenizer().has_hashed_ngrams()) return std::nullopt;
  return std::max(manifest.tokenizer().hashed_ngrams().buckets() + 1, ngrams);
}

absl::Status CheckInputs(const Bundle& manifest, const std::vector<at::Tensor>& inputs) {
  if (static_cast<int>(inputs.size()) != manifest.inputs_size()) {
    return InvalidField("inputs", absl::StrCat("the model takes ", manifest.inputs_size(),
                                               " tensors, not ", inputs.size()));
  }
  std::int64_t rows = -1;
  for (int i = 0; i < manifest.inputs_size(); ++i) {
    const TensorSpec& spec = manifest.inputs(i);
    if (const std::string mismatch = Mismatch(spec, inputs[i]); !mismatch.empty()) {
      return InvalidField(spec.name(), mismatch);
    }
    if (spec.shape_size() == 0 || spec.shape(0) != -1) continue;
    if (rows >= 0 && inputs[i].size(0) != rows) {
      return InvalidField(spec.name(), absl::StrCat("must have ", rows, " rows like the others"));
    }
    rows = inputs[i].size(0);
    if (rows < 1) return InvalidField(spec.name(), "must have at least one row");
    if (manifest.limits().max_batch_rows() > 0 && rows > manifest.limits().max_batch_rows()) {
      return InvalidField(spec.name(), absl::StrCat("must have at most ",
                                                    manifest.limits().max_batch_rows(), " rows"));
    }
  }
  if (ReadsIds(manifest.task())) return CheckTokens(manifest, inputs);
  return absl::OkStatus();
}

absl::Status CheckOutputs(const Bundle& manifest, const std::vector<at::Tensor>& outputs) {
  if (static_cast<int>(outputs.size()) != manifest.outputs_size()) {
    return WithReason(
        absl::InternalError(absl::StrCat("the model gave ", outputs.size(), " tensors; its bundle ",
                                         "says ", manifest.outputs_size())),
        reason::kInternal);
  }
  for (int i = 0; i < manifest.outputs_size(); ++i) {
    if (const std::string mismatch = Mismatch(manifest.outputs(i), outputs[i]); !mismatch.empty()) {
      return WithReason(absl::InternalError(absl::StrCat("the model's output ", i, " ", mismatch)),
                        reason::kInternal);
    }
  }
  return absl::OkStatus();
}

}  // namespace clientele::inference
