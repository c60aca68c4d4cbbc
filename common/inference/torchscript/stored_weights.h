#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_STORED_WEIGHTS_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_STORED_WEIGHTS_H_

// Weights that take half the space in model.pt: stored as float16, and float32 again from loading
// on. Computing is as with any other bundle.
//
//   manifest settings: "stored_weights": "fp16"
//
//   const torch::jit::Module stored = StoreAsHalf(module);   // to write
//   (*manifest.mutable_settings())[kStoredWeightsSetting] = kStoredAsHalf;
//   WidenStoredWeights(module, manifest);                    // once it is loaded
//
// A weight of float16 has 11 significant bits and lies between 6e-8 and 65504 in magnitude: vectors
// of an encoder change by about 1e-4. Functions throw what torch throws.

#include <torch/csrc/jit/api/module.h>

#include "clientele/model/v1/bundle.pb.h"

namespace clientele::inference {

inline constexpr char kStoredWeightsSetting[] = "stored_weights";
inline constexpr char kStoredAsHalf[] = "fp16";

// A copy whose float32 parameters and buffers are float16. `module` is left as it is.
torch::jit::Module StoreAsHalf(const torch::jit::Module& module);

// Makes float16 parameters and buffers float32 where the manifest says that they are only stored
// so; else does nothing, since a module may be meant to compute in float16.
void WidenStoredWeights(torch::jit::Module& module, const model::v1::Bundle& manifest);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_STORED_WEIGHTS_H_
