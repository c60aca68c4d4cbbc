#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_PRECISION_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_PRECISION_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace clientele::inference {

// How the linear layers of a model compute. What is stored is float32 in every case.
// int8 is for CPUs, fp16 for GPUs, bf16 for both where they have the instructions.
enum class Precision { kFloat32, kInt8, kBfloat16, kFloat16 };

// "fp32", "int8", "bf16", "fp16": the names of flags and manifests.
inline const char* PrecisionName(Precision precision) {
  switch (precision) {
    case Precision::kInt8:
      return "int8";
    case Precision::kBfloat16:
      return "bf16";
    case Precision::kFloat16:
      return "fp16";
    default:
      return "fp32";
  }
}

// nullopt for another name.
inline std::optional<Precision> ParsePrecision(absl::string_view name) {
  for (const Precision precision :
       {Precision::kFloat32, Precision::kInt8, Precision::kBfloat16, Precision::kFloat16}) {
    if (name == PrecisionName(precision)) return precision;
  }
  return std::nullopt;
}

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_PRECISION_H_
