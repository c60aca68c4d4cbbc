#ifndef CLIENTELE_COMMON_INFERENCE_KERNELS_PRECISION_H_
#define CLIENTELE_COMMON_INFERENCE_KERNELS_PRECISION_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace clientele::inference {

// How the linear layers of a model compute. What is stored is float32 in every case.
enum class Precision { kFloat32, kInt8, kBfloat16 };

// "fp32", "int8", "bf16": the names of flags and manifests.
inline const char* PrecisionName(Precision precision) {
  switch (precision) {
    case Precision::kInt8:
      return "int8";
    case Precision::kBfloat16:
      return "bf16";
    default:
      return "fp32";
  }
}

// nullopt for another name.
inline std::optional<Precision> ParsePrecision(absl::string_view name) {
  for (const Precision precision : {Precision::kFloat32, Precision::kInt8, Precision::kBfloat16}) {
    if (name == PrecisionName(precision)) return precision;
  }
  return std::nullopt;
}

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_KERNELS_PRECISION_H_
