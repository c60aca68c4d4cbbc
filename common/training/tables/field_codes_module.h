#ifndef CLIENTELE_COMMON_TRAINING_TABLES_FIELD_CODES_MODULE_H_
#define CLIENTELE_COMMON_TRAINING_TABLES_FIELD_CODES_MODULE_H_

// frame::FieldCodes inside a TorchScript module, so that a bundle carries the preprocessing of its
// features: raw rows in, codes and scaled numbers out, as FieldCodes::Encode gives them.
//
//   torch::jit::Module module("Logistic");
//   AddFieldCodes(codes, module);
//   module.define(kFieldCodesSource + R"( def score(self, features: Tensor) ... )");
//
//   codes(features: float64 [B, F]) -> int64 [B, F], the fields' offsets included
//   numbers(features: float64 [B, F]) -> float64 [B, F]
//
// NaN is missing; a category is its index in the bundle's vocabulary.

#include <torch/csrc/jit/api/module.h>

#include "common/frame/field_codes.h"

namespace clientele::training {

extern const char kFieldCodesSource[];

// Registers the buffers that the source reads.
void AddFieldCodes(const frame::FieldCodes& codes, torch::jit::Module& module);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_TABLES_FIELD_CODES_MODULE_H_
